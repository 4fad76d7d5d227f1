import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Gate from "../../src/core/Gate.js"
import * as GateLearning from "../../src/core/GateLearning.js"
import * as GateView from "../../src/core/GateView.js"
import * as Limits from "../../src/core/Limits.js"
import { limits, live, minute, ops, statement, within } from "../support/gates.js"

describe("a gate under limits of the user's", () => {
  it("lets through no more in any minute, and no more at once, than they say", () => {
    fc.assert(
      fc.property(limits, ops, (limits, ops) => {
        live(Gate.limited(Gate.open, limits), ops, ({ now, op, sent }) => {
          if (op._tag !== "Pass") return
          expect(within(sent, now).length).toBeLessThanOrEqual(limits.requestsPerMinute ?? Infinity)
          expect(sent.filter(({ isOut }) => isOut).length).toBeLessThanOrEqual(limits.concurrency ?? Infinity)
        })
      })
    )
  })

  it("lets nobody through when the usage of the minute and what a request usually costs exceed the limit", () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 100, 400), ops, (usagePerMinute, ops) => {
        live(Gate.limited(Gate.open, Limits.of({ usagePerMinute })), ops, ({ before, now, op, sent }) => {
          if (op._tag !== "Pass" || sent.at(-1)?.at !== now || sent.at(-1)?.pass.number !== before.sent + 1) return
          const used = within(sent.slice(0, -1), now).reduce((sum, { used }) => sum + used, 0)
          const { reserved } = sent.at(-1)?.pass ?? { reserved: { input: 0, output: 0 } }
          // What is larger than the whole limit goes when nothing else counts.
          if (used > 1e-6) expect(used + reserved.input + reserved.output).toBeLessThanOrEqual(usagePerMinute + 1e-6)
        })
      })
    )
  })

  it("has in flight what is out, and nothing when all is back", () => {
    fc.assert(
      fc.property(limits, ops, (limits, ops) => {
        const { gate, sent } = live(Gate.limited(Gate.open, limits), ops, ({ gate, sent }) => {
          expect(gate.inFlight).toBe(sent.filter(({ isOut }) => isOut).length)
        })
        const out = sent.filter(({ isOut }) => isOut)
        expect(out.reduce((g, { pass }) => Gate.giveBack(g, pass, null), gate).inFlight).toBe(0)
      })
    )
  })

  it("never has less than nothing in flight, not by what another gate let through either", () => {
    const [pass] = Gate.pass(Gate.open, true, 0)
    expect(Gate.giveBack(Gate.open, pass, null).inFlight).toBe(0)
    expect(Gate.giveBack(Gate.open, pass, { input: 1, output: 1 }).inFlight).toBe(0)
  })

  it("does not count as in flight what was handed out for good", () => {
    const [pass, gate] = Gate.pass(Gate.limited(Gate.open, Limits.of({ concurrency: 1 })), false, 0)
    expect([gate.inFlight, Gate.giveBack(gate, pass, null).inFlight]).toEqual([0, 0])
  })

  it("counts usage that was corrected as if it had been known beforehand", () => {
    fc.assert(
      fc.property(ops, (ops) => {
        const told = ops.filter(({ _tag }) => _tag !== "Hear" && _tag !== "Refuse")
        // So large a limit shuts nobody out; only what is counted matters.
        live(Gate.limited(Gate.open, Limits.of({ usagePerMinute: 1e9 })), told, ({ gate, now, sent }) => {
          const at = now + minute
          const opensFor = (room: number) => Gate.opensAt(Gate.limited(gate, Limits.of({ usagePerMinute: room })), now)
          const expected = Math.max(1, gate.typical.input + gate.typical.output)
          const lately = within(sent, now).reduce((sum, { used }) => sum + used, 0)
          // What was used within one second is as old as the latest of it.
          const atMost = within(sent, now, minute + 1_000).reduce((sum, { used }) => sum + used, 0)
          expect(opensFor(atMost + expected + 1e-6)).toBeLessThanOrEqual(now)
          if (lately > 1e-6) expect(opensFor(lately + expected - 1e-3)).toBeGreaterThan(now)
          expect(opensFor(expected)).toBeLessThanOrEqual(at)
        })
      })
    )
  })

  it("corrects nothing that was let through before there was a limit of usage", () => {
    const none = { ...Gate.open, typical: { input: 50, output: 0 } }
    const [early, passed] = Gate.pass(none, true, 0)
    const limited = Gate.limited(passed, Limits.of({ usagePerMinute: 120 }))
    const [, both] = Gate.pass(limited, true, 0)
    const after = Gate.giveBack(both, early, { input: 1, output: 0 })
    // 50 are reserved for the second, and what the first used is not counted.
    expect(after.usage).toEqual(both.usage)
  })

  it("corrects what was let through after the clock was set back", () => {
    const limited = Gate.limited(Gate.open, Limits.of({ usagePerMinute: 100 }))
    const [, first] = Gate.pass(limited, true, 100_000)
    const [pass, second] = Gate.pass(first, true, 50_000)
    const after = Gate.giveBack(second, pass, { input: 100, output: 0 })
    expect(Gate.opensAt(after, 100_001)).toBe(160_000)
  })
})

