/** What the answers of Google and Azure mean beyond the known cases. */
import { describe } from "vitest"
import { google, openai, table } from "./verdicts.js"

const quota = (quotaId: string, quotaValue = "20") => ({
  "@type": "type.googleapis.com/google.rpc.QuotaFailure",
  violations: [{ quotaId, quotaValue }]
})
const retryInfo = (retryDelay: string) => ({ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay })
const reason = (word: string, metadata: object = {}) => ({
  "@type": "type.googleapis.com/google.rpc.ErrorInfo",
  reason: word,
  metadata
})
const exceeded = "You exceeded your current quota, please check your plan and billing details."

describe("Google", () => {
  table("gemini", [
    [
      "a list of one error",
      400,
      {},
      [google(400, "INVALID_ARGUMENT", "API key not valid.", [reason("API_KEY_INVALID")])],
      "token other permanent token"
    ],
    [
      "a quota by the day without RetryInfo",
      429,
      {},
      google(429, "RESOURCE_EXHAUSTED", exceeded, [quota("GenerateRequestsPerDayPerProjectPerModel")]),
      "quota other 68400000 token+model"
    ],
    [
      "a quota of tokens by the minute without RetryInfo",
      429,
      {},
      google(429, "RESOURCE_EXHAUSTED", exceeded, [quota("GenerateContentInputTokensPerModelPerMinute-FreeTier")]),
      "rate-limit other 60000 token+model"
    ],
    [
      "a quota by the minute with RetryInfo",
      429,
      {},
      google(429, "RESOURCE_EXHAUSTED", exceeded, [
        quota("GenerateRequestsPerMinutePerProjectPerModel"),
        retryInfo("4.5s")
      ]),
      "rate-limit other 4500 token+model"
    ],
    [
      "of two violations the day decides",
      429,
      {},
      google(429, "RESOURCE_EXHAUSTED", exceeded, [
        quota("RequestsPerMinutePerProject"),
        quota("RequestsPerDayPerProject"),
        retryInfo("4s")
      ]),
      "quota other 68400000 token+model"
    ],
    [
      "Code Assist, too fast",
      429,
      {},
      google(429, "RESOURCE_EXHAUSTED", "Too fast", [reason("RATE_LIMIT_EXCEEDED", { quotaResetDelay: "3.5s" })]),
      "rate-limit other 3500 token+model"
    ],
    [
      "Code Assist, by a point in time",
      429,
      {},
      google(429, "RESOURCE_EXHAUSTED", "Out", [
        reason("QUOTA_EXHAUSTED", { quotaResetTimeStamp: "2026-08-31T13:00:00Z" })
      ]),
      "quota other 3600000 token+model"
    ],
    [
      "Code Assist, no capacity",
      429,
      {},
      google(429, "RESOURCE_EXHAUSTED", "No capacity", [reason("MODEL_CAPACITY_EXHAUSTED"), retryInfo("9s")]),
      "model no 9000 token+model"
    ],
    [
      "the free tier in this country",
      400,
      {},
      google(
        400,
        "FAILED_PRECONDITION",
        "Gemini API free tier is not available in your country. Please enable billing on your project."
      ),
      "token other - token"
    ],
    [
      "a place that is not served",
      400,
      {},
      google(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
      "token other - token"
    ],
    [
      "too many tokens",
      400,
      {},
      google(
        400,
        "INVALID_ARGUMENT",
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
      ),
      "request no - -"
    ],
    [
      "a key for another app",
      403,
      {},
      google(403, "PERMISSION_DENIED", "Requests from referer <empty> are blocked.", [
        reason("API_KEY_HTTP_REFERRER_BLOCKED")
      ]),
      "token other permanent token"
    ],
    [
      "an OAuth token that expired",
      401,
      {},
      google(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", [
        reason("ACCESS_TOKEN_EXPIRED")
      ]),
      "token other - token"
    ],
    [
      "no permission, for whatever reason",
      403,
      {},
      google(403, "PERMISSION_DENIED", "The caller does not have permission"),
      "token other - token"
    ],
    [
      "Code Assist, in words alone",
      429,
      {},
      google(
        429,
        "RESOURCE_EXHAUSTED",
        "You have exhausted your capacity on this model. Your quota will reset after 3h22m0s."
      ),
      "quota other 12120000 token+model"
    ],
    ["500 in a list", 500, {}, [google(500, "INTERNAL", "An internal error has occurred.")], "provider no - provider"],
    ["503 without a body", 503, {}, undefined, "model no - token+model"],
    [
      "an error among the events of a stream",
      200,
      {},
      'data: {"candidates":[{"content":{"parts":[{"text":"Hi"}]}}]}\n\n{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}\n\n',
      "model no - token+model"
    ]
  ])
})

describe("Azure OpenAI", () => {
  table("azure-openai", [
    [
      "a wrong key or endpoint",
      401,
      {},
      openai("401", "Access denied due to invalid subscription key or wrong API endpoint."),
      "token other permanent token"
    ],
    [
      "no such deployment",
      404,
      {},
      openai("DeploymentNotFound", "The API deployment for this resource does not exist."),
      "model other - token+model"
    ],
    ["trouble of one resource", 503, { "retry-after": "9" }, undefined, "provider other 9000 token+model"],
    [
      "the time in the message alone",
      429,
      {},
      openai("429", "Requests have exceeded call rate limit. Please retry after 27 seconds."),
      "rate-limit other 27000 token+model"
    ],
    ["an internal error", 500, {}, openai("500", "Internal error"), "provider no - provider"],
    [
      "a filter without a code at the top",
      400,
      {},
      { error: { message: "Filtered", innererror: { code: "ResponsibleAIPolicyViolation" } } },
      "request no - -"
    ]
  ])
})
