/** Answers in forms that relays document, and in dialects that are not the vendor's own. */
import { describe } from "vitest"
import { anthropic, google, openai, table } from "./verdicts.js"

const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`

describe("what a vendor says in a dialect that is not its own", () => {
  table("moonshot", [
    [
      "the organization's limit, in Anthropic's dialect",
      429,
      {},
      anthropic("rate_limit_error", "request reached organization max RPM: 3, please try again after 5 seconds"),
      "rate-limit other 5000 group"
    ],
    [
      "an overload, in Anthropic's dialect",
      429,
      {},
      anthropic("rate_limit_error", "The engine is currently overloaded, please try again later"),
      "provider no - provider"
    ]
  ])
  table("openrouter", [
    [
      "an account's own key for the host was hit by its limit",
      429,
      {},
      { error: { code: 429, message: "Provider returned error", metadata: { raw: "x", is_byok: true } } },
      "rate-limit other - token+model"
    ],
    [
      "OpenRouter's key was",
      429,
      {},
      { error: { code: 429, message: "Provider returned error", metadata: { raw: "x", is_byok: false } } },
      "model no - token+model"
    ],
    [
      "the host refused the key it was sent, which is not the token",
      401,
      {},
      { error: { code: 401, message: "Provider returned error", metadata: { raw: "x", provider_name: "Anthropic" } } },
      "provider other - token+model"
    ],
    [
      "the host is not paid, which says nothing of the account's credit",
      402,
      {},
      { error: { code: 402, message: "Provider returned error", metadata: { raw: "x" } } },
      "provider other - token+model"
    ]
  ])
  table("azure-openai", [
    [
      "a resource that takes no keys",
      403,
      {},
      openai("AuthenticationTypeDisabled", "Key based authentication is disabled for this resource."),
      "token other permanent token"
    ]
  ])
  table("one-api", [
    [
      "a channel that is switched off is no banned user",
      403,
      {},
      { error: { message: "该渠道已被禁用", type: "one_api_error" } },
      "provider other - token+model"
    ],
    [
      "a banned user",
      403,
      {},
      { error: { message: "用户已被禁用", type: "one_api_error" } },
      "token other permanent token"
    ]
  ])
})

describe("Google's quotas, whoever passes them on", () => {
  const exceeded = "You exceeded your current quota, please check your plan and billing details."
  const quota = (quotaId: string, quotaValue: string) => [
    { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [{ quotaId, quotaValue }] },
    { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "38s" }
  ]
  table("google", [
    [
      "a metric by the day, in the message alone",
      429,
      {},
      google(429, "RESOURCE_EXHAUSTED", "Quota exceeded for metric: x/generate_requests_per_model_per_day, limit: 250"),
      "quota other 68400000 token+model"
    ],
    [
      "a metric by the minute, in the message alone",
      429,
      {},
      google(
        429,
        "RESOURCE_EXHAUSTED",
        "Quota exceeded for x/input_tokens_per_minute_per_base_model with base model: m."
      ),
      "rate-limit other 60000 token+model"
    ],
    [
      "a limit by the minute, in words",
      429,
      {},
      google(
        429,
        "RESOURCE_EXHAUSTED",
        "Quota exceeded for limit 'Requests per minute per user per tier' of service 'x'"
      ),
      "rate-limit other 60000 token+model"
    ]
  ])
  table("generic", [
    [
      "a limit by the minute, which speaks of billing as all of them do",
      429,
      {},
      google(429, "RESOURCE_EXHAUSTED", exceeded, quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "15")),
      "rate-limit other 38000 token+model"
    ],
    [
      "a limit by the day",
      429,
      {},
      google(429, "RESOURCE_EXHAUSTED", exceeded, quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "20")),
      "quota other 68400000 token+model"
    ],
    [
      "a limit of 0, which is that of one of the relay's own projects",
      429,
      {},
      google(429, "RESOURCE_EXHAUSTED", exceeded, quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "0")),
      "model other - token+model"
    ]
  ])
})

describe("OpenRouter's own words for what went wrong", () => {
  const failed = (error_type: string) => ({
    id: "r",
    status: "failed",
    error: { code: "server_error", message: "x" },
    error_type
  })
  const broke = (code: number, message: string, metadata: object) => ({ error: { code, message, metadata } })
  table("openrouter", [
    [
      "what is under way fills the budget, and the account is not out of money",
      402,
      { "retry-after": "5" },
      broke(402, "This request would exceed your available credits", { limit_source: "openrouter_in_flight_budget" }),
      "rate-limit other 5000 group"
    ],
    [
      "a request larger than the budget says nothing of smaller ones of the account",
      402,
      {},
      broke(402, "too large", { reason: "weight_exceeds_budget", limit_source: "openrouter_credits" }),
      "quota other - token"
    ],
    ["a token, told as a server error", 200, {}, failed("authentication"), "token other permanent token"],
    [
      "the same in a stream",
      200,
      {},
      event({ type: "response.failed", response: failed("authentication") }),
      "token other permanent token"
    ],
    ["an overloaded host, told as a server error", 200, {}, failed("provider_overloaded"), "model no - token+model"],
    ["a host that broke off", 200, {}, failed("provider_unavailable"), "provider no - provider"],
    [
      "an error while a response is made",
      200,
      {},
      event({ type: "response.error", error: { code: "rate_limit_exceeded", message: "x" } }),
      "rate-limit other - token+model"
    ]
  ])
  table("new-api", [
    ["a plan that is not active", 403, {}, openai("entitlement_inactive", "x"), "quota other - token"],
    ["a plan that was never bought", 403, {}, openai("entitlement_required", "x"), "quota other - token"]
  ])
  table("mistral", [
    [
      "a model nobody knows",
      400,
      {},
      { object: "error", message: "x", type: "invalid_request_error", code: "unknown_model" },
      "model no - -"
    ]
  ])
})

describe("forms that hide what is said", () => {
  table("openai", [
    [
      "a response that failed because it was too fast",
      200,
      {},
      event({ type: "response.failed", response: { error: { code: "slow_down", message: "Slow down" } } }),
      "rate-limit other - token+model"
    ],
    [
      "JSON within JSON",
      429,
      {},
      JSON.stringify(JSON.stringify(openai("insufficient_quota", "x"))),
      "quota other - group"
    ],
    [
      "an event that says other things before its data",
      429,
      {},
      'id:1\nevent:error\n:HTTP_STATUS/429\ndata:{"error":{"code":"insufficient_quota","message":"x"}}\n\n',
      "quota other - group"
    ],
    [
      "a stream that begins with a byte order mark",
      200,
      {},
      `\ufeff${event(openai("rate_limit_exceeded", "x"))}`,
      "rate-limit other - token+model"
    ]
  ])
})

describe("relays that pool the accounts of others", () => {
  const noneFor = {
    error: "Relay service error",
    message: "No available Claude accounts support the requested model: m"
  }
  table("generic", [
    ["a token used up", 429, {}, { code: "API_KEY_QUOTA_EXHAUSTED", message: "see the code" }, "quota other - token"],
    ["the same in words", 429, {}, { code: 429, message: "API key 额度已用完" }, "quota other - token"],
    ["no account for the model", 500, {}, noneFor, "model other - token+model"],
    ["the same by another status", 503, {}, noneFor, "model other - token+model"],
    [
      "no account of the kind at all",
      500,
      {},
      { error: "Relay service error", message: "No available Claude accounts" },
      "provider other - token+model"
    ]
  ])
})

describe("when to come back, in yet other words", () => {
  const slow = (message: string) => openai("rate_limit_exceeded", message)
  table("generic", [
    ["the request", 429, {}, slow("Retry the request in 10 seconds"), "rate-limit other 10000 token+model"],
    ["less than", 429, {}, slow("Please try again in less than 2 minutes."), "rate-limit other 120000 token+model"]
  ])
})
