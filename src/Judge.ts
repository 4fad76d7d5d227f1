/**
 * One attempt, judged: sends a request once, hears what the answer states of limits, and asks the provider what it means.
 *
 * @since 0.1.0
 */
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Span } from "effect/Tracer"
import * as AnswerEnd from "./AnswerEnd.js"
import * as Outcome from "./core/Outcome.js"
import * as RateLimitHeaders from "./core/RateLimitHeaders.js"
import * as StatedQuota from "./core/StatedQuota.js"
import type { Lease, Stated } from "./Lease.js"
import { type Facts, ownerIn } from "./Provider.js"
import type { Opened, Transport } from "./Transport.js"
import * as Trouble from "./Trouble.js"
import * as Utf8 from "./Utf8.js"

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
export const send = <A, E>(request: Judged<A, E>, lease: Lease, span: Span | undefined): Effect.Effect<Sent<A, E>> =>
  Effect.catchAll(
    Effect.flatMap(request.transport.send(lease, span), (received) => judge(request, lease, received)),
    (error) => Effect.succeed(brokenBy<A, E>(error, request.transport.trouble(error), lease))
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
  Effect.clockWith((clock) => {
    const { transport } = request
    const { vendor } = lease.provider
    const head = transport.head(received)
    const now = clock.unsafeCurrentTimeMillis()
    const left = RateLimitHeaders.readAny(vendor, { headers: head.headers, now, sentAt: lease.at })
    const { headers, status } = head
    const owner = ownerIn(vendor, headers)
    const heard = { status, headers, owner, clock }
    const verdict =
      status >= 200 && status < 300 ? served(request, lease, received, heard) : refused(request, lease, received, heard)
    return left.length === 0
      ? verdict
      : Effect.zipRight(
          lease.hear(
            left.flatMap((quota) => StatedQuota.statementOf(quota, now) ?? []),
            owner
          ),
          verdict
        )
  })

/** What is known of an answer before its body. */
interface Heard {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly owner: string | undefined
  readonly clock: Clock.Clock
}

const served = <A, E>(
  { model, path, transport }: Judged<A, E>,
  lease: Lease,
  received: A,
  { clock, headers, owner, status }: Heard
): Effect.Effect<Sent<A, E>, E> => {
  const { vendor } = lease.provider
  const verdict = ({ answer, error, over }: Opened<A>) => {
    const now = clock.unsafeCurrentTimeMillis()
    return judged<A, E>(
      answer,
      error === undefined
        ? vendor.classify({ status, headers, body: undefined, now, model, path })
        : AnswerEnd.ofError(error, vendor, { headers, now, model, path }),
      { owner, usage: over?.usage }
    )
  }
  return transport.open === undefined
    ? Effect.succeed(verdict({ answer: received, error: undefined, over: undefined }))
    : Effect.map(transport.open(received, lease), verdict)
}

const refused = <A, E>(
  { model, path, takesRedirects, transport }: Judged<A, E>,
  lease: Lease,
  received: A,
  { clock, headers, owner, status }: Heard
): Effect.Effect<Sent<A, E>> =>
  // Nothing is wrong with what the caller asked for.
  status === 304 || (takesRedirects === true && isRedirect(status))
    ? Effect.succeed(judged<A, E>(received, Outcome.success, { owner }))
    : Effect.map(transport.peek(received), ([answer, body, broken]) => {
        const facts = { status, headers, body, now: clock.unsafeCurrentTimeMillis(), model, path }
        const outcome = lease.provider.vendor.classify(facts)
        return judged<A, E>(answer, broken === undefined ? outcome : cutShort(outcome, facts, broken), { owner })
      })

/**
 * Of a refusal that broke off nobody knows what it was going to say, so that it is the request's fault cannot be told. What
 * its status and head say of others holds.
 */
const cutShort = (outcome: Outcome.Outcome, { body, status }: Facts, broken: string): Outcome.Outcome =>
  outcome._tag === "Failure" && outcome.blame === "request" && !saysAll.has(status) && !isWhole(body)
    ? Trouble.failure(broken, "the answer that refused it broke off")
    : outcome

/** They speak of the request whatever words follow; and who finds it too large often hangs up on it. */
const saysAll: ReadonlySet<number> = new Set([405, 411, 413, 414, 415, 431])

/** Some servers tear a connection down after all is said. */
const isWhole = (body: unknown): boolean =>
  body instanceof Uint8Array && Either.isRight(Either.try(() => JSON.parse(Utf8.decode(body))))

const judged = <A, E>(answer: A, outcome: Outcome.Outcome, stated: Stated): Sent<A, E> =>
  outcome._tag === "Failure"
    ? { _tag: "Refused", answer, outcome, stated }
    : { _tag: "Served", answer, outcome, stated }

const brokenBy = <A, E>(error: E, trouble: string, { provider }: Lease): Sent<A, E> => ({
  _tag: "Broken",
  error,
  stated: {},
  outcome: Trouble.failure(trouble, `no answer came: ${Trouble.explain(trouble, provider)}`)
})
