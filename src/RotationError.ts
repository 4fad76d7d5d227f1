/**
 * Everything that can go wrong, one error for each thing a caller could do differently about. Messages name the place
 * and end in the remedy; none ever holds a secret, a request body or a URL query.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type { Because } from "./core/Joining.js"
import type { Failure } from "./core/Outcome.js"

export type { Because } from "./core/Joining.js"

/**
 * The config file is there but cannot be used. It is never overwritten.
 *
 * @since 0.1.0
 * @category errors
 */
export class ConfigError extends Data.TaggedError("ConfigError")<{
  readonly path: string
  /** 1-based, when the reason is at one place of the file. */
  readonly line?: number | undefined
  readonly reason: string
  readonly remedy: string
}> {
  override get message(): string {
    return `${this.path}${this.line === undefined ? "" : `:${this.line}`}: ${this.reason}. ${this.remedy}`
  }
}

/**
 * The state store failed. Rotation goes on in memory; what was learnt may not outlive the process.
 *
 * @since 0.1.0
 * @category errors
 */
export class StateStoreError extends Data.TaggedError("StateStoreError")<{
  readonly path: string
  readonly line?: number | undefined
  readonly reason: string
  readonly cause?: unknown
}> {
  override get message(): string {
    return `${this.path}${this.line === undefined ? "" : `:${this.line}`}: ${this.reason}`
  }
}

/**
 * No provider of that name is configured.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnknownProvider extends Data.TaggedError("UnknownProvider")<{
  readonly providerId: string
  readonly known: ReadonlyArray<string>
}> {
  override get message(): string {
    if (this.providerId === "" && this.known.length === 0) {
      return "No provider is configured. Add one with: ctl providers add anthropic, or set ANTHROPIC_API_KEY (or another provider's variable)"
    }
    if (this.providerId === "") {
      return `None of the providers is active (known: ${this.known.join(", ")}). Choose one with: ctl providers use ${this.known[0]}`
    }
    const known = this.known.length === 0 ? "none is configured" : `known: ${this.known.join(", ")}`
    return `No provider "${this.providerId}" (${known}). Add one with: ctl providers add ${this.providerId}`
  }
}

/**
 * No token of that alias or id.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnknownToken extends Data.TaggedError("UnknownToken")<{
  readonly providerId: string
  readonly token: string
}> {
  override get message(): string {
    return `Provider "${this.providerId}" has no token "${this.token}". List them with: ctl tokens --provider ${this.providerId}`
  }
}

/**
 * Why one token could not serve.
 *
 * @since 0.1.0
 * @category models
 */
export interface Unavailable {
  readonly alias: string
  readonly tokenId: string
  /** `cooling`, `circuit open`, `isolated`, `disabled`, `probing`, `already tried`… */
  readonly state: string
  readonly why: string
  /** Epoch milliseconds when it may lend again; `null` when only a person can change that. */
  readonly until: number | null
}

/**
 * No token can be lent now.
 *
 * @since 0.1.0
 * @category errors
 */
export class Exhausted extends Data.TaggedError("Exhausted")<{
  readonly providerId: string
  /** Epoch milliseconds of the earliest return; `null` when only a person can change it. */
  readonly retryAt: number | null
  readonly because: Because
  /** Why each token cannot serve. */
  readonly tokens: ReadonlyArray<Unavailable>
  /** What this request's own attempts met, in order. */
  readonly attempts: ReadonlyArray<Attempt>
}> {
  override get message(): string {
    const head =
      this.tokens.length === 0
        ? `Provider "${this.providerId}" has no tokens`
        : `No token of provider "${this.providerId}" can serve now${reasons[this.because]}`
    const lines = this.tokens.map(
      (t) =>
        `  ${t.alias}: ${t.why || t.state}${t.until === null ? "" : `, back at ${new Date(t.until).toISOString()}`}`
    )
    const remedy =
      this.tokens.length === 0
        ? `Add one with: ctl tokens add --provider ${this.providerId}`
        : this.retryAt === null
          ? "Nothing returns by itself. See: ctl tokens; then add a token or run: ctl tokens reset"
          : `The next is back at ${new Date(this.retryAt).toISOString()}. See: ctl tokens`
    return [head, ...lines, remedy].join("\n")
  }
}

