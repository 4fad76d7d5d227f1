import { describe, expect, it } from "vitest"
import * as Counts from "../../src/core/Counts.js"
import * as Headroom from "../../src/core/Headroom.js"
import * as Limits from "../../src/core/Limits.js"
import * as Operation from "../../src/core/Operation.js"
import * as Outcome from "../../src/core/Outcome.js"
import * as Pool from "../../src/core/Pool.js"
import * as PoolState from "../../src/core/PoolState.js"
import { profile } from "../support/arbitraries.js"
import { broke, failure, limited, make, policy, poolOf, probeMillis, revoked, type World } from "../support/pool.js"

const minute = 60
const hour = 3_600
const options = { policy: { ...policy, audit: { afterMillis: 600_000, everyMillis: 600_000 } } }

/** Tokens that all rest for an hour since 0. */
const resting = (ids: ReadonlyArray<string>, fields: Partial<Outcome.Failure> = {}): World => {
  const world = make(poolOf(ids), options)
  for (const id of ids) world.use(id, limited(hour, fields), { model: "opus" })
  world.drainEvents()
  return world
}

const auditOf = (world: World, request = {}) => {
  const lease = world.lend(request)
  if (lease === null || lease.audits.length === 0) throw new Error(`no audit is lent at ${world.now}`)
  return lease
}

