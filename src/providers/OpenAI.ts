/**
 * OpenAI.
 *
 * @since 0.1.0
 */
import * as RateLimitHeaders from "../core/RateLimitHeaders.js"
import { limitOfNothing } from "../core/Wording.js"
import * as Provider from "../Provider.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const openai: Provider.Provider = Provider.define({
  type: "openai",
  name: "OpenAI",
  baseUrl: "https://api.openai.com/v1",
  otherBaseUrls: ["https://us.api.openai.com/v1", "https://eu.api.openai.com/v1", "https://ae.api.openai.com/v1"],
  authorization: [{ header: "authorization", scheme: "Bearer" }],
  env: { tokens: ["OPENAI_API_KEY"], baseUrl: "OPENAI_BASE_URL" },
  tokenShape: /^sk-(?:(?:proj|svcacct|admin|service)-[\w-]{20,}|\w{20,})$/,
  tokenPrefixes: ["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-service-"],
  limitOwner: "organization",
  ownerHeader: "openai-organization",
  freeCheck: { path: "/models" },
  rateLimits: [
    ...RateLimitHeaders.openai,
    ...["tokens_usage_based", "project-tokens"].map((kind) => ({
      kind,
      limit: `x-ratelimit-limit-${kind}`,
      remaining: `x-ratelimit-remaining-${kind}`,
      reset: `x-ratelimit-reset-${kind}`,
      refill: "continuous" as const
    }))
  ],
  rules: [
    { code: ["missing_scope", "insufficient_permissions"], sense: "missing-permission" },
    { status: [401, 403], says: /^you have insufficient permissions for this operation/i, sense: "missing-permission" },
    {
      status: [401, 403],
      code: /^(?:ip_not_authorized|ip_.*)$/,
      sense: "stale-token",
      why: "its project or organization does not allow this address; a token of another may pass"
    },
    { status: [401, 403], says: /ip address is not authorized/i, sense: "stale-token" },
    {
      status: [401, 403],
      says: /\bworkspace is not authorized in this region/i,
      sense: "stale-token",
      why: "the workspace behind the token is to be asked at another host"
    },
    {
      code: ["mismatched_organization", "mismatched_project", "invalid_organization", "invalid_project"],
      sense: "request-elsewhere",
      why: "the request names an organization or project that is not the token's"
    },
    {
      code: ["credit_balance_exhausted", "organization_spend_limit_exceeded", "organization_usage_limit_exceeded"],
      sense: "billing",
      scope: "group",
      why: "the organization behind the token has spent its credit or its limit"
    },
    {
      code: ["project_spend_limit_exceeded"],
      sense: "billing",
      scope: "group",
      why: "the project behind the token has spent its limit; another project's token may work"
    },
    {
      code: ["billing_not_active", "billing_hard_limit_reached", "usage_limit_reached", "usage_not_included"],
      sense: "billing"
    },
    {
      code: ["insufficient_quota"],
      sense: "billing",
      scope: "group",
      why: "the organization behind the token is out of money"
    },
    {
      status: [429, 413],
      code: ["rate_limit_exceeded"],
      says: /^request too large/i,
      sense: "request",
      why: "the request is larger than the limit itself"
    },
    {
      status: [429],
      code: ["rate_limit_exceeded"],
      says: limitOfNothing,
      sense: "model-denied",
      why: "the limit is 0: the organization's tier has none of this"
    },
    { status: [429], code: ["rate_limit_exceeded", "slow_down"], sense: "rate-limit" },
    {
      status: [429],
      code: ["resource_unavailable"],
      sense: "model-busy",
      why: "the flex tier has no capacity left for this model"
    },
    { status: [429, 503], says: /\bmodel is (?:currently )?(?:at capacity|overloaded)/i, sense: "model-busy" },
    {
      status: [404],
      says: /^item with id|^no (?:response|file|thread|assistant|batch|vector store)/i,
      sense: "request",
      why: "it refers to something that is stored elsewhere, or no longer"
    },
    {
      status: [404],
      says: /^this (?:model )?is (?:not )?(?:only |a chat model ).*supported in (?:the )?v1\//i,
      sense: "request",
      why: "the model is served at another path"
    },
    {
      status: [400],
      says: /service_tier.*not (?:allowed|available)|not (?:allowed|enabled) for this (?:project|organization)|must be verified to/i,
      sense: "request-elsewhere"
    },
    { status: [403, 404], says: /does not have access to model|must be verified to/i, sense: "model-denied" }
  ]
})