/**
 * `Exhausted` that looks at the tokens as they were when somebody asks for them: callers are turned away most often when
 * there is least time for it, and most of them go by `retryAt` alone.
 *
 * @since 0.1.0
 * @category constructors
 */
export const exhausted = (
  fields: Pick<Exhausted, "providerId" | "retryAt" | "because">,
  look: () => ReadonlyArray<Unavailable>
): Exhausted => lazily(new Exhausted({ ...fields, tokens: [], attempts: [] }), look)

/**
 * The same of a request that made these attempts.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withAttempts = (error: Exhausted, attempts: ReadonlyArray<Attempt>): Exhausted => {
  const { because, providerId, retryAt } = error
  return lazily(new Exhausted({ providerId, retryAt, because, tokens: [], attempts }), () => error.tokens)
}

const lazily = (error: Exhausted, look: () => ReadonlyArray<Unavailable>): Exhausted => {
  // What was looked at is not kept once it was: errors may be.
  let tokens: ReadonlyArray<Unavailable> | (() => ReadonlyArray<Unavailable>) = look
  const get = () => (tokens = typeof tokens === "function" ? tokens() : tokens)
  return Object.defineProperty(error, "tokens", { enumerable: true, get })
}

const reasons: Readonly<Record<Because, string>> = {
  resting: "",
  "queue-full": ", and as many callers are waiting as may (maxWaiting)",
  overloaded: ": more is asked of them than they may serve, and the queue is long"
}

/**
 * The request uses more than any token of the provider may, by what its caller says of it (`usage`): it is the request's
 * fault. Nothing was sent unless `attempts` says so, no token was hurt, and waiting would not help.
 *
 * @since 0.1.0
 * @category errors
 */
export class RequestTooLarge extends Data.TaggedError("RequestTooLarge")<{
  readonly providerId: string
  readonly model: string | null
  /** What is limited: input, output, or both together (`usage`). */
  readonly unit: "input" | "output" | "usage"
  /** What the request was said to use of it. */
  readonly usage: number
  /** The largest limit that any token has for it. */
  readonly limit: number
  /** Whether the user set it or the vendor stated it. */
  readonly reason: "limit_set" | "limit_stated"
  /** Whose limit it is: `token "work"`, `group "acme"`. */
  readonly whose: string
  /** What this request's own attempts met, in order. */
  readonly attempts: ReadonlyArray<Attempt>
}> {
  override get message(): string {
    const forModel = this.model === null ? "" : ` for model "${this.model}"`
    const units = `units of ${this.unit === "usage" ? "input and output" : this.unit}`
    const said = this.reason === "limit_set" ? "usagePerMinute, as you set it" : "as its vendor stated"
    const raise = this.reason === "limit_set" ? ", or raise usagePerMinute if the vendor allows more" : ""
    return [
      `The request is too large for every token of provider "${this.providerId}"${forModel}: it is said to use ${this.usage} ${units}`,
      `  The largest limit is ${this.limit}, of ${this.whose} (${said})`,
      `Ask for less at once: split the request, shorten its prompt or lower its longest answer${raise}. A token with a larger limit helps too: ctl tokens add --provider ${this.providerId}`
    ].join("\n")
  }
}

/**
 * One attempt of a request, for error messages and events.
 *
 * @since 0.1.0
 * @category models
 */
export interface Attempt {
  readonly alias: string
  readonly tokenId: string
  /** HTTP status; `null` when no answer came. */
  readonly status: number | null
  readonly outcome: Failure
}
