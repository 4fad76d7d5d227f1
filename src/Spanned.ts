/**
 * Spans that let go of their results.
 *
 * A span keeps the exit of what it measures, and whoever was forked beneath keeps the span. An answer kept that way
 * could never be seen to have been dropped.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as FiberRef from "effect/FiberRef"
import { ParentSpan, type Span } from "effect/Tracer"
import { during, setting } from "./Locally.js"

/**
 * Like `Effect.withSpan`, but the span's exit does not hold the value.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withSpan =
  (name: string, attributes: Readonly<Record<string, unknown>>) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, Exclude<R, ParentSpan>> => {
    // Where ours are opened is no news, and a stack costs more than all else in a span.
    const make = Effect.makeSpan(name, { attributes, captureStackTrace: false })
    const begin = Effect.flatMap(make, (span) =>
      Effect.map(
        setting(FiberRef.currentContext, (context) => Context.add(context, ParentSpan, span)),
        (undo) => (exit: Exit.Exit<void, E>) => Effect.zipRight(undo, end(span, exit))
      )
    )
    // All that it is given is its parent span, and that is there from `begin` on.
    return during(begin, effect as Effect.Effect<A, E, Exclude<R, ParentSpan>>)
  }

const end = (span: Span, exit: Exit.Exit<void, unknown>): Effect.Effect<void> =>
  Effect.withFiberRuntime((fiber) =>
    Effect.clockWith((clock) => {
      span.end(fiber.getFiberRef(FiberRef.currentTracerTimingEnabled) ? clock.unsafeCurrentTimeNanos() : 0n, exit)
      return Effect.void
    })
  )
