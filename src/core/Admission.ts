/**
 * Admission: who may still join the queue of a pool that is asked for more than it can serve.
 *
 * A queue that never empties serves nobody more; it only lets everybody wait. So the wait is watched: when for a whole
 * interval nobody was served without waiting long, and the wait does not shrink either, or when somebody waited in vain,
 * the pool is strained, and whoever would have to wait longer than a few seconds is told at once when to come back. A
 * burst, or what waited through an outage, makes a long queue too, but one that shrinks, and is left alone.
 *
 * @since 0.1.0
 */

/**
 * @since 0.1.0
 * @category models
 */
export interface Admission {
  /** When the current interval began. */
  readonly since: number
  /** The shortest wait of those served in this interval, and in the one before; `Infinity`: nobody was. */
  readonly least: number
  readonly before: number
  /** Whether the queue did not empty, nor shrink. */
  readonly stands: boolean
  /** When somebody waited in vain last. */
  readonly lostAt: number
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const initial: Admission = { since: 0, least: Infinity, before: 0, stands: false, lostAt: -Infinity }

/**
 * Somebody was served after waiting so long; 0 when nobody was waiting.
 *
 * @since 0.1.0
 * @category transitions
 */
export const serve = (self: Admission, waitMillis: number, now: number): Admission => {
  const least = Math.min(self.least, waitMillis)
  if (now - self.since < intervalMillis) return least === self.least ? self : { ...self, least }
  const stands = self.stands
    ? self.least > relaxedMillis
    : self.least > strainedMillis && self.least < Infinity && self.least >= self.before - shrinking
  return { ...self, since: now, least: waitMillis, before: self.least, stands }
}

/**
 * Somebody waited until its deadline, in vain.
 *
 * @since 0.1.0
 * @category transitions
 */
export const lose = (self: Admission, now: number): Admission => ({ ...self, lostAt: now })

/**
 * Whether more is asked of the pool than it can serve.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isStrained = (self: Admission, now: number): boolean => self.stands || now - self.lostAt < lostMillis

/**
 * The longest wait in milliseconds for which a strained queue may still be joined.
 *
 * @since 0.1.0
 * @category constants
 */
export const longestWait = 8_000

const intervalMillis = 10_000
const strainedMillis = 5_000
const relaxedMillis = 1_000
const lostMillis = 30_000
/** A wait that is shorter by less than this than in the interval before does not shrink. */
const shrinking = 1_000
