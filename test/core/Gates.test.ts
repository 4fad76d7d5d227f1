import { FastCheck as fc } from "effect"
import * as HashMap from "effect/HashMap"
import { describe, expect, it } from "vitest"
import * as Gate from "../../src/core/Gate.js"
import * as GateLearning from "../../src/core/GateLearning.js"
import * as Gates from "../../src/core/Gates.js"
import * as GateView from "../../src/core/GateView.js"
import * as Limits from "../../src/core/Limits.js"
import * as Member from "../../src/core/Member.js"
import * as OwnedGates from "../../src/core/OwnedGates.js"
import type * as Statement from "../../src/core/Statement.js"
import { profile } from "../support/arbitraries.js"

const usedUp = (resetAt: number): Statement.Statement => ({
  kind: "requests",
  unit: "requests",
  limit: 10,
  remaining: 0,
  resetAt,
  periodMillis: null,
  refill: "at-once"
})

/** Opens at this time, because its vendor said so; at 0 it is open. */
const until = (opens: number): Gate.Gate => (opens === 0 ? Gate.open : Gate.hear(Gate.open, [usedUp(opens)], 0, 0))

const full = Gate.pass(Gate.limited(Gate.open, Limits.of({ concurrency: 1 })), true, 0)[1]

const put = (gates: Gates.Gates, [model, gate]: readonly [string | null, Gate.Gate]) => Gates.set(gates, model, gate)

const gatesOf = (...entries: ReadonlyArray<readonly [string | null, Gate.Gate]>): Gates.Gates =>
  entries.reduce(put, Gates.none)

const models = (gates: Gates.Gates) => Object.keys(gates).filter((model) => model !== "")

describe("the gates of one owner", () => {
  it("are found under their model, whatever it is called, and nowhere else", () => {
    const odd = fc.constantFrom("opus", "__proto__", "constructor", "toString", "hasOwnProperty", "4")
    fc.assert(
      fc.property(fc.uniqueArray(fc.option(odd), { maxLength: 6 }), fc.option(odd), (set, asked) => {
        const gates = gatesOf(...set.map((model, i) => [model, { ...Gate.open, sent: i + 1 }] as const))
        const index = set.indexOf(asked)
        expect(Gates.at(gates, asked)?.sent).toBe(index < 0 ? undefined : index + 1)
        expect(Gates.opensAt(gates, asked, 7)).toBe(7)
      })
    )
  })

  it("are no more than 32 beside the one for all models, of the models used last", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 200, size: "max" }), (used) => {
        const names = used.map((n) => `model ${n}`)
        const gates = names.reduce((g, name) => Gates.set(g, name, Gate.open), gatesOf([null, until(5)]))
        const latest = [...new Set([...names].reverse())].slice(0, 32)
        expect(models(gates).sort()).toEqual(latest.sort())
        expect(Gates.at(gates, null)).toEqual(until(5))
      })
    )
  })

  it("tell which models are shut, when each opens, and the first to do so", () => {
    const time = fc.constantFrom(0, 1_000, 2_000, 30_000)
    fc.assert(
      fc.property(
        fc.option(time),
        fc.dictionary(fc.constantFrom("a", "b", "c"), time),
        fc.nat(40_000),
        (all, by, now) => {
          const entries = Object.entries(by).map(([model, opens]) => [model, until(opens)] as const)
          const gates = gatesOf(...entries, ...(all === null ? [] : [[null, until(all)] as const]))
          const later = (opens: number) => opens > now
          expect(Gates.shut(gates, now)).toEqual(Object.keys(by).filter((model) => later(by[model] ?? 0)))
          const times = [...Object.values(by), ...(all === null ? [] : [all])].filter(later)
          expect(Gates.nextOpening(gates, now)).toBe(Math.min(Infinity, ...times))
          for (const [model, opens] of Object.entries(by))
            expect(Gates.opensAt(gates, model, now)).toBe(Math.max(now, opens))
        }
      )
    )
  })

  it("have no next opening when only a request in flight holds them", () => {
    expect(Gates.nextOpening(gatesOf([null, full]), 0)).toBe(Infinity)
    expect(Gates.opensAt(gatesOf([null, full]), null, 0)).toBe(Infinity)
  })
})

const member = (group?: string) => Member.make(profile("t", { group }))

const owned = (all: Readonly<Record<string, Gates.Gates>>): OwnedGates.OwnedGates =>
  HashMap.fromIterable(Object.entries(all))

