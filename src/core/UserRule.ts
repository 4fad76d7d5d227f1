/**
 * A rule of the user's own: answers that match it mean what the user says, whatever the vendor's rules say.
 *
 * @since 0.1.0
 */
import type { Answer } from "./Answer.js"
import * as ErrorBody from "./ErrorBody.js"
import type { Facts } from "./Facts.js"
import type { Blame, Scope } from "./Outcome.js"
import type { Saying } from "./Saying.js"
import type { Sense } from "./Sense.js"

/**
 * What must hold of an answer; everything that is given must.
 *
 * @since 0.1.0
 * @category models
 */
export interface When {
  /** Statuses, from and to. */
  readonly status?: ReadonlyArray<readonly [from: number, to: number]>
  /** Codes in lower case, one of which the body names. */
  readonly code?: ReadonlyArray<string>
  /** Names in lower case, and the text in lower case that each holds. */
  readonly header?: ReadonlyArray<readonly [name: string, text: string]>
  /** A text in lower case that the body holds. */
  readonly body?: string
}

/**
 * @since 0.1.0
 * @category models
 */
export interface UserRule {
  readonly when: When
  readonly blame: Blame | "none"
  readonly retryOtherToken?: boolean
  /** Milliseconds. Absent: as long as the answer says, else as the policy decides. */
  readonly cooldown?: number | "permanent"
  readonly scope?: Scope
  /** Where it stands, for the evidence. */
  readonly place: string
}

/**
 * What the first rule says that matches. `status` is the one the answer came with, which differs from that of `answer`
 * for an error under status 200. A success matches only rules that name its status.
 *
 * @since 0.1.0
 * @category classification
 */
export const find = (rules: ReadonlyArray<UserRule>, facts: Facts, answer: Answer): Saying | undefined => {
  const served = answer.status >= 200 && answer.status < 300
  let text: string | undefined
  for (const rule of rules) {
    const { body, code, header, status } = rule.when
    if (status === undefined ? served : !isAmong(facts.status, status) && !isAmong(answer.status, status)) continue
    const found = code === undefined ? undefined : answer.body.codes.find((each) => code.includes(each))
    if (code !== undefined && found === undefined) continue
    if (header !== undefined && !header.every(([name, part]) => holds(answer.headers[name], part))) continue
    if (body !== undefined) {
      text ??= textOf(facts.body)
      if (!text.includes(body) && !holds(answer.body.message, body)) continue
    }
    return sayingOf(rule, found)
  }
  return undefined
}

/**
 * Whether a success of this status may match, so that it has to be looked into at all.
 *
 * @since 0.1.0
 * @category predicates
 */
export const concern = (rules: ReadonlyArray<UserRule>, status: number): boolean =>
  rules.some(({ when }) => when.status !== undefined && isAmong(status, when.status))

const isAmong = (status: number, ranges: NonNullable<When["status"]>): boolean =>
  ranges.some(([from, to]) => status >= from && status <= to)

const holds = (text: string | undefined, part: string): boolean => text?.toLowerCase().includes(part) === true

const textOf = (body: unknown): string => {
  try {
    const text = ErrorBody.textOf(body, ErrorBody.limits.beginning)
    return (text ?? JSON.stringify(body) ?? "").slice(0, ErrorBody.limits.beginning).toLowerCase()
  } catch {
    return ""
  }
}

const sayingOf = (rule: UserRule, code: string | undefined): Saying => ({
  sense: senses[rule.blame],
  code,
  final: true,
  why: "a rule of the config says so",
  evidence: [rule.place],
  ...(rule.scope === undefined ? {} : { scope: rule.scope }),
  ...(rule.retryOtherToken === undefined ? {} : { retryOtherToken: rule.retryOtherToken }),
  ...(rule.cooldown === undefined ? {} : { rest: rule.cooldown })
})

const senses: Readonly<Record<UserRule["blame"], Sense>> = {
  token: "stale-token",
  quota: "billing",
  "rate-limit": "rate-limit",
  model: "model-denied",
  provider: "provider",
  request: "request",
  none: "abandoned"
}
