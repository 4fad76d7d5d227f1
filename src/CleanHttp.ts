/**
 * Requests, responses and errors without the secret they were sent with.
 *
 * A response and an error carry their request, and that one carries the token; whatever leaves the middleware is rebuilt
 * around the request as the program asked it.
 *
 * @since 0.1.0
 */
import * as Headers from "@effect/platform/Headers"
import * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { secretHeaders } from "./Authorize.js"

/**
 * The request without any header or query member that vendors read a secret from.
 *
 * @since 0.1.0
 * @category combinators
 */
export const cleanRequest = (request: HttpClientRequest.HttpClientRequest): HttpClientRequest.HttpClientRequest =>
  secretHeaders.some((name) => name in request.headers) || request.urlParams.some(([name]) => name === "key")
    ? HttpClientRequest.make(request.method)(request.url, {
        urlParams: UrlParams.remove(request.urlParams, "key"),
        hash: Option.getOrUndefined(request.hash),
        headers: secretHeaders.reduce((headers, name) => Headers.remove(headers, name), request.headers),
        body: request.body
      })
    : request

/**
 * The response as an answer to `request`: however it is printed, and however its body breaks.
 *
 * @since 0.1.0
 * @category combinators
 */
export const cleanResponse = (
  response: HttpClientResponse.HttpClientResponse,
  request: HttpClientRequest.HttpClientRequest
): HttpClientResponse.HttpClientResponse => {
  const clean = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.mapError(effect, (error) => cleanError(error, request))
  const shown = (): object =>
    HttpIncomingMessage.inspect(response, {
      _id: "@effect/platform/HttpClientResponse",
      request: request.toJSON(),
      status: response.status
    })
  return Object.create(response, {
    request: { value: request, enumerable: true },
    stream: { get: () => Stream.mapError(response.stream, (error) => cleanError(error, request)) },
    text: { get: () => clean(response.text) },
    json: { get: () => clean(response.json) },
    arrayBuffer: { get: () => clean(response.arrayBuffer) },
    formData: { get: () => clean(response.formData) },
    urlParamsBody: { get: () => clean(response.urlParamsBody) },
    toJSON: { value: shown },
    toString: { value: () => Inspectable.format(shown()) },
    [Inspectable.NodeInspectSymbol]: { value: shown }
  })
}

/**
 * The error as one of `request`; errors that carry no request are left alone. `describe` puts the cause in words where the
 * error says no more than that the connection failed.
 *
 * @since 0.1.0
 * @category combinators
 */
export const cleanError = <E>(
  error: E,
  request: HttpClientRequest.HttpClientRequest,
  describe?: (cause: unknown) => string
): E => {
  if (error instanceof HttpClientError.RequestError) {
    const { cause, reason } = error
    const description = error.description ?? (reason === "Transport" ? describe?.(cause) : undefined)
    // The same class with the same fields but one: still an `E`.
    return new HttpClientError.RequestError({ request, reason, cause, ...(description && { description }) }) as E
  }
  if (error instanceof HttpClientError.ResponseError) {
    const { cause, description, reason, response } = error
    return new HttpClientError.ResponseError({
      request,
      response: cleanResponse(response, request),
      reason,
      cause,
      ...(description && { description })
      // As above.
    }) as E
  }
  return error
}
