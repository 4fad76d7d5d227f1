import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Gate from "../../src/core/Gate.js"
import * as GateLearning from "../../src/core/GateLearning.js"
import * as GateView from "../../src/core/GateView.js"
import * as Pace from "../../src/core/Pace.js"
import * as Window from "../../src/core/Window.js"
import { live, minute, ops, statement } from "../support/gates.js"

/** Sends one request after another for as long as the gate lets them through. */
const drain = (gate: Gate.Gate, now: number): { readonly count: number; readonly gate: Gate.Gate } => {
  let state = gate
  let count = 0
  while (count < 1_000 && Gate.opensAt(state, now) <= now) {
    state = Gate.pass(state, true, now)[1]
    count++
  }
  return { count, gate: state }
}

describe("what a vendor states", () => {
  it("explains no refusal where it only says when to come back: the pace is learnt, or all would come back at once", () => {
    const learnt = (limit: number | null) => {
      const usedUp = { ...statement, limit, remaining: 0, resetAt: 2_000 }
      const gate = Gate.hear({ ...Gate.open, sent: 9 }, [usedUp], 9, 1_000)
      return GateLearning.refuse(gate, { pass: { number: 9, isGuess: false }, millis: 1_000, served: 20, now: 1_000 })
        .pace
    }
    expect(learnt(null)).not.toBeNull()
    expect(learnt(20)).toBeNull()
  })

  it("is never overrun before its reset, but for one request that rechecks it each minute", () => {
    fc.assert(
      fc.property(
        fc.nat(8),
        fc.integer({ min: 1, max: 7 }),
        fc.array(fc.nat(20_000), { maxLength: 20 }),
        (left, minutes, waits) => {
          const resetAt = minutes * minute
          let gate = Gate.hear(Gate.open, [{ ...statement, remaining: left, resetAt }], 0, 0)
          let now = 0
          let count = 0
          for (const millis of [0, ...waits]) {
            now += millis
            if (now >= resetAt) break
            const sent = drain(gate, now)
            count += sent.count
            gate = sent.gate
          }
          expect(count).toBeLessThanOrEqual(left + Math.floor(Math.min(now, resetAt) / minute))
        }
      )
    )
  })

  it("is taken from the latest request only, whatever the order of the answers", () => {
    const numbers = fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 1 })
    fc.assert(
      fc.property(numbers, (order) => {
        const sent = { ...Gate.open, sent: 6 }
        const say = (number: number) => ({ ...statement, remaining: 9 - number, resetAt: 10_000 })
        const gate = order.reduce((g, number) => Gate.hear(g, [say(number)], number, 1), sent)
        // Answer n says what n left; those sent after it are taken off.
        const latest = Math.max(...order)
        expect(drain(gate, 2).count).toBe(Math.max(0, 9 - latest - (6 - latest)))
      })
    )
  })

  it("is several limits at once: the one with the least room holds", () => {
    const tokens = { ...statement, kind: "tokens", unit: "usage", limit: 1_000, remaining: 250 } as const
    const gate = { ...Gate.open, typical: { input: 100, output: 0 } }
    expect(drain(Gate.hear(gate, [statement, tokens], 0, 0), 0).count).toBe(2)
    expect(drain(Gate.hear(gate, [{ ...statement, remaining: 1 }, tokens], 0, 0), 0).count).toBe(1)
  })

  it("is put right when an answer says what its request cost", () => {
    const tokens = { ...statement, kind: "tokens", unit: "usage", limit: 1_000, remaining: 300 } as const
    const heard = Gate.hear({ ...Gate.open, typical: { input: 100, output: 0 } }, [tokens], 0, 0)
    const [pass, sent] = Gate.pass(heard, true, 0)
    expect(drain(sent, 0).count).toBe(2)
    // 10 of 300 are used; 88.75 are usual by now.
    expect(drain(Gate.giveBack(sent, pass, { input: 10, output: 0 }), 0).count).toBe(3)
    expect(drain(Gate.giveBack(sent, pass, { input: 299, output: 0 }), 0).count).toBe(0)
  })

  it("is forgotten for a new look only where it is used up for long", () => {
    const day = 86_400_000
    const used = { ...statement, remaining: 0 }
    const both = Gate.hear(Gate.open, [used, { ...used, kind: "requests/day", resetAt: day }], 0, 0)
    const asked = Gate.askAnew(both, 0)
    expect(Object.keys(asked.stated)).toEqual(["requests"])
    expect(Gate.askAnew(asked, 0)).toBe(asked)
  })
})

