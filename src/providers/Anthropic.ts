/**
 * Anthropic: API keys, and the OAuth tokens of subscriptions.
 *
 * @since 0.1.0
 */
import * as Provider from "../Provider.js"
import * as AnthropicLimits from "./AnthropicLimits.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const anthropic: Provider.Provider = Provider.define({
  type: "anthropic",
  name: "Anthropic",
  baseUrl: "https://api.anthropic.com",
  authorization: [
    { prefix: "sk-ant-oat", header: "authorization", scheme: "Bearer", adds: { "anthropic-beta": "oauth-2025-04-20" } },
    { header: "x-api-key" }
  ],
  headers: { "anthropic-version": "2023-06-01" },
  env: { tokens: ["ANTHROPIC_API_KEY"], bearerTokens: ["ANTHROPIC_AUTH_TOKEN"], baseUrl: "ANTHROPIC_BASE_URL" },
  tokenShape: /^sk-ant-(?:api|oat|admin)\d\d-[\w-]{20,}$/,
  tokenPrefixes: ["sk-ant-"],
  limitOwner: "organization",
  ownerHeader: "anthropic-organization-id",
  freeCheck: { path: "/v1/models", bad: [404] },
  rateLimits: AnthropicLimits.buckets,
  judge: AnthropicLimits.judge,
  notes: [AnthropicLimits.note],
  rules: [
    {
      status: [400, 401, 403],
      says: /^(?:this|your|the) (?:organization|account|workspace) has been (?:disabled|suspended|banned)/i,
      sense: "bad-token",
      why: "the organization behind the token has been disabled"
    },
    {
      status: [401, 403],
      says: /oauth authentication is currently not supported/i,
      sense: "request",
      why: "the request lacks the beta header that OAuth tokens need"
    },
    {
      code: ["oauth_not_allowed_for_organization"],
      sense: "bad-token",
      why: "the organization does not allow OAuth tokens"
    },
    { status: [401, 403], says: /oauth authentication is currently not allowed/i, sense: "bad-token" },
    {
      status: [403],
      says: /(?:organization|account) (?:does not have access to claude|is no longer a member\b)|^your organization has disabled/i,
      sense: "stale-token"
    },
    {
      status: [401, 403],
      says: /^cors requests must set/i,
      sense: "request",
      why: "the request comes from a browser and lacks the header that permits it"
    },
    {
      status: [401, 403],
      says: /^cors requests are not allowed/i,
      sense: "request-elsewhere",
      why: "the organization does not allow calls from browsers"
    },
    {
      status: [403],
      says: /^oauth (?:access )?token has been revoked/i,
      sense: "bad-token",
      why: "the OAuth token has been revoked"
    },
    {
      status: [401],
      says: /token has expired|refresh your existing token/i,
      sense: "stale-token",
      why: "the OAuth token has expired and is to be refreshed"
    },
    { status: [400, 403], says: /^this credential is only authorized for use with/i, sense: "missing-permission" },
    {
      status: [403],
      code: ["forbidden"],
      says: /^request not allowed/i,
      sense: "provider",
      why: "Anthropic's edge refuses this address or place, whatever the token"
    },
    {
      status: [400, 402, 403, 429],
      says: /^(?:your|the) credit balance is too low/i,
      sense: "billing",
      scope: "group",
      why: "the organization's credit is spent"
    },
    {
      code: ["enforced_spend_limit_reached"],
      sense: "billing",
      scope: "group",
      window: "month",
      why: "the organization has reached the monthly limit of its tier"
    },
    {
      status: [400, 403, 429],
      says: /^you have reached (?:your|the) specified workspace api usage limits/i,
      sense: "billing",
      window: "month",
      why: "the workspace has reached the spend limit its owner set; another workspace's token may work"
    },
    {
      status: [400, 403, 429],
      says: /^you have reached (?:your|the) (?:specified )?api usage limits/i,
      sense: "billing",
      scope: "group",
      window: "month",
      why: "the organization has reached the spend limit its owner set"
    },
    {
      code: ["billing_error"],
      sense: "billing",
      scope: "group",
      why: "the organization has a problem with its payment"
    },
    { status: [429], says: /spend(?:ing)? limit/i, sense: "billing", why: "a spend limit is reached" },
    {
      status: [400, 402, 403, 429],
      says: /(?:usage credits|extra usage|usage) (?:are|is) required for/i,
      sense: "request",
      why: "it asks for a feature that is paid for separately"
    },
    {
      status: [400, 403, 429],
      says: /^you['’]?re out of extra usage/i,
      sense: "billing",
      why: "the extra usage of the subscription is spent"
    },
    {
      status: [400],
      says: /^third-party apps now draw from (?:your )?extra usage/i,
      sense: "request-elsewhere",
      why: "the subscription behind this token does not pay for what looks like a third-party app"
    },
    {
      status: [400],
      says: /^the long context beta is not (?:yet )?available for this subscription/i,
      sense: "request-elsewhere",
      why: "the subscription behind this token does not include the long context"
    },
    {
      status: [429],
      path: /\/oauth\/usage/,
      sense: "rate-limit",
      retryOtherToken: false,
      scope: null,
      rest: null,
      why: "a query about usage was made too often; that says nothing of inference"
    },
    { status: [404], code: ["not_found_error"], says: /\bmodel\b/i, sense: "model-denied" },
    { status: [404], code: ["not_found_error"], sense: "request" },
    { status: [409], code: ["conflict_error"], sense: "request", why: "something else changed at the same time" }
  ]
})
