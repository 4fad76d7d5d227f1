/**
 * The handful of things a refusal can mean, and what each of them means to a pool.
 *
 * Vendors have hundreds of codes and two dozen habits; all of them come down to one of these.
 *
 * @since 0.1.0
 */
import type { Blame, Scope } from "./Outcome.js"

/**
 * - `bad-token`: refused for good; only a person can change it
 * - `stale-token`: refused here or now: expired and to be refreshed, the wrong host, an address that is not allowed
 * - `missing-permission`: the token is good, but not for this endpoint or model
 * - `billing`: no money or no plan; `allowance`: a counted allowance, mostly of one model, is used up
 * - `rate-limit`: too fast, per model unless a rule says otherwise
 * - `model-denied`: not for this token; `model-unknown`: not for anybody; `model-busy`: for nobody now;
 *   `not-entitled`: never for this token as it is
 * - `request`: the caller's own; `request-elsewhere`: the caller's own, but another token's plan may allow it
 * - `provider`: its trouble; `provider-elsewhere`: trouble of one deployment or channel, which another token may avoid;
 *   `transient`: over before it can be waited for, such as a lock
 * - `abandoned`: nobody waits for the answer any more
 *
 * @since 0.1.0
 * @category models
 */
export type Sense =
  | "bad-token"
  | "stale-token"
  | "missing-permission"
  | "billing"
  | "allowance"
  | "rate-limit"
  | "model-denied"
  | "model-unknown"
  | "model-busy"
  | "not-entitled"
  | "request"
  | "request-elsewhere"
  | "provider"
  | "provider-elsewhere"
  | "transient"
  | "abandoned"

/**
 * What a sense means where a rule says nothing else.
 *
 * @since 0.1.0
 * @category models
 */
export interface Meaning {
  readonly blame: Blame
  readonly retryOtherToken: boolean
  /** `hint`: as long as the answer says, else as the policy decides. `null`: the policy decides. */
  readonly rest: "permanent" | "hint" | null
  /** Whether the reset of a limit of pace may be the hint. */
  readonly paced?: true
  readonly scope: Scope | null
  readonly why: string
}

/**
 * What each sense but `abandoned` means.
 *
 * @since 0.1.0
 * @category constants
 */
export const meanings: Readonly<Record<Exclude<Sense, "abandoned">, Meaning>> = {
  "bad-token": {
    blame: "token",
    retryOtherToken: true,
    rest: "permanent",
    scope: "token",
    why: "the token is refused, and waiting will not change that"
  },
  "stale-token": {
    blame: "token",
    retryOtherToken: true,
    rest: null,
    scope: "token",
    why: "the token is not accepted here and now, but may be once it is refreshed or its settings are corrected"
  },
  "missing-permission": {
    blame: "token",
    retryOtherToken: true,
    rest: null,
    scope: "token+model",
    why: "the token lacks the permission that this request needs"
  },
  billing: {
    blame: "quota",
    retryOtherToken: true,
    rest: "hint",
    scope: "token",
    why: "the credit or plan behind the token is spent"
  },
  allowance: {
    blame: "quota",
    retryOtherToken: true,
    rest: "hint",
    paced: true,
    scope: "token+model",
    why: "a counted allowance of the token is used up"
  },
  "rate-limit": {
    blame: "rate-limit",
    retryOtherToken: true,
    rest: "hint",
    paced: true,
    scope: "token+model",
    why: "a limit of pace was hit; the token is healthy"
  },
  "model-denied": {
    blame: "model",
    retryOtherToken: true,
    rest: null,
    scope: "token+model",
    why: "the model does not exist for this token, or is not open to it"
  },
  "model-unknown": {
    blame: "model",
    retryOtherToken: false,
    rest: null,
    scope: null,
    why: "the model does not exist for anybody"
  },
  "model-busy": {
    blame: "model",
    retryOtherToken: false,
    rest: "hint",
    scope: "model",
    why: "the model has no capacity left for anybody; another token would not help"
  },
  "not-entitled": {
    blame: "model",
    retryOtherToken: true,
    rest: "permanent",
    scope: "token+model",
    why: "the plan behind the token does not include this model"
  },
  request: {
    blame: "request",
    retryOtherToken: false,
    rest: null,
    scope: null,
    why: "the request itself is refused; every token would get the same answer"
  },
  "request-elsewhere": {
    blame: "request",
    retryOtherToken: true,
    rest: null,
    scope: null,
    why: "the plan or project behind this token does not allow such a request; that of another may"
  },
  provider: {
    blame: "provider",
    retryOtherToken: false,
    rest: "hint",
    scope: "provider",
    why: "the provider, or the way to it, is in trouble; another token would not help"
  },
  "provider-elsewhere": {
    blame: "provider",
    retryOtherToken: true,
    rest: "hint",
    scope: "token+model",
    why: "what serves this token is in trouble; another token may be served elsewhere"
  },
  transient: {
    blame: "provider",
    retryOtherToken: false,
    rest: null,
    scope: null,
    why: "the provider could not take the request just now; nothing needs a rest"
  }
}
