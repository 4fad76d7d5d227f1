/**
 * An answer that has come whole: its body is there already, and reading it costs nothing.
 *
 * @since 0.1.0
 */
import type * as Headers from "@effect/platform/Headers"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Stream from "effect/Stream"
import * as MirroredResponse from "./MirroredResponse.js"
import * as Utf8 from "./Utf8.js"

/**
 * The response with this body, as the answer to `request`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  request: HttpClientRequest.HttpClientRequest,
  source: HttpClientResponse.HttpClientResponse,
  headers: Headers.Headers,
  body: Uint8Array<ArrayBuffer>
): HttpClientResponse.HttpClientResponse => new WholeResponse(request, source, headers, body)

class WholeResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpIncomingMessage.TypeId]: HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: HttpClientResponse.TypeId = HttpClientResponse.TypeId
  readonly status: number
  readonly text: Effect.Effect<string>
  readonly json: Effect.Effect<unknown, HttpClientError.ResponseError>
  readonly #source: HttpClientResponse.HttpClientResponse
  readonly #body: Uint8Array<ArrayBuffer>

  constructor(
    readonly request: HttpClientRequest.HttpClientRequest,
    source: HttpClientResponse.HttpClientResponse,
    readonly headers: Headers.Headers,
    body: Uint8Array<ArrayBuffer>
  ) {
    super()
    this.status = source.status
    this.#source = source
    this.#body = body
    this.text = Effect.sync(() => Utf8.decode(body))
    this.json = Effect.flatMap(this.text, (text) =>
      // As platform's own responses have it.
      Effect.try({ try: (): unknown => (text === "" ? null : JSON.parse(text)), catch: (cause) => this.#broken(cause) })
    )
  }
  get cookies() {
    return this.#source.cookies
  }
  get remoteAddress() {
    return this.#source.remoteAddress
  }
  get arrayBuffer() {
    return Effect.succeed(this.#body.buffer)
  }
  get stream() {
    return Stream.make(this.#body)
  }
  // Rare enough to be left to whoever knows how.
  get formData() {
    return this.#web.formData
  }
  get urlParamsBody() {
    return this.#web.urlParamsBody
  }
  get #web() {
    const { headers, status } = this
    return HttpClientResponse.fromWeb(this.request, MirroredResponse.make(this.#body, { status, headers }))
  }
  #broken(cause: unknown) {
    return new HttpClientError.ResponseError({ request: this.request, response: this, reason: "Decode", cause })
  }
  toJSON() {
    return HttpIncomingMessage.inspect(this, {
      _id: "@effect/platform/HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status
    })
  }
}
