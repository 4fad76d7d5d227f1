import { describe, expect, it } from "vitest"
import * as Headroom from "../../src/core/Headroom.js"
import * as Lending from "../../src/core/Lending.js"
import * as Operation from "../../src/core/Operation.js"
import * as Outcome from "../../src/core/Outcome.js"
import type * as Pool from "../../src/core/Pool.js"
import * as PoolGates from "../../src/core/PoolGates.js"
import * as Settlement from "../../src/core/Settlement.js"
import type { Statement } from "../../src/core/Statement.js"

const policy = { threshold: 3, circuitMillis: 60_000, quotaMillis: 1, modelMillis: 1 }

const poolOf = (groups: ReadonlyArray<string | undefined>): Pool.Pool =>
  Operation.fresh(
    "acme",
    groups.map((group, i) => ({ id: `id-${i}`, alias: `t${i}`, weight: 1, enabled: true, group })),
    "round-robin",
    0
  )

/** A pool that is used step by step; every call answers the alias that was lent, or nothing. */
const rig = (pool: Pool.Pool) => {
  let state = pool
  const lend = (now: number, model?: string) => {
    const step = Lending.acquire(state, { now, random: 0, model, probeMillis: 1_000 })
    state = step.pool
    return step.lease
  }
  const serve = (
    lease: Lending.Lease | null,
    now: number,
    left?: Partial<Statement> & Pick<Statement, "remaining" | "resetAt">
  ) => {
    if (lease === null) throw new Error("nothing was lent")
    if (left !== undefined)
      state = Headroom.hear(
        state,
        lease,
        [{ kind: "requests", unit: "requests", limit: null, periodMillis: null, refill: "at-once", ...left }],
        now
      )
    state = Settlement.settle(state, lease, { now, outcome: Outcome.success, policy }).pool
  }
  const refuse = (
    lease: Lending.Lease | null,
    now: number,
    said: { readonly blame: "rate-limit" | "quota"; readonly cooldownMillis: number | null }
  ) => {
    if (lease === null) throw new Error("nothing was lent")
    const base = { code: "test", why: "a test", retryOtherToken: true, scope: "token", provenance: "stated" } as const
    const outcome = Outcome.failure({ ...base, ...said })
    state = Settlement.settle(state, lease, { now, outcome, policy }).pool
  }
  return { lend, serve, refuse, pool: () => state }
}

