/**
 * The service: a pool of tokens per provider that gives every call a healthy one and learns from every answer.
 *
 * All state is one value in one `Ref`, changed only by the pure functions of `core`. What changes is published as
 * events, and written behind to the `StateStore`.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as MutableRef from "effect/MutableRef"
import * as PubSub from "effect/PubSub"
import type * as Queue from "effect/Queue"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import * as Acquiring from "./Acquiring.js"
import * as CheckAudit from "./CheckAudit.js"
import type { ConfigSource } from "./ConfigSource.js"
import type { ConfiguredProvider } from "./ConfiguredProvider.js"
import * as InFlight from "./core/InFlight.js"
import * as Lending from "./core/Lending.js"
import * as Operation from "./core/Operation.js"
import * as Outage from "./core/Outage.js"
import * as Outcome from "./core/Outcome.js"
import type * as Pool from "./core/Pool.js"
import type { PoolEvent } from "./core/PoolEvent.js"
import * as PoolView from "./core/PoolView.js"
import * as Proof from "./core/Proof.js"
import type * as FreeCheck from "./FreeCheck.js"
import type { AcquireOptions } from "./Lease.js"
import * as Leasing from "./Leasing.js"
import * as Pools from "./Pools.js"
import { type Service as Config, RotationConfig } from "./RotationConfig.js"
import type { ConfigError, UnknownProvider, UnknownToken } from "./RotationError.js"
import type * as RotationState from "./RotationState.js"
import type { StateStore } from "./StateStore.js"
import * as Statistics from "./Statistics.js"
import type { Token } from "./Token.js"
import * as View from "./View.js"

export type { AcquireOptions, Lease, Stated } from "./Lease.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Lends a token until the scope closes. `providerId` absent: the active provider.
   */
  readonly acquire: Acquiring.Acquiring["acquire"]
  /**
   * Like `acquire`, but without a scope: whoever takes the lease settles it, come what may. To be run where it cannot be
   * interrupted, so that no lease is lost on the way; `restore` lets the wait for one be.
   */
  readonly take: Acquiring.Acquiring["take"]
  /**
   * Runs an effect with a token. Success of the effect is success of the attempt; a failure is charged by `classify`
   * (default: to nobody); an interrupt blames nobody.
   */
  readonly withToken: <A, E, R>(
    providerId: string,
    use: (token: Token) => Effect.Effect<A, E, R>,
    options?: AcquireOptions & { readonly classify?: (error: E) => Outcome.Outcome }
  ) => Effect.Effect<A, E | Acquiring.Unserved, R>
  /**
   * Hands a token out without a lease, for callers who report back by `markSuccess` and `markError`, or never.
   */
  readonly next: (providerId?: string, options?: AcquireOptions) => Effect.Effect<Token, Acquiring.Unserved>
  /** Reports that a token worked: its count of consecutive errors starts again. `token` is an alias or an id. */
  readonly markSuccess: (providerId: string, token: string) => Effect.Effect<void, UnknownProvider | UnknownToken>
  /**
   * Reports that a token failed; three in a row (`failureThreshold`) open its circuit. With an `outcome`, that is what
   * it is charged with.
   */
  readonly markError: (
    providerId: string,
    token: string,
    outcome?: Outcome.Failure
  ) => Effect.Effect<void, UnknownProvider | UnknownToken>
  /**
   * Reports that a check proved a token good: what that refutes is taken back, an isolation for a refused credential
   * before all, and each is told as `AuditPassed`. Pace is not touched.
   */
  readonly markGood: (
    providerId: string,
    token: string,
    proof: Proof.Proof
  ) => Effect.Effect<ReadonlyArray<PoolEvent>, UnknownProvider | UnknownToken>
  /**
   * Begins a request: pays into the provider's retry budget, and sends the free checks that are due by `check`, in the
   * background of the service: see `CheckAudit`. Answers a name for it: see `AcquireOptions.request`.
   */
  readonly begin: (providerId: string, check?: FreeCheck.Send) => Effect.Effect<string>
  /** Takes one retry out of the provider's budget, if one is left there. */
  readonly withdraw: (providerId: string) => Effect.Effect<boolean>
  /** Whether the provider is down as far as is known: callers then wait for it, and one at a time probes. */
  readonly isTroubled: (providerId: string) => Effect.Effect<boolean>
  /** Secret-free snapshots of all pools. */
  readonly pools: Effect.Effect<ReadonlyArray<View.ProviderView>>
  /** Totals and shares, per provider. */
  readonly stats: Effect.Effect<ReadonlyArray<Statistics.ProviderStatistics>>
  /** Takes back all that is held against these tokens (all of the provider's when `tokens` is absent). */
  readonly reset: (
    providerId: string,
    tokens?: ReadonlyArray<string>
  ) => Effect.Effect<void, UnknownProvider | UnknownToken>
  /** Holds a token out until `enable` or `reset`. */
  readonly disable: (providerId: string, token: string) => Effect.Effect<void, UnknownProvider | UnknownToken>
  /** Lends a token again that was held out. */
  readonly enable: (providerId: string, token: string) => Effect.Effect<void, UnknownProvider | UnknownToken>
  /** What happens from now on; the subscription ends with the scope. A slow reader loses the oldest events. */
  readonly events: Effect.Effect<Queue.Dequeue<PoolEvent>, never, Scope.Scope>
  /** The configured provider of that id; the active one when absent. */
  readonly provider: (providerId?: string) => Effect.Effect<ConfiguredProvider, UnknownProvider>
  /** All configured providers. */
  readonly providers: Effect.Effect<ReadonlyArray<ConfiguredProvider>>
  /** The knobs this service was made with. */
  readonly config: Config
  /** Writes what was learnt, now. The layer does so when it closes. */
  readonly flush: Effect.Effect<void>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class TokenRotation extends Context.Tag("llmctl/TokenRotation")<TokenRotation, Service>() {}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<Service, ConfigError, ConfigSource | StateStore | Scope.Scope> = Effect.gen(
  function* () {
    const config = yield* RotationConfig
    const pools = yield* Pools.make
    /** Probes that were handed out by hand, by token id: only their holder may close the circuit by `markSuccess`. */
    const handedProbes = yield* Ref.make<ReadonlySet<string>>(new Set())

    const leasing = Leasing.make(pools, config)

    const { acquire, next: handOut, take } = Acquiring.make(pools, leasing, config)

    const withToken: Service["withToken"] = (providerId, use, options = {}) =>
      Effect.scoped(
        Effect.flatMap(acquire(providerId, options), (lease) =>
          use(lease.token).pipe(
            Effect.tap(() => lease.settle(Outcome.success)),
            Effect.tapError((error) => lease.settle(options.classify?.(error) ?? Outcome.abandoned))
          )
        )
      )

    const next: Service["next"] = (providerId, options) =>
      Effect.flatMap(handOut(providerId, options), ({ isProbe, token }) =>
        isProbe
          ? Effect.as(
              Ref.update(handedProbes, (ids) => new Set(ids).add(token.id)),
              token
            )
          : Effect.succeed(token)
      )

    const mark = (providerId: string, token: string, outcome: Outcome.Outcome) =>
      Effect.gen(function* () {
        const entry = yield* pools.entry(providerId)
        const { id } = yield* pools.token(entry, token)
        const now = yield* Clock.currentTimeMillis
        const probe = yield* Ref.modify(handedProbes, (ids) => {
          const rest = new Set(ids)
          return [rest.delete(id), rest]
        })
        const lease = Lending.unasked(entry.pool, id, probe, now)
        if (lease !== null) yield* leasing.settle(lease, outcome)
      })

    const operate = (
      providerId: string,
      tokens: ReadonlyArray<string> | undefined,
      operation: (entry: RotationState.Entry, tokenIds: ReadonlyArray<string> | null, now: number) => Pool.Step
    ) =>
      Effect.gen(function* () {
        const entry = yield* pools.current(providerId)
        const ids =
          tokens === undefined
            ? null
            : (yield* Effect.forEach(tokens, (token) => pools.token(entry, token))).map(({ id }) => id)
        const now = yield* Clock.currentTimeMillis
        return yield* pools.change(entry.provider.id, (current) => operation(current, ids, now))
      })

    const charge = (providerId: string, tokenId: string, outcome: Outcome.Failure) =>
      Effect.ignore(mark(providerId, tokenId, outcome))
    const checkAudit = yield* CheckAudit.make({ pools, config, charge })
    /** How many requests were begun. */
    const requests = MutableRef.make(0)

    const views = Effect.gen(function* () {
      yield* pools.refresh
      const s = yield* pools.state
      const now = yield* Clock.currentTimeMillis
      return [...s.entries.values()].map(({ pool, provider, told }) =>
        View.make(provider, PoolView.view(pool, now), provider.id === s.activeProviderId, InFlight.total(told, now))
      )
    })

    return {
      acquire,
      take,
      withToken,
      next,
      markSuccess: (providerId, token) => mark(providerId, token, Outcome.success),
      markError: (providerId, token, outcome = reported) => mark(providerId, token, outcome),
      markGood: (providerId, token, proof) =>
        Effect.map(
          operate(providerId, [token], ({ pool }, ids, now) => Proof.accept(pool, ids?.[0] ?? "", proof, now)),
          (step) => step?.events ?? []
        ),
      begin: (providerId, check) =>
        Effect.clockWith((clock) => {
          const now = clock.unsafeCurrentTimeMillis()
          const paid = Effect.as(pools.deposit(providerId), `request ${MutableRef.incrementAndGet(requests)}`)
          const audit = check === undefined ? null : checkAudit(providerId, check, now)
          return audit === null ? paid : Effect.zipRight(audit, paid)
        }),
      withdraw: (providerId) => Effect.flatMap(Clock.currentTimeMillis, (now) => pools.withdraw(providerId, now)),
      isTroubled: (providerId) =>
        Effect.map(pools.state, ({ entries }) => {
          const entry = entries.get(providerId)
          return entry !== undefined && Outage.isOpen(entry.pool)
        }),
      pools: views,
      stats: Effect.map(views, (all) => all.map(Statistics.make)),
      reset: (providerId, tokens) =>
        operate(providerId, tokens, ({ pool }, ids, now) => Operation.reset(pool, ids, now)),
      disable: (providerId, token) =>
        operate(providerId, [token], ({ pool }, ids, now) =>
          Operation.isolate(pool, ids?.[0] ?? "", { code: Proof.byHand, why: "held out by hand" }, now)
        ),
      enable: (providerId, token) =>
        operate(providerId, [token], ({ pool }, ids, now) => Operation.reset(pool, ids, now)),
      events: PubSub.subscribe(pools.events),
      provider: (providerId) => Effect.map(pools.current(providerId), ({ provider }) => provider),
      providers: Effect.map(Effect.zipRight(pools.refresh, pools.state), (s) =>
        [...s.entries.values()].map(({ provider }) => provider)
      ),
      config,
      flush: pools.flush
    }
  }
)

/**
 * The service over a configuration and a state store.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<TokenRotation, ConfigError, ConfigSource | StateStore> = Layer.scoped(
  TokenRotation,
  make
)

/** What a caller's own `markError` says: something failed, and nothing is known but that. */
const reported: Outcome.Failure = Outcome.failure({
  blame: "token",
  retryOtherToken: true,
  scope: "token",
  code: "reported",
  why: "reported as failed by the program"
})
