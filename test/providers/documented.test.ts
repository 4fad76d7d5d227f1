/** Answers out of vendors' own tables of errors: numbers and words that say what the status beside them hides. */
import { describe } from "vitest"
import { openai, table } from "./verdicts.js"

describe("Workers AI's numbers", () => {
  const failed = (code: number, message: string) => ({ success: false, result: null, errors: [{ code, message }] })
  table("cloudflare", [
    ["no such model", 400, {}, failed(5007, "No such model @cf/x or task"), "model no - -"],
    ["an invalid name of a model", 404, {}, failed(3042, "The model name is invalid"), "model no - -"],
    [
      "terms of a model",
      403,
      {},
      failed(5016, "User has not agreed to Llama3.2 model terms"),
      "model other - token+model"
    ],
    ["a private model", 403, {}, failed(5018, "The account is not allowed"), "model other - token+model"],
    ["another private model", 403, {}, failed(3041, "The account is not allowed"), "model other - token+model"],
    ["a blocked account", 403, {}, failed(3023, "Service unavailable for account"), "token other permanent token"],
    [
      "the account's free allowance of the day, which all models share",
      429,
      {},
      failed(3036, "You have used up your daily free allocation of 10,000 neurons."),
      "quota other - token"
    ],
    [
      "no room for the model anywhere",
      429,
      {},
      failed(3040, "No more data centers to forward to"),
      "model no - token+model"
    ],
    ["a token nobody knows", 403, {}, failed(9109, "Invalid access token"), "token other permanent token"],
    ["a token that lacks a permission", 403, {}, failed(10_000, "Authentication error"), "token other - token"],
    ["a pace", 429, {}, failed(971, "Please wait and consider throttling"), "rate-limit other - token+model"],
    // The same numbers are others' own where the form is not Cloudflare's.
    ["a number of somebody else's", 429, {}, { code: 3040, message: "slow down" }, "rate-limit other - token+model"]
  ])
})

describe("forms that hide what is said", () => {
  const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`
  table("openai", [
    [
      "a response that failed because it was too fast",
      200,
      {},
      event({ type: "response.failed", response: { error: { code: "slow_down", message: "Slow down" } } }),
      "rate-limit other - token+model"
    ],
    [
      "JSON within JSON",
      429,
      {},
      JSON.stringify(JSON.stringify(openai("insufficient_quota", "x"))),
      "quota other - group"
    ],
    [
      "a stream that begins with a byte order mark",
      200,
      {},
      `\ufeff${event(openai("rate_limit_exceeded", "x"))}`,
      "rate-limit other - token+model"
    ]
  ])
})
