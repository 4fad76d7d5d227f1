import { describe, expect, it } from "vitest"
import type { Lease } from "../../src/core/Lending.js"
import * as Outcome from "../../src/core/Outcome.js"
import { broke, failure, limited, make, poolOf, revoked, type World } from "../support/pool.js"

/** Lends `a` so many times at once. */
const burst = (world: World, n: number): ReadonlyArray<Lease> => Array.from({ length: n }, () => world.lendOf("a"))

const openIt = (world: World) => {
  for (let i = 0; i < 3; i++) world.use("a", failure())
}

describe("a circuit", () => {
  it("opens for a minute at the third failure, then lends one probe, doubles, and starts over after a recovery", () => {
    const world = make(poolOf(["a"]))
    world.use("a", failure())
    world.use("a", failure())
    expect(world.states()).toEqual(["a ready"])
    world.use("a", failure())
    expect(world.states()).toEqual(["a open 60"])
    expect(world.retryAt()).toBe(60)

    world.at(60)
    const probe = world.lendOf("a")
    expect(world.states()).toEqual(["a probing 70"])
    world.settle(probe, failure())
    expect(world.states()).toEqual(["a open 180"])

    world.at(180).use("a", failure())
    expect(world.states()).toEqual(["a open 420"])

    world.at(420).use("a", Outcome.success)
    expect(world.states()).toEqual(["a ready"])
    openIt(world)
    expect(world.states()).toEqual(["a open 480"])
    expect(world.happened().filter((said) => !said.startsWith("AttemptFailed"))).toEqual([
      "CircuitOpened a",
      "Returned a",
      "CircuitHalfOpened a",
      "CircuitOpened a",
      "Returned a",
      "CircuitHalfOpened a",
      "CircuitOpened a",
      "Returned a",
      "CircuitHalfOpened a",
      "CircuitClosed a",
      "CircuitOpened a"
    ])
  })

  it("counts a burst of four failures in flight once", () => {
    const world = make(poolOf(["a"]))
    for (const lease of burst(world, 4)) world.settle(lease, failure())
    expect(world.view().tokens[0]).toMatchObject({ state: "ready", failures: 1, counts: { errors: 4, rests: 0 } })
  })

  it("is not opened for longer by what was in flight when it opened", () => {
    const world = make(poolOf(["a"]))
    const early = burst(world, 4)
    openIt(world)
    for (const lease of early) world.at(30).settle(lease, failure())
    expect(world.states()).toEqual(["a open 60"])
  })

  it("is not closed by a success from before it opened", () => {
    const world = make(poolOf(["a"]))
    const [early] = burst(world, 1)
    openIt(world)
    if (early !== undefined) world.at(10).settle(early, Outcome.success)
    expect(world.states()).toEqual(["a open 60"])
  })

  it("is not counted on by a failure from before its recovery", () => {
    const world = make(poolOf(["a"]))
    const [early] = burst(world, 1)
    openIt(world)
    world.at(60).use("a", Outcome.success)
    if (early !== undefined) world.settle(early, failure())
    expect(world.view().tokens[0]).toMatchObject({ state: "ready", failures: 0 })
  })

  it("gives the place of a probe back that is abandoned", () => {
    const world = make(poolOf(["a"]))
    openIt(world)
    world.at(60).use("a", Outcome.abandoned)
    expect(world.states()).toEqual(["a half-open"])
    expect(world.lendOf("a").token.probe).toBe(true)
  })

  it.each([
    ["the provider", failure({ blame: "provider", scope: null })],
    ["the request", failure({ blame: "request", scope: null })],
    ["the token for one model", failure({ blame: "model", scope: "token+model", cooldownMillis: 5_000 })]
  ])("gives the place of a probe back when %s was at fault", (_, outcome) => {
    const world = make(poolOf(["a"]))
    openIt(world)
    world.at(60).use("a", outcome, { model: "opus" })
    expect(world.states()).toEqual(["a half-open"])
  })

  it("awaits its probe whatever else is learnt while it is out", () => {
    const world = make(poolOf(["a"]))
    const [early] = burst(world, 1)
    openIt(world)
    const probe = world.at(60).lendOf("a")
    if (early !== undefined) world.settle(early, limited(5))
    world.settle(probe, Outcome.success)
    expect(world.states()).toEqual(["a cooling 65"])
    expect(world.at(65).states()).toEqual(["a ready"])
  })

  it("is tested again after a rest when its probe met a stated limit", () => {
    const world = make(poolOf(["a"]))
    openIt(world)
    world.at(60).use("a", limited(5))
    expect(world.states()).toEqual(["a cooling 65"])
    expect(world.at(65).lendOf("a").token.probe).toBe(true)
  })
})

