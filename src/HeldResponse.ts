/**
 * Holds a lease for as long as a streamed answer is read.
 *
 * @since 0.1.0
 */
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import * as Outcome from "./core/Outcome.js"

/**
 * A response whose `finish` runs when its body has ended (served), broke (the provider's trouble), was interrupted, or
 * was dropped unread (nobody is blamed). `null` for an answer that is not streamed: it ends with its headers.
 *
 * @since 0.1.0
 * @category combinators
 */
export const holdResponse = (
  response: HttpClientResponse.HttpClientResponse,
  finish: (outcome: Outcome.Outcome) => Effect.Effect<void>
): HttpClientResponse.HttpClientResponse | null => {
  if (!/event-stream|ndjson/.test(response.headers["content-type"] ?? "")) return null
  const end = (exit: Exit.Exit<unknown, unknown>) =>
    finish(Exit.isSuccess(exit) ? Outcome.success : Exit.isInterrupted(exit) ? Outcome.abandoned : cut)
  const held: HttpClientResponse.HttpClientResponse = Object.create(response, {
    stream: { get: () => Stream.ensuringWith(response.stream, end) },
    text: { get: () => Effect.onExit(response.text, end) },
    json: { get: () => Effect.onExit(response.json, end) },
    arrayBuffer: { get: () => Effect.onExit(response.arrayBuffer, end) },
    formData: { get: () => Effect.onExit(response.formData, end) },
    urlParamsBody: { get: () => Effect.onExit(response.urlParamsBody, end) }
  })
  dropped.register(held, () => Effect.runFork(finish(Outcome.abandoned)))
  return held
}

/** A response nobody reads gives its lease back when it is collected. */
const dropped = new FinalizationRegistry<() => void>((giveBack) => giveBack())

const cut: Outcome.Failure = Outcome.failure({
  blame: "provider",
  scope: "provider",
  code: "stream_cut",
  why: "the answer broke off before its end",
  evidence: ["the body ended with an error"]
})
