import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Flow from "../../src/core/Flow.js"

/** A generator of even chance that needs nothing but its seed. */
const chance = (seed: number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Lets a crowd through from 0 on, each as soon as it may and so many milliseconds late; says when each went. */
const crowd = (steady: number, seed: number, millis: number, lateness = 0): ReadonlyArray<number> => {
  const random = chance(seed)
  const times: Array<number> = []
  let flow: Flow.Flow | null = Flow.begin(steady, 0)
  let now = 0
  while (flow !== null) {
    now = Math.max(now, Flow.opensAt(flow) + Math.round(lateness * random()))
    if (now > millis) break
    times.push(now)
    flow = Flow.pass(flow, { hasWaited: true, random: random(), now })
  }
  return times
}

const busiest = (times: ReadonlyArray<number>, millis: number): number => {
  let most = 0
  let from = 0
  times.forEach((at, i) => {
    while ((times[from] ?? at) <= at - millis) from++
    most = Math.max(most, i - from + 1)
  })
  return most
}

const steadies = fc.constantFrom(5, 20, 60, 200, 800)

describe("Flow", () => {
  it("lets a crowd through no faster than 1.3 times the steady rate in any five seconds", () => {
    fc.assert(
      fc.property(steadies, fc.nat(), (steady, seed) => {
        expect(busiest(crowd(steady, seed, 55_000), 5_000)).toBeLessThanOrEqual(steady * 5 * 1.3 + 2)
      }),
      { numRuns: 40 }
    )
  })

  it("lets a crowd through at the steady rate from two seconds on, at any rate, even when timers come late", () => {
    fc.assert(
      fc.property(steadies, fc.nat(), fc.constantFrom(0, 4), (steady, seed, lateness) => {
        const times = crowd(steady, seed, 12_000, lateness)
        expect(times.filter((at) => at >= 2_000).length).toBeGreaterThanOrEqual(steady * 10 * 0.95)
      }),
      { numRuns: 40 }
    )
  })

  it("begins with a third", () => {
    for (const seed of [1, 2, 3]) {
      const first = crowd(100, seed, 300).length
      expect(first).toBeGreaterThanOrEqual(9)
      expect(first).toBeLessThanOrEqual(18)
    }
  })

  it("shifts each by chance, so that two processes do not march in time", () => {
    expect(crowd(10, 1, 5_000)).not.toEqual(crowd(10, 2, 5_000))
    const [soon, late] = [0, 0.5].map(
      (random) => Flow.pass(Flow.begin(1, 0), { hasWaited: true, random, now: 0 })?.next ?? 0
    )
    expect((late ?? 0) / (soon ?? 1)).toBeCloseTo(2, 6)
  })

  it("ends soon when nobody has waited", () => {
    let flow: Flow.Flow | null = Flow.begin(10, 0)
    let now = 0
    for (; flow !== null && now < 60_000; now += 500) flow = Flow.pass(flow, { hasWaited: false, random: 0.5, now })
    expect(flow).toBeNull()
    expect(now).toBeLessThanOrEqual(5_000)
  })

  it("goes on while somebody waits, for whatever else", () => {
    let flow: Flow.Flow | null = Flow.begin(10, 0)
    let now = 0
    // A window that opens late lets nobody through for long.
    for (; flow !== null && now < 60_000; now += 5_000) flow = Flow.pass(flow, { hasWaited: true, random: 0.5, now })
    expect(flow).not.toBeNull()
  })

  it("ends after two minutes at the latest, however many come", () => {
    for (const steady of [1, 50, 400]) expect(crowd(steady, 1, 600_000).at(-1)).toBeLessThanOrEqual(123_000)
  })

  it("grows for who still waits after a minute, so that a rate measured too low holds nobody back for long", () => {
    const times = crowd(1, 1, 119_000)
    const within = (from: number) => times.filter((at) => at >= from && at < from + 20_000).length
    expect(within(95_000)).toBeGreaterThan(within(30_000) * 1.8)
  })

  it("stands a clock that is set back, and a rate of nothing", () => {
    const flow = Flow.pass(Flow.begin(0, 10_000), { hasWaited: true, random: 0.5, now: 5_000 })
    expect(flow?.steady).toBe(1)
    expect(Number.isFinite(flow?.next)).toBe(true)
  })
})
