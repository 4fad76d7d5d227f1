/** Answers of relays and gateways, from their sources, their pages of errors and their users. */
import { describe } from "vitest"
import { anthropic, google, openai, table } from "./verdicts.js"

const relay = (message: string, code: string | null = null, type = "new_api_error") => openai(code, message, type)

const event = (data: object) => `data: ${JSON.stringify(data)}\n\ndata: [DONE]\n\n`

describe("relays that speak of what is not the caller's token", () => {
  table("generic", [
    [
      "a database that cannot be asked",
      401,
      {},
      relay("Invalid token, database query error, please contact administrator"),
      "provider no - provider"
    ],
    ["the same, in Chinese", 401, {}, relay("无效的令牌，数据库查询出错，请联系管理员"), "provider no - provider"],
    ["but no token", 401, {}, relay("Invalid token"), "token other permanent token"],
    [
      "the relay's own account",
      403,
      {},
      relay("Upstream access forbidden, please contact administrator", null, "upstream_error"),
      "provider other - token+model"
    ],
    [
      "the same, in words only",
      401,
      {},
      anthropic("authentication_error", "上游鉴权失败，请稍后重试"),
      "provider other - token+model"
    ],
    [
      "a vendor that refused the relay",
      502,
      {},
      relay("anthropic returned 401: invalid x-api-key", "provider_error"),
      "provider other - token+model"
    ],
    [
      "the whole group of a relay",
      429,
      {},
      relay("Current group upstream load is saturated, please try again later"),
      "provider no - provider"
    ],
    [
      "a LiteLLM that knows one key only",
      400,
      {},
      relay("No connected db.", "400", "no_db_connection"),
      "token other - token"
    ]
  ])
})

describe("a relay that a provider of another type leads to", () => {
  table("openai", [
    ["the relay's own key", 401, {}, relay("no key", "channel:invalid_key"), "provider other - token+model"],
    [
      "what a token may spend, as no access",
      401,
      {},
      relay("This token quota is exhausted TokenStatusExhausted[sk-abc***xyz]"),
      "quota other - token"
    ]
  ])
})

describe("relays whose token is used up or shut out", () => {
  table("generic", [
    ["an account to be renewed", 401, {}, relay("用户账户已于 2026-08-01 过期。请续费订阅。"), "quota other - token"],
    ["credit, in one word", 429, {}, openai(null, "No more", "CreditLimitExceeded"), "quota other - token"],
    [
      "Fireworks' bills, as a precondition",
      412,
      {},
      openai(
        "PRECONDITION_FAILED",
        "Account acme is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices."
      ),
      "quota other - token"
    ],
    [
      "bills, as a permission",
      403,
      {},
      anthropic("permission_error", "Access for your organization has been paused because of an unpaid balance."),
      "quota other - token"
    ],
    [
      "but no other permission",
      403,
      {},
      anthropic("permission_error", "Your role does not include LLM Gateway access."),
      "token other - token+model"
    ],
    [
      "a cap of a subscription",
      429,
      {},
      { detail: "Subscription usage cap exceeded. Resets at 2026-08-31T16:00:00+00:00" },
      "quota other 14400000 token"
    ],
    [
      "an endpoint that is switched off by its limit",
      403,
      {},
      { error_code: "PERMISSION_DENIED", message: "The endpoint is disabled due to a rate limit set to 0." },
      "model other - token+model"
    ]
  ])
})

describe("models that are not at hand", () => {
  table("generic", [
    ["while it loads", 503, {}, { error: "Model a/b is currently loading" }, "model no - token+model"],
    [
      "too large for its host",
      403,
      {},
      { error: "The model a/b is too large to be loaded automatically (16GB > 10GB)." },
      "model other - token+model"
    ],
    [
      "behind a gate",
      403,
      {},
      relay("The model a/b is gated. You must connect your account", "model_gated"),
      "model other - token+model"
    ],
    [
      "whose workers are all busy, in the stream",
      200,
      {},
      event({
        object: "chat.completion.chunk",
        choices: [],
        error: {
          code: 502,
          message: "Upstream error from Nvidia: ResourceExhausted: Worker local total request limit reached (33/32)"
        }
      }),
      "model no - token+model"
    ]
  ])
})

