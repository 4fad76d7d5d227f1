import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as MinTree from "../../src/core/MinTree.js"

const grown = fc.constantFrom(1, 16, 17, 256, 257, 100_000).chain((capacity) =>
  fc
    .array(fc.tuple(fc.nat({ max: capacity - 1 }), fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(Infinity))))
    .map((writes) => {
      let tree = MinTree.empty(capacity)
      const plain = new Map<number, number>()
      for (const [index, key] of writes) {
        tree = MinTree.set(tree, index, key)
        plain.set(index, key)
      }
      const present = [...plain].filter(([, key]) => key !== Infinity).sort((a, b) => a[1] - b[1] || a[0] - b[0])
      return { tree, present, plain }
    })
)

describe("MinTree", () => {
  it("knows the smallest key and the lowest position that has it", () => {
    fc.assert(
      fc.property(grown, ({ present, tree }) => {
        expect(MinTree.first(tree)).toBe(present[0]?.[0] ?? -1)
        expect(MinTree.min(tree)).toBe(present[0]?.[1] ?? Infinity)
      })
    )
  })

  it("knows the key of every position", () => {
    fc.assert(
      fc.property(grown, ({ plain, tree }) => {
        for (const [index, key] of plain) expect(MinTree.get(tree, index)).toBe(key)
      })
    )
  })

  it("comes back itself when nothing changes", () => {
    const tree = MinTree.set(MinTree.empty(100), 42, 7)
    expect(MinTree.set(tree, 42, 7)).toBe(tree)
    expect(MinTree.set(tree, 43, Infinity)).toBe(tree)
  })
})
