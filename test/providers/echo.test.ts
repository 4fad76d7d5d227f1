/** What callers write comes back in messages: it convicts nobody. */
import { assert, describe, it } from "vitest"
import { all } from "../../src/providers/index.js"
import { anthropic, google, now, openai } from "./verdicts.js"

const written = [
  "Your credit balance is too low",
  "insufficient balance",
  "You exceeded your current quota",
  "This organization has been disabled.",
  "You have reached your specified API usage limits",
  "invalid api key",
  "API key not valid",
  "Incorrect API key provided",
  "organization has been restricted",
  "model overloaded",
  "model does not exist",
  "acme is not a valid model ID",
  "model 'x' not found",
  "Model not exist",
  "is not supported by any provider",
  "余额不足",
  "location is not supported",
  "enable billing",
  "Billing hard limit has been reached",
  "access token expired",
  "credential is only authorized for use with"
]

const shapes = [
  (message: string) => openai(null, message),
  (message: string) => anthropic("invalid_request_error", message),
  (message: string) => google(400, "INVALID_ARGUMENT", message),
  (message: string) => ({ message }),
  (message: string) => ({ error: message }),
  (message: string) => ({ detail: message })
]

describe("Words of the caller's in the message of a 400", () => {
  for (const vendor of all) {
    it(`are not held against a token of ${vendor.name}`, () => {
      for (const text of written) {
        for (const shape of shapes) {
          for (const status of [400, 422]) {
            const body = shape(`Invalid value for messages[0].content: '${text}' cannot be used here`)
            const outcome = vendor.classify({ status, headers: {}, body, now, model: "m" })
            assert(outcome._tag === "Failure")
            assert.strictEqual(outcome.blame, "request", `${status} ${text}`)
          }
        }
      }
    })
  }
})
