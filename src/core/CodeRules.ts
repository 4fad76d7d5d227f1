/**
 * What codes mean that half the trade uses: those of OpenAI and Anthropic, whom everybody imitates, and the obvious ones.
 *
 * Only words that say one thing are here. `invalid_request_error` is not: vendors put it on bad tokens and empty balances
 * alike.
 *
 * @since 0.1.0
 */
import type { AnswerRule } from "./AnswerRule.js"
import { busy, limitOfNothing, planLacksModel, usageLimit } from "./Wording.js"

/**
 * Tried after a vendor's own rules.
 *
 * @since 0.1.0
 * @category constants
 */
export const rules: ReadonlyArray<AnswerRule> = [
  {
    code: [
      "context_length_exceeded",
      "exceed_context_size_error",
      "string_above_max_length",
      "max_tokens_exceeded",
      "prompt_too_long",
      "request_too_large",
      "content_filter",
      "content_filtered",
      "content_policy_violation",
      "contentfilter",
      "responsibleaipolicyviolation",
      "moderation",
      "moderation_blocked",
      "moderation_error",
      "sensitive_words_detected",
      "censorship_blocked",
      "safety_check_failed",
      "unsafe_request",
      "data_inspection_failed",
      "datainspectionfailed",
      "invalid_prompt",
      "invalid_value",
      "invalid_type",
      "missing_required_parameter",
      "unknown_parameter",
      "unsupported_parameter",
      "unsupported_value",
      "invalid_image_url",
      "invalid_function_parameters",
      "invalid_json",
      "unknown_url"
    ],
    sense: "request"
  },
  {
    status: [400, 401, 402, 403, 404, 429, 451],
    code: /^(?:unsupported_country.*|.*region_restricted|region_not_supported|unsupported_region|location_not_supported)$/,
    sense: "provider",
    why: "the provider does not serve this place"
  },
  // What relays pass on of the vendor behind them, which has never heard of the caller's token.
  { status: [401, 402, 403], code: /^(?:upstream_error$|channel:)/, sense: "provider-elsewhere" },
  {
    code: /^(?:overloaded(?:_error)?|(?:server|system|service|engine)_?(?:is_)?(?:currently_)?(?:overloaded(?:_error)?|busy)|engine_overloaded_error)$/,
    sense: "provider",
    why: "the provider is overloaded, for everybody"
  },
  {
    code: /^(?:model_?(?:is_)?(?:overloaded|at_capacity|busy|unavailable|capacity_exceeded|capacity_exhausted)|insufficient_model_capacity|cluster_rate_limit_exceeded|capacity_exceeded|engine_max_pending_tokens|queue_exceeded|(?:\w+_)?cluster_rate_limited|model_?loading(?:_?error)?|modelnotreadyexception)$/,
    sense: "model-busy"
  },
  {
    status: [400, 401, 402, 403, 404, 429, 500],
    code: [
      "insufficient_quota",
      "insufficient_balance",
      "insufficient_credits",
      "insufficient_credit",
      "insufficient_funds",
      "insufficient_user_quota",
      "insufficient_account_balance",
      "insufficientbalance",
      "pre_consume_token_quota_failed",
      "token_quota_exhausted",
      "api_key_quota_exhausted",
      "credit_balance_exhausted",
      "credits_exhausted",
      "balance_not_enough",
      "credit_limit",
      "credit_limit_exceeded",
      "creditlimitexceeded",
      "organization_spend_limit_exceeded",
      "project_spend_limit_exceeded",
      "organization_usage_limit_exceeded",
      "enforced_spend_limit_reached",
      "spend_limit_exceeded",
      "spending_limit_exceeded",
      "billing_error",
      "billing_not_active",
      "billing_hard_limit_reached",
      "payment_required",
      "exceeded_current_quota_error",
      "monthly_limit_exceeded",
      "usage_limit_reached",
      "usage_limit_exceeded",
      "quota_exhausted",
      "exceeded_budget",
      "arrearage",
      "quotaexceeded",
      "accountquotaexceeded",
      "token_quota_reached",
      "exceed_token_quota_limit",
      "accountoverdueerror",
      "creditserror",
      "invalidsubscription",
      "dailylimitexceeded",
      "servicequotaexceededexception",
      "limitexceededexception"
    ],
    sense: "billing"
  },
  {
    status: [400, 403, 429],
    code: /usagelimiterror$/,
    sense: "billing",
    why: "a window of the plan is used up"
  },
  { status: [400, 401, 402, 403, 404, 429, 500], code: /(?:^|_)budget_exceeded$/, sense: "billing" },
  {
    status: [400, 401, 402, 403, 429],
    code: /^(?:(?:organization|account|team|project|workspace|plan|subscription|provider|monthly|weekly|free)_(?:quota|usage|usage_limit|allowance)|(?:plan|subscription|monthly|weekly)_limit)_(?:exceeded|reached|exhausted)$/,
    sense: "billing"
  },
  // Plans of Baidu's: the same words behind the name of each.
  {
    status: [400, 401, 402, 403, 429],
    code: /(?:^|_)plan_(?:\w+_)?(?:(?:hour|day|week|month)_quota_exceeded|not_subscribed|subscription_expired)$/,
    sense: "billing",
    why: "the plan is used up, has ended or was never bought"
  },
  {
    status: [400, 401, 403],
    code: /(?:^|_)plan_(?:\w+_)?api_key_(?:required|not_allowed)$/,
    sense: "stale-token",
    why: "tokens of plans have a base URL of their own"
  },
  { code: ["setlimitexceeded"], sense: "allowance", why: "the limit that the account set for this model is used up" },
  {
    status: [400, 401, 403, 404, 422, 429, 500, 503],
    code: [
      "model_not_found",
      "modelnotfound",
      "model_not_exist",
      "model_not_available",
      "model_not_supported",
      "model_not_allowed",
      "model_access_denied",
      "key_model_access_denied",
      "team_model_access_denied",
      "model_permission_denied",
      "unsupported_model",
      "unavailable_model",
      "invalid_model",
      "deploymentnotfound"
    ],
    sense: "model-denied"
  },
  {
    status: [400, 404, 410],
    code: /^model_?(?:is_|was_|has_been_)?(?:deprecated|retired|decommissioned|deactivated|archived|discontinued|removed)$/,
    sense: "model-unknown",
    why: "the model is no longer served to anybody"
  },
  {
    status: [400, 401, 403, 404],
    code: /^modelerror$|_model_not_(?:supported|allowed|available|found)$/,
    sense: "model-denied"
  },
  {
    status: [400, 403, 404],
    code: /(?:^|\.)(?:servicenotopen|closedendpoint)$|^invalidendpoint(?:ormodel)?(?:\.|$)|^(?:mpagreementbeingcreated|ftuformnotfilled)$/,
    sense: "model-denied"
  },
  {
    status: [403],
    code: /^operationdenied\.(?:invalidstate|unsupportedphase)$/,
    sense: "request",
    why: "what the request refers to is not ready, or not made for this"
  },
  { status: [401, 403], code: ["no_parameter_permission", "invalid_appid"], sense: "request-elsewhere" },
  // Huawei has numbers for what its 401 is about.
  { status: [401], code: ["modelarts.81004"], sense: "missing-permission" },
  { status: [401], code: ["modelarts.81006"], sense: "stale-token", why: "what the token stands for is frozen" },
  {
    status: [400, 401, 403],
    code: /^(?:(?:(?:access|authentication|auth|session|security|bearer)_?)?(?:token|credential)s?_?(?:has_)?expired|expired_?(?:authentication)?token(?:exception)?|ip_(?:address_)?not_(?:authorized|allowed)|ip_restricted|.*_ip_restriction)$/,
    sense: "stale-token"
  },
  {
    status: [400, 401, 403, 404],
    code: /^(?:missing_scope|insufficient_scope|insufficient_permissions?)$/,
    sense: "missing-permission"
  },
  // OAuth has one word for what is wrong, revoked and expired.
  { status: [400, 401, 403], code: ["invalid_token"], says: /\btoken (?:has |is )?expired\b/i, sense: "stale-token" },
  // Some gateways call a key that is used up an invalid one.
  { status: [401, 403], says: usageLimit, sense: "billing", why: "the limit of this key is used up" },
  {
    status: [400, 401, 402, 403, 404, 429],
    code: /^(?:(?:invalid|incorrect|bad|missing|wrong|revoked|disabled|unknown|deleted)_?(?:api_?)?(?:key|token|credentials?)(?:_error)?|(?:api_?)?(?:key|token)_(?:is_)?(?:invalid|revoked|disabled|deleted|blocked|not_found)|(?:api_?)?key_?(?:has_)?expired|expired_(?:api_?)?key|invalid_authentication(?:_error)?|incorrect_api_key_error|(?:account|organization|user|workspace|project)_(?:deactivated|disabled|suspended|banned|restricted|blocked|locked|terminated)|access_terminated|(?:deactivated|suspended|disabled)_(?:account|user|workspace|organization))$/,
    sense: "bad-token"
  },
  {
    status: [400, 403],
    code: ["authentication_error", "unauthenticated", "authentication_failed"],
    sense: "bad-token"
  },
  {
    status: [400, 403],
    code: ["accessdeniedexception"],
    says: /\b(?:for this model|model access is denied|specified model)\b/i,
    sense: "model-denied"
  },
  { status: [400, 403], code: ["unrecognizedclientexception", "invalidclienttokenid"], sense: "bad-token" },
  {
    status: [403],
    code: ["accessdeniedexception"],
    says: /\bis not authorized to perform: bedrock:/i,
    sense: "missing-permission"
  },
  { status: [400], code: ["accessdeniedexception", "notauthorized"], sense: "missing-permission" },
  {
    status: [400],
    code: ["validationexception"],
    says: /^operation not allowed\.?$/i,
    sense: "missing-permission",
    why: "Amazon has not opened its models to this account"
  },
  { status: [400], code: ["validationexception"], says: /\buse[ -]case form for this model\b/i, sense: "model-denied" },
  { status: [403], code: ["permission_error"], says: planLacksModel, sense: "model-denied" },
  { status: [403], code: ["permission_error"], says: /\bip\b/i, sense: "stale-token" },
  {
    status: [403],
    code: ["permission_error"],
    says: /\bunpaid\b|\b(?:balance|credits?|funds)\b|\b(?:budget|spend(?:ing)? (?:limit|cap))\b.{0,40}\b(?:exceeded|reached|used up)\b/i,
    sense: "billing"
  },
  { status: [403], code: ["permission_error"], sense: "missing-permission" },
  {
    status: [400, 429],
    code: ["throttlingexception"],
    says: /\bper day\b/i,
    sense: "allowance",
    why: "the allowance of the day is used up"
  },
  {
    status: [400, 429],
    code: ["throttlingexception"],
    says: /\breached for this month\b/i,
    sense: "billing",
    window: "month",
    why: "the allowance of the month is used up"
  },
  {
    status: [403, 429],
    code: /^(?:(?:user_?)?rate_?limit.*|too_?many_?requests)$/,
    says: limitOfNothing,
    sense: "model-denied",
    why: "the limit is 0: this is switched off for the token"
  },
  // In Anthropic's dialect the type repeats the status, so relays have no other word for what a vendor told them.
  {
    status: [429],
    code: ["rate_limit_error"],
    says: /\binsufficient (?:\w+ )?balance\b|余额不足|欠费/i,
    sense: "billing"
  },
  { status: [429], code: ["rate_limit_error"], says: busy, sense: "provider" },
  {
    status: [400, 403, 429],
    code: /^(?:(?:user_?)?rate_?limit.*|too_?many_?requests)$/,
    says: usageLimit,
    sense: "billing",
    why: "a window of the plan is used up"
  },
  {
    status: [400, 403, 409, 420, 429],
    code: /^(?:(?:user_?)?rate_?limit.*|too_?many_?requests|requests?_rate_.*|throttl.*|limit_requests|limit_tokens|limit_burst_rate|model_rate_limit|request_limit_exceeded)$/,
    says: /^request too large|request (?:is )?too large/i,
    sense: "request",
    why: "the request is larger than the limit itself"
  },
  {
    status: [400, 403, 409, 420, 429, 500, 503],
    code: /^(?:(?:user_?)?rate_?limit.*|too_?many_?requests|requests?_rate_.*|throttl.*|limit_requests|limit_tokens|limit_burst_rate|model_rate_limit|request_limit_exceeded|.*concurrency_limit.*|concurrent.*limit.*)$/,
    sense: "rate-limit"
  }
]
