import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Gate from "../../src/core/Gate.js"
import * as Resets from "../../src/core/Resets.js"
import { statement } from "../support/gates.js"

/** What is known after resets that were stated, each in an answer that was under way for so long. */
const heard = (
  stated: ReadonlyArray<{
    readonly resetAt: number
    readonly now: number
    readonly millis?: number
    readonly remaining?: number
  }>
): Resets.Resets | undefined =>
  stated.reduce<Resets.Resets | undefined>(
    (before, { millis = 0, now, remaining = 0, resetAt }) =>
      Resets.hear(before, { limit: 60, remaining, resetAt }, { at: now - millis, now }),
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
      ),
      { numRuns: 2_000 }
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

describe("stated resets of what is used", () => {
  it("are a window's when they stay three times though so much was used that a bucket's had moved", () => {
    const staying = (...remaining: ReadonlyArray<number>) =>
      heard(remaining.map((remaining, i) => ({ now: i * 100, resetAt: 50_000, remaining })))
    const known = staying(59, 50, 40, 30)
    expect(known).toMatchObject({ moves: 0, stays: 3 })
    expect(known && [Resets.areOfWindow(known), Resets.areOfBucket(known)]).toEqual([true, false])
    // Nothing was used, or so little that the next whole second is the same.
    expect(staying(50, 50, 50, 50)?.stays).toBe(0)
    expect(staying(50, 49, 49, 49, 49)?.stays).toBe(1)
    expect(
      heard([59, 58, 57, 56].map((remaining, i) => ({ now: i * 100, resetAt: 5_000, remaining, millis: 9_000 })))?.stays
    ).toBe(0)
  })

  it("of a bucket never stay, however they are rounded and however long answers take", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.integer({ min: 20, max: 60_000 }),
        fc.array(fc.tuple(fc.nat(3_000), fc.nat(20_000), fc.nat(1_000), fc.boolean()), { minLength: 1, maxLength: 40 }),
        (limit, interval, requests) => {
          let level = limit
          let at = 0
          const answers = requests.map(([wait, millis, rounded, isLength]) => {
            at += wait
            level = Math.min(limit, level + wait / interval)
            if (level >= 1) level--
            const resetAt = at + (limit - level) * interval + rounded + (isLength ? millis : 0)
            return { limit, remaining: Math.floor(level), resetAt, at, now: at + millis }
          })
          const inTime = answers.sort((a, b) => a.now - b.now)
          const known = inTime.reduce<Resets.Resets | undefined>(
            (before, each) => Resets.hear(before, each, each),
            undefined
          )
          expect(known?.stays).toBe(0)
        }
      )
    )
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

  it("and one that is supposed to have buckets is taken for a window when its resets are one's", () => {
    const stated = (remaining: number) =>
      ({ ...statement, limit: 60, remaining, refill: "continuous", resetAt: 50_000 }) as const
    const window = [59, 50, 40, 30].reduce(
      (gate, left, i) => Gate.hear(gate, [stated(left)], i + 1, i * 100),
      Gate.open
    )
    expect(Gate.opensAt(Gate.hear(window, [stated(0)], 5, 1_000), 1_000)).toBe(50_000)
    expect(Gate.opensAt(Gate.hear(Gate.open, [stated(0)], 5, 1_000), 1_000)).toBeLessThan(2_000)
  })

  it("stays one that was found not to fill up", () => {
    const windowed = Gate.change(bucket, { isWindowed: true })
    // But for the one request a minute that asks whether it still holds.
    expect(Gate.opensAt(usedUp(windowed, 8_000, 50_000), 8_000)).toBe(50_000)
  })
})
