import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Capacity from "../../src/core/Capacity.js"
import * as Headroom from "../../src/core/Headroom.js"
import * as Lending from "../../src/core/Lending.js"
import * as Limits from "../../src/core/Limits.js"
import * as Operation from "../../src/core/Operation.js"
import * as Outcome from "../../src/core/Outcome.js"
import type * as Pool from "../../src/core/Pool.js"
import * as PoolView from "../../src/core/PoolView.js"
import * as Settlement from "../../src/core/Settlement.js"
import * as Size from "../../src/core/Size.js"
import type { Statement } from "../../src/core/Statement.js"
import type { Strategy } from "../../src/core/Strategy.js"
import { profile, strategy } from "../support/arbitraries.js"
import { policy } from "../support/pool.js"

interface Token {
  readonly usagePerMinute?: number | null
  readonly concurrency?: number | null
  readonly group?: string
}

const poolOf = (tokens: Readonly<Record<string, Token>>, kind: Strategy = "round-robin") =>
  Operation.fresh(
    "acme",
    Object.entries(tokens).map(([id, { group, ...limits }]) => profile(id, { group, limits: Limits.of(limits) })),
    kind,
    0
  )

const rig = (start: Pool.Pool) => {
  let pool = start
  return {
    get pool() {
      return pool
    },
    lend: (usage: Size.Declared | undefined, now = 0, request: Partial<Lending.Request> = {}) => {
      const asked = { now, random: 0, size: Size.of(usage), probeMillis: 1_000, ...request }
      const acquired = Lending.acquire(pool, asked)
      pool = acquired.pool
      return acquired.lease
    },
    serve: (lease: Lending.Lease | null, now: number, used: number | null, said: ReadonlyArray<Statement> = []) => {
      if (lease === null) throw new Error("nothing was lent")
      pool = Headroom.hear(pool, lease, said, now)
      const usage = used === null ? undefined : { input: used, output: 0, cacheRead: 0, cacheWrite: 0 }
      pool = Settlement.settle(pool, lease, { now, outcome: Outcome.success, policy, usage }).pool
    }
  }
}

const states = (unit: Statement["unit"], limit: number, remaining: number, resetAt: number): Statement => ({
  kind: unit,
  unit,
  limit,
  remaining,
  resetAt,
  periodMillis: null,
  refill: "at-once"
})

