import { describe, expect, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import * as InFlight from "../../src/core/InFlight.js"
import { make, poolOf } from "../support/pool.js"

const told: fc.Arbitrary<InFlight.InFlight> = fc.dictionary(
  fc.constantFrom("p", "q", "r"),
  fc.record({ at: fc.nat(3), tokens: fc.dictionary(fc.constantFrom("a", "b"), fc.integer({ min: 1, max: 3 })) })
)

describe("Calls in flight", () => {
  it("are told by token, those that have none left out", () => {
    const world = make(poolOf(["a", "b"]))
    world.lendOf("a")
    world.lendOf("a")
    expect(InFlight.of(world.pool, "p", 7)).toEqual({ p: { at: 7, tokens: { a: 2 } } })
  })

  it.prop("merge in any order and any number of times to one answer", [told, told, told], ([a, b, c]) => {
    const { merge } = InFlight
    expect(merge(a, b)).toEqual(merge(b, a))
    expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)))
    expect(merge(a, a)).toEqual(a)
    expect(merge(merge(a, b), b)).toEqual(merge(a, b))
  })

  it("add up over processes, each counting with what it said last", () => {
    const early = { p: { at: 1, tokens: { a: 3 } }, q: { at: 1, tokens: { a: 1, b: 1 } } }
    const later = { p: { at: 2, tokens: { b: 2 } } }
    const all = InFlight.merge(early, later)
    expect(InFlight.total(all, 2)).toEqual(
      new Map([
        ["a", 1],
        ["b", 3]
      ])
    )
    expect(InFlight.total(InFlight.without(all, "q"), 2)).toEqual(new Map([["b", 2]]))
  })

  it("are forgotten once there are none, and when nothing was heard of a process for long", () => {
    const all = { done: { at: 9, tokens: {} }, killed: { at: 0, tokens: { a: 1 } }, busy: { at: 9, tokens: { a: 1 } } }
    const late = InFlight.lifetime + 5
    expect(Object.keys(InFlight.prune(all, 9))).toEqual(["killed", "busy"])
    expect(Object.keys(InFlight.prune(all, late))).toEqual(["busy"])
    expect(InFlight.total(all, late)).toEqual(new Map([["a", 1]]))
  })
})