describe("an audit", () => {
  it.each<[string, Outcome.Failure, boolean]>([
    ["a stated rest of an hour", limited(hour), true],
    ["a documented rest of an hour", limited(hour, { provenance: "documented" }), true],
    ["a rest of an hour for one model", limited(hour, { scope: "token+model" }), true],
    ["a guessed rest of an hour", limited(hour, { provenance: "guess" }), false],
    ["spent money when nobody says for how long", broke, false],
    ["a rest of ten minutes", limited(10 * minute), false],
    [
      "a rest without end",
      failure({ blame: "quota", cooldownMillis: Number.POSITIVE_INFINITY, provenance: "stated" }),
      false
    ],
    ["a revoked token", revoked, false]
  ])("of %s: %#", (_, outcome, audited) => {
    const world = make(poolOf(["a"]), options)
    world.use("a", outcome, { model: "opus" })
    expect(world.at(10 * minute - 0.001).lend({ model: "opus" })).toBeNull()
    expect(world.at(10 * minute - (audited ? 0 : 0.001)).lend({ model: "opus" })?.audits.length ?? 0).toBe(
      audited ? 1 : 0
    )
  })

  it("is never sent while another token can serve", () => {
    const world = make(poolOf(["a", "b"]), options)
    world.use("a", limited(hour))
    world.at(20 * minute)
    for (let i = 0; i < 5; i++) expect(world.lend()).toMatchObject({ tokenId: "b", audits: [] })
    expect(world.lend({ exclude: ["b"] })).toMatchObject({ tokenId: "a", audits: [{ scope: "token" }] })
  })

  it("that is served ends the rest, and tells what it ended", () => {
    const world = resting(["a"])
    const audit = auditOf(world.at(10 * minute))
    expect(world.states()).toEqual([`a cooling ${hour}`])
    world.settle(audit, Outcome.success)
    expect(world.states()).toEqual(["a ready"])
    expect(world.drainEvents()).toEqual([
      {
        _tag: "AuditPassed",
        at: 600_000,
        providerId: "acme",
        tokenId: "a",
        alias: "a",
        scope: "token",
        model: null,
        group: null,
        until: hour * 1_000,
        blame: "rate-limit",
        provenance: "stated",
        code: "rate_limited",
        why: "too fast"
      }
    ])
  })

  it("that is refused leaves the rest, and the next one waits", () => {
    const world = resting(["a"])
    const audit = auditOf(world.at(10 * minute))
    world.at(10 * minute + 2).settle(audit, limited(30 * minute))
    expect(world.states()).toEqual([`a cooling ${hour}`])
    expect(world.at(20 * minute + 1.999).lend()).toBeNull()
    expect(world.at(20 * minute + 2).lend()?.audits).toHaveLength(1)
  })

  it("that is refused for longer lengthens the rest", () => {
    const world = resting(["a"])
    world.settle(auditOf(world.at(10 * minute)), limited(2 * hour))
    expect(world.states()).toEqual([`a cooling ${2 * hour + 10 * minute}`])
  })

  it("that is abandoned gives its place to the next request", () => {
    const world = resting(["a"])
    world.settle(auditOf(world.at(10 * minute)), Outcome.abandoned)
    expect(world.lend()?.audits).toHaveLength(1)
  })

  it("is out alone: not even the next token of the pool is asked before it is back", () => {
    const world = resting(["a", "b", "c"])
    const audit = auditOf(world.at(10 * minute))
    expect([world.lend(), world.lend()]).toEqual([null, null])
    world.settle(audit, limited(hour))
    expect(world.lend()).toBeNull()
    const next = auditOf(world.at(10 * minute + 1))
    expect(next.tokenId).not.toBe(audit.tokenId)
  })

  it("whose program died frees its place when a probe would", () => {
    const world = resting(["a"])
    auditOf(world.at(10 * minute))
    expect(world.at(10 * minute + probeMillis / 1_000 - 0.001).lend()).toBeNull()
    expect(world.at(10 * minute + probeMillis / 1_000).lend()?.audits).toHaveLength(1)
  })

  it("speaks of the rest it was sent for: one imposed since stays", () => {
    const world = resting(["a"])
    const audit = auditOf(world.at(10 * minute))
    world.reset()
    const late = world.lendOf("a")
    world.settle(late, limited(2 * hour))
    world.settle(audit, Outcome.success)
    expect(world.states()).toEqual([`a cooling ${2 * hour + 10 * minute}`])
  })

  it("ends the rest of a whole group, by one request of one of its tokens", () => {
    const profiles = ["a", "b"].map((id) => profile(id, { group: "org" }))
    const world = make(Operation.fresh("acme", profiles, "round-robin", 0), options)
    world.use("a", limited(hour, { scope: "group" }))
    const audit = auditOf(world.at(10 * minute))
    expect(audit.audits).toMatchObject([{ scope: "group", group: "org" }])
    world.settle(audit, Outcome.success)
    expect(world.states()).toEqual(["a ready", "b ready"])
  })

  it("of one model is sent for that model only", () => {
    const world = resting(["a"], { scope: "token+model" })
    world.use("a", failure({ blame: "rate-limit", cooldownMillis: 15 * minute * 1_000 }), { model: "haiku" })
    world.at(12 * minute)
    expect(world.lend({ model: "haiku" })).toBeNull()
    world.at(16 * minute)
    expect(world.lend({ model: "haiku" })?.audits).toEqual([])
    world.settle(auditOf(world, { model: "opus" }), Outcome.success)
    expect(world.lend({ model: "opus" })?.audits).toEqual([])
  })

  it("waits for what else holds its token", () => {
    const world = make(poolOf(["a"]), options)
    const leases = [world.lendOf("a"), world.lendOf("a")]
    world.settle(leases[0] ?? world.lendOf("a"), limited(hour))
    world.settle(leases[1] ?? world.lendOf("a"), failure({ cooldownMillis: 1_200_000, code: "odd" }))
    expect(world.at(20 * minute - 0.001).lend()).toBeNull()
    expect(world.at(20 * minute).lend()?.audits).toHaveLength(1)
  })

  it("asks past what the vendor stated for as long, and never past a limit of the user's", () => {
    const stated = {
      kind: "requests",
      unit: "requests",
      limit: 5,
      remaining: 0,
      resetAt: hour * 1_000,
      periodMillis: null,
      refill: "at-once"
    } as const
    const world = make(poolOf(["a"]), options)
    const lease = world.lendOf("a")
    world.pool = Headroom.hear(world.pool, lease, [stated], 0)
    world.settle(lease, limited(hour))
    world.settle(auditOf(world.at(10 * minute)), Outcome.success)
    expect(world.lend()?.audits).toEqual([])

    const own = (concurrency: number) => [profile("a", { limits: Limits.of({ concurrency }) })]
    const busy = make(Operation.fresh("acme", own(2), "round-robin", 0), options)
    const [first] = [busy.lendOf("a"), busy.lendOf("a")]
    busy.settle(first, limited(hour))
    busy.pool = Operation.reconcile(busy.pool, own(1), "round-robin", 0)
    expect(busy.at(10 * minute).lend()).toBeNull()
    busy.pool = Operation.reconcile(busy.pool, own(2), "round-robin", busy.now)
    expect(busy.lend()?.audits).toHaveLength(1)
  })

  it("is due at the same time in every process, and what it ended stays ended where others had not heard of it", () => {
    const world = resting(["a"])
    const other = make(
      PoolState.absorb(poolOf(["a"]), PoolState.fromPool(world.pool), () => Counts.zero, 0),
      options
    )
    expect(Pool.nextAudit(other.pool)).toBe(600_000)
    const before = PoolState.fromPool(other.pool)
    world.settle(auditOf(world.at(10 * minute)), Outcome.success)
    const merged = PoolState.merge(PoolState.fromPool(world.pool), before)
    const third = PoolState.absorb(other.pool, merged, () => Counts.zero, 600_000)
    expect(Pool.isReady(third, Pool.find(third, "a")?.member ?? expect.fail(), 600_000)).toBe(true)

    const refused = resting(["a"])
    refused.settle(auditOf(refused.at(10 * minute)), limited(minute))
    const told = PoolState.absorb(other.pool, PoolState.fromPool(refused.pool), () => Counts.zero, 600_000)
    expect(Pool.nextAudit(told)).toBe(1_200_000)
  })
})
