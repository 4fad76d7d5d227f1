/**
 * The resets that a vendor states of one limit, by which a bucket can be told from a window whatever its vendor is supposed
 * to have: every request puts off when a bucket is full, while a window ends when it ends.
 *
 * @since 0.1.0
 */

/**
 * @since 0.1.0
 * @category models
 */
export interface Resets {
  /** The first that was stated since one was over, or moved: epoch milliseconds. */
  readonly first: number
  /** By how many milliseconds it may be sooner: for as long the answer was under way that stated it. */
  readonly slack: number
  /** How often another was stated while the first was still far. */
  readonly moves: number
}

/**
 * Takes note of a reset. `at`: when the request was sent whose answer states it.
 *
 * @since 0.1.0
 * @category transitions
 */
export const hear = (
  self: Resets | undefined,
  resetAt: number,
  { at, now }: { readonly at: number; readonly now: number }
): Resets => {
  const heard = { first: resetAt, slack: now - at }
  if (self === undefined) return { ...heard, moves: 0 }
  const { first, moves, slack } = self
  if (now >= first - slack - roundedMillis) return { ...heard, moves }
  return resetAt - heard.slack > first + roundedMillis ? { ...heard, moves: moves + 1 } : self
}

/**
 * @since 0.1.0
 * @category predicates
 */
export const areOfBucket = ({ moves }: Resets): boolean => moves >= movesOfBucket

/** Vendors round resets up to whole seconds, and answers take their time. */
const roundedMillis = 1_500
/** One may have been moved by hand, or two servers not agree. */
const movesOfBucket = 3
