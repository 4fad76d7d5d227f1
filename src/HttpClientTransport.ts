/**
 * The loop's transport over an `@effect/platform` HttpClient.
 *
 * @since 0.1.0
 */
import type * as Headers from "@effect/platform/Headers"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Span } from "effect/Tracer"
import * as AnswerBody from "./AnswerBody.js"
import * as AnswerEnd from "./AnswerEnd.js"
import * as AnswerScan from "./AnswerScan.js"
import { cleanError, cleanResponse } from "./CleanHttp.js"
import type { Disguise } from "./core/StreamEvent.js"
import type * as FreeCheck from "./FreeCheck.js"
import * as JsonScan from "./JsonScan.js"
import * as MirroredResponse from "./MirroredResponse.js"
import type * as OwnFiber from "./OwnFiber.js"
import { peekBody } from "./PeekBody.js"
import * as ScanChoice from "./ScanChoice.js"
import type { Lease } from "./TokenRotation.js"
import type { Finish, Transport } from "./Transport.js"
import * as Trouble from "./Trouble.js"
import * as WholeResponse from "./WholeResponse.js"

/**
 * An answer as far as it has come. Only bodies that are streamed, or JSON, are opened; JSON that is known to be short has
 * come whole instead, and others are read by the caller as the client made them.
 *
 * @since 0.1.0
 * @category models
 */
