import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Gate from "../../src/core/Gate.js"
import * as GateLearning from "../../src/core/GateLearning.js"
import * as Window from "../../src/core/Window.js"

interface Limit {
  /** Whether a request is served now; if not, in how many milliseconds to come back. */
  readonly admit: (now: number) => number | null
}

const windows = (options: { readonly limit: () => number; readonly millis: number; readonly phase: number }): Limit => {
  const { limit, millis, phase } = options
  let current = -1
  let used = 0
  return {
    admit: (now) => {
      const window = Math.floor((now - phase) / millis)
      if (window !== current) used = 0
      current = window
      if (used >= limit()) return (window + 1) * millis + phase - now
      used++
      return null
    }
  }
}

const bucket = (perMinute: number, capacity: number): Limit => {
  let level = capacity
  let at = 0
  return {
    admit: (now) => {
      level = Math.min(capacity, level + ((now - at) * perMinute) / 60_000)
      at = now
      if (level < 1) return ((1 - level) * 60_000) / perMinute
      level -= 1
      return null
    }
  }
}

const roundTrip = 50

/** A token that is asked as often as its gate and its rests let it, by a vendor that says when to come back and no more. */
const ask = (limit: Limit, minutes: number, every: number, round: (seconds: number) => number = Math.ceil) => {
  let gate = Gate.open
  let rests = 0
  const answers: Array<{ readonly at: number; readonly run: () => void }> = []
  const served: Array<number> = []
  const refused: Array<number> = []
  for (let now = 0; now < minutes * 60_000; now += every) {
    while (answers[0] !== undefined && answers[0].at <= now) answers.shift()?.run()
    if (now < rests || Gate.opensAt(gate, now) > now) continue
    const [pass, next] = Gate.pass(gate, true, now)
    gate = next
    const wait = limit.admit(now)
    ;(wait === null ? served : refused).push(now)
    const at = now + roundTrip
    const run = () => {
      gate = Gate.giveBack(gate, pass, null)
      if (wait === null) {
        gate = Gate.serve(gate, pass, at)
        return
      }
      const millis = round(wait / 1_000) * 1_000
      rests = at + millis
      const lately = served.filter((each) => each > at - 60_000).length
      gate = GateLearning.refuse(gate, { pass, millis, served: lately, now: at })
    }
    answers.push({ at, run })
  }
  const of = {
    served: (minute: number, phase: number) =>
      served.filter((at) => Math.floor((at - phase) / 60_000) === minute).length
  }
  return { gate, served, refused, of }
}

const isKnown = ({ window }: Gate.Gate) => window !== null && Window.isKnown(window)

describe("Window", () => {
  it("uses every minute to the full once it is known, and is refused now and then, whatever the limit and its phase", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 120 }),
        fc.nat(59_999),
        fc.constantFrom(10, 100, 400),
        (limit, phase, every) => {
          const { gate, of, refused } = ask(windows({ limit: () => limit, millis: 60_000, phase }), 20, every)
          expect(isKnown(gate)).toBe(true)
          for (let minute = 4; minute < 19; minute++) {
            expect(of.served(minute, phase)).toBeGreaterThanOrEqual(limit - 1)
          }
          // Those in flight when the first of them is refused are refused too.
          expect(refused.filter((at) => at > 240_000).length).toBeLessThanOrEqual(6 * Math.ceil(roundTrip / every + 1))
        }
      ),
      { numRuns: 60 }
    )
  })

  it.each([
    ["a limit that grows", (minute: number) => (minute < 8 ? 20 : 60), 60],
    ["a limit that shrinks", (minute: number) => (minute < 8 ? 60 : 20), 20]
  ])("finds %s", (_name, limitAt, expected) => {
    let now = 0
    const { of, refused } = ask(
      {
        admit: ((limit) => (at: number) => {
          now = at
          return limit.admit(at)
        })(windows({ limit: () => limitAt(now / 60_000), millis: 60_000, phase: 7_300 }))
      },
      25,
      100
    )
    for (let minute = 18; minute < 24; minute++) {
      expect(of.served(minute, 7_300)).toBeGreaterThanOrEqual(expected - 1)
    }
    expect(refused.length).toBeLessThan(30)
  })

  it("waits for the true end where a vendor rounds down", () => {
    const { of, refused } = ask(windows({ limit: () => 30, millis: 60_000, phase: 41_700 }), 20, 100, Math.floor)
    for (let minute = 6; minute < 19; minute++) expect(of.served(minute, 41_700)).toBeGreaterThanOrEqual(29)
    expect(refused.filter((at) => at > 360_000).length).toBeLessThan(20)
  })

  it.each([20, 60, 120])("takes no bucket of %d a minute for a window", (perMinute) => {
    const { gate, served } = ask(bucket(perMinute, perMinute), 20, 50)
    expect(isKnown(gate)).toBe(false)
    expect(served.filter((at) => at >= 300_000).length / 15).toBeGreaterThan(perMinute * 0.93)
  })

  it("keeps a token going whose windows are shorter than a minute", () => {
    fc.assert(
      fc.property(fc.constantFrom(10_000, 20_000, 30_000), fc.nat(29_999), (millis, phase) => {
        const { served } = ask(windows({ limit: () => 10, millis, phase }), 20, 100)
        expect(served.length / 20).toBeGreaterThan(0.85 * 10 * (60_000 / millis))
      }),
      { numRuns: 30 }
    )
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