describe("the gates that a token passes", () => {
  const gates = owned({
    t: gatesOf([null, until(1_000)], ["big", until(5_000)]),
    org: gatesOf([null, until(3_000)], ["big", until(2_000)], ["small", until(9_000)]),
    other: gatesOf([null, until(60_000)], ["big", until(60_000)])
  })

  it.each<[string, Member.Member, string | null, number]>([
    ["its own", member(), null, 1_000],
    ["its own and that for the model", member(), "big", 5_000],
    ["its own, for a model of which nothing is known", member(), "odd", 1_000],
    ["those of its group, too", member("org"), null, 3_000],
    ["all four", member("org"), "big", 5_000],
    ["those of its group for the model", member("org"), "small", 9_000],
    ["those of a group it learnt", { ...member(), learntGroup: "org" }, "small", 9_000],
    ["those of the declared group before a learnt one", { ...member("org"), learntGroup: "other" }, "small", 9_000],
    ["none, where nothing is known of its owners", Member.make(profile("x")), "big", 0]
  ])("open last of: %s", (_, member, model, opens) => {
    expect(OwnedGates.opensAt(gates, member, model, 0)).toBe(opens)
    expect(OwnedGates.opensAt(gates, member, model, 70_000)).toBe(70_000)
  })

  it("shut models by its own limits and by those of its group", () => {
    expect(OwnedGates.shut(gates, member("org"), 0)).toEqual(["big", "big", "small"])
    expect(OwnedGates.shut(gates, member("org"), 4_000)).toEqual(["big", "small"])
    expect(OwnedGates.shut(gates, member(), 5_000)).toEqual([])
    expect(OwnedGates.shut(OwnedGates.empty, member("org"), 0)).toEqual([])
  })

  it("change its place first when the first of them opens", () => {
    expect(
      [0, 1_000, 2_000, 3_000, 5_000, 9_000].map((now) => OwnedGates.nextOpening(gates, member("org"), now))
    ).toEqual([1_000, 2_000, 3_000, 5_000, 9_000, Infinity])
    expect(OwnedGates.nextOpening(OwnedGates.empty, member("org"), 0)).toBe(Infinity)
  })
})

describe("what shut gates hold back, for people", () => {
  const spent = Gate.pass(Gate.limited(Gate.open, Limits.of({ requestsPerMinute: 1 })), true, 0)[1]
  const paced = GateLearning.refuse(
    { ...Gate.open, sent: 1 },
    { pass: { number: 1, isGuess: false }, millis: null, served: 6, now: 0 }
  )
  const holds = (gates: Readonly<Record<string, Gates.Gates>>, model: string | null, group?: string, now = 0) =>
    GateView.holdsOf(owned(gates), member(group), model, now).map(
      ({ code, provenance, scope, until, model, group }) => [scope, model, group, until, code, provenance]
    )

  it.each<[string, Gate.Gate, number, string, string | null]>([
    ["the user's limit", spent, 60_000, "limit_set", null],
    ["a stated limit", until(4_000), 4_000, "limit_stated", "stated"],
    ["a learnt pace", paced, 5_000, "pace_learnt", "guess"]
  ])("is told with its end and its evidence: %s", (_, gate, opens, code, provenance) => {
    expect(holds({ t: gatesOf([null, gate]) }, null)).toEqual([["token", null, null, opens, code, provenance]])
    expect(holds({ t: gatesOf([null, gate]) }, null, undefined, opens)).toEqual([])
  })

  it("is told once for each owner, with the scope of the limit", () => {
    const gates = { t: gatesOf([null, until(1_000)], ["big", until(2_000)]), org: gatesOf([null, until(3_000)]) }
    expect(holds(gates, null, "org").map(([scope, , group, until]) => [scope, group, until])).toEqual([
      ["token", null, 1_000],
      ["group", "org", 3_000]
    ])
    expect(holds(gates, "big", "org")).toEqual([["token+model", "big", null, 2_000, "limit_stated", "stated"]])
  })

  it("says a whole millisecond that is not before the gate opens", () => {
    const bucket = { ...usedUp(10_001), refill: "continuous" } as const
    const gate = Gate.hear(Gate.open, [bucket], 0, 0)
    const [hold] = holds({ t: gatesOf([null, gate]) }, null)
    expect(hold?.[3]).toBe(Math.ceil(Gate.opensAt(gate, 0)))
    expect(Gate.opensAt(gate, Number(hold?.[3]))).toBeLessThanOrEqual(Number(hold?.[3]))
  })

  it("is not told of a gate that only waits for a request in flight", () => {
    expect(holds({ t: gatesOf([null, full]) }, null)).toEqual([])
  })
})