export interface Answer {
  /** As the client made it: its request, and whatever it breaks with, carry the token. */
  readonly response: HttpClientResponse.HttpClientResponse
  readonly headers: Headers.Headers
  /** Bytes: all of it. */
  readonly body: AnswerBody.AnswerBody | Uint8Array<ArrayBuffer> | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options<E> {
  readonly path: string
  /** The request as its caller has it, for whatever is shown of the answer. */
  readonly asked: HttpClientRequest.HttpClientRequest
  readonly idleMillis: number | undefined
  readonly check: FreeCheck.Send
  /** Sends the request, and takes the answer as `take` has it, in a fiber of its own. */
  readonly send: (
    lease: Lease,
    span: Span | undefined,
    take: Take<E>
  ) => Effect.Effect<Answer, E | HttpClientError.ResponseError>
  /** Asked while the request goes on: what runs a settlement at once, whenever its answer is over. */
  readonly runner: () => (effect: Effect.Effect<void>) => void
}

/**
 * Takes an answer whose head is there, as far as it must have come to be one.
 *
 * @since 0.1.0
 * @category models
 */
export type Take<E> = (
  response: HttpClientResponse.HttpClientResponse,
  giveUp: OwnFiber.GiveUp<E | HttpClientError.ResponseError>
) => Effect.Effect<Answer, HttpClientError.ResponseError>

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = <E>(options: Options<E>): Transport<Answer, E | HttpClientError.ResponseError> => ({
  send: (lease, span) =>
    // An error carries its request, and that one carries the token.
    Effect.mapError(options.send(lease, span, take(options)), (error) =>
      cleanError(error, options.asked, (cause) => Trouble.describe(cause, lease.provider))
    ),
  head: ({ headers, response }) => ({ status: response.status, headers }),
  open: (answer, lease) => begin(options, answer, lease),
  peek: (answer) =>
    Effect.promise(async (signal) => {
      const peeked = await peekBody(read(answer.response, options.asked), signal)
      const body = await AnswerBody.open(peeked.body, { scan: AnswerScan.blind() })
      return [{ ...answer, body }, peeked.bytes, peeked.broken]
    }),
  discard: ({ body, response }) => {
    // Opening the body and leaving it is what frees its socket.
    if (body === undefined) return Effect.ignore(Stream.runDrain(Stream.take(response.stream, 1)))
    if (body instanceof Uint8Array) return Effect.void
    return Effect.sync(() => body.abort(new DOMException("This answer was refused", "AbortError")))
  },
  hold: (answer, finish, lease) => {
    const { body, headers } = answer
    if (body === undefined || body instanceof Uint8Array || body.over !== undefined) return null
    body.onEnd(charging({ path: options.path, headers, lease, finish, run: options.runner() }))
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
 * The answer as a response to `asked`: one whose body was opened is read from its first byte all the same.
 *
 * @since 0.1.0
 * @category getters
 */
export const toResponse = (
  { body, headers, response }: Answer,
  asked: HttpClientRequest.HttpClientRequest
): HttpClientResponse.HttpClientResponse => {
  if (body === undefined) return cleanResponse(response, asked)
  if (body instanceof Uint8Array) return WholeResponse.make(asked, response, headers, body)
  return HttpClientResponse.fromWeb(asked, MirroredResponse.make(body.stream, { status: response.status, headers }))
}

/** What is known to be short comes with its head, so it is taken whole; nobody has had any of it when that breaks. */
const take =
  <E>({ asked, idleMillis }: Options<E>): Take<E> =>
  (response, giveUp) => {
    const { headers, status } = response
    const answer = { response, headers, body: undefined }
    const isShort =
      idleMillis === undefined && ScanChoice.isWhole(headers) && ScanChoice.isJson(headers["content-type"] ?? "")
    if (status < 200 || status >= 300 || !isShort || isBodiless(asked, status)) return Effect.succeed(answer)
    giveUp(AnswerBody.whenLate, () => brokenOff(asked, response, AnswerBody.stalled()))
    return Effect.map(response.arrayBuffer, (body) => ({ response, headers, body: new Uint8Array(body) }))
  }

const begin = <E>(options: Options<E>, answer: Answer, lease: Lease) => {
  const { asked, idleMillis } = options
  const { body, headers, response } = answer
  const type = headers["content-type"] ?? ""
  const opens = ScanChoice.isStream(type) || ScanChoice.isJson(type)
  if (!opens || isBodiless(asked, response.status)) {
    return Effect.succeed({ answer, error: undefined, over: undefined })
  }
  const { disguises = [] } = lease.provider.vendor
  if (body instanceof Uint8Array) return Effect.succeed(whole(answer, body, disguises))
  const scan = ScanChoice.choose(headers, disguises)
  return Effect.map(
    Effect.tryPromise({
      try: (signal) =>
        AnswerBody.open(read(response, asked), {
          scan,
          idleMillis,
          signal
        }),
      catch: (cause) => brokenOff(asked, response, cause)
    }),
    (body) => ({ answer: { ...answer, body }, error: body.error, over: body.over })
  )
}

/** An answer that came in one piece: nothing of it is held back, and nobody waits for its end. */
const whole = (answer: Answer, body: Uint8Array, disguises: ReadonlyArray<Disguise>) => {
  const found = JsonScan.ofWhole(disguises, body)
  return { answer, error: found.error(), over: { usage: found.usage() } }
}

/** Its bytes; what they break with is nothing to keep a secret in. */
const read = (response: HttpClientResponse.HttpClientResponse, asked: HttpClientRequest.HttpClientRequest) =>
  Stream.toReadableStream(Stream.mapError(response.stream, (error) => cleanError(error, asked)))

const brokenOff = (
  request: HttpClientRequest.HttpClientRequest,
  response: HttpClientResponse.HttpClientResponse,
  cause: unknown
): HttpClientError.ResponseError =>
  new HttpClientError.ResponseError({
    request,
    response: cleanResponse(response, request),
    reason: "Decode",
    cause: cause instanceof HttpClientError.ResponseError ? cause.cause : cause
  })

/**
 * Settles the lease when the answer ends. What is kept until then must hold neither the stream nor the fiber that has it as
 * its result, or nobody could tell that it was dropped: so it is made where none of them is in reach.
 */
const charging =
  (kept: {
    readonly path: string
    readonly headers: HttpClientResponse.HttpClientResponse["headers"]
    readonly lease: Lease
    readonly finish: Finish
    readonly run: (effect: Effect.Effect<void>) => void
  }) =>
  (end: AnswerEnd.AnswerEnd): void => {
    const { finish, headers, lease, path, run } = kept
    run(
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const facts = { headers, now, model: lease.model, path }
        return finish(AnswerEnd.outcome(end, lease.provider.vendor, facts), end.usage)
      })
    )
  }

/** Whether what is said of a body is said of one that does not come. */
const isBodiless = (asked: HttpClientRequest.HttpClientRequest, status: number): boolean =>
  MirroredResponse.hasNoBody(status) || asked.method === "HEAD"
