/**
 * Qwen (DashScope): limits clear within a minute, and `insufficient_quota` is one of them.
 *
 * @since 0.1.0
 */
import * as Provider from "../Provider.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const dashscope: Provider.Provider = Provider.define({
  type: "dashscope",
  name: "Qwen (DashScope)",
  otherTypes: ["qwen", "alibaba"],
  baseUrl: "https://dashscope.aliyuncs.com/compatible-mode/v1",
  otherBaseUrls: [
    "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    "https://dashscope-us.aliyuncs.com/compatible-mode/v1",
    "https://coding.dashscope.aliyuncs.com/v1",
    "https://coding-intl.dashscope.aliyuncs.com/v1"
  ],
  authorization: [{ header: "authorization", scheme: "Bearer" }],
  env: { tokens: ["DASHSCOPE_API_KEY", "QWEN_API_KEY"] },
  limitOwner: "account",
  freeCheck: { path: "/models" },
  disguises: ["error", "code"],
  rules: [
    {
      status: [401],
      says: /access token or token expired/i,
      sense: "stale-token",
      why: "the token belongs to a plan with a base URL of its own, or is to be refreshed"
    },
    {
      code: ["invalid_api_key", "invalidapikey"],
      sense: "bad-token",
      why: "the token is wrong, or belongs to another region's host"
    },
    {
      code: ["throttling.allocationquota", "insufficient_quota"],
      says: /free allocated quota|free quota/i,
      sense: "allowance",
      rest: "permanent",
      why: "the free quota of this model is used up for good"
    },
    {
      code: ["throttling.allocationquota", "insufficient_quota"],
      says: /^(?:hour|week|month) allocated quota exceeded/i,
      sense: "billing",
      why: "the window of the coding plan is used up"
    },
    {
      code: ["allocationquota.freetieronly"],
      sense: "allowance",
      rest: null,
      why: "the free quota of this model is used up"
    },
    { code: /^(?:arrearage|(?:prepaid|postpaid)billoverdue|commoditynotpurchased|.*billoverdue)$/, sense: "billing" },
    { code: ["accessdenied.unpurchased"], says: /\bmodel\b(?! studio)/i, sense: "model-denied" },
    { code: ["accessdenied.unpurchased"], sense: "billing", why: "the account has not activated the service" },
    {
      code: ["model.accessdenied", "model_access_denied"],
      sense: "model-denied",
      why: "the workspace has no access to the model"
    },
    {
      code: ["accessdenied"],
      says: /\bdoes not support (?:a?synchronous|http) calls?\b/i,
      sense: "request",
      why: "the model is to be asked in another way"
    },
    {
      code: ["workspace.accessdenied", "accessdenied"],
      sense: "stale-token",
      why: "the workspace does not let this token in"
    },
    {
      code: /^(?:throttling(?:\..*)?|limit_requests|limit_burst_rate|insufficient_quota|limit_tokens|request_rate_.*)$/,
      sense: "rate-limit",
      window: "minute",
      why: "the limit of the account for this model was hit; it clears within a minute"
    },
    {
      code: ["modelnotfound", "model_not_found", "model_not_supported", "invalidparameter.model"],
      sense: "model-denied"
    },
    {
      status: [400, 404],
      says: /^(?:the )?model (?:(?:does )?not exist|\S{1,80} is not supported)/i,
      sense: "model-denied"
    },
    { code: ["modelservingerror", "modelunavailable", "model_unavailable", "modelservicefailed"], sense: "model-busy" },
    {
      code: /^(?:datainspectionfailed|data_inspection_failed|invalidparameter.*|invalid_parameter_error|badrequest.*|invalidurl.*)$/,
      sense: "request"
    },
    {
      code: /^(?:internalerror.*|internal_error|requesttimeout.*|responsetimeout.*|systemerror|serviceunavailable.*)$/,
      sense: "provider"
    }
  ]
})
