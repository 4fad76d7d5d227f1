/**
 * What a scripted provider does to a token's requests, as plain data.
 *
 * A script is one behaviour or a list: each request takes the next of the list and the last one stays.
 */

/** What an answer says and claims to have cost. Absent parts get a short greeting and small numbers. */
export interface Answer {
  /** The whole text, or the pieces it is streamed in. */
  readonly text?: string | ReadonlyArray<string>
  /** Sends the pieces this many times over: a long stream costs no memory here. */
  readonly repeat?: number
  readonly usage?: Usage
  /** Added to the vendor's own headers. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface Usage {
  readonly input?: number
  readonly output?: number
  readonly cacheRead?: number
  readonly cacheWrite?: number
}

/** How a refusal says when to come back: seconds, milliseconds (both headers, as OpenAI), an HTTP date, or not at all. */
export type Hint = "seconds" | "millis" | "date" | "none"

/** A refusal in the vendor's own words. */
export type Refusal = "revoked" | "rateLimited" | "outOfCredit" | "overloaded" | "server"

/** Where in an answer something happens. `mid-stream`: after the first piece of content, or half of a plain body. */
export type Point = "before-headers" | "after-headers" | "mid-stream"

export type Behaviour =
  | ({ readonly kind: "ok" } & Answer)
  /** The key is unknown to the vendor: 401, or Gemini's 400. */
  | { readonly kind: "revoked" }
  /**
   * Counts for real: `requests` per fixed window, beginning with the first request. Tokens that name the same `bucket`
   * share one count, as keys of one organization do. `hint` is `seconds` unless told; `rateHeaders` are sent unless
   * told not to.
   */
  | {
      readonly kind: "limit"
      readonly requests: number
      readonly windowMillis: number
      readonly hint?: Hint
      readonly rateHeaders?: boolean
      readonly bucket?: string
    }
  /** Always 429. Without a number: no hint of any kind. `retryAfterDate` is epoch milliseconds. */
  | {
      readonly kind: "rateLimited"
      readonly retryAfterSeconds?: number
      readonly retryAfterMillis?: number
      readonly retryAfterDate?: number
    }
  /** No money left, as the vendor puts it: Anthropic 400, OpenAI 429 `insufficient_quota`, Gemini 429. */
  | { readonly kind: "outOfCredit" }
  /** Anthropic 529, the others 503. */
  | { readonly kind: "overloaded" }
  /** Any status. A string body is sent as it is, anything else as JSON; without one, the vendor's error for the status. */
  | {
      readonly kind: "status"
      readonly status: number
      readonly body?: unknown
      readonly headers?: Readonly<Record<string, string>>
    }
  | { readonly kind: "reset"; readonly at: Point }
  /** Says nothing more from this point (`before-headers` unless told) until `release()` or until the client leaves. */
  | { readonly kind: "hang"; readonly at?: Point }
  /** An error event inside a 200 stream; a plain request gets the same error with its status. */
  | { readonly kind: "streamError"; readonly at: "before-content" | "after-content"; readonly error?: Refusal }
  | { readonly kind: "redirect"; readonly to: string; readonly status?: number }
  /** Answers, waiting so long before each chunk after the first. */
  | ({ readonly kind: "slow"; readonly millis: number } & Answer)
  /** Another behaviour for some models. */
  | {
      readonly kind: "byModel"
      readonly models: Readonly<Record<string, Behaviour>>
      readonly otherwise?: Behaviour
    }

export type Script = Behaviour | ReadonlyArray<Behaviour>
