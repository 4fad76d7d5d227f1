/**
 * Moonshot (Kimi): one status serves for an empty balance, a limit and an overloaded engine; the type tells.
 *
 * @since 0.1.0
 */
import { members } from "../core/ErrorBody.js"
import * as Provider from "../Provider.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const moonshot: Provider.Provider = Provider.define({
  type: "moonshot",
  name: "Moonshot (Kimi)",
  otherTypes: ["kimi"],
  baseUrl: "https://api.moonshot.ai/v1",
  otherBaseUrls: ["https://api.moonshot.cn/v1", "https://api.kimi.com/coding/v1", "https://api.moonshot.ai/anthropic"],
  authorization: [{ header: "authorization", scheme: "Bearer" }],
  env: { tokens: ["MOONSHOT_API_KEY", "KIMI_API_KEY"] },
  tokenPrefixes: ["sk-kimi-"],
  limitOwner: "organization",
  freeCheck: {
    path: "/models",
    funds: {
      path: "/users/me/balance",
      left: ({ data }) => {
        const { available_balance } = members(data)
        return typeof available_balance === "number" ? available_balance > 0 : undefined
      },
      codes: ["exceeded_current_quota_error"]
    }
  },
  rules: [
    {
      code: ["invalid_authentication_error", "incorrect_api_key_error"],
      sense: "bad-token",
      why: "the token is wrong, or belongs to another of Moonshot's hosts"
    },
    { code: ["exceeded_current_quota_error"], sense: "billing", why: "the account's balance is spent" },
    {
      code: ["access_terminated_error"],
      says: /usage limit|quota/i,
      sense: "billing",
      why: "the window of the coding plan is used up"
    },
    {
      code: ["access_terminated_error"],
      says: /only available for coding agents/i,
      sense: "request",
      why: "the coding plan serves coding agents only, and goes by what the request says it comes from"
    },
    {
      code: ["rate_limit_reached_error", "rate_limit_error"],
      says: /\busage limit for this (?:period|billing cycle)/i,
      sense: "billing",
      why: "the window of the coding plan is used up"
    },
    { code: ["engine_overloaded_error"], sense: "provider", why: "Moonshot is overloaded, for everybody" },
    {
      code: ["rate_limit_reached_error", "rate_limit_error"],
      says: /\bTPD\b|per day/i,
      sense: "allowance",
      scope: "group",
      why: "the organization's tokens of the day are used up"
    },
    {
      code: ["rate_limit_reached_error", "rate_limit_error"],
      says: /\b[RT]PM\b/i,
      sense: "rate-limit",
      scope: "group",
      window: "minute",
      why: "the limit of the organization was hit"
    },
    {
      code: ["rate_limit_reached_error"],
      sense: "rate-limit",
      scope: "group",
      why: "the limit of the organization was hit"
    },
    { code: ["permission_denied_error"], sense: "missing-permission" },
    { code: ["resource_not_found_error"], sense: "model-denied" },
    { code: ["content_filter"], sense: "request" }
  ]
})
