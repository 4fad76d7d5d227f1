/**
 * Leasing: how leases are given and taken back on the pools of a running rotation.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { ConfiguredProvider } from "./ConfiguredProvider.js"
import type * as Audit from "./core/Audit.js"
import * as Grouping from "./core/Grouping.js"
import * as Headroom from "./core/Headroom.js"
import * as Lending from "./core/Lending.js"
import type * as Outcome from "./core/Outcome.js"
import * as PoolView from "./core/PoolView.js"
import * as Serving from "./core/Serving.js"
import * as Settlement from "./core/Settlement.js"
import * as WaitQueue from "./core/WaitQueue.js"
import type { Lease, Stated } from "./Lease.js"
import type { Pools } from "./Pools.js"
import { type Service as Config, nthDelay } from "./RotationConfig.js"
import * as RotationState from "./RotationState.js"
import type { Token } from "./Token.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Leasing {
  /**
   * Lends at once or not at all. Whoever waits already comes first; who cannot wait, only after their like. `null` when there
   * never was such a provider.
   */
  readonly lend: (
    providerId: string,
    wish: WaitQueue.Wish,
    counted: boolean
  ) => Effect.Effect<{ readonly lent: Lent | null } | null>
  /** Takes a lease back with its verdict. */
  readonly settle: (lease: Lending.Lease, outcome: Outcome.Outcome, stated?: Stated) => Effect.Effect<void>
  /** The lease as its caller holds it: the first verdict counts. */
  readonly hold: (provider: ConfiguredProvider, token: Token, lease: Lending.Lease) => Lease
}

/**
 * A lease that was given, with whom and what it is of.
 *
 * @since 0.1.0
 * @category models
 */
export interface Lent {
  readonly provider: ConfiguredProvider
  readonly token: Token
  readonly lease: Lending.Lease
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (pools: Pools, config: Config): Leasing => {
  const probeMillis = Duration.toMillis(config.probeTimeout)
  const policy: Settlement.Policy = {
    threshold: config.failureThreshold,
    quotaMillis: Duration.toMillis(config.quotaRest),
    modelMillis: Duration.toMillis(config.modelRest),
    corroboration: config.corroboration,
    trouble: config.trouble,
    audit: null,
    circuitMillis: 0
  }

  const lend: Leasing["lend"] = (providerId, wish, counted) =>
    Effect.flatMap(Random.next, (random) =>
      pools.change(providerId, ({ pool, provider, queue }, now, isConfigured) => {
        const nobody = { pool, events: [], lent: null }
        if (!isConfigured || (counted ? queue.size > 0 : WaitQueue.isWaitedFor(queue, wish))) return nobody
        const step = Lending.acquire(pool, Serving.requestOf(wish, { now, random, counted, probeMillis }))
        const { events, lease } = step
        if (lease === null) return { pool: step.pool, events, lent: null }
        const token = provider.tokens.get(lease.tokenId)
        return token === undefined ? nobody : { pool: step.pool, events, lent: { provider, token, lease } }
      })
    )

  const charge = (
    lease: Lending.Lease,
    outcome: Outcome.Outcome,
    stated: Stated | undefined,
    policy: Settlement.Policy
  ) =>
    pools.change(lease.providerId, ({ pool }, now) =>
      Settlement.settle(pool, lease, { now, outcome, owner: stated?.owner, usage: stated?.usage, policy })
    )

  /** How long a failure is held against whom: as the schedules have it, which may leave it to chance. */
  const fail = (lease: Lending.Lease, outcome: Outcome.Failure, stated: Stated | undefined) =>
    Effect.gen(function* () {
      const entry = RotationState.at(yield* pools.state, lease.providerId)
      if (entry === undefined) return
      const circuitMillis =
        outcome.cooldownMillis === null
          ? yield* nthDelay(
              outcome.scope === "provider" ? config.recovery : config.cooldown,
              Settlement.nextTrip(entry.pool, lease, outcome)
            )
          : 0
      const audit = yield* auditTerms(config)
      yield* charge(lease, outcome, stated, { ...policy, audit, circuitMillis })
    }).pipe(Effect.uninterruptible)

  const settle: Leasing["settle"] = (lease, outcome, stated) =>
    outcome._tag === "Failure" ? fail(lease, outcome, stated) : charge(lease, outcome, stated, policy)

  const hold: Leasing["hold"] = (provider, token, lease) => {
    let isSettled = false
    return {
      provider,
      token,
      model: lease.model ?? undefined,
      at: lease.at,
      hear: (statements, owner) =>
        pools.change(lease.providerId, ({ pool }, now) => {
          const known = Grouping.learn(pool, lease.tokenId, owner, now)
          return { pool: Headroom.hear(known, lease, statements, now), events: [] }
        }),
      begun: pools.change(lease.providerId, ({ pool }, now) => Settlement.begun(pool, lease, now)),
      isHeld: Effect.gen(function* () {
        const entry = (yield* pools.state).entries.get(lease.providerId)
        const now = yield* Clock.currentTimeMillis
        return entry === undefined || PoolView.isHeld(entry.pool, lease, now)
      }),
      settle: (outcome, stated) =>
        Effect.suspend(() => {
          if (isSettled) return Effect.void
          isSettled = true
          return settle(lease, outcome, stated)
        })
    }
  }

  return { lend, settle, hold }
}

/** Tokens benched together are not all asked about together. */
const auditTerms = ({ auditAfter, auditInterval }: Config): Effect.Effect<Audit.Terms | null> =>
  auditInterval === null
    ? Effect.succeed(null)
    : Effect.map(Random.nextRange(1, 1.2), (share) => ({
        afterMillis: Duration.toMillis(auditAfter),
        everyMillis: Duration.toMillis(auditInterval) * share
      }))
