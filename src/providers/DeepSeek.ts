/**
 * DeepSeek: its codes say `invalid_request_error` whatever happened, so the status counts.
 *
 * @since 0.1.0
 */
import * as Provider from "../Provider.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const deepseek: Provider.Provider = Provider.define({
  type: "deepseek",
  name: "DeepSeek",
  baseUrl: "https://api.deepseek.com",
  otherBaseUrls: ["https://api.deepseek.com/anthropic"],
  authorization: [{ header: "authorization", scheme: "Bearer" }],
  env: { tokens: ["DEEPSEEK_API_KEY"] },
  tokenShape: /^sk-[a-z0-9]{32}$/,
  limitOwner: "account",
  freeCheck: {
    path: "/user/balance",
    funds: { left: ({ is_available }) => (typeof is_available === "boolean" ? is_available : undefined) }
  },
  rules: [
    { status: [401], sense: "bad-token" },
    { status: [402], sense: "billing", why: "the account's balance is spent" },
    { status: [400], says: /^(?:the )?model (?:does )?not exist/i, sense: "model-unknown" },
    { status: [400, 422], sense: "request" },
    { status: [429], sense: "rate-limit" },
    { status: [503], sense: "provider", why: "DeepSeek is overloaded" }
  ]
})
