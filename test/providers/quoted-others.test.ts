/** Answers that users quote where no token is at fault, and where the vendor hides what is. */
import { describe } from "vitest"
import { anthropic, google, openai, table } from "./verdicts.js"

describe("what nobody can have now", () => {
  table("generic", [
    ["a busy model", 429, {}, { detail: { error: "Model busy, retry later" } }, "model no - token+model"],
    [
      "a model that is out of order",
      400,
      {},
      { status: 400, title: "Bad Request", detail: "Function id '87ea': DEGRADED function cannot be invoked" },
      "model no - token+model"
    ],
    [
      "a model that its host lacks",
      400,
      {},
      anthropic("UpstreamError", "Upstream request failed: Model is unavailable."),
      "model no - token+model"
    ],
    [
      "Amazon's capacity for a model, told as throttling",
      429,
      {},
      {
        message: "I am experiencing high traffic.",
        reason: "INSUFFICIENT_MODEL_CAPACITY",
        __type: "ThrottlingException"
      },
      "model no - token+model"
    ],
    [
      "a cluster, told as a limit of pace",
      429,
      {},
      openai("cluster_rate_limit_exceeded", "request limit by resouce cluster reached", "rate_limit_exceeded"),
      "model no - token+model"
    ],
    [
      "machines",
      429,
      {},
      { detail: "Infrastructure is at maximum capacity, try again later" },
      "provider no - provider"
    ],
    [
      "a service that may be",
      429,
      {},
      openai("1305", "The service may be temporarily overloaded, please try again later"),
      "provider no - provider"
    ]
  ])
  table("huggingface", [
    [
      "an overloaded model",
      429,
      {},
      { error: "Model is overloaded", error_type: "overloaded" },
      "model no - token+model"
    ]
  ])
})

describe("limits of pace that say so elsewhere", () => {
  const cerebras = {
    message: "Tokens per minute limit exceeded.",
    type: "too_many_tokens_error",
    code: "token_quota_exceeded"
  }
  table("generic", [
    [
      "as a bad request",
      400,
      {},
      openai(null, "Upstream error from Alibaba: Request rate increased too quickly. To ensure stability, slow down."),
      "rate-limit other - token+model"
    ],
    [
      "in headers with the period in their names",
      429,
      {
        "x-ratelimit-remaining-requests-day": "14000",
        "x-ratelimit-reset-requests-day": "33011.38",
        "x-ratelimit-remaining-tokens-minute": "0",
        "x-ratelimit-reset-tokens-minute": "11.38"
      },
      cerebras,
      "rate-limit other 11380 token+model"
    ],
    [
      "in such headers, of the day",
      429,
      { "x-ratelimit-remaining-requests-day": "0", "x-ratelimit-reset-requests-day": "33011.38" },
      cerebras,
      "quota other 33011380 token+model"
    ]
  ])
})

describe("under status 200", () => {
  const event = (data: object, name?: string) =>
    `${name === undefined ? "" : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`
  table("generic", [
    [
      "Baidu's pace",
      200,
      {},
      { error_code: 18, error_msg: "Open api qps request limit reached" },
      "rate-limit other - token+model"
    ],
    [
      "Baidu's day",
      200,
      {},
      { error_code: 17, error_msg: "Open api daily request limit reached" },
      "quota other - token+model"
    ],
    ["no error of Baidu's", 200, {}, { error_code: 0, error_msg: "ok", result: "hi" }, "none"]
  ])
  const failed = (code: string) =>
    event({ type: "response.failed", response: { id: "r", status: "failed", error: { code, message: "x" } } })
  table("openai", [
    ["a request that a policy forbids", 200, {}, failed("cyber_policy"), "request no - -"],
    ["an image that cannot be read", 200, {}, failed("image_parse_error"), "request no - -"]
  ])
  table("vllm", [
    [
      "a flat error within a stream",
      200,
      {},
      event({ object: "error", message: "too long", type: "BadRequestError", param: null, code: 400 }),
      "request no - -"
    ]
  ])
  table("huggingface", [
    [
      "a text with its type beside it",
      200,
      {},
      event({ error: "Input validation error: too long", error_type: "validation" }),
      "request no - -"
    ]
  ])
  table("minimax", [
    ["not, but as its own trouble", 500, {}, anthropic("api_error", "output new_sensitive (1027)"), "request no - -"]
  ])
})

describe("a relay that serves some programs, or some tokens, only", () => {
  table("anthropic-compatible", [
    [
      "no account for the group of the token",
      503,
      {},
      anthropic("api_error", "No available accounts: this group only allows Claude Code clients"),
      "provider other - token+model"
    ],
    [
      "the wrong program",
      403,
      {},
      {
        error: { type: "client_validation_error", message: "This endpoint only accepts requests from Claude Code CLI" }
      },
      "request other - -"
    ],
    [
      "not a program, but an address",
      403,
      {},
      openai(null, "This key only allows requests from approved IP addresses."),
      "token other - token"
    ],
    [
      "a program that the token is not for",
      403,
      {},
      { error: "Client not allowed", message: "Your client is not authorized to use this API key" },
      "request other - -"
    ]
  ])
})

