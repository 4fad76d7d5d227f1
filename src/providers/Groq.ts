/**
 * Groq: its headers count requests by the day and tokens by the minute.
 *
 * @since 0.1.0
 */
import * as Provider from "../Provider.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const groq: Provider.Provider = Provider.define({
  type: "groq",
  name: "Groq",
  baseUrl: "https://api.groq.com/openai/v1",
  authorization: [{ header: "authorization", scheme: "Bearer" }],
  env: { tokens: ["GROQ_API_KEY"] },
  tokenShape: /^gsk_[A-Za-z0-9]{52}$/,
  tokenPrefixes: ["gsk_"],
  limitOwner: "organization",
  freeCheck: { path: "/models" },
  rateLimits: [
    {
      kind: "requests",
      period: "day",
      limit: "x-ratelimit-limit-requests",
      remaining: "x-ratelimit-remaining-requests",
      reset: "x-ratelimit-reset-requests",
      refill: "continuous"
    },
    {
      kind: "tokens",
      period: "minute",
      limit: "x-ratelimit-limit-tokens",
      remaining: "x-ratelimit-remaining-tokens",
      reset: "x-ratelimit-reset-tokens",
      refill: "continuous"
    }
  ],
  rules: [
    { code: ["organization_restricted"], sense: "bad-token", why: "the organization behind the token is restricted" },
    {
      status: [400, 401, 403],
      says: /^(?:this |your |the )?organization has been restricted/i,
      sense: "bad-token",
      why: "the organization behind the token is restricted"
    },
    { status: [413], sense: "request", why: "the request is larger than the limit itself" },
    {
      status: [429],
      says: /^request too large/i,
      sense: "request",
      why: "the request is larger than the limit itself"
    },
    {
      status: [429],
      says: /per day|\b[RT]PD\b/i,
      sense: "allowance",
      why: "the organization's allowance of the day for this model is used up; it renews bit by bit"
    },
    {
      status: [403],
      says: /^access denied\. please check your network settings/i,
      sense: "provider",
      why: "Groq's edge refuses this address, whatever the token"
    },
    { status: [503], says: /\bover capacity\b/i, sense: "model-busy" },
    { status: [498], sense: "model-busy", why: "the flex tier has no capacity left for this model" },
    { code: ["capacity_exceeded", "flex_tier_capacity_exceeded", "model_overloaded"], sense: "model-busy" },
    {
      code: ["blocked_api_access", "spend_limit_reached"],
      sense: "billing",
      why: "the organization has reached its spend limit"
    },
    {
      code: ["model_terms_required"],
      sense: "model-denied",
      why: "the organization has to accept the model's terms first"
    },
    { code: ["model_decommissioned"], sense: "model-unknown" },
    { code: ["model_permission_blocked_org", "model_permission_blocked_project"], sense: "model-denied" }
  ]
})
