/** What the tests of the core share: short words for lending, settling and looking. */
import * as Lending from "../../src/core/Lending.js"
import * as Operation from "../../src/core/Operation.js"
import * as Outcome from "../../src/core/Outcome.js"
import type * as Pool from "../../src/core/Pool.js"
import type { PoolEvent } from "../../src/core/PoolEvent.js"
import * as PoolView from "../../src/core/PoolView.js"
import * as Settlement from "../../src/core/Settlement.js"
import type { Strategy } from "../../src/core/Strategy.js"
import { profile } from "./arbitraries.js"

export const probeMillis = 10_000

export const policy: Settlement.Policy = {
  threshold: 3,
  circuitMillis: 60_000,
  quotaMillis: 3_600_000,
  modelMillis: 600_000
}

/** 60 s, doubled with each opening in a row. */
export const growing = (trip: number): number => 60_000 * 2 ** (trip - 1)

export const poolOf = (ids: ReadonlyArray<string>, strategy: Strategy = "round-robin"): Pool.Pool =>
  Operation.fresh(
    "acme",
    ids.map((id) => profile(id)),
    strategy,
    0
  )

export const failure = (fields: Partial<Outcome.Failure> = {}): Outcome.Failure =>
  Outcome.failure({ blame: "token", scope: "token", code: "refused", why: "it was refused", ...fields })

export const limited = (seconds: number, fields: Partial<Outcome.Failure> = {}): Outcome.Failure =>
  failure({
    blame: "rate-limit",
    cooldownMillis: seconds * 1_000,
    provenance: "stated",
    code: "rate_limited",
    why: "too fast",
    ...fields
  })

export const revoked = failure({ cooldownMillis: "permanent", code: "revoked", why: "the key is revoked" })

export const broke = failure({ blame: "quota", code: "no_credit", why: "no credit is left" })

/** A pool over time: what is done to it, and the events that come of it. */
export const make = (initial: Pool.Pool, options: { readonly policy?: Settlement.Policy } = {}) => {
  let pool = initial
  let now = 0
  let events: ReadonlyArray<PoolEvent> = []
  const take = <S extends Pool.Step>(step: S): S => {
    pool = step.pool
    events = [...events, ...step.events]
    return step
  }
  const world = {
    get pool() {
      return pool
    },
    get now() {
      return now
    },
    set pool(next: Pool.Pool) {
      pool = next
    },
    at: (seconds: number) => {
      now = seconds * 1_000
      return world
    },
    lend: (request: Partial<Lending.Request> = {}): Lending.Lease | null =>
      take(Lending.acquire(pool, { now, random: 0, probeMillis, ...request })).lease,
    /** Lends this token; the others are left alone. */
    lendOf: (id: string, request: Partial<Lending.Request> = {}): Lending.Lease => {
      const exclude = [...pool.slotOf.keys()].filter((other) => other !== id)
      const lease = world.lend({ ...request, exclude })
      if (lease === null) throw new Error(`${id} cannot be lent at ${now}`)
      return lease
    },
    settle: (lease: Lending.Lease, outcome: Outcome.Outcome, owner?: string) => {
      const circuitMillis = growing(Settlement.nextTrip(pool, lease, outcome))
      const verdict = { now, outcome, owner, policy: { ...(options.policy ?? policy), circuitMillis } }
      take(Settlement.settle(pool, lease, verdict))
    },
    use: (id: string, outcome: Outcome.Outcome, request: Partial<Lending.Request> = {}) =>
      world.settle(world.lendOf(id, request), outcome),
    reset: (ids: ReadonlyArray<string> | null = null) => take(Operation.reset(pool, ids, now)),
    isolate: (id: string) => take(Operation.isolate(pool, id, { code: "by_hand", why: "held out by hand" }, now)),
    view: () => PoolView.view(pool, now),
    /** The state of every token, as `alias state` or `alias state until` in seconds. */
    states: () =>
      PoolView.view(pool, now).tokens.map(({ alias, state, until }) =>
        until === null ? `${alias} ${state}` : `${alias} ${state} ${until / 1_000}`
      ),
    retryAt: (model: string | null = null, exclude: ReadonlyArray<string> = []) => {
      const at = PoolView.retryAt(pool, now, model, exclude)
      return at === null ? null : at / 1_000
    },
    /** The tags of the events since the last look, with the token they speak of. */
    happened: () => {
      const said = events.map(({ _tag, alias }) => `${_tag} ${alias}`)
      events = []
      return said
    },
    drainEvents: () => {
      const all = events
      events = []
      return all
    }
  }
  return world
}

export type World = ReturnType<typeof make>

export { Outcome }
