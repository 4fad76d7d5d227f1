/**
 * One attempt of a request: take a lease, send, classify, settle.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Span } from "effect/Tracer"
import * as Outcome from "./core/Outcome.js"
import * as Judge from "./Judge.js"
import type { AcquireOptions, Lease } from "./Lease.js"
import type { Exhausted, RequestTooLarge, UnknownProvider } from "./RotationError.js"
import * as Spanned from "./Spanned.js"
import type { TokenRotation } from "./TokenRotation.js"
import type { Finish } from "./Transport.js"

/**
 * What of a request its attempts need to know.
 *
 * @since 0.1.0
 * @category models
 */
export interface Asked<A, E> extends Judge.Judged<A, E> {
  readonly priority?: AcquireOptions["priority"]
  readonly usage?: AcquireOptions["usage"]
}

/**
 * What holds for all attempts of a request.
 *
 * @since 0.1.0
 * @category models
 */
export interface Terms {
  readonly rotation: TokenRotation["Type"]
  readonly providerId: string
  /** See `AcquireOptions.request`. */
  readonly name: string
  readonly since: number
  /** Epoch milliseconds after which no token is waited for. */
  readonly deadline: number
  /** That of the request. */
  readonly span: Span | undefined
}

/**
 * `Unserved`: no token was lent. `Failed`: one was, and it did not serve.
 *
 * @since 0.1.0
 * @category models
 */
export type Attempted<A, E> =
  | { readonly _tag: "Unserved"; readonly error: Exhausted | RequestTooLarge }
  | { readonly _tag: "Served"; readonly answer: A }
  | Failed<A, E>

/**
 * @since 0.1.0
 * @category models
 */
export interface Failed<A, E> {
  readonly _tag: "Failed"
  readonly lease: Lease
  readonly sent: Exclude<Judge.Sent<A, E>, { readonly _tag: "Served" }>
}

/**
 * Makes one attempt, now. The lease outlives it only in a served answer that is held.
 *
 * @since 0.1.0
 * @category running
 */
export const attempt = <A, E>(
  asked: Asked<A, E>,
  { deadline, name, providerId, rotation, since, span }: Terms,
  now: number,
  exclude: ReadonlyArray<string>
): Effect.Effect<Attempted<A, E>, UnknownProvider> => {
  const { model, priority, usage } = asked
  const options = { request: name, model, exclude, timeout: Math.max(0, deadline - now), since, priority, usage }
  return Effect.uninterruptibleMask((restore) =>
    Effect.matchEffect(rotation.take(providerId, options, restore), {
      onFailure: (error): Effect.Effect<Attempted<A, E>, UnknownProvider> =>
        error._tag === "UnknownProvider" ? Effect.fail(error) : Effect.succeed({ _tag: "Unserved", error }),
      onSuccess: (lease) => {
        const attributes = { token: lease.token.alias }
        const send = (beneath: Span | undefined) => restore(Judge.send(asked, lease, beneath))
        return Effect.matchCauseEffect(Spanned.around("llmctl.attempt", { attributes, parent: span }, send), {
          onFailure: (cause) => Effect.zipRight(lease.settle(Outcome.abandoned), Effect.failCause(cause)),
          onSuccess: (sent) => settle(asked, lease, sent)
        })
      }
    })
  )
}

const settle = <A, E>(asked: Asked<A, E>, lease: Lease, sent: Judge.Sent<A, E>): Effect.Effect<Attempted<A, E>> => {
  const { outcome, stated } = sent
  if (sent._tag !== "Served") return Effect.as(lease.settle(outcome, stated), { _tag: "Failed", lease, sent })
  const { answer } = sent
  const finish: Finish = (outcome, usage) => lease.settle(outcome, { ...stated, usage })
  const held = outcome._tag === "Success" ? (asked.transport.hold?.(answer, finish, lease) ?? null) : null
  return held === null
    ? Effect.as(lease.settle(outcome, stated), { _tag: "Served", answer })
    : Effect.as(lease.begun, { _tag: "Served", answer: held })
}
