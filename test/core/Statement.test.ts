import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import type * as Cost from "../../src/core/Cost.js"
import * as RateLimitHeaders from "../../src/core/RateLimitHeaders.js"
import * as StatedQuota from "../../src/core/StatedQuota.js"
import * as Statement from "../../src/core/Statement.js"
import * as Providers from "../../src/providers/index.js"
import * as arbitraries from "../support/arbitraries.js"

const now = Date.UTC(2026, 0, 1)
const cost: Cost.Cost = { input: 60, output: 40 }
const bucket = { kind: "tokens", unit: "usage", limit: 200, refill: "continuous", resetAt: 10_001 } as const

const statement = (fields: Partial<Statement.Statement> = {}): Statement.Statement => ({
  kind: "requests",
  unit: "requests",
  limit: 10,
  remaining: 0,
  resetAt: 10_000,
  periodMillis: null,
  refill: "at-once",
  ...fields
})

const heard = (
  fields: Partial<Statement.Statement> = {},
  {
    at = 0,
    sentAt,
    number = 1,
    sent = 1
  }: {
    readonly at?: number
    readonly sentAt?: number | undefined
    readonly number?: number
    readonly sent?: number
  } = {},
  before?: Statement.Stated
): Statement.Stated => {
  const stated = Statement.hear(before, statement(fields), { number, sent, sentAt, cost }, at)
  if (stated === undefined) throw new Error("nothing was heard")
  return stated
}

const said = (vendor: Parameters<typeof RateLimitHeaders.readAny>[0], headers: Readonly<Record<string, string>>) =>
  RateLimitHeaders.readAny(vendor, { headers, now }).map((quota) => StatedQuota.statementOf(quota, now))

describe("what headers state", () => {
  it.each([
    [
      "Anthropic: three buckets that fill all the time",
      Providers.anthropic,
      {
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "49",
        "anthropic-ratelimit-requests-reset": "2026-01-01T00:00:02Z",
        "anthropic-ratelimit-input-tokens-limit": "30000",
        "anthropic-ratelimit-input-tokens-remaining": "15000",
        "anthropic-ratelimit-input-tokens-reset": "2026-01-01T00:00:30Z"
      },
      [
        ["requests/minute", "requests", 50, 49, 2_000, 60_000, "continuous"],
        ["input-tokens/minute", "input", 30_000, 15_000, 30_000, 60_000, "continuous"]
      ]
    ],
    [
      "OpenAI: resets as lengths of time",
      Providers.openai,
      {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "59",
        "x-ratelimit-reset-requests": "1s",
        "x-ratelimit-limit-tokens": "150000",
        "x-ratelimit-remaining-tokens": "149984",
        "x-ratelimit-reset-tokens": "6m0s"
      },
      [
        ["requests", "requests", 60, 59, 1_000, null, "continuous", 1_000],
        ["tokens", "usage", 150_000, 149_984, 360_000, null, "continuous", 360_000]
      ]
    ]
  ] as const)("of %s", (_, vendor, headers, expected) => {
    expect(said(vendor, headers)).toEqual(
      expected.map(([kind, unit, limit, remaining, after, periodMillis, refill, fullIn]) => ({
        kind,
        unit,
        limit,
        remaining,
        resetAt: now + after,
        periodMillis,
        refill,
        fullIn
      }))
    )
  })

  it("of Mistral end with their period although no reset is named", () => {
    const all = said(
      Providers.mistral,
      Object.fromEntries(
        (Providers.mistral.rateLimits ?? []).flatMap(({ limit, remaining }) => [
          ...(limit === undefined ? [] : [[limit, "100"] as const]),
          ...(remaining === undefined ? [] : [[remaining, "7"] as const])
        ])
      )
    )
    expect(all.length).toBeGreaterThan(0)
    for (const each of all) expect(each?.resetAt === undefined || each.resetAt > now).toBe(true)
    expect(all.some((each) => each?.remaining === 7 && each.resetAt === now + 60_000)).toBe(true)
  })

  it("of a subscription's windows are no limits of pace", () => {
    const unified = {
      "anthropic-ratelimit-unified-status": "allowed",
      "anthropic-ratelimit-unified-5h-status": "allowed",
      "anthropic-ratelimit-unified-5h-utilization": "0.4",
      "anthropic-ratelimit-unified-5h-reset": "1767240000",
      "anthropic-ratelimit-unified-reset": "1767240000"
    }
    expect(said(Providers.anthropic, unified)).toEqual([])
  })

  it("of any vendor make sense, whatever numbers the headers hold", () => {
    const vendors = Object.values(Providers).filter((each) => "classify" in each)
    expect(vendors.length).toBeGreaterThan(10)
    const text = fc.constantFrom("0", "1", "100", "-5", "1e99", "NaN", "", "soon", "99999999999999999999", "1.5", "2s")
    for (const vendor of vendors) {
      const names = (vendor.rateLimits ?? RateLimitHeaders.openai).flatMap(({ limit, remaining, reset, used }) =>
        [limit, remaining, reset, used].filter((name) => name !== undefined)
      )
      fc.assert(
        fc.property(fc.array(text, { minLength: names.length, maxLength: names.length }), (values) => {
          for (const each of said(vendor, Object.fromEntries(names.map((name, i) => [name, values[i] ?? "0"])))) {
            if (each === null) continue
            const stated = Statement.hear(undefined, each, { number: 1, sent: 1, cost }, now)
            if (stated === undefined) continue
            const opens = Statement.opensAt(stated, cost, now)
            expect(opens >= now && opens <= now + 86_400_000).toBe(true)
          }
        }),
        { numRuns: 30 }
      )
    }
  })

  it("say nothing to go by without a number left, a time, or a unit we know", () => {
    const quota = { kind: "requests", refill: "at-once", remaining: 1, resetAt: now + 1 } as const
    expect(StatedQuota.statementOf(quota, now)).not.toBeNull()
    expect(StatedQuota.statementOf({ ...quota, kind: "images" }, now)).toBeNull()
    expect(StatedQuota.statementOf({ kind: "requests", refill: "at-once", resetAt: now + 1 }, now)).toBeNull()
    expect(StatedQuota.statementOf({ kind: "requests", refill: "at-once", remaining: 1 }, now)).toBeNull()
    expect(
      StatedQuota.statementOf({ kind: "requests", refill: "at-once", used: 0.99, resetAt: now + 1 }, now)
    ).toBeNull()
    expect(
      StatedQuota.statementOf({ kind: "requests", refill: "at-once", used: 1.2, resetAt: now + 1 }, now)
    ).toMatchObject({
      remaining: 0
    })
  })
})

