import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Pace from "../../src/core/Pace.js"

type Op =
  | { readonly _tag: "Pass" | "Serve" }
  | { readonly _tag: "Refuse"; readonly late: number; readonly millis: number | null }
  | { readonly _tag: "Wait"; readonly millis: number }

const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ _tag: "Pass" as const }) },
  { weight: 2, arbitrary: fc.constant({ _tag: "Serve" as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      _tag: fc.constant("Refuse" as const),
      late: fc.nat(3),
      millis: fc.option(fc.nat(120_000))
    })
  },
  {
    weight: 3,
    arbitrary: fc.record({
      _tag: fc.constant("Wait" as const),
      millis: fc.constantFrom(0, 1, 500, 60_000, 86_400_000, -5_000)
    })
  }
)

/**
 * A token whose vendor says nothing but 429, or when to come back besides (`backIn`), asked whenever its pace lets it; its
 * answers take so long, its refusals no time. How it went in each minute.
 */
const converge = (
  admits: (at: number) => boolean,
  minutes: number,
  { answerMillis = 0, backIn = null }: { answerMillis?: number; backIn?: number | null } = {}
) => {
  let pace: Pace.Pace | null = null
  let now = 0
  let sent = 0
  const due: Array<{ readonly at: number; readonly number: number }> = []
  const serveUntil = (at: number) => {
    while (due[0] !== undefined && due[0].at <= at) {
      pace = pace === null ? null : Pace.serve(pace, due[0].number, due[0].at)
      due.shift()
    }
  }
  const outcomes: Array<{ readonly at: number; readonly isServed: boolean }> = []
  while (now < minutes * 60_000) {
    now = pace === null ? now + 50 : Math.max(now + 1, Pace.opensAt(pace))
    serveUntil(now)
    sent++
    if (pace !== null) pace = Pace.pass(pace, now)
    const isServed = admits(now)
    outcomes.push({ at: now, isServed })
    const refusal = { now, number: sent, sent, millis: backIn }
    if (isServed) {
      due.push({ at: now + answerMillis, number: sent })
      serveUntil(now)
      continue
    }
    pace =
      pace === null ? Pace.first(outcomes.filter((each) => each.isServed).length, refusal) : Pace.refuse(pace, refusal)
    now += backIn ?? 0
  }
  const late = outcomes.filter(({ at }) => at >= 3 * 60_000)
  const served = late.filter(({ isServed }) => isServed).length
  return { perMinute: served / (minutes - 3), wasted: (late.length - served) / served }
}

const window = (limit: number) => {
  let current = -1
  let used = 0
  return (at: number) => {
    if (Math.floor(at / 60_000) !== current) used = 0
    current = Math.floor(at / 60_000)
    if (used >= limit) return false
    used++
    return true
  }
}

const bucket = (limit: number, capacity: number) => {
  let level = capacity
  let last = 0
  return (at: number) => {
    level = Math.min(capacity, level + ((at - last) * limit) / 60_000)
    last = at
    if (level < 1) return false
    level--
    return true
  }
}

const refusal = (fields: Partial<Pace.Refusal> = {}): Pace.Refusal => ({
  now: 60_000,
  number: 100,
  sent: 100,
  millis: null,
  ...fields
})

