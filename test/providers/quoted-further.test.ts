/** Answers that pages of errors and users quote of hosts, clouds and relays, where half of what is meant stands elsewhere. */
import { describe } from "vitest"
import { anthropic, openai, table } from "./verdicts.js"

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

describe("an error within a stream", () => {
  table("ollama", [
    [
      "of JSON by the line",
      200,
      {},
      '{"model":"m","message":{"role":"assistant","content":""},"done":false}\n{"error":"model runner has unexpectedly stopped"}\n',
      "provider no - provider"
    ]
  ])
  table("cohere", [
    [
      "that ends like any other",
      200,
      {},
      event({ type: "message-end", delta: { finish_reason: "ERROR", error: "internal error" } }),
      "provider no - provider"
    ],
    [
      "but not one that ended well",
      200,
      {},
      event({ type: "message-end", delta: { finish_reason: "COMPLETE", usage: {} } }),
      "none"
    ]
  ])
  table("minimax", [
    [
      "or in place of one, for a load that everybody has",
      200,
      {},
      { base_resp: { status_code: 2064, status_msg: "The server cluster is currently under high load" } },
      "provider no - provider"
    ]
  ])
})

describe("a host or its firewall, before any API", () => {
  table("generic", [
    [
      "knows no such deployment",
      404,
      { "x-vercel-error": "DEPLOYMENT_NOT_FOUND" },
      "The deployment could not be found on Vercel.\n\nDEPLOYMENT_NOT_FOUND",
      "provider no - provider"
    ],
    [
      "has switched it off for its owner's bills",
      402,
      { "x-vercel-error": "DEPLOYMENT_DISABLED" },
      "Payment required\n\nDEPLOYMENT_DISABLED",
      "provider no - provider"
    ],
    [
      "but a request may be too large for it",
      413,
      { "x-vercel-error": "FUNCTION_PAYLOAD_TOO_LARGE" },
      "Request Entity Too Large\n\nFUNCTION_PAYLOAD_TOO_LARGE",
      "request no - -"
    ],
    [
      "stops an address",
      403,
      { "x-vercel-mitigated": "deny" },
      { error: { code: "403", message: "Forbidden" } },
      "provider no - provider"
    ],
    [
      "counts the calls of a plan",
      429,
      { "x-amzn-errortype": "LimitExceededException" },
      { message: "Limit Exceeded" },
      "quota other - token"
    ],
    ["finds a token too old", 401, {}, "Jwt is expired", "token other - token"]
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
      "because its queue is full",
      503,
      {},
      { status: 503, detail: "ResourceExhausted: Worker local total request limit reached (32/32)" },
      "model no - token+model"
    ],
    ["because it is full", 503, {}, { error: "The model is at capacity. Please try again." }, "model no - token+model"],
    [
      "because of its load, told as the service's",
      429,
      {},
      { error: "The service is currently experiencing high load and cannot process your request." },
      "model no - token+model"
    ],
    [
      "because what serves it is out of order",
      400,
      {},
      anthropic("UpstreamError", "Upstream request failed: Endpoint is unavailable."),
      "model no - token+model"
    ],
    ["by Groq's word", 400, {}, openai("model_is_deactivated", "The model is deactivated."), "model no - -"],
    [
      "because it is being loaded, told as a limit of pace",
      429,
      {},
      openai("ModelLoadingError", "The model is currently being loaded.", "TooManyRequests"),
      "model no - token+model"
    ]
  ])
  table("openrouter", [
    [
      "because its host's queue is full",
      429,
      {},
      {
        error: { code: 429, message: "Upstream error from Nvidia: ResourceExhausted: Worker local total request limit" }
      },
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
      "by a limit of 0 with places",
      429,
      {},
      per("Rate limit reached for m in organization org-x on requests per min. Limit: 0.000000 / min. Current: 1."),
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
