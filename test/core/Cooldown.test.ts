import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Cooldown from "../../src/core/Cooldown.js"
import * as arbitraries from "../support/arbitraries.js"

const maybe = fc.option(arbitraries.cooldown)

const lasting = (until: number | null, fields: Partial<Cooldown.Cooldown> = {}): Cooldown.Cooldown => ({
  until,
  since: 0,
  blame: "rate-limit",
  provenance: "guess",
  code: "a",
  why: "w",
  evidence: [],
  ...fields
})

describe("Cooldown", () => {
  it("is never shortened by a shorter one, whichever comes first", () => {
    expect(Cooldown.longer(lasting(60), lasting(5))).toEqual(lasting(60))
    expect(Cooldown.longer(lasting(5), lasting(60))).toEqual(lasting(60))
  })

  it("lasts longest when only a person can end it", () => {
    expect(Cooldown.longer(lasting(60), lasting(null))).toEqual(lasting(null))
    expect(Cooldown.isOver(lasting(null), Number.MAX_SAFE_INTEGER)).toBe(false)
  })

  it("is over at the very millisecond it names", () => {
    expect(Cooldown.isOver(lasting(60), 59)).toBe(false)
    expect(Cooldown.isOver(lasting(60), 60)).toBe(true)
  })

  it("keeps the surer evidence when both last as long", () => {
    const stated = lasting(60, { provenance: "stated" })
    expect(Cooldown.longer(lasting(60), stated)).toBe(stated)
    expect(Cooldown.longer(stated, lasting(60))).toBe(stated)
  })

  it("merges in any order and any number of times to one answer", () => {
    fc.assert(
      fc.property(maybe, maybe, maybe, (a, b, c) => {
        const { longer } = Cooldown
        expect(longer(a, b)).toEqual(longer(b, a))
        expect(longer(longer(a, b), c)).toEqual(longer(a, longer(b, c)))
        expect(longer(a, a)).toEqual(a)
      })
    )
  })
})
