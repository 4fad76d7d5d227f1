import { FastCheck as fc, Schema } from "effect"
import { describe, expect, it } from "vitest"
import * as Counts from "../../src/core/Counts.js"
import type { Lease } from "../../src/core/Lending.js"
import * as Lending from "../../src/core/Lending.js"
import * as Operation from "../../src/core/Operation.js"
import * as Outcome from "../../src/core/Outcome.js"
import * as Pool from "../../src/core/Pool.js"
import * as PoolState from "../../src/core/PoolState.js"
import * as PoolView from "../../src/core/PoolView.js"
import * as Settlement from "../../src/core/Settlement.js"
import * as Slots from "../../src/core/Slots.js"
import * as Usage from "../../src/core/Usage.js"
import * as arbitraries from "../support/arbitraries.js"
import { failure, limited, make, policy, poolOf, probeMillis, revoked } from "../support/pool.js"

const codec = Schema.parseJson(PoolState.PoolState)
const written = (pool: Pool.Pool) => Schema.encodeSync(codec)(PoolState.fromPool(pool))
const read = Schema.decodeSync(codec)
const nothing = () => Counts.zero

const ids = ["a", "b", "c"]
const standings = fc.dictionary(fc.constantFrom("opus", "haiku"), arbitraries.standing)
const usage = fc.record({ input: fc.nat(9), output: fc.nat(9), cacheRead: fc.nat(9), cacheWrite: fc.nat(9) })
const counts = fc.record({
  uses: fc.nat(9),
  successes: fc.nat(9),
  errors: fc.nat(9),
  excused: fc.nat(9),
  abandoned: fc.nat(9),
  rests: fc.nat(9),
  usage: fc.dictionary(fc.constantFrom("", "opus", "haiku"), usage)
})
const document: fc.Arbitrary<PoolState.PoolState> = fc.record({
  version: fc.constant(1 as const),
  members: fc.dictionary(
    fc.constantFrom(...ids),
    fc.record({
      standing: arbitraries.standing,
      models: standings,
      learntGroup: fc.constantFrom(null, "org-a", "org-b"),
      lastUsedAt: fc.option(fc.nat(9)),
      lastError: fc.option(
        fc.record({
          at: fc.nat(3),
          blame: fc.constant("token"),
          code: fc.constantFrom("a", "b"),
          why: fc.constant("w")
        })
      ),
      counts
    })
  ),
  groups: standings,
  models: standings,
  provider: arbitraries.standing,
  inFlight: fc.dictionary(
    fc.constantFrom("p", "q"),
    fc.record({ at: fc.nat(3), tokens: fc.dictionary(fc.constantFrom(...ids), fc.integer({ min: 1, max: 3 })) })
  )
})

describe("PoolState", () => {
  it("merges in any order and any number of times to one document", () => {
    fc.assert(
      fc.property(document, document, document, (a, b, c) => {
        const { merge } = PoolState
        expect(merge(a, b)).toEqual(merge(b, a))
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)))
        expect(merge(a, a)).toEqual(a)
      })
    )
  })

  it("survives being written and read, so that a fresh pool lends and waits as this one would", () => {
    fc.assert(
      fc.property(
        arbitraries.profiles(),
        document,
        fc.nat(25),
        fc.constantFrom(null, "opus"),
        (profiles, state, now, model) => {
          const named = profiles.map((profile, i) => ({ ...profile, id: ids[i] ?? profile.id }))
          const pool = PoolState.absorb(Operation.fresh("acme", named, "round-robin", 0), state, nothing, now)
          const again = PoolState.absorb(
            Operation.fresh("acme", named, "round-robin", 0),
            read(written(pool)),
            nothing,
            now
          )
          const lend = (from: Pool.Pool) =>
            Lending.acquire(from, { now, random: 0, model: model ?? undefined, probeMillis }).lease?.tokenId
          expect(PoolView.view(again, now)).toEqual(PoolView.view(pool, now))
          expect(PoolView.retryAt(again, now, model)).toBe(PoolView.retryAt(pool, now, model))
          expect(lend(again)).toBe(lend(pool))
        }
      )
    )
  })

  it("leaves out tokens that nothing happened to, and counts of a verdict that nobody asked for in", () => {
    const world = make(poolOf(ids))
    const lease = Lending.unasked(world.pool, "b", false, 0)
    if (lease !== null) world.settle(lease, Outcome.success)
    expect(Object.keys(PoolState.fromPool(world.pool).members)).toEqual(["b"])
  })

  it("knows no secret and no alias", () => {
    const world = make(Operation.fresh("acme", [{ ...arbitraries.profile("id-1"), alias: "work" }], "round-robin", 0))
    world.use("id-1", revoked)
    expect(written(world.pool)).not.toContain("work")
  })

  it("makes no lease stale by rests of the document that are over", () => {
    const world = make(poolOf(["a"]), { policy: { ...policy, threshold: 1 } })
    world.use("a", limited(5))
    const old = PoolState.fromPool(world.pool)
    const lease = world.at(6).lendOf("a")
    world.pool = PoolState.absorb(world.pool, old, nothing, world.now)
    world.settle(lease, failure())
    expect(world.states()).toEqual(["a open 66"])
  })

  it("keeps what only this process knows when it absorbs an older document", () => {
    const world = make(poolOf(["a", "b"]))
    const old = PoolState.fromPool(world.pool)
    world.use("a", revoked)
    world.use("b", failure())
    const lease = world.lendOf("b")
    world.pool = PoolState.absorb(world.pool, old, nothing, 0)
    expect(world.states()).toEqual(["a isolated", "b ready"])
    world.settle(lease, failure())
    expect(world.view().tokens[1]?.failures).toBe(2)
  })

  it("takes the place of a probe over from the process that sent it", () => {
    const world = make(poolOf(["a"]))
    for (let i = 0; i < 3; i++) world.use("a", failure())
    const other = make(PoolState.absorb(poolOf(["a"]), PoolState.fromPool(world.pool), nothing, 60_000)).at(60)
    world.at(60).lendOf("a")
    other.pool = PoolState.absorb(other.pool, PoolState.fromPool(world.pool), nothing, 60_000)
    expect(other.lend()).toBeNull()
    expect(other.retryAt()).toBe(70)
  })

  it("forgets on request what is over", () => {
    const world = make(poolOf(["a"]))
    world.use("a", limited(5, { scope: "token+model" }), { model: "opus" })
    world.use("a", limited(9))
    const pruned = PoolState.write(PoolState.empty, PoolState.fromPool(world.pool), nothing, 6_000)
    expect(pruned.members.a).toMatchObject({ models: {}, standing: { cooldown: { until: 9_000 } } })
  })
})

