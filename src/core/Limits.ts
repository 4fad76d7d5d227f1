/**
 * Limits that the user states of a token, or of a group of tokens: what may be asked of it, whatever the vendor says.
 *
 * @since 0.1.0
 */

/**
 * `null`: not limited. A minute is any 60 seconds, not one by the clock.
 *
 * @since 0.1.0
 * @category models
 */
export interface Limits {
  readonly requestsPerMinute: number | null
  /** Units of text, input and output together, as vendors count them. */
  readonly usagePerMinute: number | null
  /** Requests in flight at once; a streamed answer is in flight until its end. */
  readonly concurrency: number | null
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const none: Limits = { requestsPerMinute: null, usagePerMinute: null, concurrency: null }

/**
 * Limits of which some are stated.
 *
 * @since 0.1.0
 * @category constructors
 */
export const of = (stated: { readonly [K in keyof Limits]?: number | null | undefined }): Limits => ({
  requestsPerMinute: stated.requestsPerMinute ?? null,
  usagePerMinute: stated.usagePerMinute ?? null,
  concurrency: stated.concurrency ?? null
})

/**
 * @since 0.1.0
 * @category predicates
 */
export const isNone = (self: Limits): boolean =>
  self.requestsPerMinute === null && self.usagePerMinute === null && self.concurrency === null

/**
 * @since 0.1.0
 * @category predicates
 */
export const same = (a: Limits, b: Limits): boolean =>
  a.requestsPerMinute === b.requestsPerMinute &&
  a.usagePerMinute === b.usagePerMinute &&
  a.concurrency === b.concurrency

/**
 * `self` where it states something, else `fallback`.
 *
 * @since 0.1.0
 * @category combinators
 */
export const orElse = (self: Limits, fallback: Limits): Limits => ({
  requestsPerMinute: self.requestsPerMinute ?? fallback.requestsPerMinute,
  usagePerMinute: self.usagePerMinute ?? fallback.usagePerMinute,
  concurrency: self.concurrency ?? fallback.concurrency
})