describe("when a gate opens", () => {
  it("is honest: from then on a request is let through, and not a millisecond earlier", () => {
    fc.assert(
      fc.property(limits, ops, (limits, ops) => {
        live(Gate.limited(Gate.open, limits), ops, ({ gate, now, sent }) => {
          const opens = Math.ceil(Gate.opensAt(gate, now))
          const isFull = limits.concurrency !== null && sent.filter(({ isOut }) => isOut).length >= limits.concurrency
          expect(opens === Infinity).toBe(isFull)
          if (opens === Infinity || opens <= now) return
          expect(Gate.opensAt(gate, opens)).toBeLessThanOrEqual(opens)
          expect(Gate.opensAt(gate, opens - 1)).toBeGreaterThan(opens - 1)
        })
      })
    )
  })

  it("is no later than the limits need: a second at most after there is room", () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 3, 10), ops, (requestsPerMinute, ops) => {
        const told = ops.filter(({ _tag }) => _tag !== "Hear" && _tag !== "Refuse")
        live(Gate.limited(Gate.open, Limits.of({ requestsPerMinute })), told, ({ gate, now, sent }) => {
          const times = sent.map(({ at }) => at)
          const room = times.length < requestsPerMinute ? now : (times.at(-requestsPerMinute) ?? 0) + minute
          const opens = Gate.opensAt(gate, now)
          expect(opens).toBeGreaterThanOrEqual(Math.max(now, room))
          expect(opens).toBeLessThanOrEqual(Math.max(now, room + 999))
        })
      })
    )
  })
})

/** The gate with nothing but one of the things that can hold it. */
const only: Readonly<Record<GateView.Reason, (gate: Gate.Gate) => Gate.Gate>> = {
  limit_set: (gate) => ({ ...gate, stated: {}, pace: null }),
  limit_stated: (gate) => ({ ...gate, limits: Limits.none, pace: null }),
  pace_learnt: (gate) => ({ ...gate, limits: Limits.none, stated: {} })
}

describe("the reason why a gate is shut", () => {
  it("is what shuts it until it opens, and nothing that opens earlier", () => {
    fc.assert(
      fc.property(limits, ops, (limits, ops) => {
        live(Gate.limited(Gate.open, limits), ops, ({ gate, now }) => {
          const opens = Gate.opensAt(gate, now)
          if (opens <= now) return
          expect(Gate.opensAt(only[GateView.reason(gate, now)](gate), now)).toBe(opens)
        })
      })
    )
  })

  const stated = (resetAt: number) => Gate.hear(Gate.open, [{ ...statement, remaining: 0, resetAt }], 0, 0)
  const paced = (gate: Gate.Gate) =>
    GateLearning.refuse(gate, { pass: { number: 1, isGuess: false }, millis: null, served: 6, now: 0 })
  const full = Gate.pass(Gate.limited(Gate.open, Limits.of({ concurrency: 1 })), true, 0)[1]
  const spent = Gate.pass(Gate.limited(Gate.open, Limits.of({ requestsPerMinute: 1 })), true, 0)[1]

  it.each<[string, Gate.Gate, GateView.Reason]>([
    ["requests of the minute that are used up", spent, "limit_set"],
    ["requests in flight", full, "limit_set"],
    ["what the vendor states", stated(10_000), "limit_stated"],
    ["a pace", paced({ ...Gate.open, sent: 1 }), "pace_learnt"],
    ["what the vendor states, for longer than the minute", { ...spent, stated: stated(70_000).stated }, "limit_set"],
    ["the minute, for longer than what the vendor states", { ...spent, stated: stated(10_000).stated }, "limit_set"],
    [
      "what the vendor states, for longer than a pace",
      { ...stated(50_000), pace: paced({ ...Gate.open, sent: 1 }).pace },
      "limit_stated"
    ],
    ["requests in flight, whatever else", { ...full, stated: stated(10_000).stated }, "limit_set"]
  ])("is told: %s", (_, gate, reason) => {
    expect(Gate.opensAt(gate, 0)).toBeGreaterThan(0)
    expect(GateView.reason(gate, 0)).toBe(reason)
  })
})
