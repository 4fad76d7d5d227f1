/**
 * Sends free checks over `fetch`.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as FreeCheck from "./FreeCheck.js"
import { peekBody } from "./PeekBody.js"
import * as Trouble from "./Trouble.js"

/**
 * @since 0.1.0
 * @category constructors
 */
export const make =
  (fetch: typeof globalThis.fetch): FreeCheck.Send =>
  ({ headers, url }) =>
    Effect.tryPromise({
      try: async (signal): Promise<FreeCheck.Answer> => {
        const response = await fetch(url, { headers, redirect: "manual", signal })
        const { status } = response
        const answer = { status, headers: Object.fromEntries(response.headers) }
        if (response.body === null) return { ...answer, body: undefined }
        const { body, bytes } = await peekBody(response.body, signal)
        body.cancel().catch(() => {})
        return { ...answer, body: bytes }
      },
      // What `fetch` says may quote a header; the word does not.
      catch: Trouble.word
    })
