/**
 * Cohere: its errors are a message alone, so the status leads.
 *
 * @since 0.1.0
 */
import * as Provider from "../Provider.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const cohere: Provider.Provider = Provider.define({
  type: "cohere",
  name: "Cohere",
  baseUrl: "https://api.cohere.com/v2",
  otherBaseUrls: ["https://api.cohere.com/v1", "https://api.cohere.com/compatibility/v1"],
  authorization: [{ header: "authorization", scheme: "Bearer" }],
  env: { tokens: ["COHERE_API_KEY", "CO_API_KEY"] },
  tokenShape: /^[A-Za-z0-9]{40}$/,
  limitOwner: "key",
  freeCheck: { path: "https://api.cohere.com/v1/models" },
  rules: [
    { status: [401], sense: "bad-token" },
    {
      status: [402],
      says: /reset at the beginning of next month/i,
      sense: "billing",
      window: "month",
      why: "the spend limit of this key is reached until next month"
    },
    { status: [402], sense: "billing" },
    {
      status: [429],
      says: /\/ ?month|per month|monthly/i,
      sense: "billing",
      window: "month",
      why: "the calls of the month that a trial key has are used up"
    },
    { status: [429], says: /\/ ?min|per minute/i, sense: "rate-limit", window: "minute" },
    { status: [400, 404], says: /^model '.*' (?:not found|was removed)/i, sense: "model-denied" },
    { status: [404], says: /^resource not found: no messages\b/i, sense: "request" }
  ]
})
