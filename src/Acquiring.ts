/**
 * Acquiring: from what a caller asks for to a lease, or to the error that says why there is none.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Joining from "./core/Joining.js"
import type * as Lending from "./core/Lending.js"
import * as Outcome from "./core/Outcome.js"
import * as Size from "./core/Size.js"
import type * as WaitQueue from "./core/WaitQueue.js"
import type { AcquireOptions, Lease } from "./Lease.js"
import type { Leasing } from "./Leasing.js"
import type { Pools } from "./Pools.js"
import * as RequestOptions from "./RequestOptions.js"
import type { Service as Config } from "./RotationConfig.js"
import type { Exhausted, RequestTooLarge, UnknownProvider } from "./RotationError.js"
import type { Token } from "./Token.js"
import * as View from "./View.js"

/**
 * Why no token is lent.
 *
 * @since 0.1.0
 * @category errors
 */
export type Unserved = Exhausted | RequestTooLarge | UnknownProvider

/**
 * Lets an effect be interrupted, if whoever masked interrupts could be: what `Effect.uninterruptibleMask` hands out.
 *
 * @since 0.1.0
 * @category models
 */
export type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/**
 * @since 0.1.0
 * @category models
 */
export interface Acquiring {
  /** Lends a token until the scope closes, as soon as one can be had. */
  readonly acquire: (providerId?: string, options?: AcquireOptions) => Effect.Effect<Lease, Unserved, Scope.Scope>
  /** See `TokenRotation`. */
  readonly take: (
    providerId: string | undefined,
    options: AcquireOptions,
    restore: Restore
  ) => Effect.Effect<Lease, Unserved>
  /** Hands a token out at once or not at all; nobody takes it back. */
  readonly next: (
    providerId?: string,
    options?: AcquireOptions
  ) => Effect.Effect<{ readonly token: Token; readonly isProbe: boolean }, Unserved>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (pools: Pools, leasing: Leasing, config: Config): Acquiring => {
  const unserved = (providerId: string, wish: WaitQueue.Wish, refusal: Joining.Refusal) =>
    Effect.flatMap(Effect.zip(pools.entry(providerId), Clock.currentTimeMillis), ([{ pool, provider }, now]) =>
      Effect.fail(View.tooLarge(pool, wish, now) ?? View.exhausted(provider, pool, wish, refusal, now))
    )

  /** Waiting would be in vain for a request that is larger than any token may serve. */
  const wait = (providerId: string, wish: WaitQueue.Wish, options: Parameters<Pools["wait"]>[2]) =>
    Effect.gen(function* () {
      const { pool } = yield* pools.entry(providerId)
      const error = View.tooLarge(pool, wish, yield* Clock.currentTimeMillis)
      return error === null ? yield* pools.wait(providerId, wish, options) : yield* error
    })

  const take: Acquiring["take"] = (providerId, options, restore) =>
    providerId === undefined
      ? Effect.flatMap(pools.current(providerId), ({ provider }) => take(provider.id, options, restore))
      : Effect.withFiberRuntime((fiber) => {
          const said = Context.get(fiber.currentContext, RequestOptions.RequestOptions)
          const { priority = said.priority ?? "normal", usage = said.usage } = options
          const fault = RequestOptions.fault({ priority, usage })
          if (fault !== null) return Effect.die(fault)
          const wish = wishOf(options, usage)
          const now = Context.get(fiber.currentDefaultServices, Clock.Clock).unsafeCurrentTimeMillis()
          const deadline = now + Duration.toMillis(options.timeout ?? said.acquireTimeout ?? config.acquireTimeout)
          const { since = now } = options
          return Effect.flatMap(pools.refreshed(now, leasing.lend(providerId, wish, true)), (given) => {
            const lent = given?.lent ?? null
            return lent === null
              ? queue(providerId, options, wish, { deadline, since, priority, restore })
              : Effect.succeed(leasing.hold(lent.provider, lent.token, lent.lease))
          })
        })

  /** Nobody can be lent at once. */
  const queue = Effect.fnUntraced(function* (
    providerId: string,
    options: AcquireOptions,
    wish: WaitQueue.Wish,
    terms: Omit<Parameters<Pools["wait"]>[2], "giveBack" | "restore"> & { readonly restore: Restore }
  ) {
    const giveBack = (lease: Lending.Lease) => leasing.settle(lease, Outcome.abandoned)
    const answer = yield* wait(providerId, wish, { ...terms, giveBack })
    if ("because" in answer) return yield* unserved(providerId, wish, answer)
    // Who has waited may be lent a token that was added meanwhile; or one that is gone in this very moment.
    const provider = (yield* pools.state).entries.get(providerId)?.provider
    const token = provider?.tokens.get(answer.tokenId)
    if (provider !== undefined && token !== undefined) return leasing.hold(provider, token, answer)
    yield* giveBack(answer)
    const { deadline, restore, since } = terms
    const timeout = Math.max(0, deadline - (yield* Clock.currentTimeMillis))
    return yield* take(providerId, { ...options, since, timeout }, restore)
  })

  const acquire: Acquiring["acquire"] = (providerId, options = {}) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.tap(take(providerId, options, restore), (lease) =>
        Effect.addFinalizer(() => lease.settle(Outcome.abandoned))
      )
    )

  const next: Acquiring["next"] = (providerId, options = {}) =>
    Effect.gen(function* () {
      const { provider } = yield* pools.current(providerId)
      const said = yield* RequestOptions.RequestOptions
      const { usage = said.usage } = options
      const fault = RequestOptions.fault({ usage })
      if (fault !== null) return yield* Effect.die(fault)
      const wish = wishOf(options, usage)
      const lent = (yield* leasing.lend(provider.id, wish, false))?.lent ?? null
      if (lent === null) return yield* unserved(provider.id, wish, Joining.late)
      return { token: lent.token, isProbe: lent.lease.token.probe }
    })

  return { acquire, take, next }
}

const wishOf = (
  { exclude = [], model, request }: AcquireOptions,
  usage: RequestOptions.Options["usage"]
): WaitQueue.Wish => ({ model: model ?? null, exclude, request: request ?? null, size: Size.of(usage) })
