/**
 * A gate: how many requests a limit lets through, as far as the vendor states it, and when it lets the next one through.
 *
 * What the headers of an answer say is left is counted down by every request lent since, so a limit is obeyed before it
 * is hit. Nothing stated, nothing held: the gate stands open.
 *
 * A gate belongs to whoever owns the limit: a token, or the group that shares it; for all models or for one.
 *
 * @since 0.1.0
 */

/**
 * What an answer says of one limit. `resetAt` is epoch milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Statement {
  readonly limit: number | null
  readonly remaining: number
  readonly resetAt: number
  /**
   * `at-once`: a window, full again at `resetAt` and not before. `continuous`: a bucket that is filled all the time and
   * would be full at `resetAt` (Anthropic and OpenAI say so of theirs).
   */
  readonly refill: "at-once" | "continuous"
}

/**
 * What is left, as last stated.
 *
 * @since 0.1.0
 * @category models
 */
export interface Stated extends Statement {
  readonly at: number
  /** The request whose answer said so; later requests are not in `remaining`. */
  readonly sent: number
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Gate {
  /** Requests let through so far. */
  readonly sent: number
  readonly stated: Stated | null
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const open: Gate = { sent: 0, stated: null }

/**
 * When the next request may go: `now` or earlier when it may go now.
 *
 * @since 0.1.0
 * @category getters
 */
export const opensAt = (self: Gate, now: number): number =>
  self.stated === null ? now : statedOpensAt(self, self.stated, now)

/**
 * Lets one request through.
 *
 * @since 0.1.0
 * @category transitions
 */
export const pass = (self: Gate, now: number): Gate => {
  const sent = self.sent + 1
  if (self.stated === null || now < self.stated.resetAt) return { ...self, sent }
  const { limit } = self.stated
  // The window is over and nothing newer is stated: count against a full one until an answer says better.
  return limit === null
    ? { sent, stated: null }
    : { sent, stated: { ...self.stated, remaining: limit, at: now, sent: self.sent, resetAt: now + supposedMillis } }
}

/**
 * Takes note of what an answer states. `sent` is the number the gate had when that request passed.
 *
 * @since 0.1.0
 * @category transitions
 */
export const state = (self: Gate, statement: Statement, sent: number, now: number): Gate => {
  const { limit, remaining, resetAt } = statement
  if (![limit ?? 0, remaining, resetAt].every(Number.isFinite)) return self
  const before = self.stated
  if (before !== null && before.resetAt > now && sent < before.sent) return self
  const bounded = { remaining: Math.max(0, remaining), resetAt: Math.min(resetAt, now + longestMillis) }
  return { ...self, stated: { ...statement, ...bounded, at: now, sent } }
}

/** Nobody states a limit on requests for longer than a day; a slip of a server must not shut a token for a year. */
const longestMillis = 86_400_000

/** How long a limit is taken to last that nobody has stated anew: most are by the minute, and none stays shut on a guess. */
const supposedMillis = 60_000

const statedOpensAt = (self: Gate, stated: Stated, now: number): number => {
  if (now >= stated.resetAt) return now
  const left = stated.remaining - (self.sent - stated.sent)
  const perMilli = refillPerMilli(stated)
  if (left + perMilli * Math.max(0, now - stated.at) >= 1) return now
  return perMilli > 0 ? Math.min(stated.resetAt, stated.at + (1 - left) / perMilli) : stated.resetAt
}

const refillPerMilli = ({ at, limit, refill, remaining, resetAt }: Stated): number =>
  refill === "at-once" || limit === null || limit <= remaining ? 0 : (limit - remaining) / (resetAt - at)
