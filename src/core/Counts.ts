/**
 * What a token was asked to do, in whole numbers that only grow. They add, so the counts of two processes are the sum
 * of what each has seen.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

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
  rests: Schema.Number
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
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const zero: Counts = { uses: 0, successes: 0, errors: 0, excused: 0, abandoned: 0, rests: 0 }

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
export const since = (a: Counts, b: Counts): Counts => combine(a, b, (x, y) => x - y)

/**
 * The larger of each: two readings of one counter.
 *
 * @since 0.1.0
 * @category combinators
 */
export const larger = (a: Counts, b: Counts): Counts => combine(a, b, Math.max)

const combine = (a: Counts, b: Counts, f: (x: number, y: number) => number): Counts => ({
  uses: f(a.uses, b.uses),
  successes: f(a.successes, b.successes),
  errors: f(a.errors, b.errors),
  excused: f(a.excused, b.excused),
  abandoned: f(a.abandoned, b.abandoned),
  rests: f(a.rests, b.rests)
})