describe("a refusal", () => {
  const refusal = { pass: { number: 1, isGuess: false }, millis: null, served: 6, now: 0 }

  it("teaches no pace where what the vendor states explains it", () => {
    const gate = Gate.hear({ ...Gate.open, sent: 1 }, [{ ...statement, remaining: 0 }], 1, 0)
    expect(GateLearning.refuse(gate, refusal)).toBe(gate)
  })

  it("teaches no pace to a token that was not served at all lately", () => {
    const gate = { ...Gate.open, sent: 1 }
    expect(GateLearning.refuse(gate, { ...refusal, served: 0 })).toBe(gate)
    expect(GateLearning.refuse(gate, refusal).pace).not.toBeNull()
  })

  it("that for once says nothing teaches a pace beside the window, which stays when it is served again", () => {
    const candidate = Window.candidate({ now: 0, sent: 0, millis: 30_000 }, 0)
    const window = { ...candidate, agreements: 2, limit: 10 }
    const refused = GateLearning.refuse({ ...Gate.open, sent: 1, window }, { ...refusal, now: 1_000 })
    const served = GateLearning.serve(
      { ...refused, sent: 2 },
      { number: 2, isGuess: false },
      { sentAt: 4_000, now: 5_000 }
    )
    expect(served.window).toBe(window)
    expect(served.pace).toMatchObject({ refusals: 0 })
  })

  it("never makes the pace faster, and a serving never slower", () => {
    fc.assert(
      fc.property(ops, (ops) => {
        live(Gate.open, ops, ({ before, gate, op }) => {
          if (before.pace === null || gate.pace === null) return
          if (op._tag === "Refuse") expect(gate.pace.perMinute).toBeLessThanOrEqual(before.pace.perMinute)
          if (op._tag === "Serve") expect(gate.pace.perMinute).toBeGreaterThanOrEqual(before.pace.perMinute)
        })
      })
    )
  })

  /** Sends a guess more each time, which is refused. */
  const guess = (gate: Gate.Gate) => {
    const number = gate.sent + 1
    return GateLearning.refuse({ ...gate, sent: number }, { ...refusal, pass: { number, isGuess: true } })
  }

  it("of what was only supposed makes the next supposition more careful, within bounds, and at last a window of it", () => {
    const bucket = { ...statement, limit: 60, remaining: 59, resetAt: 1_500, refill: "continuous" } as const
    const empty = { ...statement, kind: "tokens", remaining: 0, resetAt: 50_000 }
    const gate = Gate.hear({ ...Gate.open, sent: 1 }, [bucket, empty], 1, 0)
    const once = guess(gate)
    expect(once.trust).toBeLessThan(gate.trust)
    expect(once.pace).toBeNull()
    const twice = guess(once)
    const thrice = guess(twice)
    expect(thrice).toMatchObject({ isWindowed: true, pace: null })
    expect(Object.values(thrice.stated).map(({ perMilli, refill }) => [perMilli, refill])).toEqual([
      [0, "at-once"],
      [0, "at-once"]
    ])
    expect(Gate.hear(thrice, [{ ...bucket, resetAt: 9_000 }], 2, 0).stated.requests).toMatchObject({ perMilli: 0 })
    // One that was sent in between and is not refused shows that it does fill up; what comes late shows nothing.
    expect(guess({ ...twice, sent: twice.sent + 1 }).isWindowed).toBe(false)
    expect(guess(Gate.serve(twice, { number: 1, isGuess: true }, 0)).isWindowed).toBe(true)
    // Windows that are no such thing teach a pace.
    expect(guess(thrice).pace).not.toBeNull()
  })

  it("of what was only supposed counts once for all that were sent before it was known", () => {
    const bucket = { ...statement, limit: 20, remaining: 0, resetAt: 60_000, refill: "continuous" } as const
    /** So many are sent at once and all refused but the first. */
    const burst = (gate: Gate.Gate, size: number) => {
      let next = { ...gate, sent: gate.sent + size }
      for (let number = gate.sent + 2; number <= next.sent; number++) {
        next = { ...GateLearning.refuse(next, { ...refusal, pass: { number, isGuess: true } }) }
      }
      return next
    }
    const heard = Gate.hear({ ...Gate.open, sent: 1 }, [bucket], 1, 0)
    let gate = heard
    for (let i = 0; i < 5; i++) gate = burst(gate, 5)
    expect(gate).toMatchObject({ isWindowed: false, mistakes: 1, missed: 3 })
    expect(gate.trust).toBeCloseTo(0.85, 6)
    // Unless it is most of the limit, again and again.
    expect(burst(burst(heard, 20), 20).isWindowed).toBe(false)
    expect(burst(burst(burst(heard, 20), 20), 20).isWindowed).toBe(true)
  })

  it("of a window that was supposed counts each, until one is served", () => {
    const gate = Gate.hear({ ...Gate.open, sent: 9 }, [{ ...statement, remaining: 0, resetAt: 60_000 }], 9, 0)
    const refused = (gate: Gate.Gate, number: number) =>
      GateLearning.refuse(gate, { ...refusal, pass: { number, isGuess: true } })
    const twice = refused(refused(gate, 7), 8)
    expect(refused(twice, 9).isWindowed).toBe(true)
    expect(refused(Gate.serve(twice, { number: 5, isGuess: true }, 0), 9).isWindowed).toBe(false)
  })

  it("keeps trust within its bounds, however often suppositions are wrong or right", () => {
    let gate = Gate.hear({ ...Gate.open, sent: 1 }, [{ ...statement, remaining: 0 }], 1, 0)
    const serve = () => Gate.serve(gate, { number: gate.sent, isGuess: true }, 0)
    for (let i = 0; i < 1_000; i++) {
      gate = guess(gate)
      gate = serve()
    }
    expect(gate).toMatchObject({ isWindowed: false })
    expect(guess(gate).trust).toBeCloseTo(0.8, 2)
    for (let i = 0; i < 3_000; i++) gate = serve()
    expect(gate.trust).toBeCloseTo(1.3, 6)
  })

  it("of one supposition in a hundred and fifty is what finding out costs at most", () => {
    let gate = guess(Gate.hear({ ...Gate.open, sent: 1 }, [{ ...statement, remaining: 0 }], 1, 0))
    const before = gate.trust
    const serve = () => Gate.serve(gate, { number: gate.sent, isGuess: true }, 0)
    for (let i = 0; i < 149; i++) gate = serve()
    expect(guess(gate).trust).toBeLessThan(before)
    gate = serve()
    expect(guess(gate).trust).toBeGreaterThanOrEqual(before - 1e-9)
  })

  it("keeps trust within its bounds and in flight as it is, whatever comes", () => {
    fc.assert(
      fc.property(ops, (ops) => {
        live(Gate.open, ops, ({ before, gate, op }) => {
          expect(gate.trust).toBeGreaterThanOrEqual(0.8)
          expect(gate.trust).toBeLessThanOrEqual(1.3)
          if (op._tag === "Refuse" || op._tag === "Serve" || op._tag === "Hear")
            expect(gate.inFlight).toBe(before.inFlight)
        })
      })
    )
  })
})

describe("a pace", () => {
  it("holds a gate that has no other limit, and is moved on by each request", () => {
    const gate = { ...Gate.open, pace: Pace.restart(0, 0) }
    const { count, gate: shut } = drain(gate, 0)
    expect(count).toBeGreaterThan(1)
    expect(GateView.reason(shut, 0)).toBe("pace_learnt")
    expect(drain(shut, Gate.opensAt(shut, 0)).count).toBe(1)
  })
})
