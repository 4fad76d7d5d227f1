/**
 * Transports: how requests travel, under the one attempt loop.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { Span } from "effect/Tracer"
import type * as Outcome from "./core/Outcome.js"
import type { HiddenError } from "./core/StreamEvent.js"
import type { Usage } from "./core/Usage.js"
import type * as FreeCheck from "./FreeCheck.js"
import type { Lease } from "./Lease.js"

/**
 * How requests travel: what the loop needs to know of an HTTP client, `fetch` or a socket.
 *
 * @since 0.1.0
 * @category models
 */
export interface Transport<A, E> {
  /**
   * Sends the request once, with the lease's token attached. Any HTTP status is an answer, not an error. What is opened
   * beneath the attempt is a child of `span`; there is none where nobody hears of spans.
   */
  readonly send: (lease: Lease, span: Span | undefined) => Effect.Effect<A, E>
  readonly head: (answer: A) => { readonly status: number; readonly headers: Readonly<Record<string, string>> }
  /**
   * The beginning of the body, bounded in size and time, for the classifier; with an answer that can still be read from
   * its first byte; and a short word for what the body broke with, if it did. Asked of refusals only.
   */
  readonly peek: (answer: A) => Effect.Effect<readonly [answer: A, body: unknown, broken?: string | undefined]>
  /**
   * Reads the body of a 2xx answer as far as it takes to tell an answer from an error under status 200, and no further.
   * Fails when the body breaks before any of it was delivered. Absent: status 2xx
   * is all there is to know.
   */
  readonly open?: (answer: A, lease: Lease) => Effect.Effect<Opened<A>, E>
  /** Frees what an answer that nobody will read holds on to. */
  readonly discard: (answer: A) => Effect.Effect<void>
  /**
   * Hands a served answer on and sees to it that `finish` runs once its body has ended, failed or been given up. Without
   * it, or when it answers `null`, the attempt ends with the headers.
   */
  readonly hold?: (answer: A, finish: Finish, lease: Lease) => A | null
  /** Sends a free check of a token that rests; absent: none is sent. */
  readonly check?: FreeCheck.Send | undefined
  /** A short word for what went wrong below HTTP: `ECONNREFUSED`. Never a URL or a header. */
  readonly trouble: (error: E) => string
}

/**
 * An answer whose body has begun: the error it turned out to be, and what it used if it is over already.
 *
 * @since 0.1.0
 * @category models
 */
export interface Opened<A> {
  readonly answer: A
  readonly error: HiddenError | undefined
  readonly over: { readonly usage: Usage | undefined } | undefined
}

/**
 * Ends the attempt, with what the answer said it used.
 *
 * @since 0.1.0
 * @category models
 */
export type Finish = (outcome: Outcome.Outcome, usage?: Usage) => Effect.Effect<void>
