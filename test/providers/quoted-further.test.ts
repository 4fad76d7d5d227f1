/** Answers that pages of errors and users quote of hosts, clouds and relays, where half of what is meant stands elsewhere. */
import { describe } from "vitest"
import { table } from "./verdicts.js"

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