describe("a declared size", () => {
  it("is reserved instead of what is usual, and corrected when the answer says what it was", () => {
    const world = rig(poolOf({ a: { usagePerMinute: 1_000 } }))
    const first = world.lend(700)
    expect([world.lend(400), world.lend(300)?.alias]).toEqual([null, "a"])
    world.serve(first, 1_000, 200)
    expect([world.lend(501, 1_000), world.lend(500, 1_000)?.alias]).toEqual([null, "a"])
  })

  it("goes where a usual request has no room, if it has", () => {
    const world = rig(poolOf({ a: { usagePerMinute: 1_000 } }))
    world.serve(world.lend(undefined), 0, 900)
    expect([world.lend(undefined), world.lend(101), world.lend(50)?.alias, world.lend(50)?.alias]).toEqual([
      null,
      null,
      "a",
      "a"
    ])
  })

  it("goes only to tokens that are large enough, and waits for those", () => {
    const world = rig(poolOf({ a: { usagePerMinute: 500 }, b: { usagePerMinute: 2_000 }, c: { usagePerMinute: 500 } }))
    expect([world.lend(1_000)?.alias, world.lend(1_000)?.alias, world.lend(1_000)]).toEqual(["b", "b", null])
    expect(PoolView.retryAt(world.pool, 0, null, [], Size.of(1_000))).toBe(60_000)
    expect(PoolView.retryAt(world.pool, 0, null, [], Size.of(2_001))).toBeNull()
    expect([world.lend(1_000, 59_999), world.lend(1_000, 60_000)?.alias]).toEqual([null, "b"])
  })

  it("keeps to what a vendor stated of input and of output, each for itself, for this model alone", () => {
    const world = rig(poolOf({ a: {} }))
    const said = [states("input", 1_000, 1_000, 60_000), states("output", 100, 100, 60_000)]
    world.serve(world.lend(undefined, 0, { model: "big" }), 0, 0, said)
    const big = { model: "big" }
    expect(world.lend({ input: 900, output: 200 }, 1, big)).toBeNull()
    expect(world.lend({ input: 1_100 }, 1, big)).toBeNull()
    // A number is not known to be all input, or all output.
    expect(world.lend(1_050, 1, big)?.alias).toBe("a")
    expect(world.lend({ input: 5_000, output: 5_000 }, 1, { model: "small" })?.alias).toBe("a")
    const excess = (size: Size.Declared, model: string) =>
      Capacity.excessOfAll(world.pool, { model, size: Size.of(size) ?? never(), now: 1 })
    expect(excess({ input: 1_500, output: 300 }, "big")).toEqual({
      unit: "output",
      size: 300,
      limit: 100,
      reason: "limit_stated",
      owner: "a"
    })
    expect(excess({ input: 1_500, output: 300 }, "small")).toBeNull()
  })

  it("in flight is not forgotten when an earlier answer states what is left, nor before anything was stated", () => {
    const world = rig(poolOf({ a: {} }))
    const early = world.lend(undefined)
    const large = world.lend(5_000)
    // The vendor counted the early one only.
    world.serve(early, 10, 100, [states("usage", 10_000, 9_900, 60_000)])
    expect([world.lend(4_901, 20), world.lend(4_900, 20)?.alias]).toEqual([null, "a"])
    world.serve(large, 30, 1_000)
    expect([world.lend(4_001, 40), world.lend(4_000, 40)?.alias]).toEqual([null, "a"])
  })

  it("exceeds what a vendor stated for an hour after it was last stated, and is asked about anew then", () => {
    const world = rig(poolOf({ a: {} }))
    world.serve(world.lend(undefined), 0, 1, [states("usage", 1_000, 900, 60_000)])
    expect(world.lend(2_000, 3_600_000)).toBeNull()
    expect(world.lend(2_000, 3_600_001)?.alias).toBe("a")
  })

  it("is never too large where no token can be lent without a person, or one of any size can", () => {
    const all = (tokens: Readonly<Record<string, Token>>, change = (pool: Pool.Pool) => pool) =>
      Capacity.excessOfAll(change(poolOf(tokens)), { model: null, size: Size.of(1_000) ?? never(), now: 0 })?.limit ??
      null
    const isolate = (id: string) => (pool: Pool.Pool) =>
      Operation.isolate(pool, id, { code: "by_hand", why: "held out by hand" }, 0).pool
    expect(all({ a: { usagePerMinute: 500 }, b: { usagePerMinute: 800 } })).toBe(800)
    expect(all({ a: { usagePerMinute: 500 }, b: {} })).toBeNull()
    expect(all({ a: { usagePerMinute: 500 }, b: {} }, isolate("b"))).toBe(500)
    expect(all({ a: { usagePerMinute: 500 } }, isolate("a"))).toBeNull()
    expect(all({ a: { usagePerMinute: 500 }, b: { usagePerMinute: 1_000 } })).toBeNull()
  })

  it("is lent a token exactly when one has room, whatever the strategy, limits and sizes before it", () => {
    const limit = fc.constantFrom(null, 50, 200, 1_000)
    const said = fc.oneof(fc.nat(400), fc.record({ input: fc.nat(300), output: fc.nat(200) }), fc.constant(undefined))
    const calls = fc.array(
      fc.record({ said, after: fc.nat(20_000), used: fc.option(fc.nat(300)), random: fc.nat(99) }),
      {
        maxLength: 40,
        size: "max"
      }
    )
    fc.assert(
      fc.property(strategy, fc.array(limit, { minLength: 1, maxLength: 5 }), calls, (kind, limits, all) => {
        const tokens = limits.map((usagePerMinute, i) => [`t${i}`, { usagePerMinute, concurrency: 4 }] as const)
        const world = rig(poolOf(Object.fromEntries<Token>(tokens), kind))
        let now = 0
        const used = new Map<string, Array<{ at: number; amount: number }>>(tokens.map(([id]) => [id, []]))
        for (const { after, random, said, used: actual } of all) {
          now += after
          const size = Size.of(said)
          const before = world.pool
          const lease = world.lend(said, now, { random: random / 100 })
          const at = PoolView.retryAt(before, now, null, [], size)
          expect(lease !== null).toBe(at !== null && at <= now)
          if (lease === null || size === null) {
            if (lease !== null) world.serve(lease, now, 0)
            continue
          }
          // What was declared is kept within any minute, as long as nobody used more than that.
          const least = Size.least(size, "usage")
          const entries = used.get(lease.tokenId) ?? []
          entries.push({ at: now, amount: Math.min(least, actual ?? least) })
          const within = entries.filter((entry) => entry.at > now - 60_000).reduce((sum, { amount }) => sum + amount, 0)
          expect(within).toBeLessThanOrEqual(limits[Number(lease.tokenId.slice(1))] ?? Infinity)
          world.serve(lease, now, Math.min(least, actual ?? least))
        }
      })
    )
  })
})

const never = (): never => {
  throw new Error("this is a size")
}
