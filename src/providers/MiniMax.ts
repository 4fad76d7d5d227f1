/**
 * MiniMax: its errors come under status 200, as `base_resp.status_code`.
 *
 * @since 0.1.0
 */
import type { Answer } from "../core/Answer.js"
import * as AnswerRule from "../core/AnswerRule.js"
import type { Saying } from "../core/Saying.js"
import * as Provider from "../Provider.js"

/** What its numbers mean, wherever they stand. */
const numbers: ReadonlyArray<AnswerRule.AnswerRule> = [
  { code: ["1002", "1039", "1041", "2045"], sense: "rate-limit" },
  { code: ["1004", "2049"], sense: "bad-token" },
  { code: ["1008"], sense: "billing", why: "the account's balance is spent" },
  { code: ["2056"], sense: "billing", why: "the window of the token plan is used up" },
  { code: ["2061", "2062"], sense: "model-denied", why: "the plan does not include this model" },
  { code: ["1000", "1001", "1013", "1024", "1033", "2064"], sense: "provider" },
  { code: ["1026", "1027", "1042", "1043", "1044", "2013", "2037", "2048"], sense: "request" }
]

/** Its Anthropic-compatible face puts the number at the end of the message, and any status beside it. */
const judge = (answer: Answer): Saying | undefined => {
  const code = /\((\d{4})\)\s*$/.exec(answer.body.message)?.[1]
  return code === undefined
    ? undefined
    : AnswerRule.find(numbers, { ...answer, body: { ...answer.body, codes: [code] } })
}

/**
 * @since 0.1.0
 * @category providers
 */
export const minimax: Provider.Provider = Provider.define({
  type: "minimax",
  name: "MiniMax",
  baseUrl: "https://api.minimax.io/v1",
  otherBaseUrls: [
    "https://api.minimaxi.com/v1",
    "https://api.minimax.io/anthropic",
    "https://api.minimaxi.com/anthropic"
  ],
  authorization: [{ header: "authorization", scheme: "Bearer" }],
  env: { tokens: ["MINIMAX_API_KEY"] },
  limitOwner: "account",
  freeCheck: { path: "/models" },
  disguises: ["error", "base_resp"],
  judge,
  rules: [
    ...numbers,
    {
      status: [402, 429],
      says: /token plan|usage limit exceeded|\(2056\)/i,
      sense: "billing",
      why: "the window of the token plan is used up"
    },
    {
      status: [402, 429],
      says: /insufficient balance|\(1008\)/i,
      sense: "billing",
      why: "the account's balance is spent"
    }
  ]
})