describe("a cooldown", () => {
  it.each([
    ["first", [60, 5]],
    ["last", [5, 60]]
  ])("of 60 s stands against one of 5 s that is learnt around it, the longer %s", (_, seconds) => {
    const world = make(poolOf(["a"]))
    const leases = burst(world, 2)
    leases.forEach((lease, i) => {
      world.settle(lease, limited(seconds[i] ?? 0))
    })
    expect(world.states()).toEqual(["a cooling 60"])
  })

  it("for spent credit is applied inside a running opening", () => {
    const world = make(poolOf(["a"]))
    const [early] = burst(world, 1)
    openIt(world)
    if (early !== undefined) world.at(10).settle(early, broke)
    expect(world.states()).toEqual(["a cooling 3610"])
  })

  it("for spent credit is not ended by the success of an older request", () => {
    const world = make(poolOf(["a"]))
    const [older, newer] = burst(world, 2)
    if (newer !== undefined) world.settle(newer, broke)
    if (older !== undefined) world.settle(older, Outcome.success)
    expect(world.states()).toEqual(["a cooling 3600"])
  })

  it("that is a guess is made once for a burst", () => {
    const world = make(poolOf(["a"]))
    const leases = burst(world, 3)
    leases.forEach((lease, i) => {
      world.at(i * 10).settle(lease, broke)
    })
    expect(world.states()).toEqual(["a cooling 3600"])
    expect(world.view().tokens[0]?.counts.rests).toBe(1)
  })

  it("that is stated again by the rest of a burst is one rest, until the last of the stated times", () => {
    const world = make(poolOf(["a"]))
    const leases = burst(world, 4)
    leases.forEach((lease, i) => {
      world.at(i).settle(lease, limited(60))
    })
    expect(world.states()).toEqual(["a cooling 63"])
    expect(world.view().tokens[0]?.counts).toMatchObject({ errors: 4, rests: 1 })
    world.at(63).use("a", limited(60))
    expect(world.view().tokens[0]?.counts.rests).toBe(2)
  })

  it("that a probe is told counts, and so does the one after", () => {
    const world = make(poolOf(["a"]))
    openIt(world)
    world.at(100).use("a", limited(60))
    expect(world.states()).toEqual(["a cooling 160"])
    expect(world.view().tokens[0]?.counts.rests).toBe(2)
  })

  it("that is stated is obeyed although the lease is older than a recovery", () => {
    const world = make(poolOf(["a"]))
    const [early] = burst(world, 1)
    world.use("a", failure())
    world.use("a", Outcome.success)
    if (early !== undefined) world.settle(early, limited(30))
    expect(world.states()).toEqual(["a cooling 30"])
  })

  it("on one model leaves the token good for others", () => {
    const world = make(poolOf(["a"]))
    world.use("a", limited(30, { scope: "token+model" }), { model: "opus" })
    expect(world.states()).toEqual(["a ready"])
    expect([world.retryAt("opus"), world.retryAt("haiku"), world.retryAt()]).toEqual([30, 0, 0])
    expect(world.lend({ model: "opus" })).toBeNull()
    expect(world.lend({ model: "haiku" })).not.toBeNull()
  })

  it("of a length that is no number, negative or endless is turned into something sane", () => {
    const world = make(poolOf(["a", "b", "c"]))
    world.use("a", limited(-5))
    world.use("b", limited(Number.NaN))
    world.use("c", limited(Infinity))
    expect(world.view().tokens).toMatchObject([
      { state: "ready", failures: 0 },
      { state: "ready", failures: 1 },
      { state: "cooling", until: null }
    ])
  })
})

describe("blame", () => {
  it("that is the request's or nobody's touches no token", () => {
    const world = make(poolOf(["a"]))
    for (let i = 0; i < 5; i++) world.use("a", failure({ blame: "request", scope: null }))
    expect(world.view().tokens[0]).toMatchObject({ state: "ready", failures: 0, counts: { errors: 0, excused: 5 } })
  })

  it("that is the provider's rests the provider for the time it states, and no token", () => {
    const world = make(poolOf(["a", "b"]))
    world.use("a", failure({ blame: "provider", scope: "provider", cooldownMillis: 20_000, provenance: "stated" }))
    expect(world.states()).toEqual(["a ready", "b ready"])
    expect([world.lend(), world.retryAt()]).toEqual([null, 20])
    expect(world.at(20).lend()).not.toBeNull()
  })

  it("that is a model's rests the model for every token", () => {
    const world = make(poolOf(["a", "b"]))
    const outcome = failure({ blame: "model", scope: "model", cooldownMillis: 20_000, provenance: "stated" })
    world.use("a", outcome, { model: "opus" })
    expect([world.lend({ model: "opus" }), world.retryAt("opus")]).toEqual([null, 20])
    expect(world.lend({ model: "haiku" })).not.toBeNull()
    expect(world.view().holds).toMatchObject([{ scope: "model", model: "opus", until: 20_000 }])
  })

  it("for a revoked key isolates the token for good", () => {
    const world = make(poolOf(["a", "b"]))
    world.use("a", revoked)
    expect(world.at(1e7).states()).toEqual(["a isolated", "b ready"])
    expect(world.retryAt(null, ["b"])).toBeNull()
  })

  it("for a model a token may never use does not hold the token out when the model is not known", () => {
    const world = make(poolOf(["a"]))
    const never = failure({ blame: "model", scope: "token+model", cooldownMillis: "permanent" })
    world.use("a", never)
    expect(world.view().tokens[0]).toMatchObject({ state: "ready", failures: 1 })
    world.use("a", never, { model: "opus" })
    expect([world.retryAt("opus"), world.retryAt()]).toEqual([null, 0])
  })

  it("falls on nobody when the token is gone", () => {
    const world = make(poolOf(["a"]))
    const lease = world.lendOf("a")
    world.pool = poolOf(["b"])
    world.settle(lease, revoked)
    expect(world.states()).toEqual(["b ready"])
    expect(world.happened()).toEqual([])
  })
})
