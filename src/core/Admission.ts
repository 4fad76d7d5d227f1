/**
 * Admission: whether a pool is asked for more than it can serve, told from how long callers wait.
 *
 * A queue that never empties serves nobody more; it only lets everybody wait. So the wait is watched: when for two whole
 * intervals nobody was served without waiting long, and the wait does not shrink either, or when somebody waited in vain,
 * the pool is strained, and whoever would have to wait longer than a few seconds is told at once when to come back. What
 * was strained for long stays so for a minute: vendors give out by the minute, and a good moment in it is no end. A burst,
 * or what waited through an outage, makes a long queue too, but one that shrinks, and is left alone; and what waits for a
 * window to open empties then, so it may be joined for longer.
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
  /** When somebody last had to wait: who was served then, or gave up, or was turned away. */
  readonly waitedAt: number
  /** Since when the pool shows strain, but for moments, and when it did last. */
  readonly from: number
  readonly until: number
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const initial: Admission = {
  since: 0,
  least: Infinity,
  before: 0,
  stands: false,
  lostAt: -Infinity,
  waitedAt: -Infinity,
  from: Infinity,
  until: -Infinity
}

/**
 * Somebody was served after waiting so long; 0 when nobody was waiting.
 *
 * @since 0.1.0
 * @category transitions
 */
export const serve = (self: Admission, waitMillis: number, now: number): Admission => {
  const least = Math.min(self.least, waitMillis)
  if (now >= self.since && now - self.since < intervalMillis) return { ...self, least, waitedAt: now }
  const stands = self.stands
    ? self.least > relaxedMillis
    : self.before > strainedMillis && self.least < Infinity && self.least >= self.before - shrinking
  return note({ ...self, since: now, least: waitMillis, before: self.least, stands, waitedAt: now }, now)
}

/**
 * Forgets how long anybody waited who was served.
 *
 * @since 0.1.0
 * @category transitions
 */
export const forget = (self: Admission): Admission => ({ ...initial, lostAt: self.lostAt, waitedAt: self.waitedAt })

/**
 * Somebody waited until its deadline, in vain.
 *
 * @since 0.1.0
 * @category transitions
 */
export const lose = (self: Admission, now: number): Admission => note({ ...self, lostAt: now, waitedAt: now }, now)

/**
 * Somebody was turned away who would have had to wait.
 *
 * @since 0.1.0
 * @category transitions
 */
export const turnAway = (self: Admission, now: number): Admission => ({ ...self, waitedAt: now })

/**
 * Whether more is asked of the pool than it can serve.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isStrained = (self: Admission, now: number): boolean =>
  shows(self, now) || (isWithin(minuteMillis, self.until, now) && self.until - self.from >= lostMillis)

/**
 * Whether more was asked of it for a whole minute, so that what it gave out in each second of that is all it could.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isSettled = (self: Admission, now: number): boolean => now - self.from >= minuteMillis

/**
 * The longest wait for which a strained queue may still be joined by who has so much time, in milliseconds: six seconds, or
 * a fifth of it, as a batch has time.
 *
 * @since 0.1.0
 * @category getters
 */
export const longestWait = (patience: number): number => Math.min(patience, Math.max(6_000, patience / 5))

/**
 * The same of a queue that is served at once when a window opens: two thirds of that time. Nobody who comes later waits
 * longer for it, and should the window be cut short, or fewer come then, less of it is lost.
 *
 * @since 0.1.0
 * @category getters
 */
export const longestWaitBeforeOpening = (patience: number): number =>
  Math.max(longestWait(patience), (patience * 2) / 3)

/** Whether there is a sign of it now. */
const shows = (self: Admission, now: number): boolean => self.stands || isWithin(lostMillis, self.lostAt, now)

/** What lies ahead is of a clock that was set back. */
const isWithin = (millis: number, at: number, now: number): boolean => now - at < millis && at - now < millis

const note = (self: Admission, now: number): Admission =>
  shows(self, now) ? { ...self, from: isWithin(minuteMillis, self.until, now) ? self.from : now, until: now } : self

const minuteMillis = 60_000
const intervalMillis = 10_000
const strainedMillis = 5_000
const relaxedMillis = 1_000
const lostMillis = 30_000
/** A wait that is shorter by less than this than in the interval before does not shrink. */
const shrinking = 1_000