describe("Pace", () => {
  it("is never nothing, endless or no number, whatever happens", () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.array(op, { maxLength: 200 }), (served, ops) => {
        let now = 100_000
        let sent = 100
        let pace = Pace.first(served, refusal({ now }))
        for (const each of ops) {
          if (each._tag === "Pass") {
            sent++
            pace = Pace.pass(pace, now)
          }
          if (each._tag === "Serve") pace = Pace.serve(pace, sent, now)
          if (each._tag === "Refuse")
            pace = Pace.refuse(pace, { now, number: sent - each.late, sent, millis: each.millis })
          if (each._tag === "Wait") now = Math.max(0, now + each.millis)
          expect(pace.perMinute >= 1 && pace.perMinute <= 1_000_000).toBe(true)
          expect(Number.isFinite(Pace.opensAt(pace))).toBe(true)
        }
      })
    )
  })

  it("counts a burst of refusals once", () => {
    const before = Pace.serve(Pace.restart(10, 0), 11, 10)
    const once = Pace.refuse(before, refusal({ number: 12, sent: 30 }))
    expect(once.perMinute).toBeLessThan(before.perMinute)
    for (const number of [11, 12, 20, 30]) expect(Pace.refuse(once, refusal({ number, sent: 30 }))).toBe(once)
    expect(Pace.refuse(once, refusal({ number: 31, sent: 31 }))).not.toBe(once)
  })

  it("steps back by at most 30 % at a time, or three quarters while it searches", () => {
    const searching = { ...Pace.restart(0, 0), perMinute: 400 }
    const found = Pace.refuse(searching, refusal({ number: 1, sent: 1 }))
    expect(found).toMatchObject({ perMinute: 100, searching: false })
    const served = Pace.serve(found, 2, 70_000)
    expect(Pace.refuse(served, refusal({ number: 3, sent: 3, now: 300_000 })).perMinute).toBeCloseTo(70, 6)
  })

  it("waits longer with each refusal in a row, but not for long, and learns no lower pace from them", () => {
    let pace = Pace.first(600, refusal({ number: 1, sent: 1 }))
    const { perMinute } = pace
    let last = 0
    for (let n = 2; n < 12; n++) {
      const pause = Pace.opensAt(pace) - 60_000
      expect(pause).toBeGreaterThanOrEqual(last)
      expect(pause).toBeLessThanOrEqual(5_000)
      last = pause
      pace = Pace.refuse(pace, refusal({ number: n, sent: n }))
    }
    expect(last).toBe(5_000)
    expect(pace.perMinute).toBe(perMinute)
  })

  it("waits no longer on its own than the answer said, nor than its pace is or a second", () => {
    expect(Pace.opensAt(Pace.first(600, refusal({ millis: 20 })))).toBe(60_020)
    expect(Pace.opensAt(Pace.first(600, refusal({ millis: 5_000 })))).toBe(61_000)
  })

  it("saves nothing up within a stated second, however fast", () => {
    // Ten a second: after a second of rest one goes, and the next 100 ms later.
    const refused = Pace.measured(600, { now: 0, number: 1, sent: 1, millis: 1_000 })
    const first = Pace.pass(refused, 1_000)
    expect([Pace.opensAt(refused), Pace.opensAt(first)]).toEqual([1_000, 1_100])
  })

  it("lets one go when the stated time is over, and the next in its time", () => {
    const refused = Pace.first(12, refusal({ millis: 3_000 }))
    expect(Pace.opensAt(refused)).toBe(63_000)
    expect(Pace.opensAt(Pace.pass(refused, 63_000))).toBe(68_000)
  })

  it("lets one idle moment be caught up, and no more", () => {
    const pace = Pace.restart(0, 0)
    let burst = 0
    for (let next = { ...pace, searching: false }; Pace.opensAt(next) <= 600_000; burst++)
      next = { ...Pace.pass(next, 600_000), searching: false }
    expect(burst).toBeGreaterThanOrEqual(5)
    expect(burst).toBeLessThanOrEqual(7)
  })

  it("grows when it is used, and not when it is not", () => {
    const pace = Pace.restart(0, 0)
    expect(Pace.pass(pace, 600_000).perMinute).toBe(pace.perMinute)
    expect(Pace.pass(Pace.pass(pace, 0), 0).perMinute).toBeGreaterThan(pace.perMinute)
  })

  it.each([
    ["a window of 20", window(20)],
    ["a window of 60", window(60)],
    ["a window of 1000", window(1_000)],
    ["a bucket of 60", bucket(60, 60)],
    ["a bucket of 60 that holds no more than 5", bucket(60, 5)],
    ["a bucket of 600", bucket(600, 600)]
  ])("finds the limit and stays just under it: %s", (name, admits) => {
    const limit = Number(/of (\d+)/.exec(name)?.[1])
    const { perMinute, wasted } = converge(admits, 15)
    expect(perMinute).toBeGreaterThanOrEqual(0.9 * limit)
    expect(wasted).toBeLessThanOrEqual(0.3)
  })

  it.each([
    { limit: 37, capacity: 37, answerMillis: 15_000 },
    { limit: 37, capacity: 6, answerMillis: 15_000 },
    { limit: 60, capacity: 60, answerMillis: 50_000 },
    { limit: 600, capacity: 100, answerMillis: 50_000 }
  ])("finds it where refusals are long known when answers come: %o", ({ answerMillis, capacity, limit }) => {
    for (const backIn of [2_000, null]) {
      const { perMinute, wasted } = converge(bucket(limit, capacity), 30, { answerMillis, backIn })
      expect(perMinute).toBeGreaterThanOrEqual(0.9 * limit)
      expect(wasted).toBeLessThanOrEqual(0.05)
    }
  })

  /** Asked as often as it lets for so many milliseconds. */
  const used = (pace: Pace.Pace, from: number, millis: number) => {
    let state = pace
    for (let now = from; now < from + millis; now = Math.max(now + 1, Pace.opensAt(state)))
      state = Pace.pass(state, now)
    return state.perMinute
  }

  it("does not take a fast pace a minute to show that its limit is far off", () => {
    const gained = (perMinute: number) => {
      const pace = Pace.measured(perMinute, { now: 0, number: 1, sent: 1, millis: null })
      return used({ ...pace, refusedPace: 0 }, 0, 30_000) / perMinute
    }
    expect(gained(60)).toBeLessThan(1.1)
    expect(gained(600)).toBeGreaterThan(1.2)
    const found = (perMinute: number) =>
      used(Pace.first(perMinute, { now: 0, number: 1, sent: 1, millis: null }), 0, 8_000) / perMinute
    expect(found(60)).toBeLessThan(6)
    expect(found(600)).toBeGreaterThan(8)
  })

  it("is soon back near where it was refused, and goes on slowly from there", () => {
    const fast = { ...Pace.first(100, { now: 0, number: 1, sent: 1, millis: 0 }), searching: false, refusals: 0 }
    // Nothing was asked for within the last minute, so nothing was served.
    const cut = Pace.refuse(fast, { now: 120_000, number: 2, sent: 2, millis: 0 })
    expect(cut.perMinute).toBe(70)
    expect(used(cut, 120_000, 15_000)).toBeGreaterThan(85)
    expect(used(cut, 120_000, 30_000)).toBeLessThan(105)
    // Refused again within a minute: it was not that far off.
    const again = Pace.refuse({ ...cut, perMinute: 97, refusals: 0 }, { now: 150_000, number: 60, sent: 60, millis: 0 })
    expect(used(again, 150_000, 15_000)).toBeLessThan(85)
  })

  it("gains by requests and not by time alone where it is slow", () => {
    const slow = { ...Pace.first(12, refusal({ now: 0 })), perMinute: 3, refusedPace: 3, searching: false }
    expect(used(slow, 0, 60_000)).toBeLessThan(3.05)
    expect(used(slow, 0, 180_000)).toBeLessThan(3.3)
    expect(used(slow, 0, 600_000)).toBeGreaterThan(4)
  })

  it("doubles every few seconds while nothing but the first refusal is known", () => {
    const first = Pace.first(60, { now: 0, number: 1, sent: 1, millis: 0 })
    expect(used(first, 0, 20_000)).toBeGreaterThan(300)
  })
})
