/** Answers that users quote of clouds, gateways and plans: whose fault they are is said by what stands beside the status. */
import { describe } from "vitest"
import { anthropic, google, openai, table } from "./verdicts.js"

describe("a plan whose window is used up, told as a limit of pace", () => {
  table("generic", [
    [
      "of five hours",
      429,
      {},
      openai(
        "AccountQuotaExceeded",
        "You have exceeded the 5-hour usage quota. It will reset at 2026-08-31 23:59:59 +0800 CST. We recommend upgrading.",
        "TooManyRequests"
      ),
      "quota other 14399000 token"
    ],
    [
      "of a month, in Anthropic's dialect",
      429,
      {},
      anthropic(
        "rate_limit_error",
        "You have exceeded the monthly usage quota. It will reset at 2026-09-05 23:59:59 +0800 CST. Request id: x"
      ),
      "quota other 446399000 token"
    ],
    [
      "by a type of its own",
      429,
      {},
      anthropic("GoUsageLimitError", "5-hour usage limit reached. It will reset in 3 hours 5 minutes."),
      "quota other 11100000 token"
    ],
    [
      "by a type of its own, and a pace in words",
      429,
      { "retry-after": "43200" },
      anthropic("FreeUsageLimitError", "Rate limit exceeded. Please try again later."),
      "quota other 43200000 token"
    ],
    [
      "but not a limit by the minute that is called one of usage",
      429,
      {},
      { error: "usage limit reached; 20 requests per minute" },
      "rate-limit other - token+model"
    ],
    [
      "of a week, and longer than any pace",
      429,
      { "retry-after": "183600" },
      openai("rate_limited", "Sorry, you've hit a rate limit. Please review our Terms of Service."),
      "rate-limit other 183600000 token+model"
    ],
    [
      "of a month, by Amazon",
      400,
      {},
      {
        __type: "ThrottlingException",
        message: "Maximum com.amazon.x.GenerateAssistantResponse reached for this month."
      },
      "quota other 43200000 token"
    ]
  ])
  table("ollama", [
    ["of a session", 429, {}, { error: "you (x) have reached your session usage limit" }, "quota other - token"],
    [
      "of an hour",
      429,
      {},
      { error: "you've reached your hourly usage limit, please wait or upgrade to continue" },
      "quota other - token"
    ]
  ])
})

describe("no money, whatever the status", () => {
  const litellm =
    "Authentication Error, ExceededTokenBudget: Current spend for token: 7.2e-05; Max Budget for Token: 2e-07"
  table("generic", [
    ["no card", 401, {}, anthropic("CreditsError", "No payment method. Add one here: x"), "quota other - token"],
    ["a budget", 401, {}, openai("401", litellm, "auth_error"), "quota other - token"],
    [
      "a limit of the key, which is then called invalid",
      401,
      {},
      openai("invalid_api_key", "Unauthorized: LLMGateway API key reached its usage limit."),
      "quota other - token"
    ],
    [
      "the tokens of an instance",
      403,
      {},
      { errors: [{ code: "token_quota_reached", message: "You have reached your monthly token quota" }], trace: "x" },
      "quota other - token"
    ],
    ["a request that cannot be processed", 422, {}, { error: "insufficient credits" }, "quota other - token"],
    ["in Chinese", 400, {}, openai(null, "用户额度不足, 剩余额度: 0", "new_api_error"), "quota other - token"],
    ["of a key's budget", 429, {}, openai("key_budget_exceeded", "Key budget exceeded"), "quota other - token"],
    [
      "a budget, as a condition",
      412,
      {},
      { status: "failure", message: "Portkey Error: Budget exhausted. Error Code: 04" },
      "quota other - token"
    ],
    [
      "no subscription",
      400,
      {},
      openai("InvalidSubscription", "Your account does not have a valid CodingPlan subscription.", "BadRequest"),
      "quota other - token"
    ]
  ])
  table("anthropic", [
    [
      "extra usage",
      400,
      {},
      anthropic(
        "invalid_request_error",
        "You're out of extra usage. Add more at claude.ai/settings/usage and keep going."
      ),
      "quota other - token"
    ]
  ])
  table("openrouter", [
    [
      "the requests with other vendors' keys",
      403,
      {},
      { error: { message: "Free BYOK request cap exceeded for this month. Purchase credits at x", code: 403 } },
      "quota other - token"
    ],
    [
      "a budget, and when it begins anew",
      403,
      {},
      {
        error: {
          code: 403,
          message: "Budget limit exceeded",
          metadata: { limit_source: "openrouter_guardrail_budget", resets_at: "2026-09-01T00:00:00Z" }
        }
      },
      "quota other 43200000 token"
    ]
  ])
  table("minimax", [
    ["as its own trouble", 500, {}, anthropic("api_error", "insufficient balance (1008)"), "quota other - token"]
  ])
})

