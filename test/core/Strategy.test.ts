import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import type { Lease } from "../../src/core/Lending.js"
import * as Operation from "../../src/core/Operation.js"
import * as Outcome from "../../src/core/Outcome.js"
import * as Slots from "../../src/core/Slots.js"
import type { Strategy } from "../../src/core/Strategy.js"
import { profile } from "../support/arbitraries.js"
import { limited, make, poolOf, type World } from "../support/pool.js"

/** The tokens of the next `n` calls, each over before the next begins. */
const calls = (world: World, n: number, exclude: ReadonlyArray<string> = []): ReadonlyArray<string> =>
  Array.from({ length: n }, () => {
    const lease = world.lend({ exclude })
    if (lease === null) return "none"
    world.settle(lease, Outcome.success)
    return lease.tokenId
  })

const weighted = (weights: Readonly<Record<string, number>>) =>
  make(
    Operation.fresh(
      "acme",
      Object.entries(weights).map(([id, weight]) => profile(id, { weight })),
      "weighted",
      0
    )
  )

const tally = (ids: ReadonlyArray<string>): Readonly<Record<string, number>> =>
  ids.reduce<Record<string, number>>((all, id) => Object.assign(all, { [id]: (all[id] ?? 0) + 1 }), {})

const longestRun = (ids: ReadonlyArray<string>): number => {
  let longest = 0
  let run = 0
  ids.forEach((id, i) => {
    run = id === ids[i - 1] ? run + 1 : 1
    longest = Math.max(longest, run)
  })
  return longest
}

describe("round-robin", () => {
  it("goes through the tokens in order", () => {
    expect(calls(make(poolOf(["a", "b", "c"])), 7).join("")).toBe("abcabca")
  })

  it("skips who rests without disturbing the order of the others, who find their places again", () => {
    const world = make(poolOf(["a", "b", "c", "d"]))
    world.use("b", limited(10))
    expect(calls(world, 6).join("")).toBe("cdacda")
    world.at(10)
    expect(calls(world, 5).join("")).toBe("bcdab")
  })

  it("goes on where it stood when the list of tokens changes", () => {
    const world = make(poolOf(["a", "b", "c", "d"]))
    calls(world, 2)
    world.pool = Operation.reconcile(
      world.pool,
      ["x", "a", "c", "d"].map((id) => profile(id)),
      "round-robin",
      0
    )
    expect(calls(world, 5).join("")).toBe("cdxac")
  })
})

describe("weighted", () => {
  it("never sends five in a row at weights 5, 1, 1, and is exact over every round", () => {
    const ids = calls(weighted({ a: 5, b: 1, c: 1 }), 70)
    expect(longestRun(ids)).toBeLessThan(5)
    for (let at = 0; at < 70; at += 7) expect(tally(ids.slice(at, at + 7))).toEqual({ a: 5, b: 1, c: 1 })
  })

  it("is exact over a round at any weights", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), (list) => {
        const weights = Object.fromEntries(list.map((weight, i) => [`t${i}`, weight]))
        const total = list.reduce((sum, weight) => sum + weight, 0)
        const world = weighted(weights)
        for (let round = 0; round < 3; round++) expect(tally(calls(world, total))).toEqual(weights)
      })
    )
  })

  it("shares among those that are ready, and gives back its share to who returns without a burst", () => {
    const world = weighted({ a: 5, b: 1, c: 1 })
    world.use("a", limited(10))
    expect(tally(calls(world, 20))).toEqual({ b: 10, c: 10 })
    world.at(10)
    const after = calls(world, 28)
    expect(after.filter((id) => id === "a").length).toBeGreaterThanOrEqual(19)
    expect(after.filter((id) => id === "a").length).toBeLessThanOrEqual(22)
    expect(longestRun(after)).toBeLessThan(6)
  })

  it("lends a token of weight 0 only when nobody else can serve", () => {
    const world = weighted({ a: 1, spare: 0 })
    expect(calls(world, 3)).toEqual(["a", "a", "a"])
    world.use("a", limited(10))
    expect(calls(world, 2)).toEqual(["spare", "spare"])
  })
})

describe("random", () => {
  it("gives each ready token the same chance", () => {
    const world = make(poolOf(["a", "b", "c", "d"], "random"))
    world.use("b", limited(10))
    const ids = Array.from({ length: 300 }, (_, i) => {
      const lease = world.lend({ random: i / 300 })
      if (lease !== null) world.settle(lease, Outcome.success)
      return lease?.tokenId ?? "none"
    })
    expect(tally(ids)).toEqual({ a: 100, c: 100, d: 100 })
  })
})

describe("least-used", () => {
  it("takes who has the fewest in flight, then the longest unused", () => {
    const world = make(poolOf(["a", "b", "c"], "least-used"))
    const [first, second] = [world.lend(), world.lend()]
    expect(world.lend()?.tokenId).toBe("c")
    if (second !== null) world.settle(second, Outcome.success)
    expect(world.lend()?.tokenId).toBe("b")
    if (first !== null) world.settle(first, Outcome.success)
    expect(world.lend()?.tokenId).toBe("a")
  })
})

describe("every strategy", () => {
  const strategies: ReadonlyArray<Strategy> = ["round-robin", "weighted", "random", "least-used"]

  it.each(strategies)("%s never lends an excluded token, nor one that rests", (strategy) => {
    const world = make(poolOf(["a", "b", "c"], strategy))
    world.use("a", limited(10))
    expect(new Set(calls(world, 6, ["b"]))).toEqual(new Set(["c"]))
    expect(calls(world, 1, ["b", "c"])).toEqual(["none"])
  })

  it.each(["round-robin", "least-used"] as const)("%s spreads a hundred leases at once evenly", (strategy) => {
    const world = make(
      poolOf(
        Array.from({ length: 10 }, (_, i) => `t${i}`),
        strategy
      )
    )
    const leases = Array.from({ length: 100 }, () => world.lend())
    expect(Slots.toArray(world.pool.members).map(({ inFlight }) => inFlight)).toEqual(Array(10).fill(10))
    for (const lease of leases) world.settle(lease as Lease, Outcome.success)
    expect(Slots.toArray(world.pool.members).map(({ inFlight }) => inFlight)).toEqual(Array(10).fill(0))
  })
})
