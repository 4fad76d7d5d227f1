/**
 * Fireworks.
 *
 * @since 0.1.0
 */
import * as Provider from "../Provider.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const fireworks: Provider.Provider = Provider.define({
  type: "fireworks",
  name: "Fireworks",
  baseUrl: "https://api.fireworks.ai/inference/v1",
  authorization: [{ header: "authorization", scheme: "Bearer" }],
  env: { tokens: ["FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY"] },
  tokenShape: /^fw_[A-Za-z0-9]{20,}$/,
  tokenPrefixes: ["fw_"],
  limitOwner: "account",
  freeCheck: { path: "/models" },
  rateLimits: ["requests", "tokens-prompt", "tokens-generated"].map((kind) => ({
    kind,
    limit: `x-ratelimit-limit-${kind}`,
    remaining: `x-ratelimit-remaining-${kind}`,
    reset: `x-ratelimit-reset-${kind}`
  })),
  rules: [
    { status: [412], sense: "billing", why: "the account is suspended until it pays" },
    { code: ["precondition_failed"], sense: "billing", why: "the account is suspended until it pays" },
    { code: ["deployment_scaling_up"], sense: "model-busy", why: "the model is being started" },
    { status: [404], code: ["not_found", "model_not_found"], sense: "model-denied" }
  ]
})
