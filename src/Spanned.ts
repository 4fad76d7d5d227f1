/**
 * Spans that let go of their results.
 *
 * A span keeps the exit of what it measures, and whoever was forked beneath keeps the span. An answer kept that way
 * could never be seen to have been dropped.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { ParentSpan } from "effect/Tracer"

/**
 * Like `Effect.withSpan`, but the span's exit does not hold the value.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withSpan =
  (name: string, attributes: Readonly<Record<string, unknown>>) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, Exclude<R, ParentSpan>> =>
    Effect.suspend(() => {
      const results: Array<A> = []
      return Effect.map(effect, (value) => void results.push(value)).pipe(
        // Where ours are opened is no news, and a stack costs more than all else in a span.
        Effect.withSpan(name, { attributes, captureStackTrace: false }),
        // It succeeded, so there is one.
        Effect.map(() => results.pop() as A)
      )
    })
