/**
 * The loop's transport over `fetch`.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as AnswerBody from "./AnswerBody.js"
import * as AnswerEnd from "./AnswerEnd.js"
import * as AnswerScan from "./AnswerScan.js"
import { authorize } from "./Authorize.js"
import type { FetchRequest } from "./FetchRequest.js"
import { peekBody } from "./PeekBody.js"
import * as ProviderUrl from "./ProviderUrl.js"
import * as Redirect from "./Redirect.js"
import type { Finish, Transport } from "./Rotate.js"
import type { Lease } from "./TokenRotation.js"

/**
 * `fetch` rejected. `cause` is what it rejected with.
 *
 * @since 0.1.0
 * @category errors
 */
export class FetchFailed extends Data.TaggedError("FetchFailed")<{ readonly cause: unknown }> {}

/**
 * An answer as far as it has come: its head, and its body once somebody has begun to read it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Answer {
  readonly response: Response
  readonly body: AnswerBody.AnswerBody | undefined
  /** Runs when the body of a held answer ends. */
  readonly onEnd: ((end: AnswerEnd.AnswerEnd) => void) | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly fetch: typeof globalThis.fetch
  readonly request: FetchRequest
  readonly idleMillis: number | undefined
  /** Told how to end the attempt that is under way from outside: whenever one begins, and when it has an answer. */
  readonly underWay: (abort: (reason: unknown) => void) => void
  /** Runs a settlement, at once. */
  readonly run: (effect: Effect.Effect<void>) => void
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Transport<Answer, FetchFailed> => ({
  send: (lease) => send(options, lease),
  head: ({ response }) => ({ status: response.status, headers: Object.fromEntries(response.headers) }),
  open: (answer, lease) => begin(options, answer, lease),
  peek: ({ response }) =>
    Effect.promise(async () => {
      if (response.body === null) return [{ response, body: undefined, onEnd: undefined }, undefined]
      const peeked = await peekBody(response.body)
      const body = await AnswerBody.open(peeked.body, { scan: AnswerScan.blind() })
      return [{ response, body, onEnd: undefined }, peeked.bytes]
    }),
  discard: ({ body, response }) =>
    Effect.sync(() => {
      if (body !== undefined) body.abort(new DOMException("This answer was refused", "AbortError"))
      else response.body?.cancel().catch(() => {})
    }),
  hold: (answer, finish, lease) =>
    answer.body === undefined || answer.body.over !== undefined
      ? null
      : { ...answer, onEnd: (end) => options.run(charge(options, answer, end, lease, finish)) },
  trouble: (failed) => troubleOf(failed.cause, 0)
})

/**
 * The answer as the `Response` that `fetch` would have given. `onEnd` runs once its body is over.
 *
 * @since 0.1.0
 * @category getters
 */
export const toResponse = (answer: Answer, onEnd: () => void): Response => {
  const { body, response } = answer
  if (body === undefined) {
    onEnd()
    return response
  }
  const stream = body.stream((end) => {
    answer.onEnd?.(end)
    onEnd()
  })
  if (body.over !== undefined) onEnd()
  const { headers, status, statusText } = response
  const whole = new Response(stream, { status, statusText, headers })
  // A Response that was not fetched knows no URL; these are what the caller would have read.
  for (const name of ["url", "redirected", "type"] as const) {
    Object.defineProperty(whole, name, { value: response[name], configurable: true })
  }
  return whole
}

const send = ({ fetch, request, underWay }: Options, lease: Lease): Effect.Effect<Answer, FetchFailed> =>
  Effect.async((resume) => {
    const controller = new AbortController()
    underWay((reason) => controller.abort(reason))
    const url = ProviderUrl.place(lease.provider, request.url)
    if (Either.isLeft(url)) return resume(new FetchFailed({ cause: new TypeError(`Failed to fetch: ${url.left}`) }))
    const wire = (to: URL, init: Redirect.Init): Promise<Response> =>
      fetch(to.href, {
        ...request.rest,
        ...init,
        headers: authorize(lease.provider, lease.token, init.headers),
        redirect: "manual",
        signal: controller.signal
      })
    Redirect.follow(wire, url.right, request).then(
      (response) => resume(Effect.succeed({ response, body: undefined, onEnd: undefined })),
      (cause) => resume(new FetchFailed({ cause: withoutSecret(cause) }))
    )
    return Effect.sync(() => controller.abort())
  })

/** Reads as far as the first content. A body that breaks before it is as if no answer had come. */
const begin = (options: Options, { response }: Answer, lease: Lease) =>
  Effect.gen(function* () {
    const source = response.body
    // Only the head of a redirect matters, and a HEAD has no body.
    if (source === null)
      return { answer: { response, body: undefined, onEnd: undefined }, error: undefined, over: undefined }
    const scan = AnswerScan.make(Object.fromEntries(response.headers), lease.provider.vendor.disguises ?? [])
    const body = yield* Effect.tryPromise({
      try: () => AnswerBody.open(source, { scan, idleMillis: options.idleMillis }),
      catch: (cause) => new FetchFailed({ cause })
    })
    return { answer: { response, body, onEnd: undefined }, error: body.error, over: body.over }
  })

const charge = (
  { request }: Options,
  { response }: Answer,
  end: AnswerEnd.AnswerEnd,
  lease: Lease,
  finish: Finish
): Effect.Effect<void> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const headers = Object.fromEntries(response.headers)
    const path = URL.canParse(request.url) ? new URL(request.url).pathname : request.url
    const facts = { headers, now, model: lease.model, path }
    return finish(AnswerEnd.outcome(end, lease.provider.vendor, facts), end.usage)
  })

/** The system's word for the trouble, from whichever depth of the cause it is at. */
const troubleOf = (error: unknown, depth: number): string => {
  if (typeof error !== "object" || error === null || depth > 5) return "network"
  if ("code" in error && typeof error.code === "string") return error.code
  return "cause" in error ? troubleOf(error.cause, depth + 1) : "network"
}

/** What `Headers` refuses it quotes. The caller's own headers have passed it before, so it is the token it refuses. */
const withoutSecret = (cause: unknown): unknown =>
  cause instanceof Error && /header/i.test(cause.message)
    ? new TypeError("The token holds characters that no header can carry")
    : cause
