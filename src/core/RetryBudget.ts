/**
 * A retry budget: the balance of retries that traffic has paid for.
 *
 * A fixed number of retries multiplies load just when a provider can bear it least. A budget ties retries to traffic:
 * every request deposits a share of one, every retry withdraws one, and a small reserve refills with time so that quiet
 * programs may retry too. Rotations that take a token out of the pool are free, because the pool itself bounds them.
 *
 * @since 0.1.0
 */

/**
 * @since 0.1.0
 * @category models
 */
export interface Terms {
  /** Retries each request pays for; 0.2 is one retry for five requests. */
  readonly ratio: number
  /** Retries that are paid for by time alone, per second. */
  readonly perSecond: number
  /** The most that can be saved up. */
  readonly cap: number
}

/**
 * @since 0.1.0
 * @category models
 */
export interface RetryBudget {
  readonly balance: number
  readonly at: number
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const full = (terms: Terms, now: number): RetryBudget => ({ balance: terms.cap, at: now })

/**
 * Pays in for so many requests. Whether they pay one by one or together, whoever takes something out next finds the same.
 *
 * @since 0.1.0
 * @category transitions
 */
export const deposit = (self: RetryBudget, terms: Terms, now: number, requests = 1): RetryBudget =>
  refill(self, terms, now, terms.ratio * requests)

/**
 * Takes one retry out, if there is one.
 *
 * @since 0.1.0
 * @category transitions
 */
export const withdraw = (self: RetryBudget, terms: Terms, now: number): readonly [granted: boolean, RetryBudget] => {
  const next = refill(self, terms, now, 0)
  return next.balance >= 1 ? [true, { ...next, balance: next.balance - 1 }] : [false, next]
}

const refill = (self: RetryBudget, terms: Terms, now: number, extra: number): RetryBudget => {
  const elapsed = Math.max(0, now - self.at) / 1000
  return {
    balance: Math.min(terms.cap, self.balance + elapsed * terms.perSecond + extra),
    at: Math.max(self.at, now)
  }
}
