import { describe, expect, it } from "vitest"
import * as Trouble from "../../src/core/Trouble.js"

/** After which times the next few probes go while none of them is answered. */
const waits = (steady: number, failsAfter = 0) =>
  [1, 2, 3, 4].map((nth) => Trouble.verdictMillis({ ...Trouble.none, steady, failsAfter }, nth))

describe("the wait for the verdict of a probe", () => {
  it("grows up to a second, and begins with what failures take", () => {
    expect(waits(1)).toEqual([250, 500, 1_000, 1_000])
    expect(waits(0, 100)).toEqual([400, 800, 1_000, 1_000])
    expect(waits(25, 5_000)).toEqual([1_000, 1_000, 1_000, 1_000])
  })

  it("is shorter where so much is asked for that a few probes more are nothing", () => {
    expect(waits(50)).toEqual([250, 500, 500, 500])
    expect(waits(1_000)).toEqual([250, 250, 250, 250])
  })
})
