/**
 * How fast a bucket fills up, told from what its vendor states of it.
 *
 * What is missing from it fills up by its reset. Vendors round both: what is left down to whole requests, so that up to
 * one less is missing than it looks, and most resets up to whole seconds.
 *
 * @since 0.1.0
 */
import type { Refill } from "./RateLimitHeaders.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Stated {
  readonly limit: number | null
  readonly remaining: number
  /** Epoch milliseconds. */
  readonly resetAt: number
  /** In how many milliseconds it is full, where that is stated as a length. */
  readonly fullIn?: number | undefined
  readonly refill: Refill
}

/**
 * How much fills up in a millisecond; 0 where that cannot be told. `known`: what was told before, or 0. `at`: since when it
 * fills up from what is stated to be left.
 *
 * @since 0.1.0
 * @category getters
 */
export const perMilli = ({ fullIn, limit, refill, remaining, resetAt }: Stated, at: number, known: number): number => {
  if (refill === "at-once" || limit === null) return 0
  if (limit <= remaining || resetAt <= at) return known
  const missing = limit - remaining
  if (isExact(fullIn)) return within((missing - 1) / fullIn, missing / fullIn, known)
  const millis = fullIn ?? resetAt - at - (resetAt % 1_000 === 0 ? roundedMillis / 2 : 0)
  // A reset that is closer than what it is rounded to says little, but better than nothing.
  if (millis < roundedMillis && known > 0) return known
  const stated = missing / Math.max(millis, roundedMillis)
  return known === 0 ? stated : known + (stated - known) / averaged
}

/**
 * Whether a length is stated to the millisecond: whole seconds may be rounded.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isExact = (fullIn: number | undefined): fullIn is number => fullIn !== undefined && fullIn % 1_000 !== 0

/** Each exact length leaves a range, and what is known is drawn into all of them. */
const within = (least: number, most: number, known: number): number =>
  known === 0 ? most : Math.max(least, Math.min(known, most))

/** Whole seconds are much for a small bucket, so half of one is taken off, and what several answers say is averaged. */
const roundedMillis = 1_000
const averaged = 8
