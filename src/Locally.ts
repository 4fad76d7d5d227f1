/**
 * What holds for the time of one effect: fiber refs, a span.
 *
 * `Effect.locally` and `Effect.withSpan` are brackets of some two dozen steps of the runtime each, and a call needs
 * several. These are brackets of a few steps, and several settings share one.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberRef from "effect/FiberRef"

/**
 * Sets a fiber ref, and answers what sets it to what it was.
 *
 * @since 0.1.0
 * @category models
 */
export type Setting = Effect.Effect<Effect.Effect<void>>

/**
 * @since 0.1.0
 * @category constructors
 */
export const setting = <A>(ref: FiberRef.FiberRef<A>, change: (before: A) => A): Setting =>
  FiberRef.modify(ref, (before) => [FiberRef.set(ref, before), change(before)])

/**
 * Runs an effect under all of these settings.
 *
 * @since 0.1.0
 * @category combinators
 */
export const locally = (
  first: Setting,
  ...others: ReadonlyArray<Setting>
): (<A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>) => {
  const all = others.reduce(
    (all, next) => Effect.flatMap(all, (undo) => Effect.map(next, (more) => Effect.zipRight(undo, more))),
    first
  )
  const begin = Effect.map(all, (undo) => () => undo)
  return (effect) => during(begin, effect)
}

/**
 * Runs `begin`, then the effect, and then, however that ended, what `begin` answered. Neither of the two can be interrupted.
 *
 * @since 0.1.0
 * @category combinators
 */
export const during = <A, E, R>(
  begin: Effect.Effect<(exit: Exit.Exit<void, E>) => Effect.Effect<void>>,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(begin, (end) =>
      Effect.matchCauseEffect(restore(effect), {
        onFailure: (cause) => Effect.zipRight(end(Exit.failCause(cause)), Effect.failCause(cause)),
        onSuccess: (value) => Effect.as(end(Exit.void), value)
      })
    )
  )
