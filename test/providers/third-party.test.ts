/** What the answers of the other vendors mean beyond the known cases. */
import { describe } from "vitest"
import { openai, table } from "./verdicts.js"

const router = (code: number, message: string, metadata?: object) => ({
  error: { code, message, ...(metadata === undefined ? {} : { metadata }) }
})

describe("OpenRouter", () => {
  table("openrouter", [
    ["no key", 401, {}, router(401, "No auth credentials found"), "token other permanent token"],
    [
      "credit that does not cover the request",
      402,
      {},
      router(
        402,
        "This request requires more credits, or fewer max_tokens. You requested up to 32000 tokens, but can only afford 812."
      ),
      "quota other - token"
    ],
    ["a negative account", 402, {}, router(402, "Insufficient credits"), "quota other - group"],
    ["a key's weekly limit", 403, {}, router(403, "Key limit exceeded (weekly limit)."), "quota other - token"],
    [
      "moderation",
      403,
      {},
      router(403, "Your input was flagged", { reasons: ["violence"], flagged_input: "…" }),
      "request no - -"
    ],
    [
      "the free requests of a minute",
      429,
      { "x-ratelimit-limit": "20", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1788177645000" },
      router(429, "Rate limit exceeded: free-models-per-min."),
      "rate-limit other 45000 token+model"
    ],
    [
      "headers repeated in the body",
      429,
      {},
      router(429, "Rate limit exceeded: free-models-per-day.", {
        headers: { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1788220800000" }
      }),
      "quota other 43200000 token+model"
    ],
    [
      "a host that limits all of OpenRouter",
      429,
      {},
      router(429, "Provider returned error", {
        limit_source: "upstream_provider_shared_pool",
        error_type: "rate_limit_exceeded"
      }),
      "model no - token+model"
    ],
    [
      "a host's words in raw",
      429,
      {},
      router(429, "Provider returned error", {
        raw: "x is temporarily rate-limited upstream",
        provider_name: "Chutes"
      }),
      "model no - token+model"
    ],
    ["nobody hosts it", 404, {}, router(404, "No endpoints found for acme/fake."), "model no - -"],
    [
      "an account that excludes its hosts",
      404,
      {},
      router(404, "No endpoints found matching your data policy."),
      "model other - token+model"
    ],
    [
      "no provider",
      503,
      {},
      router(503, "There is no available model provider that meets your routing requirements"),
      "model no - token+model"
    ],
    ["overload", 529, {}, router(529, "Provider overloaded"), "provider no - provider"],
    ["a timeout", 408, {}, router(408, "Request timed out"), "provider no - provider"],
    [
      "an error event before content",
      200,
      {},
      'data: {"error":{"code":402,"message":"Insufficient credits"},"choices":[]}\n\n',
      "quota other - group"
    ]
  ])
})

describe("vendors whose status counts", () => {
  table("deepseek", [
    [
      "an empty balance",
      402,
      {},
      openai("invalid_request_error", "Insufficient Balance", "unknown_error"),
      "quota other - token"
    ],
    [
      "a limit, by a lying code",
      429,
      {},
      openai("invalid_request_error", "Rate limit reached"),
      "rate-limit other - token+model"
    ],
    ["overload", 503, {}, openai("invalid_request_error", "Server overloaded"), "provider no - provider"],
    ["a bad format", 400, {}, openai("invalid_request_error", "Failed to parse the request body"), "request no - -"]
  ])
  table("cohere", [
    [
      "the calls of a month",
      429,
      {},
      { message: "You are using a Trial key, which is limited to 1000 API calls / month." },
      "quota other 43200000 token"
    ],
    [
      "a production key, too fast",
      429,
      {},
      { message: "You are past the per minute request limit, please wait and try again later." },
      "rate-limit other 60000 token+model"
    ],
    ["no key", 401, {}, { message: "no api key supplied" }, "token other permanent token"],
    ["cancelled", 499, {}, { message: "request cancelled" }, "none"],
    ["a deny-listed word", 498, {}, { message: "blocked" }, "request no - -"],
    ["an internal error", 500, {}, { message: "internal server error" }, "provider no - provider"]
  ])
  table("fireworks", [
    [
      "suspended for its bills",
      412,
      {},
      { error: { code: "PRECONDITION_FAILED", message: "Account is suspended" } },
      "quota other - token"
    ],
    ["a limit", 429, { "retry-after": "2" }, openai(null, "Too many requests"), "rate-limit other 2000 token+model"],
    ["a wrong key", 401, {}, { error: "unauthorized" }, "token other permanent token"]
  ])
  table("together", [
    ["a credit limit", 402, {}, openai(null, "Credit limit exceeded", "credit_limit"), "quota other - token"],
    [
      "more tokens than the context",
      403,
      {},
      openai(null, "The tokens of the input exceed the context length"),
      "request no - -"
    ],
    [
      "requests left, tokens spent",
      429,
      { "x-ratelimit-remaining": "3", "x-ratelimit-reset": "9", "x-tokenlimit-remaining": "0" },
      openai(null, "Rate limit", "rate_limit"),
      "rate-limit other - token+model"
    ]
  ])
  table("huggingface", [
    ["a month without a payment method", 402, {}, { error: "Payment required" }, "quota other 43200000 token"],
    [
      "a gated model",
      403,
      {},
      { error: "Access to model x is restricted and you are not in the authorized list." },
      "model other - token+model"
    ],
    [
      "a limit in the older form",
      429,
      { ratelimit: "limit=1000, remaining=0, reset=17" },
      { error: "limited" },
      "rate-limit other 17000 token"
    ],
    [
      "a model that is being loaded",
      503,
      {},
      { error: "Model x is currently loading", estimated_time: 20.5 },
      "model no 20500 token+model"
    ]
  ])
  table("perplexity", [
    [
      "a bad key",
      401,
      {},
      { error: { message: "Invalid API key", type: "invalid_api_key", code: 401 } },
      "token other permanent token"
    ],
    [
      "a token that its edge does not know, which it says with a page",
      401,
      {},
      "<html><head><title>401 Authorization Required</title></head></html>",
      "token other - token"
    ],
    [
      "any other page from the edge",
      403,
      {},
      "<html><head><title>403 Forbidden</title></head></html>",
      "provider no - provider"
    ],
    [
      "a limit",
      429,
      {},
      { error: { message: "Request rate limit exceeded", type: "request_rate_limit_exceeded", code: 429 } },
      "rate-limit other - token+model"
    ]
  ])
})

describe("Mistral", () => {
  table("mistral", [
    [
      "the tokens of the minute",
      429,
      {
        "x-ratelimit-remaining-req-minute": "9",
        "x-ratelimit-limit-tokens-minute": "500000",
        "x-ratelimit-remaining-tokens-minute": "0"
      },
      openai("1300", "Rate limit exceeded", "rate_limited"),
      "rate-limit other 60000 token+model"
    ],
    [
      "a stated time",
      429,
      { "retry-after": "13", "x-ratelimit-remaining-req-minute": "0" },
      openai("1300", "Rate limit exceeded", "rate_limited"),
      "rate-limit other 13000 token+model"
    ],
    [
      "an unknown model",
      400,
      {},
      { object: "error", message: "Invalid model: x", type: "invalid_model", param: null, code: "1500" },
      "model no - -"
    ],
    [
      "a queue that is full, by its number",
      429,
      {},
      { object: "error", message: "…", type: null, code: "3810" },
      "model no - token+model"
    ]
  ])
})

describe("Groq", () => {
  table("groq", [
    [
      "a request larger than the limit",
      413,
      {},
      openai("rate_limit_exceeded", "Request too large for model", "tokens"),
      "request no - -"
    ],
    [
      "a stated time",
      429,
      { "retry-after": "2", "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "7.66s" },
      openai("rate_limit_exceeded", "Rate limit reached on tokens per minute (TPM)", "tokens"),
      "rate-limit other 2000 token+model"
    ],
    [
      "requests of the day, by header",
      429,
      {
        "x-ratelimit-limit-requests": "1000",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "2m59.56s"
      },
      openai("rate_limit_exceeded", "Rate limit reached", "requests"),
      "quota other 179560 token+model"
    ],
    [
      "a restricted organization",
      400,
      {},
      openai("organization_restricted", "Organization has been restricted."),
      "token other permanent token"
    ],
    ["overload", 503, {}, openai(null, "Service unavailable"), "provider no - provider"]
  ])
})

describe("xAI", () => {
  table("xai", [
    [
      "a bad key under 400",
      400,
      {},
      {
        code: "Client specified an invalid argument",
        error: "Incorrect API key provided: xa***. You can obtain an API key from https://console.x.ai."
      },
      "token other permanent token"
    ],
    [
      "an OAuth token",
      403,
      {},
      { code: "unauthenticated:bad-credentials", error: "The OAuth2 access token could not be validated." },
      "token other - token"
    ],
    [
      "the free usage of 24 hours",
      429,
      {},
      { code: "subscription:free-usage-exhausted", error: "You have used up your free usage." },
      "quota other 86400000 token"
    ],
    [
      "a team without credits",
      403,
      {},
      {
        code: "The caller does not have permission to execute the specified operation",
        error: "Your newly created team doesn't have any credits yet."
      },
      "quota other - token"
    ],
    [
      "all credits used",
      429,
      {},
      {
        code: "Some resource has been exhausted",
        error: "Your team has either used all available credits or reached its monthly spending limit."
      },
      "quota other - token"
    ],
    ["an error that is a text", 429, {}, { error: "Too many requests" }, "rate-limit other - token+model"],
    [
      "trouble under 200",
      200,
      {},
      { code: "The service is currently unavailable", error: "Service temporarily unavailable." },
      "provider no - provider"
    ],
    [
      "a real mistake under 400",
      400,
      {},
      { code: "Client specified an invalid argument", error: "Argument not supported on this model: stop" },
      "request no - -"
    ]
  ])
})
