/**
 * Google Gemini.
 *
 * @since 0.1.0
 */
import * as Provider from "../Provider.js"
import { judge } from "./GoogleQuota.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const google: Provider.Provider = Provider.define({
  type: "google",
  name: "Google Gemini",
  otherTypes: ["gemini"],
  baseUrl: "https://generativelanguage.googleapis.com",
  authorization: [{ header: "x-goog-api-key" }],
  env: { tokens: ["GEMINI_API_KEY", "GOOGLE_API_KEY"] },
  tokenShape: /^(?:AIza[\w-]{35}|AQ\.[\w.-]{20,})$/,
  tokenPrefixes: ["AIza"],
  limitOwner: "project",
  freeCheck: { path: "/v1beta/models", bad: [400, 403] },
  rateLimits: [],
  judge,
  notes: [
    "a 429 with a limit of 0 means that the project has no such model: the model's fault, for good; another token may have it",
    "a 429 by the day (`PerDay` in a quota's id) rests quota until midnight in California, or longer if RetryInfo says so",
    "a 429 by the minute rests the token for that model as RetryInfo says, else a minute; a spending cap is quota"
  ],
  rules: [
    { code: ["api_key_invalid", "api_key_expired", "api_key_blocked"], sense: "bad-token" },
    { status: [400], says: /^api key (?:not valid|expired|not found)/i, sense: "bad-token" },
    {
      code: ["api_key_ip_address_blocked"],
      sense: "stale-token",
      why: "the key may not be used from this address"
    },
    { code: /^api_key_.*_blocked$/, sense: "bad-token", why: "a restriction on the key excludes this use" },
    { status: [403], says: /reported as leaked/i, sense: "bad-token", why: "Google blocked the key as leaked" },
    {
      code: ["consumer_suspended", "consumer_invalid", "account_state_invalid", "user_project_denied"],
      sense: "bad-token",
      why: "the project behind the token is suspended"
    },
    {
      status: [403],
      says: /has been (?:suspended|denied access)|has been disabled in this account/i,
      sense: "bad-token",
      why: "the project behind the token is suspended"
    },
    {
      code: ["service_disabled", "iam_permission_denied"],
      sense: "stale-token",
      why: "the project behind the token has to enable the API first"
    },
    {
      status: [403],
      says: /^(?:you do not have permission to access the file\b|cachedcontent not found)/i,
      sense: "request-elsewhere",
      why: "it refers to what is stored in a project that is not the token's"
    },
    { code: ["billing_disabled"], sense: "billing", why: "the project behind the token has no billing" },
    { code: ["access_token_expired", "access_token_scope_insufficient"], sense: "stale-token" },
    {
      code: ["credentials_missing", "access_token_type_unsupported"],
      sense: "stale-token",
      why: "this host takes credentials of another kind"
    },
    {
      status: [403],
      says: /free tier is not available|enable billing/i,
      sense: "stale-token",
      why: "the free tier does not serve this country; a token with billing may work"
    },
    {
      status: [400],
      says: /\bpublisher model\b/i,
      sense: "model-denied",
      why: "the project behind the token has not enabled the model, or its region does not serve it"
    },
    {
      status: [400],
      code: ["failed_precondition"],
      sense: "stale-token",
      why: "the project behind the token lacks a precondition, mostly billing where the free tier is not served"
    },
    {
      status: [400, 403],
      says: /^user location is not supported/i,
      sense: "provider",
      why: "Google does not serve this place"
    },
    { code: ["model_capacity_exhausted"], sense: "model-busy" },
    { status: [503], code: ["unavailable", "service_unavailable", "overloaded"], sense: "model-busy" },
    { status: [503], sense: "model-busy" },
    {
      status: [404],
      says: /\bor your project does not have access to it|\bno longer available to new users/i,
      sense: "model-denied"
    },
    { status: [404], says: /\bmodels?\b/i, sense: "model-unknown", scope: "model" },
    { code: ["cancelled"], sense: "abandoned" }
  ]
})
