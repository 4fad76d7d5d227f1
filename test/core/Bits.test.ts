import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Bits from "../../src/core/Bits.js"

const capacities = fc.constantFrom(1, 31, 32, 33, 1_024, 1_025, 32_769, 100_000)

/** A set made by adding and removing, and the plain set it should equal. */
const grown = capacities.chain((capacity) =>
  fc.array(fc.tuple(fc.nat({ max: capacity - 1 }), fc.boolean()), { maxLength: 80 }).map((steps) => {
    let bits = Bits.empty(capacity)
    const plain = new Set<number>()
    for (const [index, on] of steps) {
      bits = Bits.set(bits, index, on)
      if (on) plain.add(index)
      else plain.delete(index)
    }
    return { bits, capacity, sorted: [...plain].sort((a, b) => a - b) }
  })
)

describe("Bits", () => {
  it("holds what a plain set holds", () => {
    fc.assert(
      fc.property(grown, fc.nat(), ({ bits, capacity, sorted }, probe) => {
        expect(Bits.count(bits)).toBe(sorted.length)
        expect(Bits.toArray(bits)).toEqual(sorted)
        expect(Bits.has(bits, probe % capacity)).toBe(sorted.includes(probe % capacity))
      })
    )
  })

  it("finds the next member from any position, round the end", () => {
    fc.assert(
      fc.property(grown, fc.nat(), ({ bits, capacity, sorted }, probe) => {
        const from = probe % (capacity + 1)
        expect(Bits.nextFrom(bits, from)).toBe(sorted.find((i) => i >= from) ?? sorted[0] ?? -1)
      })
    )
  })

  it("finds the member of any rank", () => {
    fc.assert(
      fc.property(grown, fc.integer({ min: -1, max: 90 }), ({ bits, sorted }, rank) => {
        expect(Bits.select(bits, rank)).toBe(sorted[rank] ?? -1)
      })
    )
  })

  it("leaves the set it was made from as it was", () => {
    const before = Bits.set(Bits.empty(100), 31, true)
    Bits.set(before, 31, false)
    Bits.set(before, 99, true)
    expect(Bits.toArray(before)).toEqual([31])
  })

  it("comes back itself when nothing changes", () => {
    const bits = Bits.set(Bits.empty(100), 31, true)
    expect(Bits.set(bits, 31, true)).toBe(bits)
    expect(Bits.set(bits, 32, false)).toBe(bits)
  })
})
