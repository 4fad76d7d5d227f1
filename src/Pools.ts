/**
 * The pools of a running rotation: one `Ref`, changed only by pure steps, in touch with the config and the shared state.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as MutableRef from "effect/MutableRef"
import * as PubSub from "effect/PubSub"
import * as Ref from "effect/Ref"
import * as RuntimeFlags from "effect/RuntimeFlags"
import type * as Scope from "effect/Scope"
import { ConfigSource } from "./ConfigSource.js"
import { findToken } from "./ConfiguredProvider.js"
import type { Refusal } from "./core/Joining.js"
import * as Pool from "./core/Pool.js"
import type { PoolEvent } from "./core/PoolEvent.js"
import * as RetryBudget from "./core/RetryBudget.js"
import { RotationConfig } from "./RotationConfig.js"
import { type ConfigError, UnknownProvider, UnknownToken } from "./RotationError.js"
import * as RotationState from "./RotationState.js"
import { StateStore } from "./StateStore.js"
import * as StateSync from "./StateSync.js"
import type { Token } from "./Token.js"
import * as Waiting from "./Waiting.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Pools {
  readonly state: Effect.Effect<RotationState.RotationState>
  readonly events: PubSub.PubSub<PoolEvent>
  /** Looks, at most every `refreshInterval`, whether the config or the shared state changed under us. */
  readonly refresh: Effect.Effect<void>
  /** The effect, after that look if it is time for it now: most calls find that it is not, and take no step for it. */
  readonly refreshed: <A, E>(now: number, effect: Effect.Effect<A, E>) => Effect.Effect<A, E>
  /** What is known of a provider; of the active one when `providerId` is absent. */
  readonly entry: (providerId: string | undefined) => Effect.Effect<RotationState.Entry, UnknownProvider>
  /** The same, after a look whether it changed. */
  readonly current: (providerId: string | undefined) => Effect.Effect<RotationState.Entry, UnknownProvider>
  /** The token of that alias or id. */
  readonly token: (entry: RotationState.Entry, token: string) => Effect.Effect<Token, UnknownToken>
  /**
   * The one way a pool changes: a pure step under one `Ref.modify`, its events published, its writing seen to; `null` when
   * there never was such a provider.
   */
  readonly change: <S extends Pool.Step>(providerId: string, step: Step<S>) => Effect.Effect<S | null>
  /** Lends a token as soon as one can be had, in turn, or says why not. */
  readonly wait: Waiting.Waiting["wait"]
  /** A request pays into the retry budget. */
  readonly deposit: (providerId: string) => Effect.Effect<void>
  readonly withdraw: (providerId: string, now: number) => Effect.Effect<boolean>
  readonly flush: Effect.Effect<void>
}

/**
 * What changes a pool; it is told whether the provider is configured still.
 *
 * @since 0.1.0
 * @category models
 */
