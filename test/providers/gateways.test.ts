/** What servers of the users' own answer, what stands before them, and what nobody has seen yet. */
import { describe } from "vitest"
import { anthropic, openai, table } from "./verdicts.js"

const oneApi = (message: string, type = "one_api_error") => ({ error: { message, type } })

describe("one-api and new-api", () => {
  table("one-api", [
    ["a model that is not the token's", 403, {}, oneApi("该令牌无权使用模型：gpt-4"), "model other - token+model"],
    ["a banned user", 403, {}, oneApi("用户已被封禁"), "token other permanent token"],
    ["an expired token", 401, {}, oneApi("该令牌已过期"), "token other permanent token"],
    [
      "no quota before the call",
      403,
      {},
      openai("pre_consume_token_quota_failed", "token quota is not enough"),
      "quota other - token"
    ],
    ["no channel", 503, {}, oneApi("当前分组 default 下对于模型 gpt-5 无可用渠道"), "model other - token+model"],
    [
      "a refusal of the gateway's own key",
      401,
      {},
      openai("bad_response_status_code", "bad response status code 401", "upstream_error"),
      "provider other - token+model"
    ],
    ["a relayed limit", 429, {}, openai("rate_limit_exceeded", "Rate limit reached"), "rate-limit other - token+model"]
  ])
  table("new-api", [
    ["a plan's window", 429, {}, openai("entitlement_daily_limit_exceeded", "limit"), "quota other - token"],
    ["too many at once", 429, {}, openai("token_concurrency_limit_reached", "limit"), "rate-limit other - token"],
    [
      "a channel with a bad key",
      500,
      {},
      openai("channel:invalid_key", "bad", "new_api_error"),
      "provider other - token+model"
    ],
    [
      "a missing model",
      503,
      {},
      openai("model_not_found", "No available channel", "new_api_error"),
      "model other - token+model"
    ],
    ["an answer without content", 500, {}, openai("empty_response", "", "upstream_error"), "provider no - provider"]
  ])
})

describe("vLLM", () => {
  table("vllm", [
    [
      "a nested error",
      404,
      {},
      { error: { message: "The model `x` does not exist.", type: "NotFoundError", code: 404 } },
      "model other - token+model"
    ],
    [
      "too long",
      400,
      {},
      { object: "error", message: "This model's maximum context length is 4096", type: "BadRequestError", code: 400 },
      "request no - -"
    ],
    ["still loading", 503, {}, undefined, "provider other - token+model"]
  ])
})

describe("Cloudflare and other edges", () => {
  table("cloudflare", [
    [
      "a challenge",
      403,
      { server: "cloudflare" },
      "<!DOCTYPE html><html><script src='/cdn-cgi/challenge-platform/x'></script></html>",
      "provider no - provider"
    ],
    [
      "an address that is blocked",
      403,
      { server: "cloudflare" },
      "<!doctype html><title>Access denied</title><h1>Error 1020</h1>",
      "provider no - provider"
    ],
    ["a limit in plain text", 429, { "retry-after": "11" }, "error code: 1015", "provider no 11000 provider"],
    [
      "an origin that is down",
      521,
      {},
      "<html><title>521: Web server is down</title></html>",
      "provider no - provider"
    ],
    ["a failed handshake", 525, {}, undefined, "provider no - provider"]
  ])
  table("generic", [
    [
      "a page that limits, by no one known",
      429,
      { "content-type": "text/html", "retry-after": "8" },
      "<html>429 Too Many Requests</html>",
      "provider no 8000 provider"
    ],
    [
      "a page for an address that is wrong",
      404,
      {},
      "<html><title>404 Not Found</title><center>nginx</center></html>",
      "request no - -"
    ],
    [
      "a body too large for nginx",
      413,
      {},
      "<html><title>413 Request Entity Too Large</title></html>",
      "request no - -"
    ],
    ["a login screen", 302, { location: "https://sso.example.com" }, "<html>Moved</html>", "provider no - provider"],
    ["a portal", 511, {}, undefined, "provider no - provider"],
    ["an empty 200", 200, {}, "", "none"],
    ["bytes that are no text", 503, {}, "\u0000\u0001", "provider no - provider"]
  ])
})

const limited = openai("rate_limit_exceeded", "Rate limit exceeded", "rate_limit_error")

