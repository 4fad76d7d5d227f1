/**
 * The resets that a vendor states of one limit, by which a bucket can be told from a window whatever its vendor is supposed
 * to have: every request puts off when a bucket is full, while a window ends when it ends.
 *
 * @since 0.1.0
 */
import * as Refill from "./Refill.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Resets {
  /** The first that was stated since one was over, or moved: epoch milliseconds. */
  readonly first: number
  /** By how many milliseconds it may be sooner: vendors round up, and the answer that stated it was under way for a while. */
  readonly slack: number
  /** What was left then, or when it was stated last with less left. */
  readonly remaining: number
  /** How often another was stated while the first was still far. */
  readonly moves: number
  /** How often the same was stated, though less was left by so much that it should have moved. */
  readonly stays: number
}

/**
 * Takes note of a reset. `at`: when the request was sent whose answer states it.
 *
 * @since 0.1.0
 * @category transitions
 */
export const hear = (
  self: Resets | undefined,
  { fullIn, limit, remaining, resetAt }: Omit<Refill.Stated, "refill">,
  { at, now }: { readonly at: number; readonly now: number }
): Resets => {
  const { moves, stays } = self ?? none
  const slack = now - at + (Refill.isExact(fullIn) ? exactMillis : roundedMillis)
  const heard = { first: resetAt, slack, remaining, moves, stays }
  if (self === undefined || now >= self.first - self.slack) return heard
  if (resetAt - slack > self.first) return { ...heard, moves: moves + 1 }
  if (limit === null || remaining >= Math.min(self.remaining, limit)) return self
  // If this were when all is there, as much less as is left would put it off by so much.
  const due = ((self.remaining - remaining) * (resetAt - slack - at)) / (limit - remaining)
  return due > self.slack + slack ? { ...self, remaining, stays: stays + 1 } : self
}

/**
 * @since 0.1.0
 * @category predicates
 */
export const areOfBucket = ({ moves, stays }: Resets): boolean => moves >= enough && moves > stays

/**
 * @since 0.1.0
 * @category predicates
 */
export const areOfWindow = ({ moves, stays }: Resets): boolean => stays >= enough && stays > moves

const none = { moves: 0, stays: 0 }
/** Most vendors round up to whole seconds; and clocks, and ways, are never quite alike. */
const roundedMillis = 1_500
const exactMillis = 100
/** One may have been moved by hand, or two servers not agree. */
const enough = 3
