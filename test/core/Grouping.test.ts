import { describe, expect, it } from "vitest"
import * as Headroom from "../../src/core/Headroom.js"
import type { Lease } from "../../src/core/Lease.js"
import * as Operation from "../../src/core/Operation.js"
import * as Outcome from "../../src/core/Outcome.js"
import { profile } from "../support/arbitraries.js"
import { make, poolOf, type World } from "../support/pool.js"

/** A window of three requests. */
const hear = (world: World, lease: Lease, remaining: number, endsAt: number) => {
  const statement = { kind: "requests", unit: "requests", limit: 3, periodMillis: null, refill: "at-once" } as const
  world.pool = Headroom.hear(world.pool, lease, [{ ...statement, remaining, resetAt: endsAt * 1_000 }], world.now)
}

const joins: ReadonlyArray<readonly [how: string, join: (world: World, lease: Lease) => void]> = [
  ["an answer names the owner", (world, lease) => world.settle(lease, Outcome.success, "org")],
  [
    "the user declares it",
    (world, lease) => {
      world.settle(lease, Outcome.success)
      const profiles = ["a", "b"].map((id) => profile(id, { group: "org" }))
      world.pool = Operation.reconcile(world.pool, profiles, "round-robin", world.now)
    }
  ]
]

describe("a token that comes into a group", () => {
  it.each(joins)("goes by the limits of the group from then on, and by none of its own: %s", (_, join) => {
    const world = make(poolOf(["a", "b"]))
    const lease = world.lendOf("a")
    hear(world, lease, 2, 6)
    join(world, lease)
    for (const begins of [6, 12, 18]) {
      world.at(begins)
      for (const left of [2, 1, 0]) {
        const next = world.lendOf("a")
        hear(world, next, left, begins + 6)
        world.settle(next, Outcome.success, "org")
      }
      expect(world.lend({ exclude: ["b"] })).toBeNull()
    }
  })
})
