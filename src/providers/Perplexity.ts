/**
 * Perplexity: an empty balance comes as 401.
 *
 * @since 0.1.0
 */
import * as Provider from "../Provider.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const perplexity: Provider.Provider = Provider.define({
  type: "perplexity",
  name: "Perplexity",
  baseUrl: "https://api.perplexity.ai",
  authorization: [{ header: "authorization", scheme: "Bearer" }],
  env: { tokens: ["PERPLEXITY_API_KEY", "PPLX_API_KEY"] },
  tokenShape: /^pplx-[A-Za-z0-9]{48}$/,
  tokenPrefixes: ["pplx-"],
  limitOwner: "account",
  rules: [
    {
      status: [401],
      page: true,
      sense: "stale-token",
      why: "the server in front of the API does not know the token; that it is no API's answer leaves a doubt"
    },
    { code: ["insufficient_quota"], sense: "billing", why: "the account's credit is spent" },
    { status: [400], code: ["invalid_model"], sense: "model-unknown" }
  ]
})
