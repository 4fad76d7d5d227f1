import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import type { Cooldown } from "../../src/core/Cooldown.js"
import * as Counts from "../../src/core/Counts.js"
import * as Headroom from "../../src/core/Headroom.js"
import type { Lease } from "../../src/core/Lending.js"
import * as Lending from "../../src/core/Lending.js"
import * as Operation from "../../src/core/Operation.js"
import * as Outcome from "../../src/core/Outcome.js"
import * as Pool from "../../src/core/Pool.js"
import * as PoolState from "../../src/core/PoolState.js"
import * as Settlement from "../../src/core/Settlement.js"
import * as Slots from "../../src/core/Slots.js"
import * as Trouble from "../../src/core/Trouble.js"
import type { Op } from "../support/arbitraries.js"
import * as arbitraries from "../support/arbitraries.js"
import * as laws from "../support/laws.js"
import { growing, make, policy, poolOf, probeMillis } from "../support/pool.js"

const trouble = { failures: 2, requests: 2, windowMillis: 10_000 }
const corroboration = { tokens: 3, share: 0.5, windowMillis: 10_000, restMillis: 5_000 }

/** Runs any interleaving of what can happen to a pool and checks every law after every step. */
const run = (initial: Pool.Pool, ops: ReadonlyArray<Op>, terms: Settlement.Policy["corroboration"]) => {
  let pool = initial
  let now = 1_000
  let out: ReadonlyArray<Lease> = []
  let all: ReadonlyArray<Lease> = []
  let limitedSince = 0
  let passed: Lease | null = null
  const refused = new Map<string, number>()
  const idOf = (n: number) => [...pool.slotOf.keys()][n % Math.max(1, pool.slotOf.size)] ?? "nobody"
  const settle = (lease: Lease, outcome: Outcome.Outcome, said: Pick<Settlement.Verdict, "owner" | "usage"> = {}) => {
    out = out.filter((other) => other !== lease)
    const circuitMillis = growing(Settlement.nextTrip(pool, lease, outcome))
    const own = { ...policy, threshold: 1, circuitMillis, corroboration: terms, audit: laws.auditTerms, trouble }
    if (outcome._tag === "Success") passed = lease
    if (outcome._tag === "Failure") for (const { rest } of lease.audits) refused.set(restOf(lease, rest), now)
    pool = Settlement.settle(pool, lease, { now, outcome, ...said, policy: own }).pool
  }
  for (const op of ops) {
    const before = pool
    passed = null
    switch (op._tag) {
      case "Acquire": {
        const exclude = op.exclude === null ? [] : [idOf(op.exclude)]
        const request = { now, random: (now % 97) / 97, model: op.model, exclude, probeMillis }
        const step = Lending.acquire(pool, request)
        laws.expectHonestLending(before, request, step.lease, out)
        for (const { rest } of step.lease?.audits ?? []) {
          const last = step.lease === null ? undefined : refused.get(restOf(step.lease, rest))
          if (last !== undefined) expect(now - last).toBeGreaterThanOrEqual(laws.auditTerms.everyMillis)
        }
        pool = step.pool
        if (step.lease === null) break
        out = [...out, step.lease]
        all = [...all, step.lease]
        break
      }
      case "Settle": {
        const lease = out[op.which % Math.max(1, out.length)]
        if (lease !== undefined)
          settle(lease, op.outcome, { owner: op.owner ?? undefined, usage: op.usage ?? undefined })
        if (op.outcome._tag === "Failure") laws.expectOtherRestsKept(before, pool, op.outcome.code, now)
        break
      }
      case "Hear": {
        const lease = out[op.which % Math.max(1, out.length)]
        const { statement } = op
        if (lease === undefined) break
        pool = Headroom.hear(pool, lease, [{ ...statement, resetAt: now + statement.resetAt }], now)
        break
      }
      case "Pass":
        now += op.millis
        break
      case "Reset":
        pool = Operation.reset(pool, op.which === null ? null : [idOf(op.which)], now).pool
        break
      case "Isolate":
        pool = Operation.isolate(pool, idOf(op.which), { code: "by_hand", why: "held out by hand" }, now).pool
        break
      case "Reconcile":
        pool = Operation.reconcile(pool, op.profiles, pool.strategy, now, op.groupLimits)
        limitedSince = pool.leases
        break
      case "Absorb":
        pool = PoolState.absorb(pool, PoolState.fromPool(pool), () => Counts.zero, now)
        break
    }
    laws.expectIndexesInStep(pool, now)
    laws.expectInFlight(pool, out)
    laws.expectGatesInStep(before, pool, out)
    laws.expectMinutesKept(pool, all, limitedSince)
    if (op._tag !== "Reconcile") laws.expectNoStatedRestShortened(before, pool, now, passed)
    expect(pool.doubt.evidence.length).toBeLessThanOrEqual(128)
    expect(pool.doubt.suspicions.length).toBeLessThanOrEqual(8)
  }
  for (const lease of out) settle(lease, Outcome.abandoned)
  laws.expectGatesInStep(pool, pool, [])
  // Nobody waits for a probe of the provider longer than until the next one.
  const { circuit } = pool.provider
  expect(circuit._tag === "HalfOpen" ? circuit.probeUntil : 0).toBeLessThanOrEqual(now + Trouble.longestVerdict)
  for (const member of Slots.toArray(pool.members)) {
    expect(member.inFlight).toBe(0)
    // Whoever had a probe has brought it back: nobody waits for one that is not out.
    const standings = [member.standing, ...Object.values(member.models)]
    expect(standings.filter(({ circuit }) => circuit._tag === "HalfOpen" && circuit.probeUntil > now)).toEqual([])
  }
}

