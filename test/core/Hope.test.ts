import { FastCheck as fc, HashMap } from "effect"
import { describe, expect, it } from "vitest"
import * as Circuit from "../../src/core/Circuit.js"
import * as Gate from "../../src/core/Gate.js"
import * as Headroom from "../../src/core/Headroom.js"
import * as Hope from "../../src/core/Hope.js"
import * as Lending from "../../src/core/Lending.js"
import * as Limits from "../../src/core/Limits.js"
import type { Profile } from "../../src/core/Member.js"
import * as NewPool from "../../src/core/NewPool.js"
import * as Operation from "../../src/core/Operation.js"
import * as Outcome from "../../src/core/Outcome.js"
import type * as Pool from "../../src/core/Pool.js"
import * as Serving from "../../src/core/Serving.js"
import * as Settlement from "../../src/core/Settlement.js"
import * as Size from "../../src/core/Size.js"
import * as Slots from "../../src/core/Slots.js"
import type { Standing } from "../../src/core/Standing.js"
import * as WaitQueue from "../../src/core/WaitQueue.js"
import { profile } from "../support/arbitraries.js"
import { failure, limited, policy, revoked } from "../support/pool.js"

const probeMillis = 10_000
const ids = ["a", "b", "c"] as const

/** The pool as it would be if all that may still turn out well did. */
const atBest = (pool: Pool.Pool, now: number): Pool.Pool => {
  const probed = (standing: Standing): Standing =>
    standing.circuit._tag === "HalfOpen" ? { ...standing, circuit: Circuit.closed } : standing
  const known = (standing: Standing): Standing => ({ ...standing, circuit: Circuit.closed, guesses: [] })
  const freed = (gate: Gate.Gate): Gate.Gate =>
    gate.inFlight === 0
      ? gate
      : {
          ...Gate.open,
          requests: gate.requests,
          limits: { ...gate.limits, concurrency: null },
          stated: mapValues(gate.stated, (each) => ({ ...each, spent: 0, remaining: each.limit ?? each.remaining }))
        }
  const ideal = NewPool.make({
    providerId: pool.providerId,
    strategy: pool.strategy,
    members: Slots.toArray(pool.members).map((member) => ({
      ...member,
      standing: probed(member.standing),
      models: mapValues(member.models, probed)
    })),
    now,
    groups: HashMap.map(pool.groups, probed),
    models: mapValues(pool.models, known),
    provider: known(pool.provider),
    gates: HashMap.map(pool.gates, (gates) => mapValues(gates, freed))
  })
  const isOut = HashMap.has(pool.out, pool.audit.lease)
  return { ...ideal, flow: pool.flow, audit: isOut ? { ...pool.audit, until: now } : pool.audit }
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))

/** Whether this caller alone could be lent a token until its deadline. */
const couldBeServed = (pool: Pool.Pool, { ticket, wish }: WaitQueue.Waiter<number>, now: number): boolean =>
  Lending.acquire(atBest(pool, now), Serving.requestOf(wish, { now: ticket.deadline, random: 0, probeMillis }))
    .lease !== null

const terms = { afterMillis: 20_000, everyMillis: 9_000 }

const outcomes: ReadonlyArray<Outcome.Outcome> = [
  Outcome.success,
  Outcome.success,
  Outcome.abandoned,
  limited(5),
  limited(25),
  limited(40),
  limited(25, { scope: "group" }),
  limited(15, { scope: "token+model" }),
  failure(),
  failure({ blame: "provider", scope: "provider" }),
  failure({ blame: "provider", scope: "provider", cooldownMillis: 22_000, provenance: "stated" }),
  revoked
]

type Op =
  | {
      readonly _tag: "Join"
      readonly wish: WaitQueue.Wish
      readonly patience: number
      readonly priority: WaitQueue.Priority
    }
  | { readonly _tag: "Settle"; readonly which: number; readonly outcome: Outcome.Outcome }
  | { readonly _tag: "Hear"; readonly which: number; readonly limit: number; readonly remaining: number }
  | { readonly _tag: "Configure"; readonly without: number; readonly disabled: number }
  | { readonly _tag: "Isolate" | "Reset"; readonly which: number }
  | { readonly _tag: "Pass"; readonly millis: number }

const which = fc.nat(9)
const priority: fc.Arbitrary<WaitQueue.Priority> = fc.constantFrom("high", "normal", "low")

const wish: fc.Arbitrary<WaitQueue.Wish> = fc.record({
  model: fc.constantFrom(null, null, "big"),
  exclude: fc.constantFrom([], [], ["a"], ["a", "b"]),
  request: fc.constantFrom("one", "two", "three"),
  size: fc.constantFrom(undefined, undefined, 90, 100, 110, 400, { input: 90, output: 20 }).map(Size.of)
})

const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      _tag: fc.constant("Join" as const),
      wish,
      patience: fc.constantFrom(2_000, 10_000, 20_000, 30_000, 100_000),
      priority
    })
  },
  {
    weight: 6,
    arbitrary: fc.record({ _tag: fc.constant("Settle" as const), which, outcome: fc.constantFrom(...outcomes) })
  },
  {
    weight: 2,
    arbitrary: fc.record({
      _tag: fc.constant("Hear" as const),
      which,
      limit: fc.constantFrom(95, 105, 300, 1_000),
      remaining: fc.constantFrom(0, 50, 95)
    })
  },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("Configure" as const), without: which, disabled: which }) },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constantFrom("Isolate" as const, "Reset" as const), which }) },
  {
    weight: 4,
    arbitrary: fc.record({ _tag: fc.constant("Pass" as const), millis: fc.constantFrom(0, 100, 1_000, 9_000, 30_000) })
  }
)