describe("errors under status 200 that have no word for it", () => {
  const ak = "Access to the current AK has been blocked due to unauthorized requests"
  table("generic", [
    ["iFlow, blocked", 200, {}, { status: "434", msg: ak, body: null }, "token other - token"],
    ["iFlow, blocked, with the status", 434, {}, { status: "434", msg: ak, body: null }, "token other - token"],
    [
      "iFlow, too fast",
      200,
      {},
      { status: "449", msg: "You exceeded your current rate limit", body: null },
      "rate-limit other - token+model"
    ],
    ["iFlow, no such model", 200, {}, { status: "435", msg: "Model not support" }, "model other - token+model"],
    ["but an answer", 200, {}, { status: "449", msg: "You asked", body: { text: "x" } }, "none"],
    ["but a status of something else", 200, {}, { status: "434", message: "x", data: [] }, "none"],
    [
      "a pace, in words only",
      200,
      {},
      event({ error: { message: "Rate limit exceeded" } }),
      "rate-limit other - token+model"
    ],
    ["the same, without a member", 200, {}, event({ error: "Too many requests" }), "rate-limit other - token+model"],
    ["a key, in words only", 200, {}, { error: { message: "Invalid API key" } }, "token other permanent token"],
    ["money, in words only", 200, {}, { error: "Insufficient balance" }, "quota other - token"],
    ["but not what comes later", 200, {}, { error: "Tool said: rate limit exceeded" }, "provider no - provider"],
    [
      "but its own word first",
      200,
      {},
      { error: { message: "Invalid API key", type: "server_error" } },
      "provider no - provider"
    ],
    [
      "OpenCode's plan",
      200,
      {},
      anthropic("GoUsageLimitError", "5-hour usage limit reached. It will reset in 3 hours 5 minutes."),
      "quota other 11100000 token"
    ],
    ["OpenCode's key", 200, {}, anthropic("AuthError", "Not this one"), "token other permanent token"]
  ])
})

describe("hosts that have a status or a word of their own", () => {
  const quota = "You exceeded your current quota, please check your plan and billing details."
  const told = (code: number, delay: string) => ({
    error: {
      message: JSON.stringify(
        google(429, "RESOURCE_EXHAUSTED", quota, [
          { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: delay }
        ]),
        null,
        2
      ),
      code,
      status: "Too Many Requests"
    }
  })
  const detail = (status: string, message: string) => ({ detail: { status, message } })
  const content = "your request contains sensitive content"
  table("google", [
    ["an answer within the message", 429, {}, told(429, "26s"), "rate-limit other 26000 token+model"],
    ["but no answer to something else", 429, {}, told(500, "26s"), "rate-limit other - token+model"]
  ])
  table("generic", [
    ["StepFun's 451", 451, {}, relay(content, null, "request_params_invalid"), "request no - -"],
    ["Tencent's 451", 451, {}, relay("content was filtered by safety policy", "451001"), "request no - -"],
    ["but a country", 451, {}, relay("This content is not available in your country"), "provider no - provider"],
    ["CloudBase's 423", 423, {}, { code: "FUNCTION_DISABLED", message: "Not enabled" }, "token other - token"],
    ["CloudBase's models", 403, {}, { code: "AI_MODEL_NOT_SUPPORTED", message: "hy-x" }, "model other - token+model"],
    [
      "an address, as a permission",
      403,
      {},
      anthropic("permission_error", "access denied: client IP 192.0.2.1"),
      "token other - token"
    ],
    ["heavy traffic", 429, {}, { detail: "We are experiencing heavy traffic." }, "model no - token+model"],
    ["ElevenLabs, busy", 429, {}, detail("system_busy", "Please try again later."), "provider no - provider"],
    [
      "ElevenLabs, for what it saw",
      401,
      {},
      detail("detected_unusual_activity", "Unusual activity detected. Free Tier usage disabled."),
      "token other - token"
    ],
    [
      "ElevenLabs, unpaid",
      401,
      {},
      detail("payment_issue", "You have a failed or incomplete payment."),
      "quota other - token"
    ],
    [
      "a free limit",
      429,
      {},
      { message: "Free-tier limit: You've reached your free limit for the hour.", statusCode: "429" },
      "quota other - token"
    ],
    ["Friendli's credits", 403, {}, { detail: "You've exhausted all your credits." }, "quota other - token"],
    ["MLflow's budget", 429, {}, { detail: "Budget limit exceeded for policy bp-1." }, "quota other - token"],
    [
      "a context that a plan lacks",
      403,
      {},
      openai(null, "Context length is limited to 16k for your subscription tier"),
      "request other - -"
    ],
    [
      "Together's 403",
      403,
      {},
      openai(null, "Input token count + max_tokens parameter must be less than the context length of the model"),
      "request no - -"
    ]
  ])
})
