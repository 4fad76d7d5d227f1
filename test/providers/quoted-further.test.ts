/** Answers that pages of errors and users quote of hosts, clouds and relays, where half of what is meant stands elsewhere. */
import { describe } from "vitest"
import { anthropic, google, openai, table } from "./verdicts.js"

const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`

describe("the status that an error under status 200 would have had", () => {
  const limited = {
    error_msg: "Too many requests, the rate limit is 8000000 tokens per minute.",
    error_code: "InferHub.ModelArts.81101.429"
  }
  table("generic", [
    ["ends the code", 200, {}, event({ text: "[DONE]", error: limited, ...limited }), "rate-limit other - token+model"],
    [
      "is that of Baidu's number, whatever it is called",
      200,
      {},
      { code: 336_501, msg: "Rate limit reached for RPM" },
      "rate-limit other - token+model"
    ],
    [
      "is not that of a pace where all that is free has been asked for",
      200,
      {},
      { error_code: 19, error_msg: "Open api total request limit reached" },
      "quota other - token"
    ]
  ])
  table("openrouter", [
    [
      "stands beside the type",
      200,
      {},
      event({
        error: {
          message: "All providers failed.",
          error_type: "provider_overloaded",
          http_status: 503,
          availability: { code: "temporarily_unavailable", retryable: true, retry_after: 12 }
        }
      }),
      "model no 12000 token+model"
    ]
  ])
})

describe("a model that is no longer served, or not to all", () => {
  const gone = "The model grok-beta was deprecated on 2025-09-15 and is no longer accessible via the API."
  table("generic", [
    ["in words", 400, {}, { error: { message: gone } }, "model no - -"],
    [
      "by a code",
      400,
      {},
      openai("model_decommissioned", "The model `x` has been decommissioned and is no longer supported."),
      "model no - -"
    ],
    [
      "but no feature of a model",
      400,
      {},
      openai(null, "Model parameter `functions` of this request is no longer supported."),
      "request no - -"
    ],
    [
      "to this account",
      400,
      {},
      openai("unavailable_model", "Unavailable model: o1-preview"),
      "model other - token+model"
    ],
    [
      "because it is being loaded, told as a limit of pace",
      429,
      {},
      openai("ModelLoadingError", "The model is currently being loaded.", "TooManyRequests"),
      "model no - token+model"
    ]
  ])
  table("anthropic", [
    [
      "in this region of Amazon's",
      400,
      { "x-amzn-errortype": "ValidationException" },
      { message: "The provided model identifier is invalid." },
      "model no - -"
    ]
  ])
  table("anthropic-compatible", [
    [
      "but to another plan, told as a permission",
      403,
      {},
      anthropic(
        "permission_error",
        "this model requires a subscription, upgrade for access: https://ollama.com/upgrade"
      ),
      "model other - token+model"
    ]
  ])
  const per = (message: string) => openai("rate_limit_exceeded", message, "requests")
  table("openai", [
    [
      "by a limit of 0 for what is asked for",
      429,
      {},
      per("Rate limit exceeded for images per minute in organization org-x. Limit: 0/1min. Current: 1/1min."),
      "model other - token+model"
    ],
    [
      "by a limit of 0, as it is written of late",
      429,
      {},
      per("Rate limit reached for m in organization org-x on input-images per min: Limit 0, Used 0, Requested 1."),
      "model other - token+model"
    ]
  ])
})

describe("limits and quotas told as something else", () => {
  table("generic", [
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
    ["in words", 500, {}, openai("500", "Context size has been exceeded.", "server_error"), "request no - -"]
  ])
})
