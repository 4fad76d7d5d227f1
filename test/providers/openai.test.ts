/** What OpenAI's answers mean beyond the known cases. */
import { describe } from "vitest"
import { openai, table } from "./verdicts.js"

const tooFast = "Rate limit reached for gpt-4o in organization org-a on tokens per min (TPM): Limit 30000."

describe("OpenAI", () => {
  table("openai", [
    [
      "the old code for no money",
      429,
      {},
      openai("insufficient_quota", "You exceeded your current quota", "insufficient_quota"),
      "quota other - group"
    ],
    [
      "a request larger than the limit",
      429,
      {},
      openai(
        "rate_limit_exceeded",
        "Request too large for gpt-4o in organization org-a on tokens per min (TPM): Limit 30000, Requested 45000.",
        "tokens"
      ),
      "request no - -"
    ],
    [
      "a reset with hours",
      429,
      { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1h0m5s" },
      openai("rate_limit_exceeded", "", "requests"),
      "rate-limit other 3605000 token+model"
    ],
    [
      "a reset in milliseconds",
      429,
      { "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "20ms" },
      openai("rate_limit_exceeded", "", "tokens"),
      "rate-limit other 500 token+model"
    ],
    [
      "only the bucket that is empty counts",
      429,
      {
        "x-ratelimit-remaining-requests": "499",
        "x-ratelimit-reset-requests": "8m",
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": "12s"
      },
      openai("rate_limit_exceeded", tooFast, "tokens"),
      "rate-limit other 12000 token+model"
    ],
    [
      "no hint at all",
      429,
      {},
      openai("rate_limit_exceeded", "Rate limit reached", "requests"),
      "rate-limit other - token+model"
    ],
    ["a sudden rise", 429, {}, openai("slow_down", "Slow down", "rate_limit_error"), "rate-limit other - token+model"],
    [
      "a sudden rise under 503",
      503,
      {},
      openai("slow_down", "Slow down", "service_unavailable_error"),
      "provider no - provider"
    ],
    [
      "an engine that is overloaded",
      429,
      {},
      openai(null, "The engine is currently overloaded, please try again later", "server_error"),
      "provider no - provider"
    ],
    [
      "a country that is not served",
      403,
      {},
      openai(
        "unsupported_country_region_territory",
        "Country, region, or territory not supported",
        "request_forbidden"
      ),
      "provider no - provider"
    ],
    [
      "a model that is missing",
      404,
      {},
      openai("model_not_found", "The model `gpt-9` does not exist or you do not have access to it."),
      "model other - token+model"
    ],
    [
      "no member of an organization",
      401,
      {},
      openai(null, "You must be a member of an organization to use the API"),
      "token other permanent token"
    ],
    [
      "an organization that is not the token's",
      401,
      {},
      openai("mismatched_organization", "OpenAI-Organization header should match organization for API key"),
      "request other - -"
    ],
    [
      "a plan's window by seconds",
      429,
      {},
      {
        error: {
          type: "usage_limit_reached",
          message: "The usage limit has been reached",
          plan_type: "plus",
          resets_in_seconds: 5400
        }
      },
      "quota other 5400000 token"
    ],
    [
      "a plan's window by epoch",
      429,
      {},
      { error: { type: "usage_limit_reached", message: "", resets_at: 1788181200 } },
      "quota other 3600000 token"
    ],
    [
      "no money at the head of a stream",
      200,
      {},
      'event: error\ndata: {"type":"error","error":{"type":"insufficient_quota","code":"insufficient_quota","message":"You exceeded your current quota"}}\n\n',
      "quota other - group"
    ],
    [
      "an error event of the Responses API",
      200,
      {},
      'event: error\ndata: {"type":"error","code":"server_error","message":"Oops","param":null}\n\n',
      "provider no - provider"
    ],
    [
      "a limit of 0 beside one that is used up",
      429,
      {
        "x-ratelimit-limit-tokens": "0",
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-limit-requests": "50",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "9s"
      },
      openai("rate_limit_exceeded", "", "requests"),
      "rate-limit other 9000 token+model"
    ],
    [
      "an address that does not exist",
      404,
      {},
      openai(null, "Invalid URL (POST /v1/chat/completion)"),
      "request no - -"
    ],
    [
      "a lying word in a value",
      400,
      {},
      openai("unsupported_value", "Unsupported value: 'billing' does not support 'insufficient_quota'"),
      "request no - -"
    ],
    ["502 with a page", 502, {}, "<html><body>Bad gateway</body></html>", "provider no - provider"],
    [
      "a stated time in an error of the provider",
      500,
      { "retry-after": "8" },
      openai(null, "", "server_error"),
      "provider no 8000 provider"
    ],
    [
      "retry-after-ms before everything",
      429,
      { "retry-after-ms": "350.5", "retry-after": "9" },
      openai("rate_limit_exceeded", tooFast, "tokens"),
      "rate-limit other 500 token+model"
    ]
  ])
})
