import { describe, expect, it } from "vitest"
import * as Counts from "../../src/core/Counts.js"
import * as Operation from "../../src/core/Operation.js"
import * as PoolState from "../../src/core/PoolState.js"
import * as Proof from "../../src/core/Proof.js"
import { profile } from "../support/arbitraries.js"
import { broke, failure, limited, make, poolOf, revoked, type World } from "../support/pool.js"

const prove = (world: World, proof: Proof.Proof = { isFunded: false }): ReadonlyArray<string> => {
  const step = Proof.accept(world.pool, "a", proof, world.now)
  world.pool = step.pool
  return step.events.map((event) => `${event._tag} ${"code" in event ? event.code : ""}`)
}

describe("a proof that a token is good", () => {
  it("releases one that was held out because it was refused", () => {
    const world = make(poolOf(["a"]))
    world.use("a", revoked)
    expect(prove(world)).toEqual(["AuditPassed revoked"])
    expect(world.states()).toEqual(["a ready"])
    expect(prove(world)).toEqual([])
  })

  it("does not release one that a person holds out", () => {
    const world = make(poolOf(["a"]))
    world.isolate("a")
    expect(prove(world, { isFunded: true })).toEqual([])
    expect(world.states()).toEqual(["a isolated"])
  })

  it("leaves rests for pace, for a model, and open circuits alone", () => {
    const world = make(poolOf(["a"]))
    const [first, second] = [world.lendOf("a"), world.lendOf("a")]
    world.settle(first, limited(3_600))
    world.settle(second, failure({ blame: "quota", scope: "token+model", cooldownMillis: 1_000_000 }))
    const before = world.pool
    expect(prove(world, { isFunded: true })).toEqual(["AuditPassed refused"])
    expect(world.states()).toEqual(["a cooling 3600"])
    const model = make(poolOf(["a"]))
    model.use("a", failure({ blame: "quota", scope: "token+model", cooldownMillis: 1_000_000 }), { model: "opus" })
    expect(prove(model, { isFunded: true })).toEqual([])
    const open = make(poolOf(["a"]))
    for (let i = 0; i < 3; i++) open.use("a", failure())
    expect(prove(open, { isFunded: true })).toEqual([])
    expect(before).not.toBe(world.pool)
  })

  it("ends rests for spent money only where money is left, and only those it speaks of", () => {
    const world = make(poolOf(["a"]))
    world.use("a", broke)
    expect(prove(world)).toEqual([])
    expect(prove(world, { isFunded: true, fundedCodes: ["another"] })).toEqual([])
    expect(prove(world, { isFunded: true, fundedCodes: ["no_credit"] })).toEqual(["AuditPassed no_credit"])
    expect(world.states()).toEqual(["a ready"])
  })

  it("ends the rest of the group whose money it is", () => {
    const profiles = ["a", "b"].map((id) => profile(id, { group: "org" }))
    const world = make(Operation.fresh("acme", profiles, "round-robin", 0))
    world.use("b", { ...broke, scope: "group", cooldownMillis: 3_600_000, provenance: "stated" })
    expect(world.states()).toEqual(["a cooling 3600", "b cooling 3600"])
    expect(prove(world, { isFunded: true })).toEqual(["AuditPassed no_credit"])
    expect(world.states()).toEqual(["a ready", "b ready"])
  })

  it("reaches the other processes, which knew of the rests alone", () => {
    const world = make(poolOf(["a"]))
    const [first, second] = [world.lendOf("a"), world.lendOf("a")]
    world.settle(first, { ...broke, cooldownMillis: 3_600_000, provenance: "stated" })
    world.settle(second, revoked)
    const before = PoolState.fromPool(world.pool)
    const other = make(PoolState.absorb(poolOf(["a"]), before, () => Counts.zero, 0))
    expect(other.states()).toEqual(["a isolated"])
    prove(world, { isFunded: true })
    other.pool = PoolState.absorb(
      other.pool,
      PoolState.merge(before, PoolState.fromPool(world.pool)),
      () => Counts.zero,
      0
    )
    expect(other.states()).toEqual(["a ready"])
  })
})
