/**
 * The types of the promise door. Nothing of Effect is in them.
 *
 * @since 0.1.0
 */

/**
 * A token, without its secret.
 *
 * @since 0.1.0
 * @category models
 */
export interface TokenInfo {
  readonly alias: string
  /** A fingerprint: stands for the secret wherever it must not be. */
  readonly id: string
  /** What may be shown of the secret: `sk-ant-…f3Qa`. */
  readonly masked: string
  readonly enabled: boolean
}

/**
 * A configured provider.
 *
 * @since 0.1.0
 * @category models
 */
export interface ProviderInfo {
  readonly id: string
  readonly name: string
  /** The vendor: `anthropic`, `openai`… */
  readonly type: string
  readonly baseUrl: string
  readonly strategy: "round-robin" | "weighted" | "random" | "least-used"
  readonly tokens: ReadonlyArray<TokenInfo>
}

/**
 * A provider, by id or as `configManager` gave it.
 *
 * @since 0.1.0
 * @category models
 */
export type ProviderReference = string | { readonly id: string }

/**
 * What a token was asked to do.
 *
 * @since 0.1.0
 * @category models
 */
export interface Counts {
  readonly uses: number
  readonly successes: number
  /** Failures charged to the token, its quota or its pace. */
  readonly errors: number
  /** Failures that were somebody else's fault. */
  readonly excused: number
  readonly abandoned: number
  /** Times the token was put to rest. */
  readonly rests: number
  /** What answers said they used, by the model that was asked for; `""` where none was named. */
  readonly usage: Readonly<Record<string, Usage>>
}

/**
 * What answers said they used, in the vendor's units of text.
 *
 * @since 0.1.0
 * @category models
 */
export interface Usage {
  /** Without what was read from or written to a cache. */
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
}

/**
 * How a token stands now.
 *
 * @since 0.1.0
 * @category models
 */
export interface TokenStatus extends TokenInfo {
  readonly state: "ready" | "cooling" | "open" | "half-open" | "probing" | "isolated" | "disabled"
  /** When it may be lent again; `null` when it may now, or when only a person can change it. */
  readonly until: Date | null
  readonly why: string | null
  /** Calls in flight, in this program now and in others as they last told. */
  readonly inFlight: number
  /** Consecutive failures counted towards resting it. */
  readonly failures: number
  readonly lastUsedAt: Date | null
  readonly counts: Counts
}

/**
 * What one attempt of a request met.
 *
 * @since 0.1.0
 * @category models
 */
export interface Attempt {
  readonly alias: string
  /** HTTP status; `null` when no answer came. */
  readonly status: number | null
  /** A short machine word: the vendor's code, or the system's. */
  readonly code: string
  readonly why: string
}

/**
 * Why a token cannot serve.
 *
 * @since 0.1.0
 * @category models
 */
export interface UnavailableToken {
  readonly alias: string
  readonly state: string
  readonly why: string
  /** When it is back; `null` when only a person can change that. */
  readonly until: Date | null
}

/**
 * What may be said of a request beside the request itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface RequestOptions {
  /**
   * Whose turn it is when several wait for a token: `high` stands as if it had come 10 seconds earlier, `low` as if 10
   * seconds later, so nobody is overtaken for ever. Default `normal`.
   */
  readonly priority?: "high" | "normal" | "low" | undefined
  /** How long it may wait for tokens, all its attempts together; 0: not at all. Default 30,000. */
  readonly acquireTimeoutMillis?: number | undefined
  /**
   * What it is expected to use, in the vendor's units of text: a number is input and output together. That much is reserved
   * of the limits of its token, until its answer says what it was. A request that is larger than the whole limit of a token
   * does not go there; one that is larger than all of them fails at once with `RequestTooLargeError`. Default: what
   * requests of that token usually use is reserved, and none is too large.
   */
  readonly usage?: DeclaredUsage | undefined
}

/**
 * What a request is expected to use: input and output together, or each for itself. What is read from a cache counts where
 * the vendor counts it.
 *
 * @since 0.1.0
 * @category models
 */
export type DeclaredUsage = number | { readonly input?: number | undefined; readonly output?: number | undefined }

/**
 * What is said of the request that a token is asked for by hand. It never waits.
 *
 * @since 0.1.0
 * @category models
 */
export interface NextTokenOptions extends Pick<RequestOptions, "usage"> {
  /** The model it asks for: a token may be spent for one and not for others. */
  readonly model?: string | undefined
}

/**
 * What `AutoTokenApiClient.call` takes: a `RequestInit` whose body may also be plain data, which is sent as JSON.
 *
 * @since 0.1.0
 * @category models
 */
export interface CallInit extends Omit<RequestInit, "body" | "priority">, RequestOptions {
  readonly body?: RequestInit["body"] | PlainData | undefined
  /** Id of the provider. Default: the one the URL belongs to, the active one first. */
  readonly provider?: string | undefined
}

/**
 * An object or array that JSON can hold.
 *
 * @since 0.1.0
 * @category models
 */
export type PlainData = ReadonlyArray<unknown> | { readonly [name: string]: unknown }

/**
 * One turn of a conversation.
 *
 * @since 0.1.0
 * @category models
 */
export interface AnthropicMessage {
  readonly role: "user" | "assistant"
  readonly content: string | ReadonlyArray<{ readonly type: string; readonly [name: string]: unknown }>
}

/**
 * What `callAnthropic` takes beside the messages. Members that are not listed are sent as they are.
 *
 * @since 0.1.0
 * @category models
 */
export interface AnthropicOptions extends RequestOptions {
  readonly model: string
  readonly max_tokens: number
  readonly temperature?: number
  readonly system?: string | ReadonlyArray<{ readonly type: string; readonly [name: string]: unknown }>
  readonly tools?: ReadonlyArray<{ readonly name: string; readonly [name: string]: unknown }>
  readonly stop_sequences?: ReadonlyArray<string>
  /** A streamed reply is no message: use `call`, or the SDK with `rotatingFetch`. */
  readonly stream?: false
  /** Id of a provider of type `anthropic`. Default: the active one if it is, else the first. */
  readonly provider?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly [name: string]: unknown
}

/**
 * Anthropic's reply, as far as every reply has it.
 *
 * @since 0.1.0
 * @category models
 */
export interface AnthropicReply {
  readonly id: string
  readonly type: "message"
  readonly role: "assistant"
  readonly model: string
  readonly content: ReadonlyArray<{ readonly type: string; readonly text?: string; readonly [name: string]: unknown }>
  readonly stop_reason: string | null
  readonly stop_sequence: string | null
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number; readonly [name: string]: unknown }
}

/**
 * What is said to a `fetch` when it is made, of all its requests.
 *
 * @since 0.1.0
 * @category models
 */
export interface RotatingFetchOptions extends RequestOptions {
  /** Id of the provider. Default: the one the URL belongs to, the active one first. */
  readonly provider?: string | undefined
  /** What carries the requests. Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Longest wait between two chunks of a body. Default: as long as `fetch` itself waits. */
  readonly idleTimeoutMillis?: number | undefined
}
