/**
 * The rotating `fetch` for SDKs.
 *
 * @since 0.1.0
 */
import * as RotatingFetch from "../RotatingFetch.js"
import { plain } from "./failures.js"
import { send } from "./send.js"
import type { RotatingFetchOptions } from "./types.js"

/**
 * A `fetch` with a healthy token for every request. Hand it to an SDK, whose own key is then a stand-in, and switch the
 * SDK's retries off: this is the one loop.
 *
 * **Example**
 *
 * ```ts
 * const client = new OpenAI({ apiKey: "rotated", maxRetries: 0, fetch: rotatingFetch({ provider: "openai" }) })
 * ```
 *
 * When no token could do better, the answer is the provider's own refusal; when there is not even that, it rejects with
 * `AllTokensFailedError`, or with `RequestTooLargeError` when the request is declared larger than every limit (`usage`).
 *
 * Any number of them share one pool, so each client, or each request of an SDK that takes a `fetch` by the request, may have
 * its own priority, patience and usage. A call's own `priority`, as `fetch` takes it in its `init`, comes first.
 *
 * @since 0.1.0
 * @category constructors
 */
export const rotatingFetch = (options: RotatingFetchOptions = {}): typeof globalThis.fetch =>
  RotatingFetch.over(options.fetch, async (fetch, input, init) => {
    const sent = await send({ ...options, fetch }, input, init)
    if (sent._tag === "Answered") return sent.response
    if (sent.refusal !== undefined) return sent.refusal
    throw plain(sent.error)
  })
