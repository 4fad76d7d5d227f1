/**
 * How often something happened lately: an estimate from two windows, at the price of three numbers.
 *
 * The window before the current one counts for the share of it that is not yet over, as if it had been even.
 *
 * @since 0.1.0
 */

/**
 * `since`: when the current window began.
 *
 * @since 0.1.0
 * @category models
 */
export interface Recent {
  readonly since: number
  readonly before: number
  readonly current: number
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const none: Recent = { since: 0, before: 0, current: 0 }

/**
 * One more.
 *
 * @since 0.1.0
 * @category transitions
 */
export const count = (self: Recent, windowMillis: number, now: number): Recent => {
  const { before, current, since } = turn(self, windowMillis, now)
  return { since, before, current: current + 1 }
}

/**
 * How many there were within the last window.
 *
 * @since 0.1.0
 * @category getters
 */
export const within = (self: Recent, windowMillis: number, now: number): number => {
  const { before, current, since } = turn(self, windowMillis, now)
  return current + before * (1 - Math.max(0, now - since) / windowMillis)
}

/**
 * How many there would be within a window had they gone on as since the first of them; the same as `within` once a window
 * is over.
 *
 * @since 0.1.0
 * @category getters
 */
export const goingOn = (self: Recent, windowMillis: number, now: number): number => {
  const { before, current, since } = turn(self, windowMillis, now)
  if (before > 0) return within(self, windowMillis, now)
  return (current * windowMillis) / Math.min(windowMillis, Math.max(shortestMillis, now - since))
}

/** What lasted less says nothing about how it would go on. */
const shortestMillis = 1_000

const turn = (self: Recent, windowMillis: number, now: number): Recent => {
  const elapsed = now - self.since
  if (elapsed < windowMillis) return self
  if (elapsed >= 2 * windowMillis) return { since: now, before: 0, current: 0 }
  return { since: self.since + windowMillis, before: self.current, current: 0 }
}
