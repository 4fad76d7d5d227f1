import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Cost from "../../src/core/Cost.js"
import * as Size from "../../src/core/Size.js"

const part = fc.oneof(fc.nat(100_000), fc.double({ min: 0, max: 1e9, noNaN: true }))
const declared: fc.Arbitrary<Size.Declared> = fc.oneof(
  part,
  fc.record({ input: fc.option(part, { nil: undefined }), output: fc.option(part, { nil: undefined }) })
)
const typical = fc.record({ input: fc.nat(10_000), output: fc.nat(10_000) })
const units = ["input", "output", "usage"] as const

describe("Size", () => {
  it("takes a number as input and output together, divided as usual", () => {
    const size = Size.of(900)
    if (size === null) throw new Error("a number is a size")
    expect(Size.cost(size, { input: 200, output: 100 })).toEqual({ input: 600, output: 300 })
    expect(Size.cost(size, { input: 0, output: 0 })).toEqual({ input: 900, output: 0 })
    expect(units.map((unit) => Size.least(size, unit))).toEqual([0, 0, 900])
  })

  it("takes input and output each for itself, and what is not said as usual", () => {
    const size = Size.of({ output: 50 })
    if (size === null) throw new Error("an output is a size")
    expect(Size.cost(size, { input: 200, output: 100 })).toEqual({ input: 200, output: 50 })
    expect(units.map((unit) => Size.least(size, unit))).toEqual([0, 50, 50])
  })

  it("is none when nothing is said", () => {
    expect([Size.of(undefined), Size.of({}), Size.of({ input: undefined })]).toEqual([null, null, null])
  })

  it("names what cannot be one", () => {
    expect([Number.NaN, -1, Infinity, { output: -2 }, { input: Number.NaN }].map(Size.fault)).toEqual([
      "NaN",
      "-1",
      "Infinity",
      "-2",
      "NaN"
    ])
    expect([0, 10, { input: 0 }, {}, undefined].map(Size.fault)).toEqual([null, null, null, null, null])
  })

  it("never costs less than its caller says, and a number costs just that", () => {
    fc.assert(
      fc.property(declared, typical, (said, usual) => {
        const size = Size.of(said)
        if (size === null) return
        const cost = Size.cost(size, usual)
        for (const unit of units) {
          expect(Cost.costIn(unit, cost)).toBeGreaterThanOrEqual(Size.least(size, unit) * (1 - 1e-9))
          expect(Cost.costIn(unit, cost)).toBeGreaterThanOrEqual(0)
        }
        if (typeof said === "number") expect(Cost.costIn("usage", cost)).toBeCloseTo(said, 3)
      })
    )
  })

  it("that covers another costs at least as much in every unit, whatever is usual", () => {
    fc.assert(
      fc.property(declared, declared, typical, (a, b, usual) => {
        const [more, less] = [Size.of(a), Size.of(b)]
        if (more === null || less === null || !Size.covers(more, less)) return
        for (const unit of units) {
          expect(Size.least(more, unit)).toBeGreaterThanOrEqual(Size.least(less, unit))
          expect(Cost.costIn(unit, Size.cost(more, usual))).toBeGreaterThanOrEqual(
            Cost.costIn(unit, Size.cost(less, usual)) * (1 - 1e-9)
          )
        }
      })
    )
  })

  it("is covered by what its class may have most of, and so is whatever shares the class", () => {
    fc.assert(
      fc.property(declared, fc.double({ min: 0.8, max: 1.25, noNaN: true }), (said, factor) => {
        const size = Size.of(said)
        if (size === null) return
        const scale = (of: number | null) => (of === null ? null : of * factor)
        const other = { input: scale(size.input), output: scale(size.output), usage: scale(size.usage) }
        expect(Size.covers(Size.mostOf(size), size)).toBe(true)
        if (String(Size.classOf(size)) === String(Size.classOf(other))) {
          expect(Size.covers(Size.mostOf(size), other)).toBe(true)
        }
      })
    )
  })

  it("shares its class with sizes that differ by less than a fifth, and with no others", () => {
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 1_000_000 }), fc.integer({ min: 50, max: 1_000_000 }), (a, b) => {
        const classes = [a, b].map((usage) => Size.classOf({ input: null, output: null, usage }))
        const same = JSON.stringify(classes[0]) === JSON.stringify(classes[1])
        if (same) expect(Math.max(a, b) / Math.min(a, b)).toBeLessThan(1.21)
        else expect(a).not.toBe(b)
      })
    )
  })
})
