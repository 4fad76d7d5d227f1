/**
 * What a token was asked to do, in whole numbers that only grow. They add, so the counts of two processes are the sum
 * of what each has seen.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Usage from "./Usage.js"

/**
 * @since 0.1.0
 * @category schemas
 */
export const Counts = Schema.Struct({
  /** Leases given. */
  uses: Schema.Number,
  successes: Schema.Number,
  /** Failures charged to the token, its quota or its pace. */
  errors: Schema.Number,
  /** Failures that were somebody else's fault: the provider's, the model's, the request's. */
  excused: Schema.Number,
  /** Leases that ended without a verdict. */
  abandoned: Schema.Number,
  /** Times the token was put to rest: cooldowns and openings of the circuit. */
  rests: Schema.Number,
  /** What answers said they used, by the model that was asked for; `""` where none was named. */
  usage: Schema.optionalWith(Schema.Record({ key: Schema.String, value: Usage.Usage }), { default: () => ({}) })
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Counts {
  readonly uses: number
  readonly successes: number
  readonly errors: number
  readonly excused: number
  readonly abandoned: number
  readonly rests: number
  readonly usage: Readonly<Record<string, Usage.Usage>>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const zero: Counts = { uses: 0, successes: 0, errors: 0, excused: 0, abandoned: 0, rests: 0, usage: {} }

/**
 * One more of these.
 *
 * @since 0.1.0
 * @category combinators
 */
export const more = (self: Counts, what: Exclude<keyof Counts, "usage">): Counts => ({
  // Field by field for the reason that `Pool.change` gives.
  uses: self.uses + (what === "uses" ? 1 : 0),
  successes: self.successes + (what === "successes" ? 1 : 0),
  errors: self.errors + (what === "errors" ? 1 : 0),
  excused: self.excused + (what === "excused" ? 1 : 0),
  abandoned: self.abandoned + (what === "abandoned" ? 1 : 0),
  rests: self.rests + (what === "rests" ? 1 : 0),
  usage: self.usage
})

/**
 * @since 0.1.0
 * @category combinators
 */
export const add = (a: Counts, b: Counts): Counts => combine(a, b, (x, y) => x + y)

/**
 * What was counted since `b`.
 *
 * @since 0.1.0
 * @category combinators
 */
export const since = (a: Counts, b: Counts): Counts => {
  const counts = combine(a, b, (x, y) => x - y)
  const used = Object.entries(counts.usage).filter(([, usage]) => !Usage.isZero(usage))
  return { ...counts, usage: Object.fromEntries(used) }
}

/**
 * The larger of each: two readings of one counter.
 *
 * @since 0.1.0
 * @category combinators
 */
export const larger = (a: Counts, b: Counts): Counts => combine(a, b, Math.max)

/**
 * With what one more answer used. Model names come from callers, so there is no end to them: beyond the first 100, a
 * model counts among the unnamed.
 *
 * @since 0.1.0
 * @category combinators
 */
export const use = (self: Counts, model: string | null, used: Usage.Usage): Counts => {
  if (Usage.isZero(used)) return self
  const known = model !== null && (Object.hasOwn(self.usage, model) || Object.keys(self.usage).length < maxModels)
  const key = known ? model : ""
  return { ...self, usage: { ...self.usage, [key]: Usage.add(usageOf(self.usage, key), used) } }
}

/**
 * @since 0.1.0
 * @category predicates
 */
export const isZero = ({ usage, ...numbers }: Counts): boolean =>
  isEmpty(usage) && Object.values(numbers).every((n) => n === 0)

const maxModels = 100

const isEmpty = (record: object): boolean => Object.keys(record).length === 0

const combine = (a: Counts, b: Counts, f: (x: number, y: number) => number): Counts => ({
  uses: f(a.uses, b.uses),
  successes: f(a.successes, b.successes),
  errors: f(a.errors, b.errors),
  excused: f(a.excused, b.excused),
  abandoned: f(a.abandoned, b.abandoned),
  rests: f(a.rests, b.rests),
  usage: combineUsage(a.usage, b.usage, f)
})

const combineUsage = (a: Counts["usage"], b: Counts["usage"], f: (x: number, y: number) => number): Counts["usage"] => {
  if (a === b && isEmpty(a)) return a
  const models = new Set([...Object.keys(a), ...Object.keys(b)])
  return Object.fromEntries([...models].map((model) => [model, Usage.combine(usageOf(a, model), usageOf(b, model), f)]))
}

const usageOf = (usage: Counts["usage"], model: string): Usage.Usage =>
  Object.hasOwn(usage, model) ? (usage[model] ?? Usage.zero) : Usage.zero
