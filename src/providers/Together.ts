/**
 * Together.
 *
 * @since 0.1.0
 */
import * as Provider from "../Provider.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const together: Provider.Provider = Provider.define({
  type: "together",
  name: "Together",
  baseUrl: "https://api.together.xyz/v1",
  alsoAt: ["https://api.together.ai/v1"],
  authorization: [{ header: "authorization", scheme: "Bearer" }],
  env: { tokens: ["TOGETHER_API_KEY", "TOGETHER_AI_API_KEY"] },
  tokenPrefixes: ["tgp_v1_"],
  limitOwner: "account",
  freeCheck: { path: "/models" },
  rateLimits: [
    {
      kind: "requests",
      limit: "x-ratelimit-limit",
      remaining: "x-ratelimit-remaining",
      reset: "x-ratelimit-reset"
    },
    { kind: "tokens", limit: "x-tokenlimit-limit", remaining: "x-tokenlimit-remaining", reset: "x-tokenlimit-reset" }
  ],
  rules: [
    // It calls limits of the free plan so.
    { status: [429], code: ["credit_limit"], says: /\brate limit/i, sense: "rate-limit" },
    { code: ["credit_limit"], sense: "billing", why: "the account has reached its credit limit" },
    { status: [429], code: ["model_rate_limit"], sense: "rate-limit" },
    { status: [429], says: /overloaded/i, sense: "model-busy" },
    { status: [503], sense: "model-busy", why: "the model has no capacity left, or is not loaded yet" },
    { status: [403], says: /\btokens?\b.{0,80}\b(?:exceed|length|context)/i, sense: "request" },
    { status: [404], says: /model/i, sense: "model-denied" }
  ]
})
