/**
 * Spans that let go of their results.
 *
 * A span keeps the exit of what it measures, and whoever was forked beneath keeps the span. An answer kept that way
 * could never be seen to have been dropped.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import { ParentSpan, type Span } from "effect/Tracer"

/**
 * Like `Effect.withSpan`, but the span's exit does not hold the value; and a bracket of half as many steps.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withSpan =
  (name: string, attributes: Readonly<Record<string, unknown>>) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, Exclude<R, ParentSpan>> =>
    Effect.uninterruptibleMask((restore) =>
      // Where ours are opened is no news, and a stack costs more than all else in a span.
      Effect.flatMap(Effect.makeSpan(name, { attributes, captureStackTrace: false }), (span) =>
        Effect.withFiberRuntime<A, E, Exclude<R, ParentSpan>>((fiber) => {
          const outer = fiber.currentContext
          const leave = FiberRef.set(FiberRef.currentContext, outer)
          // All that it is given is its parent span, and from here on that is there.
          const within = Effect.matchCauseEffect(restore(effect as Effect.Effect<A, E, Exclude<R, ParentSpan>>), {
            onFailure: (cause) => {
              end(span, Exit.failCause(cause), fiber)
              return Effect.zipRight(leave, Effect.failCause(cause))
            },
            onSuccess: (value) => {
              end(span, Exit.void, fiber)
              return Effect.as(leave, value)
            }
          })
          return Effect.zipRight(FiberRef.set(FiberRef.currentContext, Context.add(outer, ParentSpan, span)), within)
        })
      )
    )

const end = (span: Span, exit: Exit.Exit<void, unknown>, fiber: Fiber.RuntimeFiber<unknown, unknown>): void => {
  const isTimed = fiber.getFiberRef(FiberRef.currentTracerTimingEnabled)
  span.end(isTimed ? Context.get(fiber.currentDefaultServices, Clock.Clock).unsafeCurrentTimeNanos() : 0n, exit)
}