const profiles: fc.Arbitrary<ReadonlyArray<Profile>> = fc
  .array(
    fc.record({
      limits: fc
        .record({
          concurrency: fc.constantFrom(null, 1, 2),
          requestsPerMinute: fc.constantFrom(null, 2),
          usagePerMinute: fc.constantFrom(null, 95, 300)
        })
        .map(Limits.of),
      group: fc.constantFrom(undefined, "org")
    }),
    { minLength: 1, maxLength: 3 }
  )
  .map((all) => all.map((fields, i) => profile(ids[i] ?? "c", fields)))

/** A pool and its queue, as the service would take them through what happens. */
const make = (all: ReadonlyArray<Profile>) => {
  let pool = Operation.fresh("acme", all, "round-robin", 0)
  let queue: WaitQueue.WaitQueue<number> = WaitQueue.empty
  let now = 0
  let out: ReadonlyArray<Lending.Lease> = []
  const one = <A>(of: ReadonlyArray<A>, index: number): A | undefined => of[index % Math.max(1, of.length)]
  const act = (op: Op): void => {
    if (op._tag === "Pass") now += op.millis
    if (op._tag === "Join") {
      const options = { since: now, deadline: now + op.patience, priority: op.priority }
      queue = WaitQueue.join(queue, op.wish, queue.issued, options)[1]
    }
    if (op._tag === "Configure") {
      const next = all.filter((_, i) => i !== op.without).map((each, i) => ({ ...each, enabled: i !== op.disabled }))
      pool = Operation.reconcile(pool, next, "round-robin", now)
    }
    if (op._tag === "Isolate") {
      pool = Operation.isolate(pool, ids[op.which % 3] ?? "a", { code: "by_hand", why: "" }, now).pool
    }
    if (op._tag === "Reset") pool = Operation.reset(pool, [ids[op.which % 3] ?? "a"], now).pool
    if (op._tag !== "Settle" && op._tag !== "Hear") return
    const lease = one(out, op.which)
    if (lease === undefined) return
    if (op._tag === "Hear") {
      const { limit, remaining } = op
      const statement = { kind: "tokens", unit: "usage", periodMillis: null, refill: "at-once" } as const
      pool = Headroom.hear(pool, lease, [{ ...statement, limit, remaining, resetAt: now + 25_000 }], now)
      return
    }
    const { outcome } = op
    out = out.filter((other) => other !== lease)
    const trouble = { failures: 2, windowMillis: 60_000, requests: 1 }
    const verdict = { now, outcome, policy: { ...policy, circuitMillis: 30_000, trouble, audit: terms } }
    pool = Settlement.settle(pool, lease, verdict).pool
  }
  const serve = (): void => {
    while (true) {
      const { served } = Serving.next(pool, queue, { now, random: 0, probeMillis })
      if (served === null) return
      queue = WaitQueue.leave(queue, served.waiter.ticket)[1]
      pool = served.step.pool
      out = [...out, served.lease]
    }
  }
  return {
    /** Those whose wait is over in vain, and those who wait on. */
    step: (op: Op) => {
      act(op)
      serve()
      const waiting = everybody(queue).filter(({ ticket }) => ticket.deadline > now)
      for (const waiter of everybody(queue)) {
        if (waiter.ticket.deadline <= now) queue = WaitQueue.leave(queue, waiter.ticket)[1]
      }
      const [hopeless, rest] = Hope.giveUp(pool, queue, now)
      queue = rest
      return { pool, now, waiting, hopeless, queue }
    }
  }
}

const everybody = (queue: WaitQueue.WaitQueue<number>): ReadonlyArray<WaitQueue.Waiter<number>> => {
  const found: Array<WaitQueue.Waiter<number>> = []
  for (let rest = queue; rest.size > 0; ) {
    for (const head of WaitQueue.heads(rest)) {
      found.push(head)
      rest = WaitQueue.leave(rest, head.ticket)[1]
    }
  }
  return found
}

const numbers = (waiters: ReadonlyArray<WaitQueue.Waiter<number>>) =>
  waiters.map(({ ticket }) => ticket.number).sort((a, b) => a - b)

describe("a wait", () => {
  it("is given up in the very step in which it turns hopeless, and never while it could still be served", () => {
    let told = 0
    let kept = 0
    fc.assert(
      fc.property(profiles, fc.array(op, { minLength: 20, maxLength: 60, size: "max" }), (all, ops) => {
        const world = make(all)
        for (const op of ops) {
          const { hopeless, now, pool, queue, waiting } = world.step(op)
          const vain = waiting.filter((waiter) => !couldBeServed(pool, waiter, now))
          expect(numbers(hopeless)).toEqual(numbers(vain))
          expect(queue.size).toBe(waiting.length - hopeless.length)
          told += hopeless.length
          kept += queue.size
        }
      }),
      { numRuns: 300 }
    )
    expect(Math.min(told, kept)).toBeGreaterThan(300)
  })
})
