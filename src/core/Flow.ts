/**
 * A flow: how fast a pool lends after its provider was down.
 *
 * Whoever waited through an outage would come back all at once, just when the provider can bear it least. So requests
 * are let through as evenly as they went before it, at first a share of that and within a second a little more, until
 * nobody is held back any longer. Chance shifts each by up to half a step, so that many processes do not march in time.
 *
 * @since 0.1.0
 */

/**
 * @since 0.1.0
 * @category models
 */
export interface Flow {
  /** Requests per second before the trouble. */
  readonly steady: number
  readonly since: number
  /** Epoch milliseconds at which the next request would go if all were evenly spaced. */
  readonly even: number
  /** When it may go. */
  readonly next: number
  /** When somebody went who had waited. */
  readonly heldAt: number
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const begin = (steady: number, now: number): Flow => ({
  steady: Math.max(slowest, steady),
  since: now,
  even: now,
  next: now,
  heldAt: now
})

/**
 * The flow after trouble; none where nobody knows what is usual.
 *
 * @since 0.1.0
 * @category constructors
 */
export const after = (steady: number, now: number): Flow | null => (steady > 0 ? begin(steady, now) : null)

/**
 * When the next request may go.
 *
 * @since 0.1.0
 * @category getters
 */
export const opensAt = (self: Flow): number => Math.ceil(self.next)

/**
 * Lets one request through. `null`: nobody has waited for a while, so the trouble is over.
 *
 * @since 0.1.0
 * @category transitions
 */
export const pass = (
  self: Flow,
  request: { readonly hasWaited: boolean; readonly random: number; readonly now: number }
): Flow | null => {
  const { hasWaited, now, random } = request
  const step = 1000 / (self.steady * share(now - self.since))
  const heldAt = hasWaited ? now : self.heldAt
  if (now - heldAt > idleMillis || now - self.since > longestMillis) return null
  // Clocks tick by the millisecond and timers come late: what is missed by that is caught up.
  const even = Math.max(self.even, now - step / 2 - lateMillis) + step
  return { ...self, even, next: even + step * (random - 0.5), heldAt }
}

/**
 * How long somebody would wait behind so many others, in milliseconds.
 *
 * @since 0.1.0
 * @category getters
 */
export const waitBehind = (self: Flow, waiting: number, now: number): number =>
  (waiting * 1000) / (self.steady * share(Math.max(rampMillis, now - self.since)))

/** A third at first, after a second a little more than all; who still waits after a minute lets it grow on. */
const share = (age: number): number =>
  age < rampMillis
    ? 0.33 + (full - 0.33) * (Math.max(0, age) / rampMillis)
    : full * 1.02 ** Math.max(0, age / 1000 - 60)

const full = 1.25
const rampMillis = 1_000
const idleMillis = 2_000
/** Of a pool that is asked for more than it can serve somebody always waits: that is no trouble. */
const longestMillis = 120_000
const lateMillis = 5
const slowest = 1
