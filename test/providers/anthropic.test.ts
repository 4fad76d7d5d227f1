/** What Anthropic's answers mean beyond the known cases. */
import { describe } from "vitest"
import { anthropic, table } from "./verdicts.js"

const unified = (fields: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`anthropic-ratelimit-unified-${name}`, value]))

describe("Anthropic", () => {
  table("anthropic", [
    [
      "an OAuth token without its beta header is the caller's mistake",
      401,
      {},
      anthropic("authentication_error", "OAuth authentication is currently not supported."),
      "request no - -"
    ],
    [
      "an organization that refuses browsers",
      401,
      {},
      anthropic("authentication_error", "CORS requests are not allowed for this Organization because of its settings."),
      "request other - -"
    ],
    [
      "a bearer token nobody knows",
      401,
      {},
      anthropic("authentication_error", "Invalid bearer token"),
      "token other permanent token"
    ],
    ["401 without a body", 401, {}, undefined, "token other permanent token"],
    [
      "the edge refuses the place",
      403,
      {},
      { error: { type: "forbidden", message: "Request not allowed" } },
      "provider no - provider"
    ],
    [
      "a key without the permission",
      403,
      {},
      anthropic("permission_error", "Your API key does not have permission to use the specified resource."),
      "token other - token+model"
    ],
    [
      "a disabled organization under another status",
      403,
      {},
      anthropic("permission_error", "This organization has been disabled."),
      "token other permanent token"
    ],
    [
      "a limit with a stated time",
      429,
      { "retry-after": "7" },
      anthropic("rate_limit_error", "Slow down"),
      "rate-limit other 7000 token+model"
    ],
    [
      "of two empty buckets the later reset",
      429,
      {
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": "2026-08-31T12:00:05Z",
        "anthropic-ratelimit-input-tokens-remaining": "0",
        "anthropic-ratelimit-input-tokens-reset": "2026-08-31T12:00:50.5Z"
      },
      anthropic("rate_limit_error", "Slow down"),
      "rate-limit other 50500 token+model"
    ],
    [
      "the window of five hours",
      429,
      unified({
        status: "rejected",
        "5h-status": "rejected",
        "5h-reset": "1788181200",
        "7d-status": "allowed",
        "7d-reset": "1788436800"
      }),
      anthropic("rate_limit_error", "This request would exceed your account's rate limit."),
      "quota other 3600000 token"
    ],
    [
      "a window of one family of models",
      429,
      unified({
        status: "rejected",
        "7d_oi-status": "rejected",
        "7d_oi-reset": "1788181200",
        "7d-status": "allowed_warning"
      }),
      anthropic("rate_limit_error", "Limit reached"),
      "quota other 3600000 token+model"
    ],
    [
      "windows named by the claim alone",
      429,
      unified({ status: "rejected", reset: "1788181200", "representative-claim": "seven_day_overage_included" }),
      anthropic("rate_limit_error", "Limit reached"),
      "quota other 3600000 token+model"
    ],
    [
      "a claim on the account",
      429,
      unified({ status: "rejected", reset: "1788181200", "representative-claim": "five_hour" }),
      anthropic("rate_limit_error", "Limit reached"),
      "quota other 3600000 token"
    ],
    [
      "a window whose reset has passed gives no time",
      429,
      unified({ status: "rejected", "5h-status": "rejected", "5h-reset": "1788170000" }),
      anthropic("rate_limit_error", "Limit reached"),
      "quota other - token"
    ],
    [
      "windows that allow, and a limit of pace all the same",
      429,
      { ...unified({ status: "allowed", "5h-status": "allowed" }), "retry-after": "3" },
      anthropic("rate_limit_error", "Slow down"),
      "rate-limit other 3000 token+model"
    ],
    [
      "a feature that is paid for separately",
      429,
      {},
      anthropic("rate_limit_error", "Extra usage is required for long context requests."),
      "request no - -"
    ],
    ["overload under 429", 429, {}, anthropic("overloaded_error", "Overloaded"), "provider no - provider"],
    [
      "overload with a stated time",
      529,
      { "retry-after": "20" },
      anthropic("overloaded_error", "Overloaded"),
      "provider no 20000 provider"
    ],
    ["a timeout", 504, {}, anthropic("timeout_error", "Request timed out"), "provider no - provider"],
    ["408", 408, {}, undefined, "provider no - provider"],
    ["an address that does not exist", 404, {}, anthropic("not_found_error", "Not Found"), "request no - -"],
    [
      "a prompt that is too long",
      400,
      {},
      anthropic("invalid_request_error", "prompt is too long: 250000 tokens > 200000 maximum"),
      "request no - -"
    ],
    [
      "a body cut in the middle of its message",
      400,
      {},
      '{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to acc',
      "quota other - group"
    ],
    [
      "text that a caller wrote convicts nobody",
      400,
      {},
      anthropic("invalid_request_error", "messages.0.content: 'rate limit exceeded, invalid api key' is not allowed"),
      "request no - -"
    ],
    [
      "a spend limit with the date it ends",
      429,
      {},
      anthropic(
        "rate_limit_error",
        "You have reached your specified API usage limits. You will regain access on 2026-09-03 at 00:00 UTC."
      ),
      "quota other 216000000 group"
    ],
    [
      "a monthly cap whose message names no date",
      429,
      {},
      anthropic("rate_limit_error", "Usage limits reached", { error_code: "enforced_spend_limit_reached" }),
      "quota other 43200000 group"
    ],
    [
      "a limit in the middle of a stream",
      200,
      {},
      'event: message_start\ndata: {"type":"message_start","message":{}}\n\nevent: error\ndata: {"type":"error","error":{"type":"rate_limit_error","message":"Slow down"}}\n\n',
      "rate-limit other - token+model"
    ],
    [
      "a stream that quotes an error",
      200,
      {},
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{\\"error\\":{\\"type\\":\\"overloaded_error\\"}}"}}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n',
      "none"
    ],
    [
      "a relay's error under 200",
      200,
      {},
      anthropic("authentication_error", "invalid x-api-key"),
      "token other permanent token"
    ],
    ["an answer without a body", 200, {}, undefined, "none"],
    [
      "a web page where JSON was due",
      403,
      { "cf-mitigated": "challenge" },
      "<!DOCTYPE html><html>Just a moment...</html>",
      "provider no - provider"
    ]
  ])
})
