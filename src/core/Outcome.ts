/**
 * What one attempt told us, as plain data.
 *
 * A failure names whose fault it was (`blame`), whether another token can cure it, how long to leave the blamed thing
 * alone (`cooldownMillis`), what exactly to leave alone (`scope`), and how sure we are (`provenance`). Everything the
 * pool and the loop decide later is decided from this value alone.
 *
 * @since 0.1.0
 */

/**
 * Whose fault a failure was.
 *
 * - `token`: the credential itself (revoked, malformed, not allowed)
 * - `quota`: money or a plan allowance behind the token is spent
 * - `rate-limit`: a pace limit was hit; the token is healthy and returns at a known or guessed time
 * - `model`: the model is unavailable, for this token or for everybody
 * - `provider`: the vendor, or the way to it, is in trouble
 * - `request`: the caller's own request is at fault
 *
 * @since 0.1.0
 * @category models
 */
export type Blame = "token" | "quota" | "rate-limit" | "model" | "provider" | "request"

/**
 * What a rest applies to. `group` falls back to the token when its limit owner is unknown.
 *
 * @since 0.1.0
 * @category models
 */
export type Scope = "token" | "token+model" | "group" | "model" | "provider"

/**
 * How a cooldown is known: stated by the server in this answer, a window the vendor documents, or our guess.
 *
 * @since 0.1.0
 * @category models
 */
export type Provenance = "stated" | "documented" | "guess"

/**
 * The attempt was served.
 *
 * @since 0.1.0
 * @category models
 */
export interface Success {
  readonly _tag: "Success"
}

/**
 * The attempt told us nothing: it was interrupted, or the caller gave no verdict. Nobody is blamed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Abandoned {
  readonly _tag: "Abandoned"
}

/**
 * The attempt failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failure {
  readonly _tag: "Failure"
  readonly blame: Blame
  /** Whether the same request may succeed at once with another token (of another limit group). */
  readonly retryOtherToken: boolean
  /**
   * Milliseconds to rest what `scope` names, from the moment of the answer. `"permanent"`: only a person can change
   * it. `null`: nothing in the answer says how long; the policy of `blame` decides.
   */
  readonly cooldownMillis: number | "permanent" | null
  /** `null` when nothing is to be rested. */
  readonly scope: Scope | null
  readonly provenance: Provenance
  /** A short machine word for the reason: a vendor code such as `rate_limit_error`, or `http_503`. Never a secret. */
  readonly code: string
  /** One sentence for people. Never quotes the vendor's text, which may hold parts of a token. */
  readonly why: string
  /** The evidence the verdict rests on, in the order it was weighed. Short, secret-free phrases. */
  readonly evidence: ReadonlyArray<string>
}

/**
 * @since 0.1.0
 * @category models
 */
export type Outcome = Success | Abandoned | Failure

/**
 * @since 0.1.0
 * @category constructors
 */
export const success: Outcome = { _tag: "Success" }

/**
 * @since 0.1.0
 * @category constructors
 */
export const abandoned: Outcome = { _tag: "Abandoned" }

/**
 * Makes a failure; what is left out is the harmless choice: nothing rests, no other token is tried.
 *
 * @since 0.1.0
 * @category constructors
 */
export const failure = (
  fields: Pick<Failure, "blame" | "code" | "why"> & Partial<Omit<Failure, "_tag" | "blame" | "code" | "why">>
): Failure => ({
  _tag: "Failure",
  retryOtherToken: false,
  cooldownMillis: null,
  scope: null,
  provenance: "guess",
  evidence: [],
  ...fields
})