const restOf = ({ tokenId }: Lease, { code, since, until }: Cooldown): string =>
  JSON.stringify([tokenId, code, since, until])

describe("Pool", () => {
  it("keeps every law in every interleaving of what can happen to it", () => {
    fc.assert(
      fc.property(arbitraries.profiles(), arbitraries.strategy, arbitraries.ops, (profiles, strategy, ops) => {
        run(Operation.fresh("acme", profiles, strategy, 0), ops, null)
      }),
      { numRuns: 400 }
    )
  })

  it("keeps every law while shared failures are withdrawn", () => {
    fc.assert(
      fc.property(
        arbitraries.profiles({ min: 3 }),
        arbitraries.strategy,
        arbitraries.ops,
        (profiles, strategy, ops) => {
          run(Operation.fresh("acme", profiles, strategy, 0), ops, corroboration)
        }
      ),
      { numRuns: 400 }
    )
  })

  it("puts what is rescheduled on the agenda once, however often it is", () => {
    let pool = poolOf(["a", "b"])
    for (let i = 1; i <= 50; i++) pool = Operation.isolate(Operation.reset(pool, ["a"], i).pool, "a", hand, i).pool
    expect(Pool.nextWake(pool)).toBe(Infinity)
  })

  it("stays usable in every version: nothing is changed in place", () => {
    const world = make(poolOf(["a", "b"]))
    const before = world.pool
    const text = JSON.stringify(PoolState.fromPool(before))
    world.isolate("a")
    world.use("b", Outcome.failure({ blame: "token", scope: "token", code: "x", why: "y" }))
    expect(JSON.stringify(PoolState.fromPool(before))).toBe(text)
    expect(Lending.acquire(before, { now: 0, random: 0, probeMillis }).lease?.tokenId).toBe("a")
  })

  it("tells who came back, once", () => {
    const world = make(poolOf(["a"]))
    world.use("a", Outcome.failure({ blame: "rate-limit", scope: "token", cooldownMillis: 5_000, code: "x", why: "y" }))
    world.drainEvents()
    world.at(5).lend()
    world.lend()
    expect(world.drainEvents()).toEqual([{ _tag: "Returned", at: 5_000, providerId: "acme", tokenId: "a", alias: "a" }])
  })
})

const hand = { code: "by_hand", why: "held out by hand" }
