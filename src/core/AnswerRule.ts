/**
 * A rule about answers, as data: on which grounds it holds, and what the answer then means.
 *
 * The grounds are a status or a structured code. The words of a message may narrow a rule down but are never grounds of
 * their own: they echo what callers write.
 *
 * @since 0.1.0
 */
import type { Answer } from "./Answer.js"
import { isPage } from "./Answer.js"
import type { Saying } from "./Saying.js"

/**
 * @since 0.1.0
 * @category models
 */
export type Grounds =
  | { readonly status: ReadonlyArray<number>; readonly code?: Codes }
  | { readonly status?: ReadonlyArray<number>; readonly code: Codes }

/**
 * The vendor's words for it, in lower case, or a pattern for a family of words.
 *
 * @since 0.1.0
 * @category models
 */
export type Codes = ReadonlyArray<string> | RegExp

/**
 * @since 0.1.0
 * @category models
 */
export type AnswerRule = Grounds &
  Omit<Saying, "code" | "evidence" | "final" | "hint"> & {
    /** Narrows the rule down to messages that say so. */
    readonly says?: RegExp
    /** Narrows it down to requests of such a path. */
    readonly path?: RegExp
    /** Narrows it down to web pages; rules without it do not look at pages. */
    readonly page?: true
  }

/**
 * What the first rule says that holds.
 *
 * @since 0.1.0
 * @category getters
 */
export const find = (rules: ReadonlyArray<AnswerRule>, answer: Answer): Saying | undefined => {
  const page = isPage(answer)
  for (const rule of rules) {
    if (page !== (rule.page === true)) continue
    if (rule.status !== undefined && !rule.status.includes(answer.status)) continue
    const code = rule.code === undefined ? undefined : firstOf(answer.body.codes, rule.code)
    if (rule.code !== undefined && code === undefined) continue
    if (rule.says !== undefined && !rule.says.test(answer.body.message)) continue
    if (rule.path !== undefined && !rule.path.test(answer.path)) continue
    return sayingOf(rule, code)
  }
  return undefined
}

const firstOf = (codes: ReadonlyArray<string>, wanted: Codes): string | undefined =>
  codes.find((each) => (wanted instanceof RegExp ? wanted.test(each) : wanted.includes(each)))

const sayingOf = (rule: AnswerRule, code: string | undefined): Saying => {
  const { sense, scope, retryOtherToken, window, rest, why } = rule
  const evidence = [
    ...(rule.says === undefined ? [] : ["what its message is about"]),
    ...(rule.path === undefined ? [] : ["the path of the request"])
  ]
  return {
    sense,
    code,
    evidence,
    ...(scope === undefined ? {} : { scope }),
    ...(retryOtherToken === undefined ? {} : { retryOtherToken }),
    ...(window === undefined ? {} : { window }),
    ...(rest === undefined ? {} : { rest }),
    ...(why === undefined ? {} : { why })
  }
}
