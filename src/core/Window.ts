/**
 * A window: until when requests are counted together, and how many. Learnt from refusals that say when to come back, and
 * where they say nothing from when a token is served again (see `Opening`).
 *
 * Many vendors give out a minute's requests at once and say of a refused one only when the next minute begins. Evenly
 * spaced requests would be served there too, but what is left of a minute when it ends is lost, and a caller may wait who
 * could be served at once. So when refusals speak of ends that are whole minutes apart, the window is taken at its word:
 * as many as were served in one go at any time of it, and now and then a few more, one at a time, until one is refused.
 *
 * Much looks like a window and is none: a wait that is always the same, a bucket, a minute's usage units rather than its
 * requests. What does not fit is forgotten at once, the pace is learnt instead, and the next window must show itself more
 * often before it is believed.
 *
 * @since 0.1.0
 */

/**
 * @since 0.1.0
 * @category models
 */
export interface Window {
  /** When the current one ends, in epoch milliseconds. */
  readonly endsAt: number
  /**
   * How often in a row a refusal spoke of an end that is whole periods from the one before, in quarters where it says
   * less; below 0 after a mistake.
   */
  readonly agreements: number
  /** How often it was taken for known and was none. */
  readonly mistakes: number
  /** The wait in milliseconds that the first refusal stated. */
  readonly wait: number
  /** How many requests are let through in one; meaningless before it is known. */
  readonly limit: number
  /** The number at the gate of the first request in the current one, and how many went since. */
  readonly first: number
  readonly used: number
  readonly isRefused: boolean
  /** Whether its end was found to be later than stated, so that it is not drawn earlier again. */
  readonly isPinned: boolean
  /** Whether that was found by the last refusal: of a window that ends again and again later nobody knows the end. */
  readonly isMoved: boolean
  /** Windows in a row that were used up with no refusal: after some, more is tried. */
  readonly calm: number
  /** When the next request may go beyond the limit where more is tried. */
  readonly tryAt: number
  /** By how much sooner it may end; `null` where refusals say when it does. See `Opening`. */
  readonly slack: number | null
}

/**
 * A refusal for pace.
 *
 * @since 0.1.0
 * @category models
 */
export interface Refusal {
  readonly now: number
  /** The number of the refused request at its gate. */
  readonly number: number
  /** The number of the latest request there. */
  readonly sent: number
  /** In how many milliseconds to come back; `null` where it does not say. */
  readonly millis: number | null
}

/** A refusal that says when to come back. */
interface Stated extends Refusal {
  readonly millis: number
}

/**
 * Whether enough is known to go by.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isKnown = (self: Window): boolean => self.agreements >= 1

/**
 * When the next request may go: `now` or earlier when it may go now.
 *
 * @since 0.1.0
 * @category getters
 */
export const opensAt = (self: Window, now: number): number => {
  if (!isKnown(self) || now >= self.endsAt || self.used < self.limit) return now
  return isTrying(self) ? Math.min(self.endsAt, self.tryAt) : self.endsAt
}

/**
 * Lets one request through, the one of this number.
 *
 * @since 0.1.0
 * @category transitions
 */
export const pass = (self: Window, number: number, now: number): Window => {
  const current = now < self.endsAt ? self : next(self, number, now)
  const used = current.used + 1
  return { ...current, used, tryAt: used < current.limit ? 0 : now + gapAfter(used - current.limit, current.limit) }
}

/**
 * Learns from a refusal. `null`: what it says does not fit a window.
 *
 * @since 0.1.0
 * @category transitions
 */
export const refuse = (self: Window | null, refusal: Refusal): Window | null => {
  const { millis } = refusal
  if (millis !== null) return refuseStated(self, { ...refusal, millis })
  // Who says when to come back, and for once does not, speaks of something else.
  return self === null || self.slack === null ? self : refuseSilently(self, refusal)
}

/** What it would say who knew what is supposed. */
const refuseSilently = (self: Window, refusal: Refusal): Window | null => {
  const { now, number } = refusal
  if (number < self.first) return self
  const current = now < self.endsAt ? self : next(self, number, now)
  const millis = current.endsAt - now
  if (!isKnown(self)) return refused(current, { ...refusal, millis })
  // As soon as it begins, and before much of it was served: it has not begun.
  const isSoon = now - (current.endsAt - periodMillis) <= earlyMillis && number - current.first < current.limit / 4
  return refuseStated(self, { ...refusal, millis: isSoon ? 0 : millis })
}

const refuseStated = (self: Window | null, refusal: Stated): Window | null => {
  const { millis, now, number } = refusal
  if (self === null) return millis < shortestWait ? null : candidate(refusal, 0)
  // Of a window that is over, or of the burst that is known to be refused.
  if (number < self.first) return sooner(self, refusal)
  const current = now < self.endsAt ? self : next(self, number, now)
  const off = now + millis - current.endsAt
  if (Math.abs(off) <= precisionMillis) return isKnown(self) ? confirmed(current, refusal) : agreed(current, refusal)
  if (!isKnown(self)) {
    if (isEarly(current, refusal)) return later(current, refusal, 0)
    return millis < shortestWait ? self : candidate(refusal, self.mistakes)
  }
  return isEarly(current, refusal) && !self.isMoved ? later(current, refusal, leastDelay) : mistaken(self, refusal)
}

const sooner = (self: Window, refusal: Stated): Window => {
  const endsAt = earliestEnd(self, refusal)
  return self.endsAt - endsAt > precisionMillis ? self : { ...self, endsAt }
}

