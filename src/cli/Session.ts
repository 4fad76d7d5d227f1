/**
 * The three ways a command works: with the config alone, reading the pools, or changing them.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ConfigStore } from "../ConfigStore.js"
import type { ConfigError, StateStoreError } from "../RotationError.js"
import { TokenRotation } from "../TokenRotation.js"
import type { ProviderView } from "../View.js"
import { CommandFailed } from "./Failure.js"
import { Workspace } from "./Workspace.js"

/**
 * Runs with the pools open.
 *
 * @since 0.1.0
 * @category combinators
 */
export const reading = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | ConfigError, Workspace | ConfigStore | Exclude<R, TokenRotation>> =>
  Effect.gen(function* () {
    const pools = yield* (yield* Workspace).pools(yield* ConfigStore)
    return yield* Effect.provide(effect, pools.layer)
  })

/**
 * What there is: the pools, and the tokens that are configured but cannot be used.
 *
 * @since 0.1.0
 * @category models
 */
export interface Inventory {
  readonly views: ReadonlyArray<ProviderView>
  readonly problems: ReadonlyArray<Problem>
}

/**
 * A token that is configured but cannot be used, and why.
 *
 * @since 0.1.0
 * @category models
 */
export interface Problem {
  readonly providerId: string
  readonly alias: string
  readonly reason: string
}

/**
 * Takes stock. Tells what the config warns of.
 *
 * @since 0.1.0
 * @category getters
 */
export const inventory: Effect.Effect<Inventory, ConfigError, Workspace | ConfigStore> = Effect.gen(function* () {
  const { providers } = yield* (yield* ConfigStore).load
  const problems = providers.flatMap(({ id, problems }) =>
    problems.map(({ alias, reason }) => ({ providerId: id, alias, reason }))
  )
  return { problems, views: yield* reading(Effect.flatMap(TokenRotation, ({ pools }) => pools)) }
})

/**
 * Runs with the pools open, and completes when what was changed has reached the shared state, where running programs
 * see it within a second.
 *
 * @since 0.1.0
 * @category combinators
 */
export const changing = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | ConfigError | CommandFailed, Workspace | ConfigStore | Exclude<R, TokenRotation>> =>
  Effect.gen(function* () {
    const pools = yield* (yield* Workspace).pools(yield* ConfigStore)
    const result = yield* Effect.provide(effect, pools.layer)
    const failure = yield* pools.failure
    return Option.isSome(failure) ? yield* notWritten(failure.value) : result
  })

const notWritten = (error: StateStoreError): CommandFailed =>
  new CommandFailed({
    reason: `The shared state could not be written: ${error.message}`,
    remedy: "Nothing was changed for other programs. See that the directory can be written, then try again"
  })
