import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Headroom from "../../src/core/Headroom.js"
import * as Limits from "../../src/core/Limits.js"
import * as Operation from "../../src/core/Operation.js"
import * as Outcome from "../../src/core/Outcome.js"
import * as PoolView from "../../src/core/PoolView.js"
import * as Serving from "../../src/core/Serving.js"
import * as Settlement from "../../src/core/Settlement.js"
import * as Size from "../../src/core/Size.js"
import type { Statement } from "../../src/core/Statement.js"
import type { Strategy } from "../../src/core/Strategy.js"
import * as WaitQueue from "../../src/core/WaitQueue.js"
import { profile, strategy } from "../support/arbitraries.js"
import { policy } from "../support/pool.js"

/** A pool and those who wait for it, over time. */
const make = (limits: ReadonlyArray<number | null>, kind: Strategy = "round-robin", group?: string) => {
  const profiles = limits.map((usagePerMinute, i) =>
    profile(`t${i}`, { limits: Limits.of({ usagePerMinute }), group: i < 2 ? group : undefined })
  )
  let pool = Operation.fresh("acme", profiles, kind, 0)
  let queue: WaitQueue.WaitQueue<string> = WaitQueue.empty
  const room = () => ({ pool, queue })
  return {
    room,
    join: (name: string, usage: Size.Declared | undefined, now: number, model: string | null = null) => {
      const wish = { model, exclude: [], request: null, size: Size.of(usage) }
      queue = WaitQueue.join(queue, wish, name, { since: now, deadline: Infinity, priority: "normal" })[1]
    },
    hear: (statement: Statement, now: number) => {
      const lease = { tokenId: "t0", model: null, nth: 0, passed: [], at: now }
      pool = Headroom.hear(pool, lease, [statement], now)
    },
    /** Serves whoever can be, and takes back at once what is lent; who was served, by which token, and the next time. */
    serve: (now: number, random = 0) => {
      const served: Array<string> = []
      while (true) {
        const turn = Serving.next(pool, queue, { now, random, probeMillis: 1_000 })
        if (turn.served === null) return { served, opensAt: turn.opensAt }
        const { lease, step, waiter } = turn.served
        served.push(`${waiter.value} ${lease.tokenId}`)
        queue = WaitQueue.leave(queue, waiter.ticket)[1]
        pool = Settlement.settle(step.pool, lease, { now, outcome: Outcome.success, policy }).pool
      }
    }
  }
}

const states = (remaining: number, resetAt: number, refill: Statement["refill"] = "at-once"): Statement => ({
  kind: "tokens",
  unit: "usage",
  limit: 1_000,
  remaining,
  resetAt,
  periodMillis: null,
  refill
})

