/**
 * Throughput: how many requests a pool lends for, as measured within the last minute.
 *
 * A minute, because that is how long what a vendor gives out by the minute takes to even out. After an outage it is
 * measured anew: how fast a pool was while its provider was down says nothing.
 *
 * @since 0.1.0
 */
import * as Recent from "./Recent.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Throughput {
  /** Since when is measured. */
  readonly start: number
  readonly leases: Recent.Recent
  /** The same within the last ten seconds. */
  readonly latest: Recent.Recent
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const begin = (now: number): Throughput => ({ start: now, leases: Recent.none, latest: Recent.none })

/**
 * One lease more.
 *
 * @since 0.1.0
 * @category transitions
 */
export const count = (self: Throughput, now: number): Throughput => ({
  start: self.start,
  leases: Recent.count(self.leases, windowMillis, now),
  latest: Recent.count(self.latest, latestMillis, now)
})

/**
 * @since 0.1.0
 * @category getters
 */
export const perSecond = (self: Throughput, now: number): number => {
  const elapsed = Math.max(1_000, Math.min(windowMillis, now - self.start))
  return (Recent.within(self.leases, windowMillis, now) * 1_000) / elapsed
}

/**
 * How many a second are usual; 0 when nobody can tell yet. What began within the minute counts as it is now.
 *
 * @since 0.1.0
 * @category getters
 */
export const steady = (self: Throughput, now: number): number =>
  now - self.start < latestMillis
    ? 0
    : Math.max(perSecond(self, now), (Recent.within(self.latest, latestMillis, now) * 1_000) / latestMillis)

/**
 * How long somebody would wait behind so many others, in milliseconds; `null` when too little is known.
 *
 * @since 0.1.0
 * @category getters
 */
export const waitBehind = (self: Throughput, waiting: number, now: number): number | null => {
  const rate = perSecond(self, now)
  return now - self.start < measuredMillis || rate <= 0 ? null : (waiting * 1_000) / rate
}

const windowMillis = 60_000
const latestMillis = 10_000
const measuredMillis = 20_000
