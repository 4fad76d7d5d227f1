/** Answers that pages of errors and users quote, where a limit, a relay or a token is told as something else. */
import { describe } from "vitest"
import { anthropic, google, openai, table } from "./verdicts.js"

describe("limits and quotas told as something else", () => {
  table("generic", [
    [
      "the capacity that a plan has of a model, which is not the model's",
      429,
      {},
      google(
        429,
        "RESOURCE_EXHAUSTED",
        "You have exhausted your capacity on this model. Your quota will reset after 10m5s."
      ),
      "quota other 605000 token+model"
    ],
    ["a plan, by its own code", 429, {}, openai("plan_limit_reached", "Rate limit reached"), "quota other - token"],
    [
      "a vendor's quota, as a bad request",
      400,
      {},
      {
        code: "provider_quota_exceeded",
        message: "Your quota for Dify Hosted OpenAI has been exhausted.",
        status: 400
      },
      "quota other - token"
    ],
    ["but no pace of an account", 429, {}, openai("account_rate_limit", "Slow down"), "rate-limit other - token+model"],
    [
      "credit, in other words",
      403,
      {},
      openai(null, "User's credit limit is insufficient, remaining credit limit: $0.000000", "api_error"),
      "quota other - token"
    ],
    ["a pace, as a bad request", 400, {}, { detail: "rate limit exceeded" }, "rate-limit other - token+model"],
    [
      "the tokens that a gateway allows, as no access",
      403,
      {},
      { statusCode: 403, message: "Token quota is exceeded. Try again in 1 hours 59 minutes 10 seconds." },
      "quota other 7150000 token"
    ],
    [
      "a vendor's balance, in a dialect with one word for 429",
      429,
      {},
      anthropic(
        "rate_limit_error",
        'Upstream error:\n{"message":"Your account is suspended due to insufficient balance"}'
      ),
      "quota other - token"
    ],
    [
      "the free tokens",
      429,
      {},
      { code: "EXCEED_TOKEN_QUOTA_LIMIT", message: "Token usage exceeded quota limit.", requestId: "x" },
      "quota other - token"
    ]
  ])
  const metadata = (quota_limit: string) => [
    { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "RATE_LIMIT_EXCEEDED", metadata: { quota_limit } }
  ]
  const exceeded = "Quota exceeded for quota metric 'Generate Content API requests'"
  table("google", [
    [
      "the day, in the metadata alone",
      429,
      {},
      google(429, "RESOURCE_EXHAUSTED", exceeded, metadata("GenerateRequestsPerDayPerProjectPerModel")),
      "quota other 68400000 token+model"
    ],
    [
      "the minute, in the metadata alone",
      429,
      {},
      google(429, "RESOURCE_EXHAUSTED", exceeded, metadata("GenerateContentRequestsPerMinutePerProjectPerRegion")),
      "rate-limit other 60000 token+model"
    ]
  ])
})

describe("when to come back", () => {
  const limited = { message: "Rate limited", type: "rate_limit_error" }
  table("generic", [
    [
      "as a point where others state a length",
      429,
      {},
      { error: "Too many requests", retryAfter: "2026-08-31T12:00:40.000Z" },
      "rate-limit other 40000 token+model"
    ],
    [
      "with the unit in its name",
      429,
      {},
      { error: { ...limited, retryAfterSeconds: 15 } },
      "rate-limit other 15000 token+model"
    ],
    ["in a header of the limit's", 429, { "x-ratelimit-retry-after": "12" }, {}, "rate-limit other 12000 token+model"]
  ])
})

describe("what a caller wrote, told as a lack of permission", () => {
  table("generic", [
    ["by its type alone", 403, {}, openai("403", "Your request was rejected.", "moderation_error"), "request no - -"]
  ])
})

describe("a relay's own trouble with what is behind it", () => {
  const refused =
    "Error code: 429 - {'error': {'code': 429, 'message': 'Quota exceeded', 'status': 'RESOURCE_EXHAUSTED'}}"
  table("generic", [
    ["a limit, as an error of the relay's", 500, {}, openai("500", refused), "provider other - token+model"],
    [
      "a bill, as an error of the relay's",
      500,
      {},
      { error: { message: "DeepSeek API error: 402 Payment Required" } },
      "provider other - token+model"
    ],
    [
      "but trouble of the vendor's is the provider's",
      500,
      {},
      { error: { message: "DeepSeek API error: 502 Bad Gateway" } },
      "provider no - provider"
    ],
    [
      "accounts that are used up",
      503,
      {},
      openai("internal_server_error", "auth_unavailable: no auth available", "server_error"),
      "provider other - token+model"
    ]
  ])
})

describe("a token that need not be given up", () => {
  const type = (reason: string) => [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason }]
  table("google", [
    [
      "at a host that takes no keys",
      401,
      {},
      google(401, "UNAUTHENTICATED", "API keys are not supported by this API.", type("CREDENTIALS_MISSING")),
      "token other - token"
    ]
  ])
  table("generic", [
    [
      "that lacks a permission, told as a failed login",
      401,
      {},
      openai("unauthorized", "The `models` permission is required to access this endpoint"),
      "token other - token+model"
    ],
    [
      "that lives for a month",
      200,
      {},
      { error_code: 110, error_msg: "Access token invalid or no longer valid" },
      "token other - token"
    ]
  ])
  table("anthropic", [
    [
      "at an address that its owner did not list",
      403,
      {},
      anthropic("permission_error", "Requests from your IP address are not allowed by your organization's allowlist."),
      "token other - token"
    ],
    [
      "but that no model takes until its owner signs in again",
      403,
      {},
      anthropic("permission_error", "Account is no longer a member of the organization associated with this token."),
      "token other - token"
    ]
  ])
})

describe("more than a context holds, found out too late for a status of its own", () => {
  table("vllm", [
    [
      "by a type",
      500,
      {},
      openai("500", "the request exceeds the available context size.", "exceed_context_size_error"),
      "request no - -"
    ],
    ["in words", 500, {}, openai("500", "Context size has been exceeded.", "server_error"), "request no - -"],
    [
      "by what stands before the server",
      502,
      {},
      openai(null, "This model's maximum context length is 65536 tokens. However, you requested 70000 tokens."),
      "request no - -"
    ]
  ])
})