/** Vendors round up to whole seconds, so the earliest end is the most exact. */
const earliestEnd = ({ endsAt, isPinned }: Window, { millis, now }: Stated): number =>
  isPinned ? endsAt : Math.min(endsAt, now + millis)

/**
 * What may be a window, until refusals fit it: the second one at first, more of them the more often that was wrong.
 *
 * @since 0.1.0
 * @category constructors
 */
export const candidate = ({ millis, now, sent }: Omit<Stated, "number">, mistakes: number): Window => ({
  endsAt: now + millis,
  agreements: doubt(mistakes),
  mistakes,
  wait: millis,
  limit: 0,
  first: sent + 1,
  used: 0,
  isRefused: true,
  isPinned: false,
  isMoved: false,
  calm: 0,
  tryAt: 0,
  slack: null
})

const mistaken = (self: Window, refusal: Stated): Window => ({
  ...candidate(refusal, self.mistakes + (self.agreements > provenAgreements ? 0 : 1)),
  slack: self.slack === null ? null : 0
})

const doubt = (mistakes: number): number => 1 - 4 ** Math.min(mistakes, mostMistakes)

/** The window after this one in which something is sent again. */
const next = (self: Window, number: number, now: number): Window => {
  const periods = Math.floor((now - self.endsAt) / periodMillis) + 1
  const isCalm = self.used >= self.limit && !self.isRefused
  return {
    ...self,
    endsAt: self.endsAt + periods * periodMillis,
    first: number,
    used: 0,
    isRefused: false,
    isMoved: self.isMoved && self.isRefused,
    calm: isCalm ? self.calm + 1 : self.calm,
    limit: isKnown(self) && isCalm ? self.used : self.limit
  }
}

/** A refusal that fits what is not known yet. */
const agreed = (self: Window, refusal: Stated): Window => {
  const fitting = refused(self, refusal)
  if (self.isRefused) return fitting
  const weight = Math.abs(refusal.millis - self.wait) < roundedMillis ? alike(refusal.millis) : 1
  if (weight === 0) return fitting
  // What runs out at another count counts no requests.
  const isSteady = self.limit === 0 || !(isFar(fitting.limit, self.limit) || isFar(self.limit, fitting.limit))
  return { ...fitting, agreements: isSteady ? self.agreements + weight : doubt(self.mistakes) }
}

/**
 * What an end is worth that the same wait led to as before. Who states the same each time may mean no end at all by it:
 * a minute, asked again at once, is always a minute apart. Of any other wait that is a coincidence, unless the window is
 * used up at the same point of every minute, as by somebody who asks at a steady beat.
 */
const alike = (wait: number): number => (periodMillis - wait < leastSpent ? 0 : 1 / 4)

/** A refusal that fits what is known, unless the window counts something else than requests, or others use it too. */
const confirmed = (self: Window, refusal: Stated): Window => {
  const fitting = refused(self, refusal)
  if (self.isRefused) return fitting
  return isFar(fitting.limit, self.limit)
    ? mistaken(self, refusal)
    : { ...fitting, agreements: self.agreements + 1, used: Math.max(self.used, fitting.limit) }
}

/** As many as went before it are let through from now on. */
const refused = (self: Window, refusal: Stated): Window => {
  const served = Math.max(1, refusal.number - self.first)
  return {
    ...self,
    endsAt: earliestEnd(self, refusal),
    limit: self.isRefused ? Math.min(self.limit, served) : served,
    isRefused: true,
    isMoved: false,
    calm: 0
  }
}

/** Fewer by more than answers that come out of order explain. */
const isFar = (served: number, limit: number): boolean => limit - served > Math.max(2, limit / 10)

/** About one request in fifty is wasted on finding out whether the limit still holds, once it was found twice. */
const isTrying = ({ agreements, calm, isRefused, limit }: Window): boolean =>
  !isRefused && calm >= (agreements === 1 ? 1 : Math.min(longestPatience, Math.ceil(triedShare / limit)))

/** Beyond the limit one goes at a time, at first as evenly as the limit lets, then ever faster. */
const gapAfter = (beyond: number, limit: number): number =>
  Math.min(longestGap, periodMillis / Math.max(1, limit)) * Math.max(shortestGapShare, 0.8 ** beyond)

/** Refused as soon as it began, and for a moment: it does not begin before that is over. */
const isEarly = (self: Window, { millis, now }: Stated): boolean =>
  millis <= earlyMillis && now - (self.endsAt - periodMillis) <= earlyMillis

const later = (self: Window, { millis, now, sent }: Stated, least: number): Window => ({
  ...self,
  endsAt: now + Math.max(least, millis),
  isPinned: true,
  isMoved: true,
  first: sent + 1,
  used: Math.max(self.used, self.limit),
  isRefused: true
})

/**
 * How long a window is, in milliseconds.
 *
 * @since 0.1.0
 * @category constants
 */
export const periodMillis = 60_000
/** Vendors round, and answers take their time. */
const precisionMillis = 1_200
const earlyMillis = 2_000
const leastDelay = 1_000
/** What a time loses that is stated in whole seconds. */
const roundedMillis = 1_000
/** Buckets that fill all the time ask for a few seconds at most. */
const shortestWait = 4_000
/** So long it takes at least to use up what is more than a burst. */
const leastSpent = 5_000
const longestPatience = 4
const triedShare = 50
const longestGap = 5_000
const shortestGapShare = 1 / 64
/** So many agreements in a row are no chance. */
const provenAgreements = 8
const mostMistakes = 3
