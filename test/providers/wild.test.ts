/** Answers that users of clouds and relays quote, and that no vendor's page of errors lists. */
import { describe } from "vitest"
import { openai, table } from "./verdicts.js"

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
      "a policy that leaves a model out",
      403,
      amazon("AccessDeniedException"),
      { message: "User: arn:aws:iam::1:user/x is not authorized to perform: bedrock:InvokeModel on resource: y" },
      "token other - token+model"
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