describe("a token that is good for other models", () => {
  table("generic", [
    [
      "a function that the account has not",
      404,
      {},
      { status: 404, title: "Not Found", detail: "Function '23d4f03a': Not found for account 'Qawmu2vUw'" },
      "model other - token+model"
    ],
    ["told as 401", 401, {}, anthropic("ModelError", "Model x is not supported"), "model other - token+model"],
    [
      "told as a failed login",
      401,
      {},
      openai("401", "Authentication Error, API Key not allowed to access model. It can access x.", "auth_error"),
      "model other - token+model"
    ],
    [
      "a rate limit of nothing",
      403,
      {},
      { error_code: "PERMISSION_DENIED", message: "PERMISSION_DENIED: disabled due to a rate limit of 0." },
      "model other - token+model"
    ],
    [
      "a subscription at a market place",
      403,
      { "x-amzn-errortype": "AccessDeniedException" },
      { message: "Your AWS Marketplace subscription for this model cannot be completed. Try again after 15 minutes." },
      "model other - token+model"
    ]
  ])
  table("generic", [
    [
      "a version that may be somebody else's",
      422,
      {},
      { title: "Invalid version or not permitted", detail: "It does not exist (or perhaps you don't have permission)" },
      "model other - token+model"
    ],
    [
      "a service that is not activated",
      403,
      {},
      openai("OperationDenied.ServiceNotOpen", "Operation is denied because the service is unavailable.", "Forbidden"),
      "model other - token+model"
    ],
    [
      "an endpoint that its owner closed",
      400,
      {},
      openai(
        "InvalidEndpoint.ClosedEndpoint",
        "The request targeted an endpoint that is currently closed.",
        "BadRequest"
      ),
      "model other - token+model"
    ],
    [
      "a permission, told as the relay's trouble",
      503,
      {},
      openai(null, "Incorrect model ID. You may not have permission to use this model", "Aihubmix_api_error"),
      "model other - token+model"
    ]
  ])
  table("azure-openai", [
    ["a resource without it", 404, {}, openai("unknown_model", "Unknown model: gpt-5"), "model other - token+model"]
  ])
  table("openai", [
    [
      "a plan without it",
      400,
      {},
      { detail: "The 'gpt-5.3-codex-spark' model is not supported when using Codex with a ChatGPT account." },
      "model other - token+model"
    ]
  ])
  table("ollama", [
    [
      "a subscription",
      403,
      {},
      { error: "this model requires a subscription, upgrade for access: https://ollama.com/upgrade (ref: x)" },
      "model other - token+model"
    ]
  ])
  table("google", [
    [
      "old accounts keep it",
      404,
      {},
      google(404, "NOT_FOUND", "This model models/m is no longer available to new users. Please update your code."),
      "model other - token+model"
    ],
    [
      "a project that has not enabled it",
      400,
      {},
      google(400, "FAILED_PRECONDITION", "Project `123` is not allowed to use Publisher Model `projects/p/models/m`"),
      "model other - token+model"
    ],
    [
      "a region that does not serve it",
      400,
      {},
      google(400, "FAILED_PRECONDITION", "Publisher Model `projects/p/models/m` is not servable in region us-east1."),
      "model other - token+model"
    ]
  ])
  table("openrouter", [
    [
      "a key of the vendor's own",
      403,
      {},
      { error: { message: "OpenAI is requiring a key to access this model, which you can add in x", code: 403 } },
      "model other - token+model"
    ]
  ])
  table("huggingface", [
    [
      "a plan with it",
      403,
      {},
      { error: "Model requires a Pro subscription; check out hf.co/pricing to learn more." },
      "model other - token+model"
    ],
    [
      "its size",
      403,
      {},
      { error: "The model a/b is too large to be loaded automatically (16GB > 10GB). Please use Spaces." },
      "model other - token+model"
    ]
  ])
  table("minimax", [
    [
      "a plan without it, told as its own trouble",
      500,
      {},
      anthropic("api_error", "your current token plan not support model, MiniMax-M2.7-highspeed (2061)"),
      "model other - token+model"
    ]
  ])
})

describe("a token that need not be given up", () => {
  table("generic", [
    ["an hour's token", 401, {}, "IDE token expired: unauthorized: token expired\n", "token other - token"],
    [
      "by a code",
      401,
      {},
      { errors: [{ code: "authentication_token_expired", message: "Failed to authenticate" }], status_code: 401 },
      "token other - token"
    ],
    [
      "but one that may as well be wrong is",
      401,
      {},
      { detail: "Invalid or expired token" },
      "token other permanent token"
    ],
    [
      "by OAuth's one word",
      401,
      {},
      { error: "invalid_token", error_description: "The access token expired" },
      "token other - token"
    ],
    ["of Amazon", 403, {}, { Message: "Bearer Token has expired" }, "token other - token"],
    [
      "of Amazon, as a bad request",
      400,
      {},
      { __type: "ExpiredTokenException", message: "The security token included in the request is expired" },
      "token other - token"
    ],
    [
      "but a key that Amazon does not know is",
      403,
      {},
      { Message: "Invalid API Key format: Must start with pre-defined prefix" },
      "token other permanent token"
    ]
  ])
  table("azure-openai", [
    [
      "a resource that is blocked for a while",
      403,
      {},
      openai("Forbidden", "Your resource has been temporarily blocked because it may violate our content policy."),
      "token other - token"
    ]
  ])
  table("anthropic", [
    [
      "Amazon's new accounts",
      400,
      { "x-amzn-errortype": "ValidationException" },
      { message: "Operation not allowed" },
      "token other - token+model"
    ]
  ])
  table("openai", [
    [
      "a workspace that is served elsewhere",
      401,
      {},
      openai("workspace_not_authorized_in_region", "Workspace is not authorized in this region."),
      "token other - token"
    ]
  ])
  table("anthropic", [
    [
      "an organization that its owner closed to programs",
      403,
      {},
      anthropic("permission_error", "Your organization has disabled Claude subscription access for Claude Code"),
      "token other - token"
    ]
  ])
  table("google", [
    [
      "but an account that broke the rules is",
      403,
      {},
      google(
        403,
        "PERMISSION_DENIED",
        "This service has been disabled in this account for violation of Terms of Service."
      ),
      "token other permanent token"
    ]
  ])
  table("openai", [
    [
      "but one whose owner was shut out is",
      403,
      {},
      openai(null, "Your access was terminated due to violation of our policies.", "access_terminated"),
      "token other permanent token"
    ]
  ])
})
