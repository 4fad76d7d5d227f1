import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import * as Counts from "../../src/core/Counts.js"

const used = { input: 10, output: 2, cacheRead: 1, cacheWrite: 0 }

describe("Counts", () => {
  it("adds what answers used by model, and takes exactly that away again", () => {
    const one = Counts.use(Counts.use(Counts.zero, "opus", used), null, used)
    const two = Counts.use(one, "opus", used)
    expect(two.usage).toEqual({ opus: { input: 20, output: 4, cacheRead: 2, cacheWrite: 0 }, "": used })
    expect(Counts.since(two, one).usage).toEqual({ opus: used })
    expect(Counts.isZero(Counts.since(two, two))).toBe(true)
    expect(Counts.isZero(one)).toBe(false)
    expect(Counts.larger(one, two)).toEqual(two)
  })

  it("keeps names such as __proto__ apart", () => {
    const one = Counts.use(Counts.zero, "__proto__", used)
    expect(Object.keys(one.usage)).toEqual(["__proto__"])
    expect(Counts.use(one, "toString", used).usage.toString).toEqual(used)
  })

  it("counts models beyond the hundredth among the unnamed, so that made-up names cost no memory", () => {
    let counts = Counts.zero
    for (let i = 0; i < 150; i++) counts = Counts.use(counts, `model-${i}`, used)
    expect(Object.keys(counts.usage)).toHaveLength(101)
    expect(counts.usage[""]).toMatchObject({ input: 500 })
    expect(Counts.use(counts, "model-3", used).usage["model-3"]).toMatchObject({ input: 20 })
  })

  it("reads documents that know no usage", () => {
    const { usage: _, ...old } = Counts.zero
    expect(Schema.decodeUnknownSync(Counts.Counts)(old)).toEqual(Counts.zero)
  })
})
