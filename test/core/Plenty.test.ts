import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as Headroom from "../../src/core/Headroom.js"
import * as Lending from "../../src/core/Lending.js"
import * as Operation from "../../src/core/Operation.js"
import * as Outcome from "../../src/core/Outcome.js"
import * as Settlement from "../../src/core/Settlement.js"
import type { Statement } from "../../src/core/Statement.js"
import type { Strategy } from "../../src/core/Strategy.js"

const policy = { threshold: 3, circuitMillis: 60_000, quotaMillis: 1, modelMillis: 1 }

interface Token {
  readonly requestsPerMinute?: number
  /** What an answer at time 0 stated. */
  readonly states?: Partial<Statement> & Pick<Statement, "remaining" | "resetAt">
}

/** A pool of these tokens; `lend` names who is lent, or `null`. */
const poolOf = (tokens: Readonly<Record<string, Token>>, strategy: Strategy = "round-robin") => {
  const profiles = Object.entries(tokens).map(([alias, { requestsPerMinute = null }]) => ({
    id: alias,
    alias,
    weight: 1,
    enabled: true,
    group: undefined,
    limits: { requestsPerMinute, usagePerMinute: null, concurrency: null }
  }))
  let pool = Operation.fresh("acme", profiles, strategy, 0)
  for (const { states } of Object.values(tokens)) {
    const step = Lending.acquire(pool, { now: 0, random: 0, probeMillis: 1_000 })
    if (step.lease === null) throw new Error("nothing was lent")
    const statement = {
      kind: "requests",
      unit: "requests",
      limit: null,
      periodMillis: null,
      refill: "at-once"
    } as const
    pool = states === undefined ? step.pool : Headroom.hear(step.pool, step.lease, [{ ...statement, ...states }], 0)
    pool = Settlement.settle(pool, step.lease, { now: 0, outcome: Outcome.success, policy }).pool
  }
  return {
    lend: (now: number, hasWaited = false, random = 0) => {
      const step = Lending.acquire(pool, { now, random, probeMillis: 1_000, hasWaited })
      pool = step.pool
      return step.lease?.alias ?? null
    }
  }
}

const times = (n: number, lend: () => string | null) => Array.from({ length: n }, lend)
const countOf = (alias: string, lent: ReadonlyArray<string | null>) => lent.filter((each) => each === alias).length

describe("Plenty", () => {
  it("keeps the turn where nothing is known, and where limits are alike", () => {
    for (const token of [{}, { requestsPerMinute: 100 }]) {
      const { lend } = poolOf({ a: token, b: token, c: token })
      expect(times(60, () => lend(1)).join("")).toBe("abc".repeat(20))
    }
  })

  it("keeps the turn while much is left of everybody, however unequal", () => {
    const { lend } = poolOf({ a: { requestsPerMinute: 100 }, b: { requestsPerMinute: 1_000 } })
    expect(times(20, () => lend(1)).join("")).toBe("ab".repeat(10))
  })

  it("spares a small token while a large one has plenty, and still uses up both", () => {
    const { lend } = poolOf({ small: { requestsPerMinute: 11 }, large: { requestsPerMinute: 101 } })
    const half = times(55, () => lend(1))
    // In strict turns it would be used up by now.
    expect(countOf("small", half)).toBeGreaterThan(3)
    expect(countOf("small", half)).toBeLessThan(8)
    const rest = times(55, () => lend(1))
    expect([countOf("small", [...half, ...rest]), countOf("large", [...half, ...rest])]).toEqual([10, 100])
    expect(lend(1)).toBeNull()
  })

  it("leaves other strategies alone", () => {
    const tokens = { small: { requestsPerMinute: 11 }, large: { requestsPerMinute: 101 } }
    const random = poolOf(tokens, "random")
    expect(times(9, () => random.lend(1))).toEqual(times(9, () => "small"))
    // Of equal weight: each gets as much.
    const weighted = poolOf(tokens, "weighted")
    expect(
      countOf(
        "small",
        times(20, () => weighted.lend(1))
      )
    ).toBe(10)
  })

  it("uses first what is lost first while callers wait, and only then", () => {
    const tokens = {
      late: { states: { limit: 60, remaining: 60, resetAt: 60_000 } },
      soon: { states: { limit: 60, remaining: 60, resetAt: 5_000 } }
    }
    const unhurried = poolOf(tokens)
    expect(times(6, () => unhurried.lend(10))).toEqual(["late", "soon", "late", "soon", "late", "soon"])
    const { lend } = poolOf(tokens)
    expect(times(6, () => lend(10, true))).toEqual(times(6, () => "soon"))
  })

  it("goes on with what is lost first until it is used up, however many others there are", () => {
    const states = { limit: 60, remaining: 60, resetAt: 60_000 }
    const others = Array.from({ length: 100 }, (_, i) => [`t${i}`, { states }] as const)
    const soon = [["soon", { states: { ...states, resetAt: 5_000 } }]] as const
    const { lend } = poolOf(Object.fromEntries([...others.slice(0, 70), ...soon, ...others.slice(70)]))
    // Chance finds it, once.
    expect(lend(2_000, true, 0.69)).toBe("soon")
    expect(
      countOf(
        "soon",
        times(54, () => lend(2_000, true))
      )
    ).toBe(54)
  })

  it("takes windows of which nothing was heard since they began to follow upon the last ones", () => {
    const { lend } = poolOf({
      late: { states: { limit: 60, remaining: 0, resetAt: 50_000 } },
      soon: { states: { limit: 60, remaining: 0, resetAt: 5_000 } }
    })
    expect(lend(60_000, true)).toBe("soon")
  })

  it("prefers nobody whose vendor states a limit of 0", () => {
    const { lend } = poolOf({
      a: { states: { limit: 60, remaining: 60, resetAt: 60_000 } },
      none: { states: { limit: 0, remaining: 0, resetAt: 60_000 } },
      b: { states: { limit: 60, remaining: 60, resetAt: 60_000 } }
    })
    expect(times(4, () => lend(10, true)).join("")).toBe("abab")
  })

  it("loses nothing: at one moment as much is lent as the limits allow together", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 2, max: 30 }), { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        (limits, hasWaited) => {
          const named = limits.map((limit, i) => [`t${i}`, { requestsPerMinute: limit }] as const)
          const { lend } = poolOf(Object.fromEntries(named))
          // Each has served one to begin with.
          const all = limits.reduce((sum, limit) => sum + limit - 1, 0)
          const lent = times(all, () => lend(1, hasWaited))
          expect(lent).not.toContain(null)
          for (const [alias, { requestsPerMinute }] of named) expect(countOf(alias, lent)).toBe(requestsPerMinute - 1)
          expect(lend(1, hasWaited)).toBeNull()
        }
      )
    )
  })
})