describe("headroom", () => {
  it("stops lending a token when what its vendor stated is used up, and lends it again at the reset", () => {
    const { lend, serve } = rig(poolOf([undefined]))
    serve(lend(0), 10, { remaining: 2, resetAt: 1_000, limit: 10 })
    expect([lend(20)?.alias, lend(20)?.alias, lend(20)]).toEqual(["t0", "t0", null])
    expect(lend(999)).toBeNull()
    expect(lend(1_000)?.alias).toBe("t0")
  })

  it("counts what a bucket has filled up since the request was sent whose answer states it", () => {
    const { lend, serve } = rig(poolOf([undefined]))
    serve(lend(0), 2_500, { remaining: 0, resetAt: 19_999, limit: 20, refill: "continuous" })
    expect([lend(2_500)?.alias, lend(2_500)?.alias, lend(2_500)]).toEqual(["t0", "t0", null])
  })

  it("counts a full window after the reset until an answer says better", () => {
    const { lend, serve } = rig(poolOf([undefined]))
    serve(lend(0), 10, { remaining: 0, resetAt: 1_000, limit: 2 })
    expect([lend(1_000)?.alias, lend(1_000)?.alias, lend(1_000)]).toEqual(["t0", "t0", null])
  })

  it("takes a minute that has only begun for neither a whole one nor a pace to go on at", () => {
    const served = (millis: number) => {
      const { lend, pool, refuse, serve } = rig(poolOf([undefined]))
      for (let i = 0; i < 20; i++) serve(lend((i * millis) / 20), ((i + 1) * millis) / 20)
      refuse(lend(millis), millis, { blame: "rate-limit", cooldownMillis: null })
      return PoolGates.at(pool(), "id-0", null)?.pace?.perMinute
    }
    // 20 in four seconds: 20 a minute if that was all, 300 if it goes on, give or take the first of them.
    expect(served(4_000)).toBeGreaterThan(70)
    expect(served(4_000)).toBeLessThan(90)
    expect(served(59_000)).toBeCloseTo(20, 0)
  })

  it("learns the pace of what is used up for a moment only, whoever is blamed for it", () => {
    const paced = (cooldownMillis: number | null) => {
      const { lend, pool, refuse, serve } = rig(poolOf([undefined]))
      for (let i = 0; i < 20; i++) serve(lend(i * 100), i * 100 + 50)
      refuse(lend(2_000), 2_000, { blame: "quota", cooldownMillis })
      return PoolGates.at(pool(), "id-0", null)?.pace ?? null
    }
    expect(paced(6_000)).not.toBeNull()
    expect(paced(3_600_000)).toBeNull()
    expect(paced(null)).toBeNull()
  })

  it("does not count requests that the statement had counted already", () => {
    const { lend, serve } = rig(poolOf([undefined]))
    serve(lend(0), 1, { remaining: 5, resetAt: 1_000, limit: 6 })
    const early = lend(2)
    const late = lend(3)
    serve(late, 4, { remaining: 3, resetAt: 1_000, limit: 6 })
    serve(early, 5, { remaining: 4, resetAt: 1_000, limit: 6 })
    expect([lend(6), lend(6), lend(6), lend(6)].map((lease) => lease?.alias)).toEqual(["t0", "t0", "t0", undefined])
  })

  it("knows which of those it sent before any limit was known a statement had counted", () => {
    const { lend, serve } = rig(poolOf([undefined, undefined]))
    // They take turns, so those of the other token are none of its own.
    const leases = Array.from({ length: 10 }, () => lend(0)).filter((lease) => lease?.alias === "t0")
    const [first, , , fourth, fifth] = leases
    serve(fourth ?? null, 10, { remaining: 3, resetAt: 1_000, limit: 10 })
    serve(first ?? null, 11, { remaining: 9, resetAt: 1_000, limit: 10 })
    const lent = () => Array.from({ length: 12 }, () => lend(12)?.alias).filter((alias) => alias === "t0").length
    expect(lent()).toBe(2)
    serve(fifth ?? null, 13, { remaining: 4, resetAt: 1_000, limit: 10 })
    expect(lent()).toBe(2)
  })

  it("shuts one model of a token and leaves others open", () => {
    const { lend, serve } = rig(poolOf([undefined]))
    serve(lend(0, "big"), 10, { remaining: 0, resetAt: 1_000, limit: 1 })
    expect(lend(20, "big")).toBeNull()
    expect(lend(20, "small")?.alias).toBe("t0")
  })

  it("shuts every token of the group that shares the limit, and no other", () => {
    const { lend, serve } = rig(poolOf(["org", "org", undefined]))
    serve(lend(0), 10, { remaining: 0, resetAt: 1_000, limit: 1 })
    expect([lend(20)?.alias, lend(20)?.alias]).toEqual(["t2", "t2"])
    expect([lend(1_000)?.alias, lend(1_000)?.alias]).toEqual(["t0", "t2"])
  })

  it("lets a bucket through as it refills", () => {
    const { lend, serve } = rig(poolOf([undefined]))
    serve(lend(0), 0, { remaining: 0, resetAt: 6_006, limit: 6, refill: "continuous" })
    expect([lend(1_000), lend(1_001)?.alias, lend(1_001)]).toEqual([null, "t0", null])
    expect([lend(3_003)?.alias, lend(3_003)?.alias, lend(3_003)]).toEqual(["t0", "t0", null])
  })

  it("keeps no token shut for good on what is only supposed, or on a slip of the server", () => {
    const year = 365 * 86_400_000
    const supposed = rig(poolOf([undefined]))
    supposed.serve(supposed.lend(0), 10, { remaining: 0, resetAt: 1_000, limit: 1 })
    expect([supposed.lend(1_000)?.alias, supposed.lend(1_000), supposed.lend(61_000)?.alias]).toEqual([
      "t0",
      null,
      "t0"
    ])
    const slipped = rig(poolOf([undefined]))
    slipped.serve(slipped.lend(0), 10, { remaining: 0, resetAt: year, limit: 1 })
    expect([slipped.lend(1_000), slipped.lend(86_400_010)?.alias]).toEqual([null, "t0"])
    const absurd = rig(poolOf([undefined]))
    absurd.serve(absurd.lend(0), 10, { remaining: Number.NaN, resetAt: Number.NaN })
    expect(absurd.lend(20)?.alias).toBe("t0")
  })
})
