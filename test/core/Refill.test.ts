import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Refill from "../../src/core/Refill.js"

/** What a vendor with exact lengths states of a bucket that holds `level` of `limit`. */
const stated = (limit: number, level: number, perMilli: number): Refill.Stated => {
  const fullIn = Math.ceil((limit - level) / perMilli)
  return { limit, remaining: Math.floor(level), fullIn, resetAt: fullIn, refill: "continuous" }
}

describe("how fast a bucket fills up", () => {
  it("is told exactly by one answer to a request that found it full", () => {
    // One request each 732 ms: nothing is left, and it is full again in 732 ms.
    expect(Refill.perMilli(stated(1, 0, 1 / 732), 0, 0)).toBeCloseTo(1 / 732, 9)
  })

  it("is not overrated by a refusal that comes when the next request is nearly there", () => {
    // 0.9 of a request is there, which is stated as none.
    const refused = stated(1, 0.9, 1 / 732)
    expect(refused).toMatchObject({ remaining: 0, fullIn: 74 })
    const known = Refill.perMilli(stated(1, 0, 1 / 732), 0, 0)
    expect(Refill.perMilli(refused, 0, known)).toBe(known)
    // Alone it is taken at its word, which the next answer to somebody served sets right.
    const wrong = Refill.perMilli(refused, 0, 0)
    expect(wrong).toBeCloseTo(1 / 74, 9)
    expect(Refill.perMilli(stated(1, 0, 1 / 732), 0, wrong)).toBeCloseTo(1 / 732, 9)
  })

  it("goes up where what is stated leaves no doubt of it", () => {
    expect(Refill.perMilli(stated(60, 10, 1 / 99), 0, 1 / 1_000)).toBeCloseTo(49 / 50 / 99, 5)
  })

  it("is drawn towards the truth by every exact length, and never beyond it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0.001, max: 0.02, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 0.99, noNaN: true }), { minLength: 1, maxLength: 20 }),
        (limit, truth, shares) => {
          let known = 0
          for (const share of shares) {
            const before = known
            known = Refill.perMilli(stated(limit, share * limit, truth), 0, before)
            // A length of whole seconds may be rounded.
            if ((stated(limit, share * limit, truth).fullIn ?? 0) % 1_000 === 0) return
            // The length itself is rounded up to the millisecond.
            if (before > 0) expect(Math.abs(known - truth)).toBeLessThanOrEqual(Math.abs(before - truth) + truth / 20)
          }
        }
      )
    )
  })

  it("is averaged where the reset is a point in whole seconds", () => {
    const rounded: Refill.Stated = { limit: 20, remaining: 0, resetAt: 11_000, refill: "continuous" }
    expect(Refill.perMilli(rounded, 0, 0)).toBeCloseTo(20 / 10_500, 9)
    expect(Refill.perMilli(rounded, 0, 1 / 1_000)).toBeCloseTo(1 / 1_000 + (20 / 10_500 - 1 / 1_000) / 8, 9)
    expect(Refill.perMilli({ ...rounded, fullIn: 11_000 }, 0, 0)).toBeCloseTo(20 / 11_000, 9)
  })

  it("is unknown of a window, of what states no limit, and of a bucket that is full", () => {
    expect(Refill.perMilli({ ...stated(20, 0, 0.01), refill: "at-once" }, 0, 1)).toBe(0)
    expect(Refill.perMilli({ ...stated(20, 0, 0.01), limit: null }, 0, 1)).toBe(0)
    expect(Refill.perMilli({ ...stated(20, 0, 0.01), remaining: 20 }, 0, 0.5)).toBe(0.5)
  })
})
