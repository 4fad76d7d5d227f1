/**
 * A gate: how many requests a limit lets through, as far as we know it, and when it lets the next one through.
 *
 * Two kinds of knowledge, the first better than the second. *Stated*: what the vendor's headers say is left and when it
 * refills; every request lent since counts against it. *Paced*: where nothing is stated, the pace at which the limit was
 * seen to serve, kept just under it by additive increase and multiplicative decrease.
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
}

/**
 * What is left, as last stated. `refillPerMilli` is 0 for a window that refills all at once.
 *
 * @since 0.1.0
 * @category models
 */
export interface Stated extends Statement {
  readonly at: number
  /** The request whose answer said so; later requests are not in `remaining`. */
  readonly sent: number
  readonly refillPerMilli: number
}

/**
 * The learnt pace.
 *
 * @since 0.1.0
 * @category models
 */
export interface Pace {
  /** Requests per millisecond; `null` until the first refusal: nothing is known to hold. */
  readonly rate: number | null
  /** When the next request may go. */
  readonly nextAt: number
  /** Beginning of the cycle that is being measured, and what was served in it. */
  readonly cycleAt: number
  readonly served: number
  /** Whether the cycle has met its refusal and waits for the first success after it. */
  readonly refused: boolean
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Gate {
  /** Requests let through so far. */
  readonly sent: number
  readonly stated: Stated | null
  readonly pace: Pace | null
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const open: Gate = { sent: 0, stated: null, pace: null }

/**
 * When the next request may go: `now` or earlier when it may go now.
 *
 * @since 0.1.0
 * @category getters
 */
export const opensAt = (self: Gate, now: number): number =>
  self.stated !== null ? statedOpensAt(self, self.stated, now) : (self.pace?.nextAt ?? now)

/**
 * Lets one request through.
 *
 * @since 0.1.0
 * @category transitions
 */
export const pass = (self: Gate, now: number): Gate => {
  const sent = self.sent + 1
  if (self.stated !== null) {
    const { limit, resetAt } = self.stated
    // The window is over and nothing newer is stated: count against a full one until an answer says better.
    const stated: Stated | null =
      now < resetAt
        ? self.stated
        : limit === null
          ? null
          : { ...self.stated, remaining: limit, at: resetAt, sent: self.sent, resetAt: Infinity }
    return { ...self, sent, stated }
  }
  const { pace } = self
  if (pace === null || pace.rate === null) return { ...self, sent }
  // A little slack lets requests bunch as callers do without raising the pace.
  const from = Math.max(pace.nextAt, now - slackMillis)
  return { ...self, sent, pace: { ...pace, nextAt: from + 1 / pace.rate } }
}

/**
 * Takes note of what an answer states. `sent` is the number the gate had when that request passed.
 *
 * @since 0.1.0
 * @category transitions
 */
export const state = (self: Gate, statement: Statement, sent: number, now: number): Gate => {
  const { limit, remaining, resetAt } = statement
  const before = self.stated
  if (before !== null && before.resetAt > now && sent < before.sent) return self
  const moved = before !== null && Number.isFinite(before.resetAt) && before.at < now && now < before.resetAt
  // A window keeps its end until it is over; a bucket's end moves with every request.
  const isBucket =
    moved && Math.abs(resetAt - before.resetAt) > sameResetMillis
      ? true
      : before !== null && before.refillPerMilli > 0 && !(moved && resetAt - before.resetAt === 0)
  const missing = limit === null ? 0 : limit - remaining
  const refillPerMilli = isBucket && missing > 0 && resetAt > now ? missing / (resetAt - now) : 0
  return { ...self, stated: { limit, remaining, resetAt, at: now, sent, refillPerMilli } }
}

/**
 * A request was served and nothing was stated.
 *
 * @since 0.1.0
 * @category transitions
 */
export const served = (self: Gate, now: number): Gate => {
  const pace = self.pace ?? { rate: null, nextAt: now, cycleAt: now, served: 0, refused: false }
  if (!pace.refused) {
    const rate = pace.rate === null ? null : pace.rate * increase
    return { ...self, pace: { ...pace, rate, served: pace.served + 1 } }
  }
  // The cycle is complete: what was served in it, over all its time, is what the limit serves.
  const measured = pace.served / Math.max(1, now - pace.cycleAt)
  const rate = pace.rate === null ? measured : Math.max(measured, pace.rate)
  return { ...self, pace: { rate: rate > 0 ? rate : pace.rate, nextAt: now, cycleAt: now, served: 1, refused: false } }
}

/**
 * A request met the limit. Of a burst only the first counts: the others were sent before it was known.
 *
 * @since 0.1.0
 * @category transitions
 */
export const refused = (self: Gate, now: number): Gate => {
  const pace = self.pace ?? { rate: null, nextAt: now, cycleAt: now, served: 0, refused: false }
  if (pace.refused) return self
  const rate = pace.rate === null ? null : pace.rate * decrease
  return { ...self, pace: { ...pace, rate, refused: true } }
}

const slackMillis = 250
const sameResetMillis = 1_500
const increase = 1.001
const decrease = 0.97

const statedOpensAt = (self: Gate, stated: Stated, now: number): number => {
  if (now >= stated.resetAt) return now
  const since = self.sent - stated.sent
  const left = stated.remaining - since
  const refilled = stated.refillPerMilli * Math.max(0, now - stated.at)
  if (left + refilled >= 1) return now
  if (stated.refillPerMilli > 0) return Math.min(stated.resetAt, stated.at + (1 - left) / stated.refillPerMilli)
  return stated.resetAt
}
