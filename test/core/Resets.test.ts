import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Gate from "../../src/core/Gate.js"
import * as Resets from "../../src/core/Resets.js"
import { statement } from "../support/gates.js"

/** What is known after resets that were stated, each in an answer that was under way for so long. */
const heard = (
  stated: ReadonlyArray<{ readonly resetAt: number; readonly now: number; readonly millis?: number }>
): Resets.Resets | undefined =>
  stated.reduce<Resets.Resets | undefined>(
    (before, { millis = 0, now, resetAt }) => Resets.hear(before, resetAt, { at: now - millis, now }),
    undefined
  )

describe("stated resets", () => {
  it("are a window's, whatever its length, however they are rounded and however long answers take", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 3_600_000 }),
        fc.nat(3_600_000),
        fc.array(fc.tuple(fc.nat(30_000), fc.nat(60_000), fc.nat(1_000)), { minLength: 1, maxLength: 40 }),
        fc.boolean(),
        (period, phase, requests, isLength) => {
          const ends = (at: number) => (Math.floor((at - phase) / period) + 1) * period + phase
          let at = 0
          const answers = requests.map(([wait, millis, rounded]) => {
            at += wait
            const now = at + millis
            // A length is read when its answer is there, a point in time is what it is; both are rounded up.
            return { now, millis, resetAt: ends(at) + rounded + (isLength ? millis : 0) }
          })
          expect(heard([...answers].sort((a, b) => a.now - b.now))?.moves).toBe(0)
        }
      )
    )
  })

  it("are a bucket's when they move on three times while the first is far", () => {
    const moving = (times: number) =>
      heard(Array.from({ length: times }, (_, i) => ({ now: i * 2_000, resetAt: i * 2_000 + 50_000 })))
    expect(moving(3)).toMatchObject({ moves: 2 })
    expect(moving(4)).toMatchObject({ moves: 3 })
    expect([moving(3), moving(4)].map((each) => each && Resets.areOfBucket(each))).toEqual([false, true])
    // Little by little is as good as at once.
    const slowly = Array.from({ length: 40 }, (_, i) => ({ now: i * 200, resetAt: i * 200 + 50_000 }))
    expect(heard(slowly)?.moves).toBe(4)
  })
})

describe("a limit whose vendor is supposed to have windows", () => {
  const usedUp = (gate: Gate.Gate, now: number, resetAt: number) =>
    Gate.hear(gate, [{ ...statement, limit: 60, remaining: 0, resetAt }], 1, now)
  const bucket = [0, 2_000, 4_000, 6_000].reduce((gate, now) => usedUp(gate, now, now + 60_000), Gate.open)

  it("is taken for a bucket when its resets are one's: it opens for the next request, and not when all is there", () => {
    expect(Gate.opensAt(usedUp(bucket, 8_000, 68_000), 8_000)).toBeCloseTo(9_000, -2)
    expect(
      Gate.opensAt(
        [0, 2_000, 4_000].reduce((g, now) => usedUp(g, now, 60_000), Gate.open),
        4_000
      )
    ).toBe(60_000)
  })

  it("stays one that was found not to fill up", () => {
    const windowed = Gate.change(bucket, { isWindowed: true })
    // But for the one request a minute that asks whether it still holds.
    expect(Gate.opensAt(usedUp(windowed, 8_000, 50_000), 8_000)).toBe(50_000)
  })
})
