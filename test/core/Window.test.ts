import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Window from "../../src/core/Window.js"
import { ask, bucket, type Learn, paceAlone, roundTrip, slidingLog, stating, windows } from "../support/asking.js"

/** In [0, 1), the same for the same number. */
const chance = (number: number): number => {
  const mixed = Math.imul(number ^ 0x9e3779b9, 0x85ebca6b)
  const more = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((more ^ (more >>> 16)) >>> 0) / 2 ** 32
}

describe("Window", () => {
  it("uses every minute to the full once it is known, and is refused now and then, whatever limit, phase and beat", () => {
    // At a beat that goes into a minute, the window is used up at the same point of each, and every wait is the same.
    const beat = fc.oneof(fc.constantFrom(10, 100, 400, 500, 1_000, 2_000), fc.integer({ min: 10, max: 2_000 }))
    // Where it is used up in its last seconds only, refusals hardly differ from those of a bucket, and cost as little.
    const asked = fc
      .record({ limit: fc.integer({ min: 3, max: 120 }), phase: fc.nat(59_999), every: beat })
      .filter(({ every, limit }) => limit * every <= 54_000)
    fc.assert(
      fc.property(asked, ({ every, limit, phase }) => {
        const { isKnown, of, refused } = ask(windows({ limitAt: () => limit, phase }), { minutes: 20, every })
        expect(isKnown).toBe(true)
        for (let minute = 4; minute < 19; minute++) {
          expect(of.served(minute, phase)).toBeGreaterThanOrEqual(limit - 1)
        }
        // Those in flight when the first of them is refused are refused too.
        expect(refused.filter((at) => at > 240_000).length).toBeLessThanOrEqual(6 * Math.ceil(roundTrip / every + 1))
      }),
      {
        numRuns: 60,
        examples: [[{ limit: 3, phase: 27_031, every: 10 }], [{ limit: 109, phase: 43_601, every: 400 }]]
      }
    )
  })

  it.each([
    ["a limit that grows", (minute: number) => (minute < 8 ? 20 : 60), 60],
    ["a limit that shrinks", (minute: number) => (minute < 8 ? 60 : 20), 20]
  ])("finds %s", (_name, limitAt, expected) => {
    const limit = windows({ limitAt: (now) => limitAt(now / 60_000) })
    const { of, refused } = ask(limit, { minutes: 25, every: 100 })
    for (let minute = 18; minute < 24; minute++) {
      expect(of.served(minute, 7_300)).toBeGreaterThanOrEqual(expected - 1)
    }
    expect(refused.length).toBeLessThan(30)
  })

  it("waits for the true end where a vendor rounds down", () => {
    const { of, refused } = ask(windows({ limitAt: () => 30, phase: 41_700 }), {
      minutes: 20,
      every: 100,
      round: Math.floor
    })
    for (let minute = 6; minute < 19; minute++) expect(of.served(minute, 41_700)).toBeGreaterThanOrEqual(29)
    expect(refused.filter((at) => at > 360_000).length).toBeLessThan(20)
  })

  it.each([20, 60, 120])("takes no bucket of %d a minute for a window", (perMinute) => {
    const { between, isKnown } = ask(bucket(perMinute, perMinute), { minutes: 20, every: 50 })
    expect(isKnown).toBe(false)
    expect(between(5, 20) / 15).toBeGreaterThan(perMinute * 0.93)
  })

  it("keeps a token going whose windows are shorter than a minute", () => {
    fc.assert(
      fc.property(fc.constantFrom(10_000, 20_000, 30_000), fc.nat(29_999), (millis, phase) => {
        const { served } = ask(windows({ limitAt: () => 10, millis, phase }), { minutes: 20, every: 100 })
        expect(served.length / 20).toBeGreaterThan(0.85 * 10 * (60_000 / millis))
      }),
      { numRuns: 30 }
    )
  })

  it.each([5, 30, 60])("takes a wait of %d s that is stated each time for no window", (seconds) => {
    const small = () => stating(seconds * 1_000, bucket(60, 10))
    const { between, isKnown } = ask(small(), { minutes: 30, every: 20 })
    expect(isKnown).toBe(false)
    const alone = ask(small(), { minutes: 30, every: 20, learn: paceAlone })
    expect(between(0, 30)).toBeGreaterThanOrEqual(alone.between(0, 30))
  })

  it("costs hardly anything where every request counts for a minute of its own", () => {
    const all = (learn?: Learn) => {
      const runs = [10, 15, 20, 27, 41, 70, 100].map((every) => ask(slidingLog(60), { minutes: 40, every, learn }))
      const sum = (of: (run: (typeof runs)[number]) => number) => runs.reduce((total, run) => total + of(run), 0)
      return { served: sum(({ between }) => between(0, 40)), refused: sum(({ refused }) => refused.length) }
    }
    const [learnt, alone] = [all(), all(paceAlone)]
    expect(learnt.served).toBeGreaterThan(alone.served * 0.97)
    expect(learnt.refused).toBeLessThan(alone.refused * 1.5)
  })

  it.each([
    ["a tenth of them large", (now: number) => (chance(now) < 0.1 ? 30_000 : 300)],
    ["of all sizes", (now: number) => Math.min(90_000, -Math.log(1 - chance(now)) * 1_000)],
    ["all large for five minutes, then all small", (now: number) => (now % 600_000 < 300_000 ? 30_000 : 300)],
    ["all large for a minute, then all small", (now: number) => (now % 120_000 < 60_000 ? 30_000 : 300)]
  ])("costs hardly anything where requests are not what is counted, %s", (_name, sizeAt) => {
    const served = (learn?: Learn) =>
      [0, 13_400, 23_400, 40_000, 51_900].reduce((sum, phase) => {
        const limit = windows({ limitAt: () => 100_000, phase })
        return sum + ask(limit, { minutes: 60, every: 20, sizeAt, learn }).between(0, 60)
      }, 0)
    expect(served() / served(paceAlone)).toBeGreaterThan(0.95)
  })

  it.each([
    [20, 200],
    [3, 300],
    [60, 600]
  ])("uses a limit of %d that is raised to %d within a few minutes", (before, after) => {
    const limit = windows({ limitAt: (now) => (now < 600_000 ? before : after), phase: 0 })
    const { of, refused, served } = ask(limit, { minutes: 20, every: 20 })
    for (let minute = 16; minute < 20; minute++) expect(of.served(minute, 0)).toBeGreaterThan(after * 0.95)
    expect(refused.length / served.length).toBeLessThan(0.05)
  })

  it.each([2, 4, 10])("leaves no room and is seldom refused where %d processes share a token", (processes) => {
    const { between, refused, served } = ask(windows({ limitAt: () => 60 }), { minutes: 40, every: 20, processes })
    expect(between(10, 40)).toBeGreaterThan(30 * 59)
    expect(refused.length / served.length).toBeLessThan(0.1)
  })

  it("lets at least one through in every window, whatever it is told", () => {
    const refusal = fc.record({
      wait: fc.nat(90_000),
      after: fc.nat(90_000),
      late: fc.nat(5)
    })
    fc.assert(
      fc.property(fc.array(refusal, { maxLength: 30 }), (refusals) => {
        let window: Window.Window | null = null
        let now = 1_000_000
        let sent = 0
        for (const { after, late, wait } of refusals) {
          now += after
          if (window === null || Window.opensAt(window, now) <= now) {
            sent++
            if (window !== null) window = Window.pass(window, sent, now)
          }
          window = Window.refuse(window, { now, number: Math.max(0, sent - late), sent, millis: wait })
          if (window === null) continue
          const opens = Window.opensAt(window, now)
          expect(opens).toBeLessThanOrEqual(now + 180_000)
          expect(Window.opensAt(window, opens)).toBeLessThanOrEqual(opens)
        }
      })
    )
  })
})
