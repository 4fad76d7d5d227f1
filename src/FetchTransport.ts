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
import * as FetchRequest from "./FetchRequest.js"
import * as FreeCheckFetch from "./FreeCheckFetch.js"
import * as MirroredResponse from "./MirroredResponse.js"
import { peekBody } from "./PeekBody.js"
import * as ProviderUrl from "./ProviderUrl.js"
import * as Redirect from "./Redirect.js"
import * as ScanChoice from "./ScanChoice.js"
import type { Lease } from "./TokenRotation.js"
import type { Finish, Transport } from "./Transport.js"
import * as Trouble from "./Trouble.js"

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
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly fetch: typeof globalThis.fetch
  readonly request: FetchRequest.FetchRequest
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
  send: (lease, span) => {
    const sent = send(options, lease)
    return span === undefined ? sent : Effect.withParentSpan(sent, span)
  },
  head: ({ response }) => ({ status: response.status, headers: Object.fromEntries(response.headers) }),
  open: (answer, lease) => begin(options, answer, lease),
  peek: ({ response }) =>
    Effect.promise(async (signal) => {
      if (response.body === null) return [{ response, body: undefined }, undefined]
      const peeked = await peekBody(response.body, signal)
      const body = await AnswerBody.open(peeked.body, { scan: AnswerScan.blind() })
      return [{ response, body }, peeked.bytes, peeked.broken]
    }),
  discard: ({ body, response }) =>
    Effect.sync(() => {
      if (body !== undefined) body.abort(new DOMException("This answer was refused", "AbortError"))
      else response.body?.cancel().catch(() => {})
    }),
  hold: (answer, finish, lease) => {
    const { body } = answer
    if (body === undefined || body.over !== undefined) return null
    // What the listener keeps must not hold the stream, or nobody could tell that it was dropped.
    const { headers } = answer.response
    body.onEnd((end) => options.run(charge(options, headers, end, lease, finish)))
    return answer
  },
  check: FreeCheckFetch.make(options.fetch),
  trouble: (failed) => Trouble.word(failed.cause)
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
  if (body.over === undefined) body.onEnd(onEnd)
  else onEnd()
  return MirroredResponse.make(body.stream, response)
}

const send = ({ fetch, request, underWay }: Options, lease: Lease): Effect.Effect<Answer, FetchFailed> =>
  Effect.async((resume) => {
    const controller = new AbortController()
    underWay((reason) => controller.abort(reason))
    const url = ProviderUrl.place(lease.provider, request.url)
    if (Either.isLeft(url)) return resume(new FetchFailed({ cause: new TypeError(`Failed to fetch: ${url.left}`) }))
    const wire = async (to: URL, { body, ...init }: Redirect.Init): Promise<Response> =>
      MirroredResponse.standard(
        await fetch(to.href, {
          ...request.rest,
          ...init,
          ...(body === undefined ? {} : { body: FetchRequest.sendable(body) ?? null }),
          headers: authorize(lease.provider, lease.token, init.headers),
          redirect: "manual",
          signal: controller.signal
        })
      )
    Redirect.follow(wire, new URL(url.right.href), request).then(
      (response) =>
        resume(response instanceof TypeError ? Effect.die(response) : Effect.succeed({ response, body: undefined })),
      (cause) => {
        const clean = withoutSecret(cause)
        // What `fetch` refuses to send is no trouble of the provider's.
        const ours = clean instanceof TypeError && FetchRequest.fault(request, url.right.href) !== undefined
        resume(ours ? Effect.die(clean) : new FetchFailed({ cause: Trouble.explained(clean, lease.provider) }))
      }
    )
    return Effect.sync(() => controller.abort())
  })

/** Reads as far as the first content. A body that breaks before it is as if no answer had come. */
const begin = (options: Options, { response }: Answer, lease: Lease) =>
  Effect.gen(function* () {
    const source = response.body
    // Only the head of a redirect matters, and a HEAD has no body.
    if (source === null) return { answer: { response, body: undefined }, error: undefined, over: undefined }
    const scan = ScanChoice.choose(Object.fromEntries(response.headers), lease.provider.vendor.disguises ?? [])
    const body = yield* Effect.tryPromise({
      try: (signal) => AnswerBody.open(source, { scan, idleMillis: options.idleMillis, signal }),
      catch: (cause) => new FetchFailed({ cause: Trouble.explained(cause, lease.provider) })
    })
    return { answer: { response, body }, error: body.error, over: body.over }
  })

const charge = (
  { request }: Options,
  received: Headers,
  end: AnswerEnd.AnswerEnd,
  lease: Lease,
  finish: Finish
): Effect.Effect<void> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const headers = Object.fromEntries(received)
    const path = URL.canParse(request.url) ? new URL(request.url).pathname : request.url
    const facts = { headers, now, model: lease.model, path }
    return finish(AnswerEnd.outcome(end, lease.provider.vendor, facts), end.usage)
  })

/** What `Headers` refuses it quotes. The caller's own headers have passed it before, so it is the token it refuses. */
const withoutSecret = (cause: unknown): unknown =>
  cause instanceof Error && /header/i.test(cause.message)
    ? new TypeError("The token holds characters that no header can carry")
    : cause
