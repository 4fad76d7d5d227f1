/**
 * One vendor API, as data: where it lives, how a token is attached, where its tokens are found in the environment, and
 * what its answers mean. `src/providers` holds one value per vendor; a stranger can write another.
 *
 * @since 0.1.0
 */
import type { Statement } from "./core/Gate.js"
import type { Outcome } from "./core/Outcome.js"
import type { Disguise } from "./core/StreamEvent.js"

/**
 * One way to attach a secret. A provider lists several when the form of the secret decides (an Anthropic OAuth token
 * travels as a bearer token, an API key in `x-api-key`); the first whose `prefix` fits is used.
 *
 * @since 0.1.0
 * @category models
 */
export interface Authorization {
  /** Applies to secrets that start so; absent: to every secret. */
  readonly prefix?: string
  /** Lower-case header name that carries the secret. */
  readonly header: string
  /** Written before the secret, with a space: `Bearer`. */
  readonly scheme?: string
  /**
   * Further headers this form needs. A value the caller already sent for a comma-separated header (`anthropic-beta`)
   * is extended, not replaced.
   */
  readonly adds?: Readonly<Record<string, string>>
}

/**
 * What is known of one answer. `headers` has lower-case names. `body` is text, bytes or parsed JSON, and may be absent,
 * cut short or nonsense. `now` is epoch milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Facts {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly now: number
  readonly model?: string | undefined
  readonly path?: string | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Provider {
  /** The `type` of the config, the prefix of its environment names' owner: `anthropic`. */
  readonly type: string
  /** For people: `Anthropic`. */
  readonly name: string
  /** Origin and path prefix that requests go to, without a trailing slash. */
  readonly baseUrl: string
  readonly authorization: readonly [Authorization, ...Array<Authorization>]
  /** Headers every request needs, sent unless the caller sent them: `anthropic-version`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly env: {
    /**
     * Stems of the variables that hold tokens: `ANTHROPIC_API_KEY`, with its plural (comma-separated) and numbered
     * forms `ANTHROPIC_API_KEYS`, `ANTHROPIC_API_KEY_1`…
     */
    readonly tokens: ReadonlyArray<string>
    /** Variables whose token travels as `Authorization: Bearer` whatever its form: `ANTHROPIC_AUTH_TOKEN`. */
    readonly bearerTokens?: ReadonlyArray<string>
    readonly baseUrl?: string
  }
  /** Response header that names the owner of the limits (an organization), lower case. */
  readonly ownerHeader?: string
  /** Ways in which it is known to put errors into JSON answers of status 200. */
  readonly disguises?: ReadonlyArray<Disguise>
  /** What the headers of an answer, of any status, say is left of the limit on requests. */
  readonly headroom?: (facts: Facts) => Statement | undefined
  /** Says what an answer means. Pure and total: any facts give a verdict. */
  readonly classify: (facts: Facts) => Outcome
}
