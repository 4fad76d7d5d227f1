/**
 * What the promise door throws and rejects with: plain errors, one class for each thing a caller could do differently
 * about.
 *
 * @since 0.1.0
 */
import type { Attempt, UnavailableToken } from "./types.js"

/**
 * What all errors of this package have in common.
 *
 * @since 0.1.0
 * @category errors
 */
export class LlmctlError extends Error {
  override readonly name: string = "LlmctlError"
}

/**
 * No token of the provider could serve. The message says per token what happened and when the next one is back.
 *
 * @since 0.1.0
 * @category errors
 */
export class AllTokensFailedError extends LlmctlError {
  override readonly name: string = "AllTokensFailedError"
  readonly provider: string
  /** When the next token is back; `null` when only a person can change that. */
  readonly retryAt: Date | null
  /** What this request's own attempts met, in order. */
  readonly attempts: ReadonlyArray<Attempt>
  readonly tokens: ReadonlyArray<UnavailableToken>

  constructor(
    message: string,
    facts: Pick<AllTokensFailedError, "provider" | "retryAt" | "attempts" | "tokens">,
    options?: ErrorOptions
  ) {
    super(message, options)
    this.provider = facts.provider
    this.retryAt = facts.retryAt
    this.attempts = facts.attempts
    this.tokens = facts.tokens
  }
}

/**
 * `getNextToken` found no healthy token.
 *
 * @since 0.1.0
 * @category errors
 */
export class NoTokenError extends AllTokensFailedError {
  override readonly name: string = "NoTokenError"
}

/**
 * The request uses more than any token of the provider may, by what its caller says of it (`usage`): it is the request's
 * fault. No token was hurt, and waiting would not help.
 *
 * @since 0.1.0
 * @category errors
 */
export class RequestTooLargeError extends LlmctlError {
  override readonly name: string = "RequestTooLargeError"
  readonly provider: string
  /** What the request was said to use, in the units that are limited. */
  readonly usage: number
  /** The largest limit that any token has for it. */
  readonly limit: number
  /** What is limited: input, output, or both together (`usage`). */
  readonly unit: "input" | "output" | "usage"
  /** What this request's own attempts met, in order. */
  readonly attempts: ReadonlyArray<Attempt>

  constructor(
    message: string,
    facts: Pick<RequestTooLargeError, "provider" | "usage" | "limit" | "unit" | "attempts">
  ) {
    super(message)
    this.provider = facts.provider
    this.usage = facts.usage
    this.limit = facts.limit
    this.unit = facts.unit
    this.attempts = facts.attempts
  }
}

/**
 * The config file cannot be used. It is left as it is.
 *
 * @since 0.1.0
 * @category errors
 */
export class ConfigError extends LlmctlError {
  override readonly name: string = "ConfigError"
  readonly path: string
  readonly line: number | undefined

  constructor(message: string, facts: { readonly path: string; readonly line?: number | undefined }) {
    super(message)
    this.path = facts.path
    this.line = facts.line
  }
}

/**
 * No such provider is configured, or none that a URL belongs to.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnknownProviderError extends LlmctlError {
  override readonly name: string = "UnknownProviderError"
}

/**
 * The provider has no such token.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnknownTokenError extends LlmctlError {
  override readonly name: string = "UnknownTokenError"
}

/**
 * The vendor refused a `callAnthropic`, and no other token could have cured it.
 *
 * @since 0.1.0
 * @category errors
 */
export class ApiError extends LlmctlError {
  override readonly name: string = "ApiError"
  readonly status: number
  /** As the vendor sent it: parsed when it is JSON, else text. */
  readonly body: unknown
  readonly requestId: string | null

  constructor(message: string, facts: Pick<ApiError, "status" | "body" | "requestId">) {
    super(message)
    this.status = facts.status
    this.body = facts.body
    this.requestId = facts.requestId
  }
}
