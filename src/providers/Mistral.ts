/**
 * Mistral.
 *
 * @since 0.1.0
 */
import * as Provider from "../Provider.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const mistral: Provider.Provider = Provider.define({
  type: "mistral",
  name: "Mistral",
  baseUrl: "https://api.mistral.ai/v1",
  otherBaseUrls: ["https://codestral.mistral.ai/v1"],
  authorization: [{ header: "authorization", scheme: "Bearer" }],
  env: { tokens: ["MISTRAL_API_KEY"] },
  tokenShape: /^[A-Za-z0-9]{32}$/,
  limitOwner: "organization",
  freeCheck: { path: "/models" },
  disguises: ["error"],
  rateLimits: [
    {
      kind: "requests",
      period: "minute",
      limit: "x-ratelimit-limit-req-minute",
      remaining: "x-ratelimit-remaining-req-minute"
    },
    {
      kind: "tokens",
      period: "minute",
      limit: "x-ratelimit-limit-tokens-minute",
      remaining: "x-ratelimit-remaining-tokens-minute"
    },
    {
      kind: "tokens",
      period: "month",
      limit: "x-ratelimit-limit-tokens-month",
      remaining: "x-ratelimit-remaining-tokens-month"
    },
    {
      kind: "tokens",
      period: "minute",
      limit: "ratelimitbysize-limit",
      remaining: "ratelimitbysize-remaining",
      reset: "ratelimitbysize-reset"
    }
  ],
  rules: [
    { code: ["engine_max_pending_tokens", "3810"], sense: "model-busy", why: "the model's own queue is full" },
    {
      code: ["service_tier_capacity_exceeded", "3505"],
      sense: "rate-limit",
      why: "the capacity of the plan for this model is used up for now"
    },
    { status: [429], says: /service tier capacity/i, sense: "rate-limit" },
    {
      status: [402, 403, 429],
      says: /spend(?:ing)? limit|billing|monthly/i,
      sense: "billing",
      why: "the workspace has reached its spend limit"
    },
    { status: [429], code: ["rate_limited", "1300"], sense: "rate-limit" },
    { code: ["invalid_model", "unknown_model", "1500"], sense: "model-unknown" },
    { status: [500, 503], code: ["3800"], sense: "provider" }
  ]
})
