/**
 * xAI.
 *
 * @since 0.1.0
 */
import * as Provider from "../Provider.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const xai: Provider.Provider = Provider.define({
  type: "xai",
  name: "xAI",
  otherTypes: ["grok"],
  baseUrl: "https://api.x.ai/v1",
  otherBaseUrls: ["https://us-east-1.api.x.ai/v1", "https://eu-west-1.api.x.ai/v1"],
  authorization: [{ header: "authorization", scheme: "Bearer" }],
  env: { tokens: ["XAI_API_KEY"] },
  tokenShape: /^xai-\w{80}$/,
  tokenPrefixes: ["xai-"],
  limitOwner: "team",
  freeCheck: {
    path: "/api-key",
    bad: [400],
    blocked: ({ api_key_blocked, api_key_disabled, team_blocked }) =>
      api_key_blocked === true || api_key_disabled === true
        ? "the token is blocked or disabled"
        : team_blocked === true
          ? "the team behind the token is blocked"
          : undefined
  },
  disguises: ["error"],
  rules: [
    {
      status: [400, 401, 403],
      says: /^(?:(?:incorrect|invalid) api key|(?:the |this |your )?api key (?:is )?(?:currently )?(?:disabled|blocked|invalid))/i,
      sense: "bad-token"
    },
    {
      code: ["unauthenticated:bad-credentials"],
      says: /oauth|access token/i,
      sense: "stale-token",
      why: "the OAuth token is to be refreshed"
    },
    { code: ["unauthenticated:bad-credentials"], sense: "stale-token" },
    { code: /spending-limit|out-of-credits|used-all-credits|billing|insufficient.credit/, sense: "billing" },
    {
      code: ["subscription:free-usage-exhausted"],
      sense: "billing",
      window: "day",
      why: "the free usage of 24 hours is used up"
    },
    {
      code: /^personal-team-blocked|^team-blocked|-blocked:/,
      sense: "bad-token",
      why: "the team behind the token is blocked"
    },
    { status: [402, 403, 429], says: /credits|spending limit|subscription/i, sense: "billing" },
    { status: [403], says: /model/i, sense: "model-denied" },
    { status: [429], says: /at capacity|high demand|overloaded/i, sense: "model-busy" },
    { status: [503], says: /\bmodel is (?:currently )?at capacity/i, sense: "model-busy" },
    { code: ["the service is currently unavailable"], sense: "provider" },
    { status: [429], sense: "rate-limit", why: "the limit of the team for this model was hit" },
    { status: [404], says: /model/i, sense: "model-denied" }
  ]
})
