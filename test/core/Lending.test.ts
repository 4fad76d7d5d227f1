import { describe, expect, it } from "vitest"
import * as Lending from "../../src/core/Lending.js"
import * as Operation from "../../src/core/Operation.js"
import * as Outcome from "../../src/core/Outcome.js"
import * as Slots from "../../src/core/Slots.js"
import { profile } from "../support/arbitraries.js"
import { failure, limited, make, poolOf, probeMillis, revoked } from "../support/pool.js"

const opened = () => {
  const world = make(poolOf(["a"]))
  for (let i = 0; i < 3; i++) world.use("a", failure())
  return world
}

describe("Lending", () => {
  it("lends nobody from an empty pool", () => {
    expect(make(poolOf([])).lend()).toBeNull()
  })

  it("never lends a disabled or isolated token, even when there is no other", () => {
    const off = make(Operation.fresh("acme", [profile("a", { enabled: false })], "round-robin", 0))
    expect(off.lend()).toBeNull()
    const out = make(poolOf(["a"]))
    out.use("a", revoked)
    expect(out.at(1e9).lend()).toBeNull()
  })

  it("lends one probe from the end of an opening, and no second until the first is settled", () => {
    const world = opened()
    expect(world.at(59.999).lend()).toBeNull()
    const probe = world.at(60).lend()
    expect(probe?.token.probe).toBe(true)
    expect([world.lend(), world.lend()]).toEqual([null, null])
    if (probe !== null) world.settle(probe, Outcome.success)
    expect(world.lend()?.token.probe).toBe(false)
  })

  it("lends one probe of a limited model, while other models are served", () => {
    const world = make(poolOf(["a"]))
    const refusal = failure({ scope: "token+model" })
    for (let i = 0; i < 3; i++) world.use("a", refusal, { model: "opus" })
    expect(world.lend({ model: "opus" })).toBeNull()
    expect(world.lend({ model: "haiku" })?.forModel?.probe).toBe(false)
    world.at(60)
    expect(world.lend({ model: "opus" })).toMatchObject({ token: { probe: false }, forModel: { probe: true } })
    expect(world.lend({ model: "opus" })).toBeNull()
    expect(world.lend({ model: "haiku" })).not.toBeNull()
  })

  it("lends another probe when the first has kept its place for its whole time", () => {
    const world = opened()
    world.at(60).lend()
    expect(world.at(60 + probeMillis / 1_000 - 0.001).lend()).toBeNull()
    expect(world.at(60 + probeMillis / 1_000).lend()?.token.probe).toBe(true)
  })

  it("stands a clock that is set back: what was ready stays so, and a probe is still the only one", () => {
    const world = opened()
    world.at(60).lend({ exclude: ["a"] })
    expect(world.at(10).lend()?.token.probe).toBe(true)
    expect(world.lend()).toBeNull()
  })

  it("remembers the request a lease serves", () => {
    expect(make(poolOf(["a"])).lend({ request: "r1" })?.request).toBe("r1")
    expect(make(poolOf(["a"])).lend()?.request).toBeNull()
  })

  it("does not count a token in flight that was handed out by hand", () => {
    const world = make(poolOf(["a"]))
    const lease = world.lend({ counted: false })
    expect(world.view().tokens[0]).toMatchObject({ inFlight: 0, counts: { uses: 1 } })
    if (lease !== null) world.settle(lease, Outcome.success)
    expect(world.view().tokens[0]).toMatchObject({ inFlight: 0, counts: { successes: 1 } })
  })

  it("judges a verdict nobody asked for by the token as it is now", () => {
    const world = opened()
    const lease = Lending.unasked(world.pool, "a", false, world.now)
    expect(lease).toMatchObject({ counted: false, token: { probe: false } })
    if (lease !== null) world.settle(lease, Outcome.success)
    expect(world.states()).toEqual(["a open 60"])
    expect(Lending.unasked(world.pool, "nobody", false, 0)).toBeNull()
  })

  it("lends for a limited model from those that may serve it", () => {
    const world = make(poolOf(["a", "b"]))
    world.use("a", limited(10, { scope: "token+model" }), { model: "opus" })
    expect([1, 2].map(() => world.lend({ model: "opus" })?.tokenId)).toEqual(["b", "b"])
    expect([1, 2].map(() => world.lend({ model: "haiku" })?.tokenId)).toEqual(["a", "b"])
    world.at(10)
    expect([1, 2].map(() => world.lend({ model: "opus" })?.tokenId)).toEqual(["a", "b"])
    expect(Object.keys(world.pool.lanes)).toEqual([])
    expect(Slots.toArray(world.pool.members).map(({ models }) => Object.keys(models))).toEqual([[], []])
  })
})
