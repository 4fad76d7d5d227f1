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
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import type * as Queue from "effect/Queue"
import * as Random from "effect/Random"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import { ConfigSource } from "./ConfigSource.js"
import { type ConfiguredProvider, findToken } from "./ConfiguredProvider.js"
import * as Lending from "./core/Lending.js"
import * as Operation from "./core/Operation.js"
import * as Outcome from "./core/Outcome.js"
import * as Pool from "./core/Pool.js"
import type { PoolEvent } from "./core/PoolEvent.js"
import * as PoolView from "./core/PoolView.js"
import * as RetryBudget from "./core/RetryBudget.js"
import * as Settlement from "./core/Settlement.js"
import { type Service as Config, nthDelay, RotationConfig } from "./RotationConfig.js"
import { type ConfigError, Exhausted, UnknownProvider, UnknownToken } from "./RotationError.js"
import * as RotationState from "./RotationState.js"
import { StateStore } from "./StateStore.js"
import * as StateSync from "./StateSync.js"
import * as Statistics from "./Statistics.js"
import type { Token } from "./Token.js"
import * as View from "./View.js"

/**
 * Leave to use one token for one attempt.
 *
 * `settle` gives the verdict; the first one counts. A lease whose scope closes unsettled is abandoned: its slot, and its
 * probe if it was one, come back and nobody is blamed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Lease {
  readonly provider: ConfiguredProvider
  readonly token: Token
  readonly model: string | undefined
  /** `owner` is what the answer named as the owner of its limits, such as an organization. */
  readonly settle: (outcome: Outcome.Outcome, owner?: string) => Effect.Effect<void>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface AcquireOptions {
  readonly model?: string | undefined
  /** Ids of tokens not to lend: those this request has tried. */
  readonly exclude?: ReadonlyArray<string> | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Lends a token until the scope closes. `providerId` absent: the active provider.
   */
  readonly acquire: (
    providerId?: string,
    options?: AcquireOptions
  ) => Effect.Effect<Lease, Exhausted | UnknownProvider, Scope.Scope>
  /**
   * Runs an effect with a token. Success of the effect is success of the attempt; a failure is charged by `classify`
   * (default: to nobody); an interrupt blames nobody.
   */
  readonly withToken: <A, E, R>(
    providerId: string,
    use: (token: Token) => Effect.Effect<A, E, R>,
    options?: AcquireOptions & { readonly classify?: (error: E) => Outcome.Outcome }
  ) => Effect.Effect<A, E | Exhausted | UnknownProvider, R>
  /**
   * Hands a token out without a lease, for callers who report back by `markSuccess` and `markError`, or never.
   */
  readonly next: (providerId?: string, options?: AcquireOptions) => Effect.Effect<Token, Exhausted | UnknownProvider>
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
  /** Pays into the provider's retry budget for one request. */
  readonly deposit: (providerId: string) => Effect.Effect<unknown>
  /** Takes one retry out of the provider's budget, if one is left there. */
  readonly withdraw: (providerId: string) => Effect.Effect<boolean>
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
    const source = yield* ConfigSource
    const store = yield* StateStore
    const config = yield* RotationConfig
    const state = yield* Ref.make(RotationState.empty)
    const hub = yield* PubSub.sliding<PoolEvent>(1024)
    const sync = yield* StateSync.make({ store, state, writeDelay: config.writeDelay })
    const refreshed = yield* Ref.make<{ readonly at: number; readonly version: string }>({ at: -Infinity, version: "" })
    /** Probes that were handed out by hand, by token id: only their holder may close the circuit by `markSuccess`. */
    const handedProbes = yield* Ref.make<ReadonlySet<string>>(new Set())

    const probeMillis = Duration.toMillis(config.probeTimeout)
    const policy: Omit<Settlement.Policy, "circuitMillis"> = {
      threshold: config.failureThreshold,
      quotaMillis: Duration.toMillis(config.quotaRest),
      modelMillis: Duration.toMillis(config.modelRest)
    }

    const loadConfig = Effect.gen(function* () {
      const version = yield* source.version
      const { activeProviderId, providers } = yield* source.load
      const now = yield* Clock.currentTimeMillis
      yield* Ref.update(state, (s) => RotationState.configure(s, providers, activeProviderId, config.retryBudget, now))
      yield* Ref.update(refreshed, (last) => ({ ...last, version }))
      yield* Effect.forEach(providers, (provider) => sync.refresh(provider.id), { discard: true })
    })

    /** Looks, at most every `refreshInterval`, whether the config or the shared state changed under us. */
    const refresh = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const due = yield* Ref.modify(refreshed, (last) =>
        now - last.at >= Duration.toMillis(config.refreshInterval) || now < last.at
          ? [true, { ...last, at: now }]
          : [false, last]
      )
      if (!due) return
      if ((yield* source.version) !== (yield* Ref.get(refreshed)).version) {
        yield* Effect.catchTag(loadConfig, "ConfigError", (error) =>
          Effect.zipRight(
            // Said once per broken version: the version is remembered although it was not taken over.
            Effect.flatMap(source.version, (version) => Ref.update(refreshed, (last) => ({ ...last, version }))),
            Effect.logWarning(`The changed config was not taken over. ${error.message}`)
          )
        )
      }
      for (const providerId of (yield* Ref.get(state)).entries.keys()) {
        // Whoever waited long enough returns here, with its event, before others' evidence is merged in.
        yield* change(providerId, ({ pool }) => Pool.wake(pool, now))
        yield* sync.refresh(providerId)
      }
    })

    const entryOf = (providerId: string | undefined) =>
      Effect.flatMap(Ref.get(state), (s) => {
        const id = providerId ?? s.activeProviderId
        const entry = id === undefined ? undefined : s.entries.get(id)
        return entry === undefined
          ? Effect.fail(new UnknownProvider({ providerId: id ?? "", known: [...s.entries.keys()] }))
          : Effect.succeed(entry)
      })

    const tokenOf = (entry: RotationState.Entry, token: string) => {
      const found = findToken(entry.provider, token)
      return found === undefined
        ? Effect.fail(new UnknownToken({ providerId: entry.provider.id, token }))
        : Effect.succeed(found)
    }

    /** The one way a pool changes: a pure step under one `Ref.modify`, its events published, its writing seen to. */
    const change = <S extends Pool.Step>(
      providerId: string,
      step: (entry: RotationState.Entry) => S
    ): Effect.Effect<S | null> =>
      Effect.gen(function* () {
        type Changed = { readonly result: S; readonly moved: boolean } | null
        const changed = yield* Ref.modify(state, (s): readonly [Changed, RotationState.RotationState] => {
          const entry = s.entries.get(providerId)
          if (entry === undefined) return [null, s]
          const result = step(entry)
          return result.pool === entry.pool
            ? [{ result, moved: false }, s]
            : [{ result, moved: true }, RotationState.modify(s, providerId, (e) => ({ ...e, pool: result.pool }))]
        })
        if (changed === null || !changed.moved) return changed?.result ?? null
        const { result } = changed
        yield* sync.changed(
          providerId,
          result.events.some((event) => event._tag !== "AttemptFailed")
        )
        if (result.events.length > 0) yield* PubSub.publishAll(hub, result.events)
        return result
      })

    const settle = (lease: Lending.Lease, outcome: Outcome.Outcome, owner: string | undefined) =>
      Effect.gen(function* () {
        const entry = (yield* Ref.get(state)).entries.get(lease.providerId)
        if (entry === undefined) return
        const circuitMillis =
          outcome._tag === "Failure" && outcome.cooldownMillis === null
            ? yield* nthDelay(config.cooldown, Settlement.nextTrip(entry.pool, lease, outcome))
            : 0
        const now = yield* Clock.currentTimeMillis
        yield* change(lease.providerId, ({ pool }) =>
          Settlement.settle(pool, lease, { now, outcome, owner, policy: { ...policy, circuitMillis } })
        )
      }).pipe(Effect.uninterruptible)

    const lend = (providerId: string | undefined, options: AcquireOptions, counted: boolean) =>
      Effect.gen(function* () {
        yield* refresh
        const entry = yield* entryOf(providerId)
        const now = yield* Clock.currentTimeMillis
        const random = yield* Random.next
        const { model, exclude } = options
        const step = yield* change(entry.provider.id, ({ pool }) =>
          Lending.acquire(pool, { now, random, model, exclude, counted, probeMillis })
        )
        const token = step?.lease == null ? undefined : entry.provider.tokens.get(step.lease.tokenId)
        if (step?.lease == null || token === undefined) {
          const { pool } = yield* entryOf(entry.provider.id)
          return yield* new Exhausted({
            providerId: entry.provider.id,
            retryAt: PoolView.retryAt(pool, now, model ?? null),
            tokens: View.unavailable(PoolView.view(pool, now), model ?? null, exclude ?? []),
            attempts: []
          })
        }
        return { lease: step.lease, token, provider: entry.provider }
      })

    const acquire: Service["acquire"] = (providerId, options = {}) =>
      Effect.acquireRelease(
        Effect.gen(function* () {
          const { lease, provider, token } = yield* lend(providerId, options, true)
          const settled = yield* Ref.make(false)
          const settleOnce = (outcome: Outcome.Outcome, owner?: string) =>
            Effect.flatMap(Ref.getAndSet(settled, true), (already) =>
              already ? Effect.void : settle(lease, outcome, owner)
            )
          const result: Lease = { provider, token, model: options.model, settle: settleOnce }
          return result
        }),
        (lease) => lease.settle(Outcome.abandoned)
      )

    const withToken: Service["withToken"] = (providerId, use, options = {}) =>
      Effect.scoped(
        Effect.flatMap(acquire(providerId, options), (lease) =>
          use(lease.token).pipe(
            Effect.tap(() => lease.settle(Outcome.success)),
            Effect.tapError((error) => lease.settle(options.classify?.(error) ?? Outcome.abandoned))
          )
        )
      )

    const next: Service["next"] = (providerId, options = {}) =>
      Effect.gen(function* () {
        const { lease, token } = yield* lend(providerId, options, false)
        if (lease.token.probe) yield* Ref.update(handedProbes, (ids) => new Set(ids).add(token.id))
        return token
      })

    const mark = (providerId: string, token: string, outcome: Outcome.Outcome) =>
      Effect.gen(function* () {
        const entry = yield* entryOf(providerId)
        const { id } = yield* tokenOf(entry, token)
        const now = yield* Clock.currentTimeMillis
        const probe = yield* Ref.modify(handedProbes, (ids) => {
          const rest = new Set(ids)
          return [rest.delete(id), rest]
        })
        const lease = Lending.unasked(entry.pool, id, probe, now)
        if (lease !== null) yield* settle(lease, outcome, undefined)
      })

    const operate = (
      providerId: string,
      tokens: ReadonlyArray<string> | undefined,
      operation: (entry: RotationState.Entry, tokenIds: ReadonlyArray<string> | null, now: number) => Pool.Step
    ) =>
      Effect.gen(function* () {
        yield* refresh
        const entry = yield* entryOf(providerId)
        const ids =
          tokens === undefined
            ? null
            : (yield* Effect.forEach(tokens, (token) => tokenOf(entry, token))).map(({ id }) => id)
        const now = yield* Clock.currentTimeMillis
        yield* change(entry.provider.id, (current) => operation(current, ids, now))
      })

    const budget = (
      providerId: string,
      step: (balance: RetryBudget.RetryBudget, now: number) => readonly [boolean, RetryBudget.RetryBudget]
    ) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        Ref.modify(state, (s): readonly [boolean, RotationState.RotationState] => {
          const entry = s.entries.get(providerId)
          if (entry === undefined) return [false, s]
          const [granted, balance] = step(entry.budget, now)
          return [granted, RotationState.modify(s, providerId, (e) => ({ ...e, budget: balance }))]
        })
      )

    const views = Effect.gen(function* () {
      yield* refresh
      const s = yield* Ref.get(state)
      const now = yield* Clock.currentTimeMillis
      return [...s.entries.values()].map(({ pool, provider }) =>
        View.make(provider, PoolView.view(pool, now), provider.id === s.activeProviderId)
      )
    })

    yield* loadConfig
    return {
      acquire,
      withToken,
      next,
      markSuccess: (providerId, token) => mark(providerId, token, Outcome.success),
      markError: (providerId, token, outcome = reported) => mark(providerId, token, outcome),
      deposit: (providerId) =>
        budget(providerId, (balance, now) => [true, RetryBudget.deposit(balance, config.retryBudget, now)]),
      withdraw: (providerId) =>
        budget(providerId, (balance, now) => RetryBudget.withdraw(balance, config.retryBudget, now)),
      pools: views,
      stats: Effect.map(views, (all) => all.map(Statistics.make)),
      reset: (providerId, tokens) =>
        operate(providerId, tokens, ({ pool }, ids, now) => Operation.reset(pool, ids, now)),
      disable: (providerId, token) =>
        operate(providerId, [token], ({ pool }, ids, now) =>
          Operation.isolate(pool, ids?.[0] ?? "", { code: "by_hand", why: "held out by hand" }, now)
        ),
      enable: (providerId, token) =>
        operate(providerId, [token], ({ pool }, ids, now) => Operation.reset(pool, ids, now)),
      events: PubSub.subscribe(hub),
      provider: (providerId) => Effect.map(Effect.zipRight(refresh, entryOf(providerId)), ({ provider }) => provider),
      providers: Effect.map(Effect.zipRight(refresh, Ref.get(state)), (s) =>
        [...s.entries.values()].map(({ provider }) => provider)
      ),
      config,
      flush: sync.flush
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
