/** Answers out of vendors' own tables of errors: numbers and words that say what the status beside them hides. */
import { describe } from "vitest"
import { openai, table } from "./verdicts.js"

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
