/**
 * Workers AI, and Cloudflare's API in front of it: numbers in a list of errors, which mean this in that form only.
 *
 * @since 0.1.0
 */
import type { Answer } from "../core/Answer.js"
import * as AnswerRule from "../core/AnswerRule.js"
import type { Saying } from "../core/Saying.js"

const numbers: ReadonlyArray<AnswerRule.AnswerRule> = [
  // The API cannot even read a token that is none of its own.
  { status: [400], code: ["6003"], says: /^invalid request headers/i, sense: "stale-token" },
  { code: ["9109"], sense: "bad-token" },
  { code: ["3023"], sense: "bad-token", why: "the account behind the token is blocked" },
  { code: ["5007", "3042"], sense: "model-unknown" },
  { code: ["5016"], sense: "model-denied", why: "the account has to accept the model's terms first" },
  { code: ["5018", "3041"], sense: "model-denied" },
  {
    code: ["3036"],
    sense: "allowance",
    scope: "token",
    why: "the account's free allowance of the day, which all models share, is used up"
  },
  { code: ["3040"], sense: "model-busy" }
]

/**
 * What a number of Cloudflare's means; nothing where the form is not Cloudflare's.
 *
 * @since 0.1.0
 * @category classification
 */
export const judge = (answer: Answer): Saying | undefined => {
  const { errors, success } = answer.body.root
  return success === false && Array.isArray(errors) ? AnswerRule.find(numbers, answer) : undefined
}

/**
 * The same in words.
 *
 * @since 0.1.0
 * @category help
 */
export const note =
  "where the body is Cloudflare's (`success: false` and a list `errors`), the numbers of Workers AI count: models, terms, the free allowance of the day, capacity"
