/**
 * Rules of the user's own in the config: which answers mean what, tried before the vendor's.
 *
 * ```json
 * { "when": { "status": [429, "5xx"], "code": "daily_cap", "header": { "x-relay": "full" }, "body": "upstream quota" },
 *   "verdict": { "blame": "quota", "retryOtherToken": true, "cooldown": "2h30m", "scope": "group" } }
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as ResetTime from "./core/ResetTime.js"
import type { UserRule, When } from "./core/UserRule.js"

const described = <A, I>(schema: Schema.Schema<A, I>, description: string) => schema.annotations({ description })

const orList = <A, I>(schema: Schema.Schema<A, I>, description: string) =>
  described(Schema.Union(schema, Schema.Array(schema)), description)

const text = described(Schema.String, "a text")

const Status = orList(
  Schema.Union(Schema.Number, Schema.String),
  'a status like 429, a class like "5xx", or a list of them'
)

const blames = ["token", "quota", "rate-limit", "model", "provider", "request", "none"] as const
const scopes = ["token", "token+model", "group", "model", "provider"] as const

const quoted = (words: ReadonlyArray<string>): string => words.map((word) => `"${word}"`).join(", ")

/**
 * Unlike elsewhere in the config an unknown field is an error: a mistyped condition would match too much.
 *
 * @since 0.1.0
 * @category schemas
 */
export const RuleEntry = Schema.Struct({
  when: Schema.Struct({
    status: Schema.optional(Status),
    code: Schema.optional(orList(text, "a text or a list of texts")),
    header: Schema.optional(
      described(Schema.Record({ key: Schema.String, value: text }), 'an object like {"x-relay-error": "quota"}')
    ),
    body: Schema.optional(text)
  }).annotations({
    description: 'an object like {"status": 429, "body": "quota"}',
    parseOptions: { onExcessProperty: "error" }
  }),
  verdict: Schema.Struct({
    blame: described(Schema.Literal(...blames), `one of ${quoted(blames)}`),
    retryOtherToken: Schema.optional(described(Schema.Boolean, "true or false")),
    cooldown: Schema.optional(described(Schema.String, 'a text like "90s", "2h30m" or "permanent"')),
    scope: Schema.optional(described(Schema.Literal(...scopes), `one of ${quoted(scopes)}`))
  }).annotations({
    description: 'an object like {"blame": "quota", "cooldown": "1h"}',
    parseOptions: { onExcessProperty: "error" }
  })
}).annotations({
  description: 'an object like {"when": {"status": 429}, "verdict": {"blame": "quota"}}',
  parseOptions: { onExcessProperty: "error" }
})

/**
 * @since 0.1.0
 * @category models
 */
export type RuleEntry = typeof RuleEntry.Type

/**
 * What is wrong with a rule, where within it, and what to do about it; `undefined` when nothing is.
 *
 * @since 0.1.0
 * @category validation
 */
export const fault = ({
  verdict,
  when
}: RuleEntry):
  | { readonly place: ReadonlyArray<PropertyKey>; readonly reason: string; readonly remedy: string }
  | undefined => {
  if (Object.values(when).every((part) => part === undefined || isEmpty(part))) {
    return {
      place: ["when"],
      reason: "matches every answer",
      remedy: 'Say which are meant: "status", "code", "header" or "body".'
    }
  }
  for (const [index, status] of list(when.status).entries()) {
    if (rangeOf(status) === undefined) {
      return {
        place: Array.isArray(when.status) ? ["when", "status", index] : ["when", "status"],
        reason: "is no HTTP status",
        remedy: 'Write a number from 100 to 599, or a class of them like "5xx".'
      }
    }
  }
  for (const part of ["code", "body"] as const) {
    if (when[part] !== undefined && list(when[part]).some((one) => one.trim() === "")) {
      return { place: ["when", part], reason: "is empty", remedy: "Write the text to look for, or leave it away." }
    }
  }
  if (verdict.cooldown !== undefined && verdict.cooldown !== "permanent" && millisOf(verdict.cooldown) === undefined) {
    return {
      place: ["verdict", "cooldown"],
      reason: "is no length of time",
      remedy: 'Write it like "90s", "15m", "2h30m" or "7d", up to a year, or "permanent".'
    }
  }
  const restless = verdict.blame === "request" || verdict.blame === "none"
  const part = verdict.cooldown === undefined ? "scope" : "cooldown"
  return restless && verdict[part] !== undefined
    ? {
        place: ["verdict", part],
        reason: `has no meaning beside "blame": "${verdict.blame}": nothing rests then`,
        remedy: `Leave "${part}" away, or blame something else.`
      }
    : undefined
}

/**
 * A rule that has no fault. `place` says where it stands.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toRule = ({ verdict, when }: RuleEntry, place: string): UserRule => {
  const { blame, cooldown, retryOtherToken, scope } = verdict
  const lower = (one: string) => one.toLowerCase()
  const rest = cooldown === undefined || cooldown === "permanent" ? cooldown : millisOf(cooldown)
  const matched: When = {
    ...(when.status === undefined ? {} : { status: list(when.status).flatMap((one) => ranges(one)) }),
    ...(when.code === undefined ? {} : { code: list(when.code).map(lower) }),
    ...(when.header === undefined
      ? {}
      : { header: Object.entries(when.header).map(([name, value]) => [lower(name), lower(value)] as const) }),
    ...(when.body === undefined ? {} : { body: lower(when.body) })
  }
  return {
    when: matched,
    blame,
    place,
    ...(retryOtherToken === undefined ? {} : { retryOtherToken }),
    ...(rest === undefined ? {} : { cooldown: rest }),
    ...(scope === undefined ? {} : { scope })
  }
}

type StatusText = number | string

const list = <A extends StatusText>(value: A | ReadonlyArray<A> | undefined): ReadonlyArray<A> =>
  value === undefined ? [] : typeof value === "object" ? value : [value]

const isEmpty = (part: object | StatusText): boolean => typeof part === "object" && Object.keys(part).length === 0

const rangeOf = (status: StatusText): readonly [number, number] | undefined => {
  const first = typeof status === "string" ? /^([1-5])xx$/i.exec(status)?.[1] : undefined
  if (first !== undefined) return [Number(first) * 100, Number(first) * 100 + 99]
  const number = typeof status === "string" && /^\d{3}$/.test(status) ? Number(status) : status
  return typeof number === "number" && Number.isInteger(number) && number >= 100 && number <= 599
    ? [number, number]
    : undefined
}

const ranges = (status: StatusText): ReadonlyArray<readonly [number, number]> => {
  const range = rangeOf(status)
  return range === undefined ? [] : [range]
}

const millisOf = (cooldown: string): number | undefined => {
  const millis = ResetTime.ofDuration(cooldown)
  return millis === undefined || millis <= 0 ? undefined : millis
}
