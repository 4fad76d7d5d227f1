/**
 * What an answer means: the one engine behind every vendor.
 *
 * In this order: what never came from the vendor (a web page, a proxy) → the vendor's own codes → codes of the trade →
 * the status, refined by headers and by what the message is about. Pure and total.
 *
 * @since 0.1.0
 */
import * as Answer from "./Answer.js"
import * as AnswerRule from "./AnswerRule.js"
import * as CodeRules from "./CodeRules.js"
import * as Edge from "./Edge.js"
import type { Facts } from "./Facts.js"
import * as HiddenError from "./HiddenError.js"
import * as Outcome from "./Outcome.js"
import type * as RateLimitHeaders from "./RateLimitHeaders.js"
import type { Saying } from "./Saying.js"
import * as StatusRules from "./StatusRules.js"
import type { Disguise } from "./StreamEvent.js"
import * as UserRule from "./UserRule.js"
import * as Verdict from "./Verdict.js"

/**
 * How a vendor answers, as data.
 *
 * @since 0.1.0
 * @category models
 */
export interface Dialect {
  /** Its codes and habits; the first rule that holds counts. */
  readonly rules?: ReadonlyArray<AnswerRule.AnswerRule>
  /** Where rules cannot say it; tried before them. */
  readonly judge?: (answer: Answer.Answer) => Saying | undefined
  /** What its headers say of its limits. Absent: as OpenAI names them. */
  readonly rateLimits?: ReadonlyArray<RateLimitHeaders.BucketHeaders>
  /** Minutes east of Greenwich of the dates in its messages that name no zone. Absent: Beijing's if they are Chinese, else 0. */
  readonly offsetMinutes?: number
  /** Ways in which it is known to put errors into JSON answers of status 200. */
  readonly disguises?: ReadonlyArray<Disguise>
}

/**
 * Judges an answer.
 *
 * @since 0.1.0
 * @category classification
 */
export const classify = (dialect: Dialect, facts: Facts): Outcome.Outcome => {
  const { body, status } = facts
  const served = isServed(status)
  if (served && (body === undefined || body === null)) return isPageOf(facts) ? page(facts, dialect) : Outcome.success
  const found = served ? HiddenError.find(body, dialect.disguises ?? []) : undefined
  if (served && found === undefined) return Outcome.success
  if (status < 200) return Outcome.abandoned
  const answer = answerOf(facts, found)
  const said =
    // A page is the vendor's own only where its rules say so.
    (Answer.isPage(answer) ? AnswerRule.find(dialect.rules ?? [], answer) : undefined) ??
    Edge.find(answer) ??
    dialect.judge?.(answer) ??
    AnswerRule.find(dialect.rules ?? [], answer) ??
    AnswerRule.find(CodeRules.rules, answer) ??
    StatusRules.find(answer)
  return Verdict.make(typeof found === "object" ? under200(said) : said, answer, dialect)
}

/**
 * Judges an answer by rules of the user's own; nothing when none matches.
 *
 * @since 0.1.0
 * @category classification
 */
export const byRules = (
  rules: ReadonlyArray<UserRule.UserRule>,
  dialect: Dialect,
  facts: Facts
): Outcome.Outcome | undefined => {
  const { body, status } = facts
  const bare = body === undefined || body === null
  if (isServed(status) && bare && !UserRule.concern(rules, status)) return undefined
  const hidden = isServed(status) && !bare ? HiddenError.find(body, dialect.disguises ?? []) : undefined
  const answer = answerOf(facts, hidden)
  const said = UserRule.find(rules, facts, answer)
  return said === undefined ? undefined : Verdict.make(said, answer, dialect)
}

/** A portal or a login screen: whoever asked an API for an answer was not served by it. */
const isPageOf = ({ headers, status }: Facts): boolean =>
  status <= 203 && headers?.["content-type"]?.startsWith?.("text/html") === true

const page = (facts: Facts, dialect: Dialect): Outcome.Outcome => {
  const answer = Answer.of(facts)
  return Verdict.make(Edge.find(answer) ?? StatusRules.find(answer), answer, dialect)
}

const isServed = (status: number): boolean => status >= 200 && status < 300

const answerOf = (facts: Facts, hidden: ReturnType<typeof HiddenError.find>): Answer.Answer =>
  typeof hidden === "object" ? Answer.reveal(Answer.of(facts), hidden.status, hidden.body) : Answer.of(facts)

const under200 = (said: Saying): Saying => ({
  ...said,
  // An error was stated: nobody gave up.
  ...(said.sense === "abandoned" ? { sense: "provider" } : {}),
  evidence: [...(said.evidence ?? []), "an error under status 200"]
})
