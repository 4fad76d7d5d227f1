/**
 * Spans that let go of their results, and are brackets of few steps.
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
import type { Span, SpanOptions } from "effect/Tracer"

/**
 * Opens a span for the time of an effect, that is given it; beneath `parent`, or beneath the current span. Nothing is made
 * its child but what the effect makes so: to set and to set back the current span costs more than all else in a span.
 *
 * @since 0.1.0
 * @category running
 */
export const around = <A, E, R>(
  name: string,
  options: Pick<SpanOptions, "attributes" | "parent">,
  use: (span: Span) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    // Where ours are opened is no news, and a stack costs more than all else in a span.
    Effect.flatMap(Effect.makeSpan(name, { ...options, captureStackTrace: false }), (span) =>
      Effect.withFiberRuntime((fiber) =>
        Effect.matchCauseEffect(restore(use(span)), {
          onFailure: (cause) => {
            const exit = Exit.failCause(cause)
            end(span, exit, fiber)
            return exit
          },
          onSuccess: (value) => {
            end(span, Exit.void, fiber)
            return Exit.succeed(value)
          }
        })
      )
    )
  )

/** Of a success the span is told no value. */
const end = (span: Span, exit: Exit.Exit<void, unknown>, fiber: Fiber.RuntimeFiber<unknown, unknown>): void => {
  const isTimed = fiber.getFiberRef(FiberRef.currentTracerTimingEnabled)
  const now = isTimed ? Context.get(fiber.currentDefaultServices, Clock.Clock).unsafeCurrentTimeNanos() : 0n
  try {
    span.end(now, exit)
  } catch {
    // What a tracer makes of it must cost neither the answer nor the lease.
  }
}
