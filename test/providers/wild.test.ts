/** Answers that users of clouds and relays quote, and that no vendor's page of errors lists. */
import { describe } from "vitest"
import { anthropic, google, openai, table } from "./verdicts.js"

describe("Amazon Bedrock behind a vendor's own API", () => {
  const amazon = (name: string) => ({
    "x-amzn-errortype": `${name}:http://internal.amazon.com/coral/com.amazon.bedrock/`
  })
  table("anthropic", [
    [
      "the name of the error stands in a header",
      400,
      amazon("ThrottlingException"),
      { message: "Too many requests, please wait before trying again." },
      "rate-limit other - token+model"
    ],
    [
      "the name of the error stands in the body",
      400,
      {},
      { __type: "com.amazon.coral.service#ThrottlingException", message: "Rate exceeded" },
      "rate-limit other - token+model"
    ],
    [
      "a model that is not loaded",
      429,
      amazon("ModelNotReadyException"),
      { message: "Model is not ready for inference." },
      "model no - token+model"
    ],
    [
      "a quota of the account",
      400,
      amazon("ServiceQuotaExceededException"),
      { message: "Your request exceeds the service quota for your account." },
      "quota other - token"
    ],
    [
      "a token nobody knows",
      403,
      amazon("UnrecognizedClientException"),
      { message: "The security token included in the request is invalid." },
      "token other permanent token"
    ],
    [
      "a request that is too long",
      400,
      amazon("ValidationException"),
      { message: "Input is too long." },
      "request no - -"
    ],
    [
      "the tokens of the day",
      429,
      amazon("ThrottlingException"),
      { message: "Too many tokens per day, please wait before trying again." },
      "quota other - token+model"
    ]
  ])
})

describe("Azure API Management", () => {
  const quota = (text: string) => ({
    statusCode: 403,
    message: `Out of call volume quota. Quota will be replenished in ${text}.`
  })
  table("azure-openai", [
    ["the calls of the period", 403, {}, quota("2.12:00:00"), "quota other 216000000 token"],
    ["the calls of the hour", 403, {}, quota("00:10:30"), "quota other 630000 token"]
  ])
  table("openai", [["in front of others", 403, {}, quota("01:00:00"), "quota other 3600000 token"]])
})

describe("keys that are refused with 403", () => {
  table("fireworks", [
    [
      "as invalid",
      403,
      {},
      openai(null, "The API key you provided is invalid.", "error"),
      "token other permanent token"
    ]
  ])
  table("openai", [
    ["by a relay", 403, {}, openai(null, "Invalid API key"), "token other permanent token"],
    ["for a reason that may pass", 403, {}, openai(null, "Access denied."), "token other - token"]
  ])
  table("xai", [
    [
      "as blocked",
      403,
      {},
      {
        code: "The caller does not have permission to execute the specified operation",
        error: "API key is currently blocked: true"
      },
      "token other permanent token"
    ]
  ])
})

describe("what the caller wrote", () => {
  table("xai", [
    [
      "is no fault of the token",
      403,
      {},
      {
        code: "The caller does not have permission to execute the specified operation",
        error: "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_CSAM"
      },
      "request no - -"
    ]
  ])
})

describe("a relay or a cloud in OpenAI's dialect", () => {
  table("openai", [
    [
      "that has no channel for the model in the group of the token",
      503,
      {},
      openai(null, "No available channel for model gpt-5 under group default", "new_api_error"),
      "model other - token+model"
    ],
    [
      "whose queue is full",
      429,
      {},
      {
        message: "We're experiencing high traffic right now! Please try again soon.",
        type: "too_many_requests_error",
        code: "queue_exceeded"
      },
      "model no - token+model"
    ],
    [
      "that says so in words only",
      429,
      {},
      openai(null, "We are currently experiencing high demand. Please try again later."),
      "model no - token+model"
    ],
    [
      "that lacks capacity, without a word of a model",
      429,
      {},
      { success: false, errors: [{ code: 3040, message: "Capacity temporarily exceeded, please try again." }] },
      "model no - token+model"
    ],
    [
      "where the account has paused the model at a limit",
      429,
      {},
      openai(
        "SetLimitExceeded",
        "Your account has reached the set inference limit for the model, and the model service has been paused.",
        "TooManyRequests"
      ),
      "quota other - token+model"
    ]
  ])
})

describe("OpenAI's flex tier", () => {
  table("openai", [
    [
      "without capacity",
      429,
      {},
      openai("resource_unavailable", "Resource unavailable. Please try again later.", "resource_unavailable"),
      "model no - token+model"
    ]
  ])
})

describe("what a token may not do here, and may do elsewhere", () => {
  const scopes = "You have insufficient permissions for this operation. Missing scopes: model.request."
  table("openai", [
    ["a key without the scope, and no code says so", 401, {}, openai(null, scopes), "token other - token+model"],
    ["the same as 403", 403, {}, openai(null, scopes), "token other - token+model"]
  ])
  table("anthropic", [
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