describe("what the caller asked for", () => {
  table("generic", [
    [
      "is blocked, and no place is",
      451,
      {},
      { error: { message: "The content you provided or machine outputted is blocked.", type: "censorship_blocked" } },
      "request no - -"
    ],
    [
      "is unsafe, and no token is to blame",
      403,
      {},
      openai("user_setting_unsafe", "the content of user field is invalid", "unsafe_request"),
      "request no - -"
    ],
    [
      "is a parameter that only some may use, told as a failed login",
      401,
      {},
      openai("no_parameter_permission", "No permission to use the parameter", "access_denied"),
      "request other - -"
    ]
  ])
  table("dashscope", [
    [
      "is a model of another plan, told as a bad parameter",
      400,
      {},
      openai("invalid_parameter_error", "model 'x' is not supported."),
      "model other - token+model"
    ],
    [
      "is to be asked in another way",
      403,
      {},
      { code: "AccessDenied", message: "current user api does not support synchronous calls.", request_id: "x" },
      "request no - -"
    ]
  ])
})

describe("a server that is not there", () => {
  table("generic", [
    [
      "behind a tunnel",
      404,
      { "ngrok-error-code": "ERR_NGROK_3200" },
      "<!DOCTYPE html><html><body>The endpoint is offline.</body></html>",
      "provider no - provider"
    ],
    [
      "at its host",
      404,
      { "x-railway-fallback": "true" },
      { status: "error", code: 404, message: "Application not found", request_id: "x" },
      "provider no - provider"
    ]
  ])
})

describe("Amazon, whose older faces say 400 to everything", () => {
  table("generic", [
    [
      "a policy",
      400,
      {},
      { __type: "AccessDeniedException", message: "User x is not authorized to perform: bedrock:InvokeModel" },
      "token other - token+model"
    ],
    [
      "a key nobody knows",
      400,
      {},
      { __type: "UnrecognizedClientException", message: "The security token included in the request is invalid." },
      "token other permanent token"
    ]
  ])
})

describe("quotas that say so elsewhere", () => {
  table("google", [
    [
      "of one person",
      429,
      {},
      google(429, "RESOURCE_EXHAUSTED", "Individual quota reached. Please upgrade your subscription."),
      "quota other - token+model"
    ]
  ])
  table("generic", [
    [
      "in a list of errors under the name of one",
      429,
      {},
      {
        success: false,
        error: [{ code: 4006, message: "you have used up your daily free allocation of 10,000 neurons" }]
      },
      "quota other - token+model"
    ]
  ])
})

describe("a bad token under another status", () => {
  table("huggingface", [
    [
      "that seems to be one",
      400,
      {},
      { error: "Authorization header is correct, but the token seems invalid" },
      "token other permanent token"
    ]
  ])
  table("cloudflare", [
    [
      "that cannot be read",
      400,
      {},
      { success: false, errors: [{ code: 6003, message: "Invalid request headers", error_chain: [] }] },
      "token other - token"
    ]
  ])
  table("generic", [
    [
      "of IBM's",
      400,
      {},
      { errorCode: "BXNIM0415E", errorMessage: "Provided API key could not be found." },
      "token other permanent token"
    ]
  ])
})

describe("a sign-in that has ended", () => {
  table("generic", [
    [
      "of a person",
      401,
      {},
      { error: { message: "Your authentication token has expired. Please sign in again." } },
      "token other - token"
    ]
  ])
  table("azure-openai", [
    [
      "of a cloud",
      401,
      {},
      openai(
        "ExpiredAuthenticationToken",
        "The access token expiry UTC time 'x' is earlier than current UTC time 'y'."
      ),
      "token other - token"
    ]
  ])
})

describe("times that stand elsewhere", () => {
  const limit = { message: "Rate limit exceeded", type: "rate_limit_exceeded" }
  table("generic", [
    [
      "the day's, beside OpenAI's names",
      429,
      {
        "x-ratelimit-remaining-requests": "15",
        "x-ratelimit-reset-requests": "1788177660",
        "x-ratelimit-remaining-requests-day": "0",
        "x-ratelimit-reset-requests-day": "1788220800"
      },
      { error: limit },
      "quota other 43200000 token+model"
    ],
    [
      "in the details",
      429,
      {},
      { error: { ...limit, details: { retry_after_seconds: 30 } } },
      "rate-limit other 30000 token+model"
    ],
    ["as a point", 429, {}, { error: { ...limit, resetsAt: 1_788_177_900 } }, "rate-limit other 300000 token+model"],
    ["as a length", 429, {}, { error: limit, reset_in: "2m" }, "rate-limit other 120000 token+model"]
  ])
})
