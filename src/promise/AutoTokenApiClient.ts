/**
 * Calls with a healthy token, for programs that use no SDK.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { TokenRotation } from "../TokenRotation.js"
import { apiError } from "./apiError.js"
import { UnknownProviderError } from "./errors.js"
import { plain } from "./failures.js"
import { runSync } from "./runtime.js"
import { send } from "./send.js"
import type { AnthropicMessage, AnthropicOptions, AnthropicReply, CallInit } from "./types.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface AutoTokenApiClient {
  /**
   * `fetch` with a healthy token. The URL may be the vendor's own, one of the configured base URL, or a path such as
   * `/v1/messages`; its provider is the active one if the URL fits it. A body that is an object or array is sent as JSON.
   *
   * Resolves with the provider's answer, be it a refusal of the request itself. Rejects with `AllTokensFailedError` when
   * no token could serve, with `RequestTooLargeError` when the request is declared larger than every limit (`usage`), and
   * with the signal's reason when aborted.
   */
  readonly call: (url: string | URL, init?: CallInit) => Promise<Response>
  /** One message of Anthropic's Messages API. Rejects with `ApiError` when the request is refused. */
  readonly callAnthropic: (
    messages: ReadonlyArray<AnthropicMessage>,
    options: AnthropicOptions
  ) => Promise<AnthropicReply>
}

const call = async (url: string | URL, init: CallInit = {}): Promise<Response> => {
  const { acquireTimeoutMillis, body, priority, provider, usage, ...rest } = init
  const options = { provider, priority, acquireTimeoutMillis, usage }
  const sent = await send(options, url, { ...rest, ...bodyOf(body, rest.headers) }).catch((error: unknown) => {
    throw inWords(error)
  })
  if (sent._tag === "Answered") return sent.response
  // What the last token was told is in the error; nobody will read it here.
  await sent.refusal?.body?.cancel()
  throw plain(sent.error)
}

/** What `fetch` says is that it failed; why it did stands in its cause. No SDK is here that goes by the message. */
const inWords = (error: unknown): unknown =>
  error instanceof TypeError && error.cause instanceof Error
    ? new TypeError(`${error.message}: ${error.cause.message}`, { cause: error.cause })
    : error

const callAnthropic = async (
  messages: ReadonlyArray<AnthropicMessage>,
  { acquireTimeoutMillis, priority, provider, signal, usage, ...options }: AnthropicOptions
): Promise<AnthropicReply> => {
  const id = anthropicProvider(provider)
  const response = await call("/v1/messages", {
    method: "POST",
    provider: id,
    priority,
    acquireTimeoutMillis,
    usage,
    body: { ...options, messages },
    ...(signal === undefined ? {} : { signal })
  })
  if (!response.ok) throw await apiError(id, response)
  // The vendor's contract for this endpoint; parsing it field by field would refuse what it adds tomorrow.
  return (await response.json()) as AnthropicReply
}

/**
 * @since 0.1.0
 * @category facade
 */
export const AutoTokenApiClient: AutoTokenApiClient = Object.freeze({ call, callAnthropic })

const anthropicProvider = (named: string | undefined): string =>
  runSync(
    Effect.gen(function* () {
      const rotation = yield* TokenRotation
      if (named !== undefined) return (yield* rotation.provider(named)).id
      const active = yield* Effect.option(rotation.provider())
      const all = [...Option.toArray(active), ...(yield* rotation.providers)]
      const found = all.find(({ vendor }) => vendor.type === "anthropic")
      if (found !== undefined) return found.id
      return yield* Effect.fail(
        new UnknownProviderError(
          'No provider of type "anthropic" is configured. Add one with: ctl providers add anthropic'
        )
      )
    })
  )

/** The body as `fetch` takes it. Whatever `fetch` would only turn into "[object Object]" is data. */
const bodyOf = (body: CallInit["body"], headers: CallInit["headers"]): RequestInit => {
  if (body === undefined) return {}
  if (!isData(body)) return { body }
  const typed = new Headers(headers)
  if (!typed.has("content-type")) typed.set("content-type", "application/json")
  return { body: JSON.stringify(body), headers: typed }
}

const isData = (body: unknown): body is ReadonlyArray<unknown> | { readonly [name: string]: unknown } => {
  if (Array.isArray(body)) return true
  if (typeof body !== "object" || body === null || Symbol.asyncIterator in body) return false
  const prototype: unknown = Object.getPrototypeOf(body)
  // Class instances that serialise themselves count too; bodies that `fetch` knows have no `toJSON`.
  return prototype === Object.prototype || prototype === null || "toJSON" in body
}
