/**
 * The loop's transport over an `@effect/platform` HttpClient.
 *
 * @since 0.1.0
 */

import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as AnswerBody from "./AnswerBody.js"
import * as AnswerEnd from "./AnswerEnd.js"
import * as AnswerScan from "./AnswerScan.js"
import type * as FreeCheck from "./FreeCheck.js"
import { peekBody } from "./PeekBody.js"
import * as ScanChoice from "./ScanChoice.js"
import type { Lease } from "./TokenRotation.js"
import type { Finish, Transport } from "./Transport.js"
import * as Trouble from "./Trouble.js"

/**
 * An answer as far as it has come. Only bodies that are streamed, or JSON, are opened; JSON that is known to be short has
 * come whole instead, and others are read by the caller as the client made them.
 *
 * @since 0.1.0
 * @category models
 */
export interface Answer {
  readonly response: HttpClientResponse.HttpClientResponse
  readonly body: AnswerBody.AnswerBody | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options<E> {
  readonly path: string
  readonly idleMillis: number | undefined
  readonly check: FreeCheck.Send
  readonly send: (lease: Lease) => Effect.Effect<HttpClientResponse.HttpClientResponse, E>
  /** Runs a settlement, at once. */
  readonly run: (effect: Effect.Effect<void>) => void
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = <E>(options: Options<E>): Transport<Answer, E | HttpClientError.ResponseError> => ({
  send: (lease) => Effect.map(options.send(lease), unopened),
  head: ({ response }) => ({ status: response.status, headers: response.headers }),
  open: ({ response }, lease) => begin(options, response, lease),
  peek: ({ response }) =>
    Effect.promise(async (signal) => {
      const peeked = await peekBody(Stream.toReadableStream(response.stream), signal)
      const body = await AnswerBody.open(peeked.body, { scan: AnswerScan.blind() })
      return [{ response, body }, peeked.bytes]
    }),
  discard: ({ body, response }) =>
    body === undefined
      ? // Opening the body and leaving it is what frees its socket.
        Effect.ignore(Stream.runDrain(Stream.take(response.stream, 1)))
      : Effect.sync(() => body.abort(new DOMException("This answer was refused", "AbortError"))),
  hold: (answer, finish, lease) => {
    const { body } = answer
    if (body === undefined || body.over !== undefined) return null
    // What the listener keeps must not hold the stream, or nobody could tell that it was dropped.
    const { headers } = answer.response
    body.onEnd((end) => options.run(charge(options, headers, end, lease, finish)))
    return answer
  },
  check: options.check,
  trouble: Trouble.word
})

/**
 * Sends a free check over a client.
 *
 * @since 0.1.0
 * @category running
 */
export const check =
  <E>(send: (request: FreeCheck.Request) => Effect.Effect<HttpClientResponse.HttpClientResponse, E>): FreeCheck.Send =>
  (request) =>
    Effect.gen(function* () {
      const { headers, status, stream } = yield* Effect.mapError(send(request), Trouble.word)
      const peeked = yield* Effect.promise((signal) => peekBody(Stream.toReadableStream(stream), signal))
      peeked.body.cancel().catch(() => {})
      return { status, headers, body: peeked.bytes }
    })

/**
 * The answer as a response: one whose body was opened is read from its first byte all the same.
 *
 * @since 0.1.0
 * @category getters
 */
export const toResponse = ({ body, response }: Answer): HttpClientResponse.HttpClientResponse =>
  body === undefined ? response : rebuilt(response, body.stream)

const unopened = (response: HttpClientResponse.HttpClientResponse): Answer => ({
  response,
  body: undefined
})

const begin = <E>(options: Options<E>, response: HttpClientResponse.HttpClientResponse, lease: Lease) => {
  const type = response.headers["content-type"] ?? ""
  const disguises = lease.provider.vendor.disguises ?? []
  const opens = ScanChoice.isStream(type) || ScanChoice.isJson(type)
  if (!opens || hasNoBody(response.status) || response.request.method === "HEAD") {
    return Effect.succeed({ answer: unopened(response), error: undefined, over: undefined })
  }
  const scan = ScanChoice.choose(response.headers, disguises)
  if (options.idleMillis === undefined && ScanChoice.isWhole(response.headers)) {
    return Effect.map(response.arrayBuffer, (body) => whole(response, new Uint8Array(body), scan))
  }
  return Effect.map(
    Effect.tryPromise({
      try: (signal) =>
        AnswerBody.open(Stream.toReadableStream(response.stream), {
          scan,
          idleMillis: options.idleMillis,
          signal
        }),
      catch: (cause) => brokenOff(response.request, response, cause)
    }),
    (body) => ({ answer: { response, body }, error: body.error, over: body.over })
  )
}

/** An answer that came in one piece: nothing of it is held back, and nobody waits for its end. */
const whole = (
  response: HttpClientResponse.HttpClientResponse,
  bytes: Uint8Array<ArrayBuffer>,
  scan: AnswerScan.AnswerScan
) => {
  scan.read(bytes)
  scan.end()
  return {
    answer: unopened(rebuilt(response, bytes)),
    error: scan.hasContent() ? undefined : scan.error(),
    over: { usage: scan.usage() }
  }
}

const brokenOff = (
  request: HttpClientRequest.HttpClientRequest,
  response: HttpClientResponse.HttpClientResponse,
  cause: unknown
): HttpClientError.ResponseError =>
  new HttpClientError.ResponseError({
    request,
    response,
    reason: "Decode",
    cause: cause instanceof HttpClientError.ResponseError ? cause.cause : cause
  })

const charge = <E>(
  { path }: Options<E>,
  headers: HttpClientResponse.HttpClientResponse["headers"],
  end: AnswerEnd.AnswerEnd,
  lease: Lease,
  finish: Finish
): Effect.Effect<void> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const facts = { headers, now, model: lease.model, path }
    return finish(AnswerEnd.outcome(end, lease.provider.vendor, facts), end.usage)
  })

const rebuilt = (
  response: HttpClientResponse.HttpClientResponse,
  body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>
): HttpClientResponse.HttpClientResponse => {
  const { headers, request, status } = response
  return HttpClientResponse.fromWeb(request, new Response(hasNoBody(status) ? null : body, { status, headers }))
}

/** Statuses that `Response` refuses to give a body. */
const hasNoBody = (status: number): boolean => status === 101 || status === 204 || status === 205 || status === 304
