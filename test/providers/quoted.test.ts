/** Answers that users quote of the vendors themselves: what their pages of errors leave out, or say otherwise. */
import { describe } from "vitest"
import { anthropic, google, openai, table } from "./verdicts.js"

describe("what a token may not do here, and may do elsewhere", () => {
  const scopes = "You have insufficient permissions for this operation. Missing scopes: model.request."
  table("openai", [
    ["a key without the scope, and no code says so", 401, {}, openai(null, scopes), "token other - token+model"],
    ["the same as 403", 403, {}, openai(null, scopes), "token other - token+model"]
  ])
  const organization = "No such organization: org-x. You can obtain your organization ID from y."
  table("openai", [
    ["an organization that is not there", 401, {}, openai("invalid_organization", organization), "request other - -"]
  ])
  table("anthropic", [
    [
      "a subscription that does not pay for other programs",
      400,
      {},
      anthropic("invalid_request_error", "Third-party apps now draw from your extra usage, not your plan limits."),
      "request other - -"
    ],
    [
      "a revoked OAuth token",
      403,
      {},
      anthropic("permission_error", "OAuth token has been revoked. Please obtain a new token."),
      "token other permanent token"
    ],
    [
      "a subscription without the long context",
      400,
      {},
      anthropic("invalid_request_error", "The long context beta is not yet available for this subscription."),
      "request other - -"
    ]
  ])
  table("google", [
    [
      "a model of Vertex AI",
      404,
      {},
      google(404, "NOT_FOUND", "Publisher Model `m` was not found or your project does not have access to it."),
      "model other - token+model"
    ],
    [
      "a file of another project",
      403,
      {},
      google(403, "PERMISSION_DENIED", "You do not have permission to access the File abc or it may not exist."),
      "request other - -"
    ],
    [
      "a cache of another project",
      403,
      {},
      google(403, "PERMISSION_DENIED", "CachedContent not found (or permission denied)"),
      "request other - -"
    ]
  ])
})

describe("a model that is asked for at the wrong path", () => {
  const at = (message: string) => openai(null, message)
  table("openai", [
    [
      "where completions are",
      404,
      {},
      at(
        "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?"
      ),
      "request no - -"
    ],
    [
      "where chats are",
      404,
      {},
      at("This is not a chat model and thus not supported in the v1/chat/completions endpoint."),
      "request no - -"
    ],
    [
      "where responses are not",
      404,
      {},
      at("This model is only supported in v1/responses and not in v1/chat/completions."),
      "request no - -"
    ]
  ])
})

describe("one model without capacity, of a vendor that has it for others", () => {
  table("groq", [
    [
      "under a code for anything",
      503,
      {},
      openai(
        null,
        "m is currently over capacity. Please try again and back off exponentially.",
        "internal_server_error"
      ),
      "model no - token+model"
    ]
  ])
  table("xai", [
    [
      "under a code for anything",
      503,
      {},
      {
        code: "The service is currently unavailable",
        error: "Service temporarily unavailable. The model is at capacity and currently cannot serve this request."
      },
      "model no - token+model"
    ]
  ])
  table("fireworks", [
    [
      "while it is started",
      503,
      {},
      openai("DEPLOYMENT_SCALING_UP", "Deployment is currently scaled to zero and is scaling up.", "error"),
      "model no - token+model"
    ]
  ])
  const busy = { error: "Model too busy, unable to get response in less than 60 second(s)" }
  table("huggingface", [
    ["for a minute", 503, {}, busy, "model no - token+model"],
    ["told as a limit", 429, {}, busy, "model no - token+model"]
  ])
})

describe("what no token is to blame for", () => {
  table("groq", [
    [
      "an address that is refused",
      403,
      {},
      { error: { message: "Access denied. Please check your network settings." } },
      "provider no - provider"
    ]
  ])
  table("moonshot", [
    [
      "a program that does not say that it codes",
      403,
      {},
      openai(
        null,
        "Kimi For Coding is currently only available for Coding Agents such as x.",
        "access_terminated_error"
      ),
      "request no - -"
    ]
  ])
  const upstream =
    "litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key provided: sk-***."
  table("openai", [
    ["LiteLLM's own key, which a vendor refuses", 401, {}, openai("401", upstream), "provider other - token+model"],
    [
      "but a key that LiteLLM refuses is",
      401,
      {},
      openai("401", "Authentication Error, Invalid proxy server token passed.", "token_not_found_in_db"),
      "token other permanent token"
    ]
  ])
})

describe("plans and windows", () => {
  table("together", [
    [
      "a pace, under the code for credit",
      429,
      {},
      openai(null, "You have been rate limited. Your rate limit is 60 queries per minute.", "credit_limit"),
      "rate-limit other - token+model"
    ]
  ])
  table("dashscope", [
    [
      "of the coding plan, under the code of a pace",
      429,
      {},
      openai("insufficient_quota", "hour allocated quota exceeded.", "insufficient_quota"),
      "quota other - token"
    ]
  ])
  table("openrouter", [
    [
      "that one request is too large for",
      402,
      {},
      { error: { message: "Prompt tokens limit exceeded: 20000 > 1234. To increase, visit x", code: 402 } },
      "quota other - token"
    ]
  ])
  table("openai", [
    [
      "of a week",
      429,
      {},
      { error: "you have reached your weekly usage limit, please upgrade" },
      "quota other - token"
    ],
    [
      "that ask for a card",
      403,
      {},
      openai(
        null,
        "AI Gateway requires a valid credit card on file to service requests.",
        "customer_verification_required"
      ),
      "quota other - token"
    ],
    [
      "whose end is said before what to do then",
      429,
      {},
      openai(null, "Too many requests. Please wait 1 minute and 30 seconds and try again."),
      "rate-limit other 90000 token+model"
    ],
    [
      "whose end stands behind a colon",
      429,
      {},
      openai("429", "Rate limit exceeded for api_key: x. Limit resets at: 2026-08-31 12:01:00 UTC", "throttling_error"),
      "rate-limit other 60000 token+model"
    ]
  ])
})
