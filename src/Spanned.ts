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
import * as DefaultServices from "effect/DefaultServices"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import { type Span, type SpanOptions, Tracer } from "effect/Tracer"

/**
 * Opens a span for the time of an effect, that is given it; beneath `parent`, or beneath the current span. Nothing is made
 * its child but what the effect makes so: to set and to set back the current span costs more than all else in a span.
 * `undefined` where nobody hears of spans.
 *
 * @since 0.1.0
 * @category running
 */
export const around = <A, E, R>(
  name: string,
  options: Pick<SpanOptions, "attributes"> & { readonly parent?: Span | undefined },
  use: (span: Span | undefined, fiber: Fiber.RuntimeFiber<unknown, unknown>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime<A, E, R>((fiber) =>
    isHeard(fiber) ? bracket(fiber, name, options, (span) => use(span, fiber)) : use(undefined, fiber)
  )

/**
 * Whether anybody hears of the spans of a fiber. The tracer that Effect brings along makes them and tells nobody, and they
 * cost a quarter of a call.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isHeard = (fiber: Fiber.RuntimeFiber<unknown, unknown>): boolean =>
  fiber.currentTracer !== silent && fiber.getFiberRef(FiberRef.currentTracerEnabled)

const silent = Context.get(DefaultServices.liveServices, Tracer)

const bracket = <A, E, R>(
  fiber: Fiber.RuntimeFiber<unknown, unknown>,
  name: string,
  { attributes, parent }: Parameters<typeof around>[1],
  use: (span: Span) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    // Where ours are opened is no news, and a stack costs more than all else in a span.
    Effect.flatMap(Effect.makeSpan(name, { attributes, parent, captureStackTrace: false }), (span) =>
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
