/**
 * Audits by the vendor's free check: what rests long for spent money, or for a refused credential, is asked about in the
 * background while calls go on. No call waits for it.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import * as Audit from "./core/Audit.js"
import type * as Outcome from "./core/Outcome.js"
import * as Pool from "./core/Pool.js"
import * as Proof from "./core/Proof.js"
import * as FreeCheck from "./FreeCheck.js"
import type { Pools } from "./Pools.js"
import type { Service as Config } from "./RotationConfig.js"

/**
 * Sends the checks of a provider's tokens that are due, at most one per rest and interval, in the background; `null` when
 * it is not time to look for any.
 *
 * @since 0.1.0
 * @category models
 */
export type CheckAudit = (providerId: string, send: FreeCheck.Send, now: number) => Effect.Effect<void> | null

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: {
  readonly pools: Pools
  readonly config: Config
  /** Charges a token with what a check found. */
  readonly charge: (providerId: string, tokenId: string, outcome: Outcome.Failure) => Effect.Effect<void>
}): Effect.Effect<CheckAudit, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { charge, config, pools } = options
    const scope = yield* Effect.scope
    const looked = new Map<string, number>()
    const every = config.auditInterval === null ? null : Duration.toMillis(config.auditInterval)

    /** A look costs a glance at every token, so not every call takes one. */
    const isTime = (providerId: string, now: number): boolean => {
      const since = now - (looked.get(providerId) ?? Number.NEGATIVE_INFINITY)
      if (since >= 0 && since < lookMillis) return false
      looked.set(providerId, now)
      return true
    }

    const check = (providerId: string, tokenId: string, send: FreeCheck.Send) =>
      Effect.gen(function* () {
        const provider = (yield* pools.state).entries.get(providerId)?.provider
        const token = provider?.tokens.get(tokenId)
        if (provider === undefined || token === undefined) return
        const finding = yield* FreeCheck.run(provider, token, send)
        const now = yield* Clock.currentTimeMillis
        // A person who takes a token out meanwhile has the last word; and only a person lets one in again.
        if (finding._tag === "Bad") yield* charge(providerId, tokenId, finding.outcome)
        if (finding._tag === "Good") {
          yield* pools.change(providerId, ({ pool }) =>
            Pool.find(pool, tokenId)?.member.standing.circuit._tag === "Isolated"
              ? { pool, events: [] }
              : Proof.accept(pool, tokenId, finding.proof, now)
          )
        }
      })

    const look = (providerId: string, send: FreeCheck.Send, every: number, now: number) =>
      Effect.gen(function* () {
        const entry = (yield* pools.state).entries.get(providerId)
        const freeCheck = entry?.provider.vendor.freeCheck
        if (entry === undefined || freeCheck === undefined) return
        const most = { isFunded: freeCheck.funds !== undefined, fundedCodes: freeCheck.funds?.codes }
        const due = Audit.checksDue(entry.pool, (rest) => Proof.refutes(most, rest), now)
        if (due.length === 0) return
        const pause = every * (yield* Random.nextRange(1, 1.2))
        yield* pools.change(providerId, ({ pool }) => ({
          pool: due.reduce((next, tokenId) => Audit.checking(next, tokenId, pause, now), pool),
          events: []
        }))
        const all = Effect.forEach(due, (tokenId) => check(providerId, tokenId, send), { discard: true })
        yield* Effect.forkIn(Effect.interruptible(all), scope)
      })

    return (providerId, send, now) =>
      every === null || !isTime(providerId, now) ? null : look(providerId, send, every, now)
  })

const lookMillis = 5_000