describe("times in headers", () => {
  table("generic", [
    [
      "RFC 850",
      429,
      { "retry-after": "Monday, 31-Aug-26 12:00:30 GMT" },
      limited,
      "rate-limit other 30000 token+model"
    ],
    ["asctime", 429, { "retry-after": "Mon Aug 31 12:00:30 2026" }, limited, "rate-limit other 30000 token+model"],
    [
      "RFC 3339 with a zone",
      429,
      { "retry-after": "2026-08-31T14:00:30+02:00" },
      limited,
      "rate-limit other 30000 token+model"
    ],
    ["a duration", 429, { "retry-after": "1m30s" }, limited, "rate-limit other 90000 token+model"],
    ["not a number", 429, { "retry-after": "NaN" }, limited, "rate-limit other - token+model"],
    ["an exponent", 429, { "retry-after": "1e9" }, limited, "rate-limit other - token+model"],
    ["nothing", 429, { "retry-after": "" }, limited, "rate-limit other - token+model"],
    ["a week at most", 429, { "retry-after": "2592000" }, limited, "rate-limit other 604800000 token+model"],
    [
      "two dates that were joined",
      429,
      { "retry-after": "Mon, 31 Aug 2026 12:00:10 GMT, Mon, 31 Aug 2026 12:00:40 GMT" },
      limited,
      "rate-limit other 40000 token+model"
    ],
    [
      "a reset that is a date",
      429,
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-08-31T12:00:20Z" },
      limited,
      "rate-limit other 20000 token+model"
    ],
    [
      "a reset in the past",
      429,
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1788170000" },
      limited,
      "rate-limit other - token+model"
    ],
    [
      "the IETF's older fields",
      429,
      { "ratelimit-remaining": "0", "ratelimit-reset": "18" },
      limited,
      "rate-limit other 18000 token+model"
    ],
    ["the IETF's newer field", 429, { ratelimit: '"default";r=0;t=25' }, limited, "rate-limit other 25000 token+model"],
    [
      "a bucket that is not empty",
      429,
      { "x-ratelimit-remaining": "12", "x-ratelimit-reset": "25" },
      limited,
      "rate-limit other - token+model"
    ],
    [
      "a field of the body",
      429,
      {},
      { error: { code: "rate_limit_exceeded", message: "", retry_after: 6.5 } },
      "rate-limit other 6500 token+model"
    ],
    [
      "words of the message",
      429,
      {},
      openai("rate_limit_exceeded", "Please retry after 38 seconds."),
      "rate-limit other 38000 token+model"
    ],
    [
      "minutes in words",
      429,
      {},
      openai("rate_limit_exceeded", "Try again in 2 minutes and 5 seconds."),
      "rate-limit other 125000 token+model"
    ]
  ])
})