export type Step<S extends Pool.Step> = (entry: RotationState.Entry, now: number, isConfigured: boolean) => S

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<Pools, ConfigError, ConfigSource | StateStore | Scope.Scope> = Effect.gen(
  function* () {
    const source = yield* ConfigSource
    const store = yield* StateStore
    const config = yield* RotationConfig
    const state = yield* Ref.make(RotationState.empty)
    const hub = yield* PubSub.sliding<PoolEvent>(1024)
    const sync = yield* StateSync.make({ store, state, writeDelay: config.writeDelay })
    const seenVersion = yield* Ref.make("")
    const lookedAt = MutableRef.make(-Infinity)
    /** How many requests have not paid into their provider's budget yet: they do when somebody wants something of it. */
    const owing = new Map<string, number>()

    const loadConfig = Effect.gen(function* () {
      const version = yield* source.version
      const { activeProviderId, providers } = yield* source.load
      const now = yield* Clock.currentTimeMillis
      const waiters = yield* Ref.modify(state, (s) =>
        RotationState.configure(s, providers, activeProviderId, config.retryBudget, now)
      )
      yield* Effect.forEach(waiters, (waiter) => Deferred.succeed(waiter, gone), { discard: true })
      yield* Ref.set(seenVersion, version)
      yield* Effect.forEach(providers, (provider) => sync.refresh(provider.id), { discard: true })
      // Whoever waits for a provider that is gone is told so, whatever becomes of the one who noticed.
    }).pipe(Effect.uninterruptible)

    const refreshMillis = Duration.toMillis(config.refreshInterval)

    const refreshed: Pools["refreshed"] = (now, effect) => {
      const last = MutableRef.get(lookedAt)
      if (now >= last && now - last < refreshMillis) return effect
      MutableRef.set(lookedAt, now)
      return Effect.zipRight(look(now), effect)
    }

    const refresh = Effect.clockWith((clock) => refreshed(clock.unsafeCurrentTimeMillis(), Effect.void))

    const look = Effect.fnUntraced(function* (now: number) {
      if ((yield* source.version) !== (yield* Ref.get(seenVersion))) {
        yield* Effect.catchTag(loadConfig, "ConfigError", (error) =>
          Effect.zipRight(
            // Said once per broken version: the version is remembered although it was not taken over.
            Effect.flatMap(source.version, (version) => Ref.set(seenVersion, version)),
            Effect.logWarning(`The changed config was not taken over. ${error.message}`)
          )
        )
      }
      for (const providerId of (yield* Ref.get(state)).entries.keys()) {
        // Whoever waited long enough returns here, with its event, before others' evidence is merged in.
        yield* change(providerId, ({ pool }) => Pool.wake(pool, now))
        yield* sync.refresh(providerId)
        yield* waiting.serve(providerId)
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

    const change = <S extends Pool.Step>(providerId: string, step: Step<S>): Effect.Effect<S | null> =>
      Effect.withFiberRuntime((fiber, { runtimeFlags }) => {
        const now = Context.get(fiber.currentDefaultServices, Clock.Clock).unsafeCurrentTimeMillis()
        const changed = changeAt(providerId, step, now)
        // What changed is told and written, whatever becomes of the one who changed it.
        return RuntimeFlags.interruption(runtimeFlags) ? Effect.uninterruptible(changed) : changed
      })

    const changeAt = <S extends Pool.Step>(providerId: string, step: Step<S>, now: number): Effect.Effect<S | null> =>
      Effect.flatMap(
        Ref.modify(state, (s): readonly [Changed<S>, RotationState.RotationState] => {
          const entry = RotationState.at(s, providerId)
          if (entry === undefined) return [unchanged, s]
          const result = step(entry, now, s.entries.has(providerId))
          return result.pool === entry.pool
            ? [{ result, moved: false, waitedFor: false }, s]
            : [
                { result, moved: true, waitedFor: entry.queue.size > 0 },
                RotationState.modify(s, providerId, () => ({ pool: result.pool }))
              ]
        }),
        ({ moved, result, waitedFor }) => {
          if (!moved || result === null) return Effect.succeed(result)
          const told = announce(providerId, result)
          const all = waitedFor ? Effect.zipRight(told ?? Effect.void, waiting.serve(providerId)) : told
          return all === null ? Effect.succeed(result) : Effect.as(all, result)
        }
      )

    const announce = (providerId: string, { events }: Pool.Step): Effect.Effect<void> | null => {
      const isHealth = events.some((event) => event._tag !== "AttemptFailed")
      const noted = sync.note(providerId, isHealth)
      return events.length === 0 ? noted : Effect.zipRight(noted ?? Effect.void, PubSub.publishAll(hub, events))
    }

    const withdraw: Pools["withdraw"] = (providerId, now) =>
      Ref.modify(state, (s): readonly [boolean, RotationState.RotationState] => {
        const entry = s.entries.get(providerId)
        if (entry === undefined) return [false, s]
        const terms = config.retryBudget
        const paid = RetryBudget.deposit(entry.budget, terms, now, owing.get(providerId) ?? 0)
        owing.delete(providerId)
        const [granted, budget] = RetryBudget.withdraw(paid, terms, now)
        return [granted, RotationState.modify(s, providerId, () => ({ budget }))]
      })

    const waiting: Waiting.Waiting = yield* Waiting.make({ state, config, announce, refresh })
    yield* loadConfig
    return {
      wait: waiting.wait,
      state: Ref.get(state),
      events: hub,
      refresh,
      refreshed,
      entry: entryOf,
      current: (providerId) =>
        Effect.clockWith((clock) => refreshed(clock.unsafeCurrentTimeMillis(), entryOf(providerId))),
      token: tokenOf,
      change,
      deposit: (providerId) =>
        Effect.map(Ref.get(state), ({ entries }) => {
          if (entries.has(providerId)) owing.set(providerId, (owing.get(providerId) ?? 0) + 1)
        }),
      withdraw,
      flush: sync.flush
    }
  }
)

/** What a step did: what it answered, whether it moved the pool, and whether anybody waits there. */
interface Changed<S> {
  readonly result: S | null
  readonly moved: boolean
  readonly waitedFor: boolean
}

const unchanged: Changed<never> = { result: null, moved: false, waitedFor: false }

/** Told to nobody: the provider's absence is what the caller hears of. */
const gone: Refusal = { because: "resting", retryAt: null }
