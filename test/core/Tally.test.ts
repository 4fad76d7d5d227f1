import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Tally from "../../src/core/Tally.js"

const minute = 60_000

/** Steps of time, from one millisecond to over a minute, mostly of the size at which entries are put together. */
const pauses = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 2_500 }), fc.constantFrom(0, 1, 999, 1_000, 1_001, 59_999, 60_000)),
  { minLength: 1, maxLength: 120 }
)

const over = (pauses: ReadonlyArray<number>, step: (now: number) => void) => {
  let now = 1_000
  for (const pause of pauses) {
    now += pause
    step(now)
  }
}

describe("Tally", () => {
  it("never lets more than n through in any minute, and no fewer than it must", () => {
    fc.assert(
      fc.property(pauses, fc.integer({ min: 1, max: 40 }), (pauses, most) => {
        let tally = Tally.empty
        const passed: Array<number> = []
        over(pauses, (now) => {
          const within = passed.filter((at) => at > now - minute).length
          // What was used within a second is as old as the latest of it, so room may come up to a second late.
          const lately = passed.filter((at) => at > now - minute - 1_000).length
          const isOpen = Tally.roomAt(tally, most - 1, now) <= now
          if (within >= most) expect(isOpen).toBe(false)
          if (lately < most) expect(isOpen).toBe(true)
          if (!isOpen) return
          tally = Tally.add(tally, 1, now)
          passed.push(now)
        })
      })
    )
  })

  it("says exactly when there is room again: not a millisecond before", () => {
    fc.assert(
      fc.property(pauses, fc.integer({ min: 0, max: 40 }), (pauses, room) => {
        let tally = Tally.empty
        over(pauses, (now) => {
          tally = Tally.add(tally, 1 + (now % 3), now)
          const at = Tally.roomAt(tally, room, now)
          expect(Tally.sum(tally, at)).toBeLessThanOrEqual(room)
          if (at > now) expect(Tally.sum(tally, at - 1)).toBeGreaterThan(room)
        })
      })
    )
  })

  it("sums all of the last minute and nothing that is older than a minute and a second", () => {
    fc.assert(
      fc.property(pauses, (pauses) => {
        let tally = Tally.empty
        const added: Array<number> = []
        over(pauses, (now) => {
          tally = Tally.add(tally, 1, now)
          added.push(now)
          const sum = Tally.sum(tally, now)
          expect(sum).toBeGreaterThanOrEqual(added.filter((at) => at > now - minute).length)
          expect(sum).toBeLessThanOrEqual(added.filter((at) => at > now - minute - 1_000).length)
          expect(tally.length).toBeLessThanOrEqual(61)
        })
      })
    )
  })

  it("corrects what was added, never below nothing, and leaves what has left alone", () => {
    const tally = Tally.add(Tally.add(Tally.empty, 10, 0), 5, 5_000)
    expect(Tally.sum(Tally.correct(tally, 7, 0), 5_000)).toBe(22)
    expect(Tally.sum(Tally.correct(tally, -99, 5_000), 5_000)).toBe(10)
    expect(Tally.correct(tally, 7, 4_000)).toBe(tally)
    expect(Tally.correct(tally, 0, 0)).toBe(tally)
    const later = Tally.add(tally, 1, 70_000)
    expect(Tally.correct(later, 7, 0)).toBe(later)
  })

  it("forgets nothing early when the clock is set back", () => {
    const back = Tally.add(Tally.add(Tally.empty, 1, 100_000), 1, 50_000)
    expect(Tally.roomAt(back, 1, 50_000)).toBe(160_000)
    expect(Tally.sum(back, 159_999)).toBe(2)
  })

  it("has room for what is larger than the whole limit once nothing else counts", () => {
    expect(Tally.roomAt(Tally.add(Tally.empty, 5, 0), -7, 10)).toBe(60_000)
    expect(Tally.roomAt(Tally.empty, -7, 10)).toBe(10)
  })
})