describe("codes and words nobody has seen yet", () => {
  table("generic", [
    ["an expired key", 401, {}, openai("api_key_expired", "expired"), "token other permanent token"],
    ["an expired session", 401, {}, openai("token_expired", "expired"), "token other - token"],
    ["a limit under 503", 503, {}, openai("rate_limit_exceeded", ""), "rate-limit other - token+model"],
    [
      "a word that only resembles known ones, under 200",
      200,
      {},
      openai("account_disabled", "", ""),
      "token other permanent token"
    ],
    [
      "an object that calls itself an error, under 200",
      200,
      {},
      { object: "error", message: "x", type: "BadRequestError", code: 400 },
      "request no - -"
    ],
    ["a byte order mark", 429, {}, '\ufeff{"error":{"message":"","code":"insufficient_quota"}}', "quota other - token"],
    ["an account that is suspended", 403, {}, openai("account_suspended", "suspended"), "token other permanent token"],
    ["no credit under 403", 403, {}, openai(null, "Insufficient credits in your wallet"), "quota other - token"],
    [
      "no credit under 429",
      429,
      {},
      openai(null, "Your account has insufficient balance, please recharge"),
      "quota other - token"
    ],
    [
      "a day's allowance",
      429,
      {},
      openai(null, "You have reached the limit of 50 requests per day"),
      "quota other - token+model"
    ],
    [
      "a code outranks words",
      429,
      {},
      openai("rate_limit_exceeded", "insufficient balance per day billing"),
      "rate-limit other - token+model"
    ],
    [
      "words without a status that fits",
      500,
      {},
      openai(null, "invalid api key, insufficient balance"),
      "provider no - provider"
    ],
    ["a filter under 403", 403, {}, openai("content_filter", "blocked"), "request no - -"],
    [
      "a place under 403",
      403,
      {},
      openai(null, "This service is not available in your country"),
      "provider no - provider"
    ],
    ["an unknown code under 400", 400, {}, openai("weird_thing", "model overloaded, rate limit"), "request no - -"],
    ["an unknown code under 5xx", 599, {}, openai("weird_thing", ""), "provider no - provider"],
    ["a scope that is missing", 403, {}, openai("insufficient_scope", ""), "token other - token+model"],
    ["a hint to try again", 400, { "x-should-retry": "true" }, openai(null, "odd"), "provider no - -"],
    [
      "an overloaded server under 200",
      200,
      {},
      { error: { type: "overloaded_error", message: "Overloaded" } },
      "provider no - provider"
    ],
    ["a served answer with a null error", 200, {}, { error: null, choices: [{ message: { content: "hi" } }] }, "none"],
    ["a list", 200, {}, [], "none"],
    ["a list of texts", 400, {}, ["nonsense", 5], "request no - -"],
    ["a number", 503, {}, 5, "provider no - provider"],
    [
      "an event of a stream under an error's status",
      429,
      {},
      'event: error\ndata: {"error":{"code":"insufficient_quota","message":""}}\n\n',
      "quota other - token"
    ],
    ["no credit under 400, by the first words", 400, {}, openai(null, "Insufficient balance"), "quota other - token"],
    [
      "the same words further on are the caller's",
      400,
      {},
      openai(null, "Field 'text' may not say: insufficient balance"),
      "request no - -"
    ],
    ["a bad key under 400", 400, {}, openai(null, "Invalid API key provided"), "token other permanent token"],
    ["a model nobody has", 400, {}, openai(null, "Model acme-1 does not exist"), "model no - -"],
    [
      "a model that is not the token's",
      400,
      {},
      openai(null, "The model acme-1 does not exist or you do not have access to it"),
      "model other - token+model"
    ],
    [
      "a limit under 403",
      403,
      { "retry-after": "30" },
      openai(null, "Rate limit exceeded"),
      "rate-limit other 30000 token+model"
    ],
    [
      "Google's older codes",
      403,
      {},
      { error: { code: 403, message: "x", errors: [{ reason: "userRateLimitExceeded" }] } },
      "rate-limit other - token+model"
    ],
    [
      "a gateway without deployments",
      429,
      {},
      openai("429", "No deployments available for selected model, Try again in 60 seconds."),
      "model no 60000 token+model"
    ],
    [
      "a budget of LiteLLM",
      400,
      {},
      openai("400", "Budget has been exceeded!", "budget_exceeded"),
      "quota other - token"
    ],
    [
      "a model that LiteLLM denies the key",
      401,
      {},
      openai("401", "no access", "key_model_access_denied"),
      "model other - token+model"
    ],
    [
      "Cloudflare's errors in JSON",
      429,
      {},
      {
        title: "Error 1015: You are being rate limited",
        status: 429,
        error_code: 1015,
        cloudflare_error: true,
        retry_after: 30
      },
      "provider no 30000 provider"
    ],
    [
      "a reset after so many seconds",
      429,
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "12.5" },
      limited,
      "rate-limit other 12500 token+model"
    ],
    [
      "a field in another case",
      429,
      {},
      { error: { code: "rate_limit_exceeded", message: "", retryAfter: 4 } },
      "rate-limit other 4000 token+model"
    ],
    ["a teapot", 418, {}, undefined, "request no - -"]
  ])
  table("anthropic-compatible", [
    [
      "a relay's limit",
      429,
      { "retry-after": "4" },
      anthropic("rate_limit_error", "Slow down"),
      "rate-limit other 4000 token+model"
    ],
    [
      "a relay out of money",
      403,
      {},
      anthropic("permission_error", "用户额度不足, 剩余额度: 0"),
      "quota other - token"
    ],
    ["a relay's bad token", 401, {}, anthropic("authentication_error", "invalid token"), "token other permanent token"]
  ])
})
