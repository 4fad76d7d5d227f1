import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Slots from "../../src/core/Slots.js"

const lengths = fc.constantFrom(0, 1, 31, 32, 33, 1_024, 1_025, 33_000)

describe("Slots", () => {
  it("reads and writes as an array does", () => {
    fc.assert(
      fc.property(lengths, fc.array(fc.tuple(fc.nat(), fc.string())), (length, writes) => {
        const plain = Array.from({ length }, (_, i) => String(i))
        let slots = Slots.fromArray(plain.slice())
        for (const [at, text] of writes) {
          const index = length === 0 ? at : at % length
          slots = Slots.set(slots, index, text)
          if (index < length) plain[index] = text
        }
        expect(slots.length).toBe(length)
        expect(Slots.toArray(slots)).toEqual(plain)
        for (const [at] of writes) expect(Slots.get(slots, at)).toBe(plain[at])
      }),
      { numRuns: 50 }
    )
  })

  it("keeps elements that are arrays themselves", () => {
    const pairs = Array.from({ length: 40 }, (_, i) => [i, i])
    expect(Slots.toArray(Slots.fromArray(pairs))).toEqual(pairs)
  })

  it("knows nothing outside its length", () => {
    const slots = Slots.fromArray(["a"])
    expect(Slots.get(slots, -1)).toBeUndefined()
    expect(Slots.get(slots, 1)).toBeUndefined()
    expect(Slots.set(slots, 1, "b")).toBe(slots)
  })

  it("leaves the array it was made from as it was", () => {
    const before = Slots.fromArray(["a", "b"])
    Slots.set(before, 0, "c")
    expect(Slots.toArray(before)).toEqual(["a", "b"])
  })
})