describe("two processes that write one document", () => {
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ _tag: fc.constant("Use" as const), who: fc.nat(1), outcome: arbitraries.outcome })
    },
    { weight: 2, arbitrary: fc.record({ _tag: fc.constant("Lend" as const), who: fc.nat(1) }) },
    { weight: 2, arbitrary: fc.record({ _tag: fc.constant("Write" as const), who: fc.nat(1) }) },
    { weight: 1, arbitrary: fc.record({ _tag: fc.constant("Read" as const), who: fc.nat(1) }) },
    {
      weight: 1,
      arbitrary: fc.record({ _tag: fc.constant("Pass" as const), millis: fc.constantFrom(10, 1_000, 60_000) })
    }
  )

  interface Process {
    pool: Pool.Pool
    out: ReadonlyArray<Lease>
    saved: ReadonlyMap<string, Counts.Counts>
  }

  it("lose no count and no stated rest, in any interleaving", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 50, size: "max" }), (steps) => {
        let now = 0
        let stored = PoolState.empty
        let uses = 0
        let used = Usage.zero
        let successes = 0
        const stated = new Map<string, number>()
        const both: ReadonlyArray<Process> = [0, 1].map(() => ({ pool: poolOf(ids), out: [], saved: new Map() }))
        const unsaved = (process: Process) => (id: string) =>
          Counts.since(Pool.find(process.pool, id)?.member.counts ?? Counts.zero, process.saved.get(id) ?? Counts.zero)
        const takeOver = (process: Process, pending: (id: string) => Counts.Counts) => {
          process.pool = PoolState.absorb(process.pool, stored, pending, now)
          process.saved = new Map(Object.entries(stored.members).map(([id, member]) => [id, member.counts]))
        }
        const write = (process: Process) => {
          stored = read(
            Schema.encodeSync(codec)(PoolState.write(stored, PoolState.fromPool(process.pool), unsaved(process)))
          )
          takeOver(process, nothing)
        }
        for (const each of steps) {
          if (each._tag === "Pass") {
            now += each.millis
            continue
          }
          const process = both[each.who] ?? { pool: poolOf(ids), out: [], saved: new Map() }
          if (each._tag === "Write") write(process)
          if (each._tag === "Read") takeOver(process, unsaved(process))
          if (each._tag === "Lend") {
            const lent = Lending.acquire(process.pool, { now, random: 0, probeMillis })
            process.pool = lent.pool
            if (lent.lease === null) continue
            uses++
            process.out = [...process.out, lent.lease]
          }
          if (each._tag === "Use") {
            const [lease, ...rest] = process.out
            if (lease === undefined) continue
            process.out = rest
            const usage = { input: now, output: uses, cacheRead: 1, cacheWrite: 0 }
            const settled = Settlement.settle(process.pool, lease, { now, outcome: each.outcome, policy, usage })
            used = Usage.add(used, usage)
            process.pool = settled.pool
            if (each.outcome._tag === "Success") successes++
            for (const event of settled.events) {
              if (event._tag !== "Rested" || event.scope !== "token" || event.provenance === "guess") continue
              stated.set(event.tokenId, Math.max(stated.get(event.tokenId) ?? 0, event.until ?? Infinity))
            }
          }
        }
        for (const process of both) write(process)
        for (const process of both) takeOver(process, unsaved(process))
        const all = Object.values(stored.members).reduce((sum, member) => Counts.add(sum, member.counts), Counts.zero)
        expect([all.uses, all.successes]).toEqual([uses, successes])
        expect(all.usage[""] ?? Usage.zero).toEqual(used)
        for (const { pool } of both) {
          expect(Operation.totals(pool)).toEqual(all)
          for (const { profile, standing } of Slots.toArray(pool.members)) {
            const until = stated.get(profile.id) ?? 0
            if (until > now) expect(standing.cooldown === null ? 0 : (standing.cooldown.until ?? Infinity)).toBe(until)
          }
        }
      }),
      { numRuns: 400 }
    )
  })

  it("do not lose an isolation to a success that the other had at the same time", () => {
    const [mine, theirs] = [make(poolOf(["a"])), make(poolOf(["a"]))]
    mine.use("a", failure())
    mine.use("a", Outcome.success)
    theirs.use("a", revoked)
    const once = PoolState.write(PoolState.empty, PoolState.fromPool(theirs.pool), nothing)
    const twice = PoolState.write(once, PoolState.fromPool(mine.pool), nothing)
    expect(PoolView.view(PoolState.absorb(mine.pool, twice, nothing, 0), 0).tokens[0]?.state).toBe("isolated")
  })
})
