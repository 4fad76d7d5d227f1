/**
 * One vendor API, as data: where it lives, how a token is attached, where its tokens are found in the environment, and
 * what its answers mean. `src/providers` holds one value per vendor; a stranger can write another.
 *
 * @since 0.1.0
 */
import type { Dialect } from "./core/Classify.js"
import * as Classify from "./core/Classify.js"
import type { Members } from "./core/ErrorBody.js"
import type { Facts } from "./core/Facts.js"
import type { Outcome } from "./core/Outcome.js"
import type { UserRule } from "./core/UserRule.js"

export type { Facts }

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
 * Who the vendor counts requests and money for. Tokens of one owner share its limits.
 *
 * @since 0.1.0
 * @category models
 */
export type LimitOwner = "key" | "user" | "account" | "team" | "organization" | "workspace" | "project" | "deployment"

/**
 * A request that costs nothing and tells whether a token is good.
 *
 * @since 0.1.0
 * @category models
 */
export interface FreeCheck {
  /** Below the base URL, or a whole URL where it lives elsewhere. */
  readonly path: string
  /** Statuses, besides 401, by which it says that the token is bad. */
  readonly bad?: ReadonlyArray<number>
  /** Reads from a 2xx that the token is blocked all the same, and why, in words of ours. */
  readonly blocked?: (answer: Members) => string | undefined
  /** Absent: it proves the token and says nothing of money. */
  readonly funds?: {
    /** Where that is asked; absent: the same answer tells. */
    readonly path?: string
    /** Whether money or allowance is left; `undefined` when the answer does not say. */
    readonly left: (answer: Members) => boolean | undefined
    /** By which codes refusals are called that this speaks of; absent: all that blame the quota. */
    readonly codes?: ReadonlyArray<string>
  }
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Provider extends Dialect {
  /** The `type` of the config, the prefix of its environment names' owner: `anthropic`. */
  readonly type: string
  /** For people: `Anthropic`. */
  readonly name: string
  /** Other words for the type: `gemini` for `google`. */
  readonly otherTypes?: ReadonlyArray<string>
  /** Origin and path prefix that requests go to, without a trailing slash. Empty: every user has their own. */
  readonly baseUrl: string
  /** Where else it lives: regions and plans. A token of one is mostly refused by the others. */
  readonly otherBaseUrls?: ReadonlyArray<string>
  /** Where else it takes the same tokens, and programs written for it go: a second name, a part of it elsewhere. */
  readonly alsoAt?: ReadonlyArray<string>
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
  /** What its tokens look like, whole. Absent: like anything. */
  readonly tokenShape?: RegExp
  /** How its tokens begin, where that tells it from every other vendor. */
  readonly tokenPrefixes?: ReadonlyArray<string>
  readonly limitOwner?: LimitOwner
  /** Response header that names the owner of the limits (an organization), lower case. */
  readonly ownerHeader?: string
  readonly freeCheck?: FreeCheck
  /** What `judge` sees that the rules do not say, in words for `docs/providers.md`. */
  readonly notes?: ReadonlyArray<string>
  /** Says what an answer means. Pure and total: any facts give a verdict. */
  readonly classify: (facts: Facts) => Outcome
}

/**
 * Who an answer says owns the limits. An empty name, or two at once, is nobody's: tokens must not become one group by it.
 *
 * @since 0.1.0
 * @category getters
 */
export const ownerIn = (
  self: Pick<Provider, "ownerHeader">,
  headers: Readonly<Record<string, string>>
): string | undefined => {
  const value = self.ownerHeader === undefined ? undefined : headers[self.ownerHeader]
  if (value === undefined) return undefined
  const [owner, ...others] = new Set(
    value
      .slice(0, 300)
      .split(",")
      .map((each) => each.trim())
  )
  return owner === undefined || owner === "" || owner.length > 200 || others.length > 0 ? undefined : owner
}

/**
 * A vendor from data alone: its answers are judged by its dialect.
 *
 * @since 0.1.0
 * @category constructors
 */
export const define = (vendor: Omit<Provider, "classify">): Provider => ({
  ...vendor,
  classify: (facts) => Classify.classify(vendor, facts)
})

/**
 * A provider whose answers are judged by rules of the user's own first.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withRules = (self: Provider, rules: ReadonlyArray<UserRule>): Provider =>
  rules.length === 0
    ? self
    : { ...self, classify: (facts) => Classify.byRules(rules, self, facts) ?? self.classify(facts) }