describe("what is left of a limit", () => {
  it.each([
    ["one that is left lets one through", { remaining: 1 }, 0],
    ["a window with nothing left opens at its reset", {}, 10_000],
    ["a bucket opens when the next one is filled up", { refill: "continuous", resetAt: 10_001 }, 1_000.1],
    [
      "a bucket of usage opens when there is enough for what a request usually costs",
      { ...bucket, remaining: 0 },
      5_000.5
    ],
    [
      "a request larger than the whole limit goes when all of it is there",
      { ...bucket, limit: 50, remaining: 20 },
      10_001
    ],
    ["an overdrawn window is an empty one", { remaining: -5 }, 10_000]
  ] as const)("%s", (_, fields, opens) => {
    expect(Statement.opensAt(heard(fields), cost, 0)).toBeCloseTo(opens, 6)
  })

  it("shuts a millisecond before it opens, and is open then", () => {
    fc.assert(
      fc.property(arbitraries.statement, fc.nat(50), fc.nat(20_000), (fields, spent, at) => {
        let stated = Statement.hear(undefined, fields, { number: 1, sent: 1, cost }, 0)
        for (let i = 0; i < spent && stated !== undefined; i++) stated = Statement.spend(stated, 2 + i, cost, 0)
        if (stated === undefined) return
        const opens = Math.ceil(Statement.opensAt(stated, cost, at))
        expect(opens).toBeGreaterThanOrEqual(at)
        expect(Statement.opensAt(stated, cost, opens)).toBeLessThanOrEqual(opens)
        if (opens > at) expect(Statement.opensAt(stated, cost, opens - 1)).toBeGreaterThan(opens - 1)
      })
    )
  })

  it("counts requests lent since the stated one, and not those before it", () => {
    expect(heard({ remaining: 5 }, { number: 3, sent: 7 }).spent).toBe(4)
    expect(heard({ remaining: 5 }, { number: 7, sent: 7 }).spent).toBe(0)
    const newer = heard({ remaining: 2 }, { number: 9, sent: 9 })
    expect(Statement.hear(newer, statement({ remaining: 8 }), { number: 4, sent: 9, cost }, 5)).toBe(newer)
  })

  it("takes an older request's word again once the window is over", () => {
    const newer = heard({ remaining: 2 }, { number: 9, sent: 9 })
    const word = Statement.hear(
      newer,
      statement({ remaining: 8, resetAt: 20_000 }),
      { number: 4, sent: 9, cost },
      10_000
    )
    expect(word).toMatchObject({ remaining: 8, spent: 5 })
  })

  it.each([Number.NaN, Infinity, -Infinity])("is not changed by a statement of %d", (number) => {
    const before = heard({ remaining: 3 })
    for (const field of ["limit", "remaining", "resetAt"] as const) {
      expect(Statement.hear(before, statement({ [field]: number }), { number: 5, sent: 5, cost }, 1)).toBe(before)
    }
  })

  it("supposes a full window after a stated one, for its own length or a minute, and at most a day", () => {
    for (const [periodMillis, length] of [
      [null, 60_000],
      [1_000, 1_000],
      [1e12, 86_400_000]
    ] as const) {
      const next = Statement.spend(heard({ periodMillis }), 2, cost, 10_000)
      expect(next).toMatchObject({ remaining: 10, spent: 1, isSupposed: true, resetAt: 10_000 + length })
    }
    expect(Statement.spend(heard({ limit: null }), 2, cost, 10_000)).toBeUndefined()
  })

  it("corrects what later requests were expected to cost, and nothing of earlier ones", () => {
    const tokens = { kind: "tokens", unit: "usage", limit: 1_000, remaining: 500 } as const
    const spent = Statement.spend(heard(tokens), 2, cost, 1)
    if (spent === undefined) throw new Error("it is gone")
    expect(spent.spent).toBe(100)
    expect(Statement.correct(spent, 2, cost, { input: 10, output: 10 }).spent).toBe(20)
    expect(Statement.correct(spent, 2, cost, { input: 300, output: 0 }).spent).toBe(300)
    expect(Statement.correct(spent, 1, cost, { input: 10, output: 10 })).toBe(spent)
  })

  it.each([
    ["a point in time", {}],
    ["a length", { resetAt: 80_001, fullIn: 19_999 }]
  ] as const)("of a bucket has been filling up since its request was sent, its reset being %s", (_, fields) => {
    const fill = { refill: "continuous", limit: 20, remaining: 0, resetAt: 19_999, ...fields } as const
    // Five have been filled up since, and what was sent meanwhile is taken off.
    const slow = heard(fill, { at: 5_000, sentAt: 0 })
    expect(slow.perMilli).toBeCloseTo(1 / 1_000, 6)
    expect([0, 1, 2, 3, 4, 5].map((more) => Statement.opensAt({ ...slow, spent: more }, cost, 5_000))).toEqual([
      5_000,
      5_000,
      5_000,
      5_000,
      5_000,
      expect.closeTo(6_000, -1)
    ])
  })

  it("of a bucket is full later than stated by what was taken out since", () => {
    const bucket = { refill: "continuous", limit: 20, remaining: 0, resetAt: 19_999 } as const
    const full = heard(bucket)
    expect(Statement.opensAt({ ...full, spent: 30 }, cost, 19_999)).toBeCloseTo(31_000, -2)
    expect(Statement.fullAt({ ...full, spent: 30 })).toBeCloseTo(50_000, -2)
    // It is full at last, whatever it was, and then holds no more than its limit, until that is taken out.
    let stated: Statement.Stated | undefined = full
    let count = 0
    for (; stated !== undefined && Statement.opensAt(stated, cost, 600_000) <= 600_000; count++) {
      stated = Statement.spend(stated, 2 + count, cost, 600_000)
    }
    expect(count).toBe(20)
    if (stated === undefined) throw new Error("it is gone")
    expect(Statement.opensAt(stated, cost, 600_000)).toBeCloseTo(601_000, -2)
  })

  it("of a bucket that comes late says nothing newer than one to a later request, as long as it is not full", () => {
    const bucket = { refill: "continuous", limit: 20, remaining: 0, resetAt: 19_999 } as const
    const later = { ...heard(bucket, { number: 9, sent: 9 }), spent: 30 }
    const early = statement({ ...bucket, remaining: 8 })
    expect(Statement.hear(later, early, { number: 4, sent: 39, cost }, 40_000)).toBe(later)
    expect(Statement.hear(later, early, { number: 4, sent: 39, cost }, 60_000)).toMatchObject({ remaining: 8 })
  })

  it("of a bucket whose reset is past when its answer comes at last says what was left of it all the same", () => {
    const bucket = { kind: "requests", remaining: "left", limit: "limit", reset: "reset" }
    const headers = { limit: "20", left: "10", reset: new Date(now - 5_000).toISOString() }
    const read = (refill: "continuous" | "at-once", sentAt?: number) =>
      RateLimitHeaders.readAny({ rateLimits: [{ ...bucket, refill }] }, { headers, now, sentAt })
    expect(read("continuous", now - 15_000)).toEqual([
      { kind: "requests", refill: "continuous", limit: 20, remaining: 10, resetAt: now - 5_000 }
    ])
    // It was no time to come back at when it was sent, or speaks of a window that is over.
    for (const quotas of [read("continuous", now - 4_000), read("continuous"), read("at-once", now - 15_000)]) {
      expect(quotas[0]?.resetAt).toBeUndefined()
    }
  })

  it("of a bucket tells how fast it fills up at least where its reset is near", () => {
    const near = { refill: "continuous", limit: 20, remaining: 19, resetAt: 700 } as const
    expect(heard(near).perMilli).toBeCloseTo(1 / 1_000, 6)
    // What was told from a reset that was farther off is better.
    const far = heard({ ...near, remaining: 0, resetAt: 10_000 })
    expect(heard({ ...near, resetAt: 1_700 }, { at: 1_000, number: 2, sent: 2 }, far).perMilli).toBe(far.perMilli)
    expect(heard({ ...near, resetAt: 0 }).perMilli).toBe(0)
  })

  it("of a bucket fills up from now on where the clock was set back since its request was sent", () => {
    expect(heard({ refill: "continuous" }, { at: 5_000, sentAt: 9_000 }).at).toBe(5_000)
  })

  it("of a bucket runs from when its request was sent where its reset is a length", () => {
    const late = { at: 9_000, sentAt: 1_000 }
    const exact = heard({ refill: "continuous", limit: 1, fullIn: 732, resetAt: 9_732 }, late)
    expect(Statement.fullAt(exact)).toBe(1_732)
    // A window ends when it ends, and the answer may have been long in the making.
    expect(heard({ fullIn: 732, resetAt: 9_732 }, late).resetAt).toBe(9_732)
  })

  it("of a bucket that ran over before the next request went leaves no more than that one left", () => {
    const one = { refill: "continuous", limit: 1, remaining: 0, fullIn: 500, resetAt: 500 } as const
    const first = heard(one, { number: 1, sent: 1 })
    // The second goes 200 ms after the bucket is full again, and leaves nothing.
    const full = Statement.spend(first, 2, cost, 700)
    if (full === undefined) throw new Error("it is gone")
    // The answer to the first says so once more; counted from then on, 0.8 of a request more would be there by 900.
    const again = heard({ ...one, resetAt: 1_400 }, { at: 900, sentAt: 0, number: 1, sent: 2 }, full)
    expect(Statement.opensAt(again, cost, 900)).toBe(1_200)
    // What the second says is news.
    const news = heard({ ...one, resetAt: 1_500 }, { at: 1_000, sentAt: 800, number: 2, sent: 2 }, full)
    expect(Statement.opensAt(news, cost, 1_000)).toBe(1_300)
  })

  it("without a limit is supposed to be as much as was seen, once its reset is past", () => {
    const seen = heard({ limit: null, remaining: 4 })
    const usedUp = heard({ limit: null, remaining: 0 }, { number: 5, sent: 5 }, seen)
    expect(Statement.size(usedUp)).toBe(4)
    expect(Statement.spend(usedUp, 6, cost, 10_000)).toMatchObject({ remaining: 4, spent: 1, isSupposed: true })
    expect(Statement.size(heard({ limit: null, remaining: 0 }))).toBe(0)
    expect(Statement.size(heard({ limit: 10, remaining: 0 }))).toBe(10)
  })

  it("averages how fast a bucket fills up when its vendor rounds the reset to whole seconds", () => {
    let stated = heard({ refill: "continuous", limit: 60, remaining: 59, resetAt: 1_500 })
    expect(stated.perMilli).toBeCloseTo(1 / 1_500, 6)
    for (let i = 2; i < 80; i++) {
      stated = heard(
        { refill: "continuous", limit: 60, remaining: 59, resetAt: i * 10_000 + 2_000 },
        { at: i * 10_000, number: i, sent: i },
        stated
      )
    }
    expect(stated.perMilli).toBeCloseTo(1 / 1_500, 5)
  })
})