describe("a large request that waits", () => {
  it("has the token that will have room first saved up for it, while all others serve whoever comes", () => {
    const world = make([1_000, 1_000])
    world.join("before", 400, 0)
    world.join("before", 600, 10_000)
    expect([world.serve(0), world.serve(10_000)].flatMap(({ served }) => served)).toEqual(["before t0", "before t1"])
    world.join("large", 900, 20_000)
    world.join("small", 101, 21_000)
    world.join("small", 101, 22_000)
    // The first has room for both, but the large one would not fit any more when the rest of it is free.
    expect(world.serve(22_000)).toEqual({ served: ["small t1", "small t1"], opensAt: 60_000 })
    expect(world.serve(60_000).served).toEqual(["large t0"])
  })

  it("leaves others what it has no use for: the rest of a window that is too small for it", () => {
    const world = make([null])
    world.hear(states(500, 60_000), 20_000)
    world.join("large", 800, 20_000)
    for (let i = 0; i < 6; i++) world.join("small", 100, 21_000)
    expect(world.serve(21_000)).toEqual({ served: Array(5).fill("small t0"), opensAt: 60_000 })
    expect(world.serve(60_000).served).toEqual(["large t0", "small t0"])
  })

  it("shares a bucket that fills up all the time with nobody who came later", () => {
    const world = make([null])
    world.hear(states(500, 60_000, "continuous"), 0)
    world.join("large", 800, 0)
    world.join("small", 100, 1_000)
    const { opensAt, served } = world.serve(1_000)
    expect(served).toEqual([])
    expect(Math.ceil(opensAt)).toBeGreaterThan(20_000)
    expect(world.serve(Math.ceil(opensAt) - 1).served).toEqual([])
    expect(world.serve(Math.ceil(opensAt)).served).toEqual(["large t0"])
  })

  it("is saved up for at other tokens of the group too, and not for another model", () => {
    const world = make([null, null, null], "round-robin", "org")
    world.hear(states(500, 60_000, "continuous"), 0)
    world.join("large", 800, 0)
    world.join("small", 100, 1_000)
    world.join("small", 100, 1_001)
    // The third token is unlimited, so nobody waits at all, and nothing is saved up.
    expect(world.serve(1_001).served).toEqual(["large t2", "small t0", "small t1"])
    const pair = make([null, null], "round-robin", "org")
    pair.hear(states(500, 60_000, "continuous"), 0)
    pair.join("large", 800, 0)
    pair.join("small", 100, 1_000)
    pair.join("other", 100, 1_000, "other")
    expect(pair.serve(1_000).served).toEqual([])
  })

  it("does not hold up those who came before it", () => {
    const world = make([1_000])
    world.join("small", 400, 0)
    world.join("large", 900, 1)
    expect(world.serve(1).served).toEqual(["small t0"])
    world.join("small, late", 101, 5_000)
    expect(world.serve(5_000).served).toEqual([])
    expect(world.serve(60_001).served).toEqual(["large t0"])
  })

  const token = fc.constantFrom(500, 1_000, 2_000)
  const small = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant(undefined))
  const sizes = fc.array(small, { minLength: 1, maxLength: 8 })

  it("is served within a minute of those before it however many small ones come, and they leave no other token idle", () => {
    fc.assert(
      fc.property(
        strategy,
        fc.array(token, { minLength: 1, maxLength: 4 }),
        sizes,
        fc.nat(99),
        (kind, limits, smalls, r) => {
          const world = make(limits, kind)
          let count = 0
          let lastBefore = 60_000
          let servedAt: number | null = null
          for (let now = 0; now <= 450_000 && servedAt === null; now += 1_000) {
            while (world.room().queue.size < 4) {
              world.join(now <= 60_000 ? "before" : "after", smalls[count++ % smalls.length] ?? 100, now)
            }
            if (now === 60_000) world.join("large", Math.max(...limits), now)
            const served = world.serve(now, r / 100).served.map((name) => name.split(" ")[0])
            if (served.includes("before")) lastBefore = Math.max(lastBefore, now)
            if (served.includes("large")) servedAt = now
            const { pool, queue } = world.room()
            for (const { value, wish } of WaitQueue.heads(queue)) {
              if (value === "large") continue
              const idle = pool.members.length - held(pool, now, wish.size)
              expect(idle).toBeLessThanOrEqual(1)
            }
          }
          expect(servedAt ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(lastBefore + 61_000)
        }
      ),
      { numRuns: 100 }
    )
  })

  it("waits for one larger of its own kind, one after the other, and all are served in the end", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 12 }), (all) => {
        const world = make([1_000, 400])
        for (const [i, usage] of all.entries()) world.join(String(i), usage, i)
        const served: Array<string> = []
        for (let now = 100; now <= 100 + all.length * 61_000; now += 1_000) served.push(...world.serve(now).served)
        expect(served.length).toBe(all.length)
      })
    )
  })
})

/** How many tokens have no room for a request of this size. */
const held = (pool: ReturnType<ReturnType<typeof make>["room"]>["pool"], now: number, size: Size.Size | null): number =>
  [...pool.slotOf.keys()].filter((id) => {
    const others = [...pool.slotOf.keys()].filter((other) => other !== id)
    const at = PoolView.retryAt(pool, now, null, others, size)
    return at === null || at > now
  }).length

describe("heads of lines", () => {
  it("are not asked again for more than what was refused already", () => {
    const wish = (
      usage: Size.Declared | undefined,
      exclude: ReadonlyArray<string> = [],
      model: string | null = null
    ) => ({
      model,
      exclude,
      request: null,
      size: Size.of(usage)
    })
    expect(WaitQueue.asksMore(wish(100), wish(100))).toBe(true)
    expect(WaitQueue.asksMore(wish(200), wish(100))).toBe(true)
    expect(WaitQueue.asksMore(wish(99), wish(100))).toBe(false)
    expect(WaitQueue.asksMore(wish(200, ["a"]), wish(100))).toBe(true)
    expect(WaitQueue.asksMore(wish(200), wish(100, ["a"]))).toBe(false)
    expect(WaitQueue.asksMore(wish(200, [], "big"), wish(100))).toBe(false)
    expect(WaitQueue.asksMore(wish(undefined), wish(100))).toBe(false)
    expect(WaitQueue.asksMore(wish({ input: 200 }), wish(100))).toBe(false)
  })

  it("of about the same size stand in one line, of others and of none in their own", () => {
    const lines = [undefined, 1_000, 1_001, 2_000, { input: 1_000 }].map((usage) =>
      WaitQueue.lineOf({ model: null, exclude: [], request: null, size: Size.of(usage) })
    )
    expect(new Set(lines).size).toBe(4)
    expect(lines[1]).toBe(lines[2])
  })
})
