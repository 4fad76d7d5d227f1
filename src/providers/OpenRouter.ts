/**
 * OpenRouter.
 *
 * @since 0.1.0
 */
import type { Answer } from "../core/Answer.js"
import { members } from "../core/ErrorBody.js"
import type { Saying } from "../core/Saying.js"
import * as Provider from "../Provider.js"

/** An account may have OpenRouter use a key of its own at a host, and that key's limit is nobody else's. */
const judge = ({ body, status }: Answer): Saying | undefined =>
  status === 429 && members(body.error.metadata).is_byok === true
    ? {
        sense: "rate-limit",
        why: "the account's own key at the model's host was hit by its limit",
        evidence: ["is_byok in the body"]
      }
    : undefined

/**
 * @since 0.1.0
 * @category providers
 */
export const openrouter: Provider.Provider = Provider.define({
  type: "openrouter",
  name: "OpenRouter",
  baseUrl: "https://openrouter.ai/api/v1",
  authorization: [{ header: "authorization", scheme: "Bearer" }],
  env: { tokens: ["OPENROUTER_API_KEY"] },
  tokenShape: /^sk-or-v1-[0-9a-f]{64}$/,
  tokenPrefixes: ["sk-or-"],
  limitOwner: "account",
  freeCheck: {
    path: "/key",
    // What is left of the token's own limit says nothing of the account's credit: only that none is left is certain.
    funds: {
      left: ({ data }) => {
        const { limit_remaining } = members(data)
        return typeof limit_remaining === "number" && limit_remaining <= 0 ? false : undefined
      }
    }
  },
  rateLimits: [
    {
      kind: "requests",
      limit: "x-ratelimit-limit",
      remaining: "x-ratelimit-remaining",
      reset: "x-ratelimit-reset"
    }
  ],
  disguises: ["error", "choices"],
  judge,
  notes: ["a 429 with `is_byok: true` is the limit of the account's own key at the model's host"],
  rules: [
    { code: ["model_not_found"], sense: "model-unknown" },
    {
      code: ["privacy_restricted", "data_policy_restricted"],
      sense: "model-denied",
      why: "the account's privacy policy excludes every host of the model"
    },
    { code: ["region_restricted"], sense: "model-busy", rest: null, why: "the model is not offered in this place" },
    {
      status: [403],
      says: /not available in your (?:region|country)/i,
      sense: "model-busy",
      rest: null,
      why: "the model is not offered in this place"
    },
    {
      code: ["openrouter_free_tier_daily"],
      sense: "allowance",
      why: "the account's free requests of the day are used up"
    },
    {
      code: ["openrouter_in_flight_budget"],
      sense: "rate-limit",
      scope: "group",
      why: "what the account has under way fills its budget for the time being"
    },
    { code: ["weight_exceeds_budget"], sense: "billing", why: "the budget does not cover a request of this size" },
    {
      code: ["openrouter_key_limit", "openrouter_guardrail_budget", "openrouter_workspace_budget"],
      sense: "billing",
      why: "the budget that was set for this key or its workspace is spent"
    },
    {
      code: ["upstream_provider_shared_pool"],
      sense: "model-busy",
      why: "the model's host limits all of OpenRouter together; another token shares that limit"
    },
    {
      status: [429],
      says: /rate-limited upstream|^provider returned error|^upstream error from\b/i,
      sense: "model-busy",
      why: "the model's host limits all of OpenRouter together"
    },
    {
      status: [401, 402],
      says: /^provider returned error/i,
      sense: "provider-elsewhere",
      why: "the model's host refused the key that OpenRouter sent, which is not this token"
    },
    {
      status: [402],
      says: /can only afford|fewer max_tokens|^prompt tokens limit exceeded/i,
      sense: "billing",
      why: "the credit left does not cover a request of this size"
    },
    { status: [402], says: /key limit|this key/i, sense: "billing", why: "the spend limit of this key is reached" },
    { status: [402], sense: "billing", scope: "group", why: "the account's credit is spent" },
    { status: [403], says: /(?:limit|cap) exceeded/i, sense: "billing", why: "the spend limit of this key is reached" },
    {
      status: [403],
      says: /\bis requiring a key to access this model/i,
      sense: "model-denied",
      why: "the model is served to accounts that have added its vendor's own key"
    },
    { status: [401], sense: "bad-token" },
    { status: [403], says: /suspended|banned/i, sense: "bad-token", why: "the account is suspended" },
    { status: [403], sense: "request", why: "a guardrail or moderation blocked the request" },
    {
      status: [429],
      says: /free-models-per-day/i,
      sense: "allowance",
      why: "the account's free requests of the day are used up"
    },
    { status: [429], says: /credits? to unlock.*per day/i, sense: "allowance" },
    { status: [400], says: /^\S{1,200} is not a valid model/i, sense: "model-unknown" },
    {
      status: [404],
      says: /data policy|privacy|guardrail/i,
      sense: "model-denied",
      why: "the account's policy excludes every host of the model"
    },
    {
      status: [404],
      says: /no allowed providers/i,
      sense: "model-denied",
      why: "the account allows no host of the model"
    },
    {
      status: [404],
      says: /no endpoints found that support/i,
      sense: "request",
      why: "no host of the model offers what the request asks for"
    },
    { status: [404], says: /no endpoints/i, sense: "model-unknown" },
    {
      status: [503],
      code: /^(?:temporarily_unavailable|provider_overloaded|no_available_.*|model_unavailable)$/,
      sense: "model-busy"
    },
    { status: [503], says: /no available|no (?:allowed )?providers?|all providers failed/i, sense: "model-busy" }
  ]
})
