/**
 * One attempt, judged: sends a request once, hears what the answer states of limits, and asks the provider what it means.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as AnswerEnd from "./AnswerEnd.js"
import * as Outcome from "./core/Outcome.js"
import * as RateLimitHeaders from "./core/RateLimitHeaders.js"
import * as Statement from "./core/Statement.js"
import type { Lease, Stated } from "./Lease.js"
import { ownerIn } from "./Provider.js"
import { withSpan } from "./Spanned.js"
import type { Opened, Transport } from "./Transport.js"
import * as Trouble from "./Trouble.js"

/**
 * What of a request an attempt needs to know.
 *
 * @since 0.1.0
 * @category models
 */
export interface Judged<A, E> {
  readonly model?: string | undefined
  readonly path?: string | undefined
  /** Whether a redirect is an answer like any other: the caller follows by itself. */
  readonly takesRedirects?: boolean | undefined
  readonly transport: Transport<A, E>
}

/**
 * What became of an attempt.
 *
 * @since 0.1.0
 * @category models
 */
export type Sent<A, E> = { readonly stated: Stated } & (
  | { readonly _tag: "Served"; readonly answer: A; readonly outcome: Outcome.Success | Outcome.Abandoned }
  | { readonly _tag: "Refused"; readonly answer: A; readonly outcome: Outcome.Failure }
  | { readonly _tag: "Broken"; readonly error: E; readonly outcome: Outcome.Failure }
)

/**
 * Sends a request once and says what became of it. Never fails: a connection that breaks is an outcome too.
 *
 * @since 0.1.0
 * @category running
 */
export const send = <A, E>(request: Judged<A, E>, lease: Lease): Effect.Effect<Sent<A, E>> =>
  Effect.flatMap(request.transport.send(lease), (received) => judge(request, lease, received)).pipe(
    Effect.catchAll((error) => Effect.succeed(brokenBy<A, E>(error, request.transport.trouble(error), lease))),
    withSpan("llmctl.attempt", { token: lease.token.alias })
  )

/**
 * Whether an answer points elsewhere. Asked again, it would do so again.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isRedirect = (status: number | null): boolean => status !== null && status >= 300 && status < 400

/** Asks the provider what the answer means. The body of a 2xx is read by `open` only. */
const judge = <A, E>(request: Judged<A, E>, lease: Lease, received: A): Effect.Effect<Sent<A, E>, E> =>
  Effect.gen(function* () {
    const { model, path, transport } = request
    const { vendor } = lease.provider
    const { headers, status } = transport.head(received)
    const owner = ownerIn(vendor, headers)
    const heardAt = yield* Clock.currentTimeMillis
    const left = RateLimitHeaders.readAny(vendor, { headers, now: heardAt })
    if (left.length > 0) yield* lease.hear(left.flatMap((quota) => Statement.ofQuota(quota, heardAt) ?? []))
    if (status >= 200 && status < 300) {
      const opened: Opened<A> =
        transport.open === undefined
          ? { answer: received, error: undefined, over: undefined }
          : yield* transport.open(received, lease)
      const { answer, error, over } = opened
      const now = yield* Clock.currentTimeMillis
      const facts = { headers, now, model, path }
      return judged<A, E>(
        answer,
        error === undefined
          ? vendor.classify({ ...facts, status, body: undefined })
          : AnswerEnd.ofError(error, vendor, facts),
        { owner, usage: over?.usage }
      )
    }
    // Nothing is wrong with what the caller asked for.
    if (status === 304 || (request.takesRedirects === true && isRedirect(status))) {
      return judged<A, E>(received, Outcome.success, { owner })
    }
    const [answer, body] = yield* transport.peek(received)
    const now = yield* Clock.currentTimeMillis
    return judged<A, E>(answer, vendor.classify({ status, headers, body, now, model, path }), { owner })
  })

const judged = <A, E>(answer: A, outcome: Outcome.Outcome, stated: Stated): Sent<A, E> =>
  outcome._tag === "Failure"
    ? { _tag: "Refused", answer, outcome, stated }
    : { _tag: "Served", answer, outcome, stated }

/** No answer came: nobody's token is at fault. */
const brokenBy = <A, E>(error: E, trouble: string, { provider }: Lease): Sent<A, E> => ({
  _tag: "Broken",
  error,
  stated: {},
  outcome: Outcome.failure({
    blame: "provider",
    scope: "provider",
    code: trouble,
    why: `no answer came: ${Trouble.explain(trouble, provider)}`,
    evidence: [`the connection failed: ${trouble}`]
  })
})
