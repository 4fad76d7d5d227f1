/**
 * A window, learnt from refusals that say when to come back: until when requests are counted together, and how many.
 *
 * Many vendors give out a minute's requests at once and say of a refused one only when the next minute begins. Evenly
 * spaced requests would be served there too, but what is left of a minute when it ends is lost, and a caller may wait who
 * could be served at once. So when refusals speak of ends that are whole minutes apart, the window is taken at its word:
 * as many as were served in one go at any time of it, and none beyond. What does not fit is forgotten at once, and the
 * pace is learnt instead.
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
  /** How often in a row a refusal spoke of an end that is whole periods from the one before; below 0 after a mistake. */
  readonly agreements: number
  /** How many requests are let through in one; meaningless before it is known. */
  readonly limit: number
  /** The number at the gate of the first request in the current one, and how many went since. */
  readonly first: number
  readonly used: number
  readonly isRefused: boolean
  /** Whether its end was found to be later than stated, so that it is not drawn earlier again. */
  readonly isPinned: boolean
  /** Windows that were used up with no refusal, after how many of those one more is tried, and how many more. */
  readonly calm: number
  readonly patience: number
  readonly step: number
}

/**
 * A refusal that says when to come back.
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
  /** In how many milliseconds to come back. */
  readonly millis: number
}

/**
 * Whether enough is known to go by.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isKnown = (self: Window): boolean => self.agreements > 0

/**
 * When the next request may go: `now` or earlier when it may go now.
 *
 * @since 0.1.0
 * @category getters
 */
export const opensAt = (self: Window, now: number): number =>
  !isKnown(self) || now >= self.endsAt || self.used < self.limit ? now : self.endsAt

/**
 * Lets one request through, the one of this number.
 *
 * @since 0.1.0
 * @category transitions
 */
export const pass = (self: Window, number: number, now: number): Window => {
  const current = now < self.endsAt ? self : next(self, number, now)
  return { ...current, used: current.used + 1 }
}

/**
 * Learns from a refusal. `null`: what it says does not fit a window.
 *
 * @since 0.1.0
 * @category transitions
 */
export const refuse = (self: Window | null, refusal: Refusal): Window | null => {
  const { millis, now, number, sent } = refusal
  const endsAt = now + millis
  if (self === null) return millis < shortestWait ? null : candidate(endsAt, sent, 0)
  // Of a window that is over.
  if (number < self.first) return self
  const current = now < self.endsAt ? self : next(self, number, now)
  const off = endsAt - current.endsAt
  if (Math.abs(off) <= precisionMillis) return agreed(current, refusal)
  if (isKnown(self) && isEarly(current, refusal)) return later(current, refusal)
  if (isKnown(self)) return candidate(endsAt, sent, self.agreements > 1 ? 0 : -1)
  return millis < shortestWait ? self : candidate(endsAt, sent, Math.min(0, self.agreements))
}

/** What may be a window, until a second refusal fits it. */
const candidate = (endsAt: number, sent: number, agreements: number): Window => ({
  endsAt,
  agreements,
  limit: 0,
  first: sent + 1,
  used: 0,
  isRefused: true,
  isPinned: false,
  calm: 0,
  patience: 1,
  step: 1
})

/** The window after this one in which something is sent again. */
const next = (self: Window, number: number, now: number): Window => {
  const periods = Math.floor((now - self.endsAt) / periodMillis) + 1
  const calm = self.used >= self.limit && !self.isRefused ? self.calm + 1 : self.calm
  const grows = isKnown(self) && calm >= self.patience
  return {
    ...self,
    endsAt: self.endsAt + periods * periodMillis,
    first: number,
    used: 0,
    isRefused: false,
    ...(grows ? { calm: 0, patience: 1, limit: self.limit + self.step, step: self.step * 2 } : { calm })
  }
}

/** A refusal that fits: as many as went before it are let through from now on. */
const agreed = (self: Window, { millis, now, number }: Refusal): Window => {
  const served = Math.max(1, number - self.first)
  // Vendors round up to whole seconds, so the earliest is the most exact.
  const endsAt = self.isPinned ? self.endsAt : Math.min(self.endsAt, now + millis)
  if (self.isRefused) return { ...self, endsAt, limit: Math.min(self.limit, served) }
  const agreements = self.agreements + 1
  const isTried = served >= self.limit - self.step
  return {
    ...self,
    endsAt,
    agreements,
    limit: served,
    used: Math.max(self.used, served),
    isRefused: true,
    calm: 0,
    patience: isKnown(self) && isTried ? Math.min(longestPatience, self.patience * 2) : 1,
    step: 1
  }
}

/** Refused as soon as it began, and for a moment: it does not begin before that is over. */
const isEarly = (self: Window, { millis, now }: Refusal): boolean =>
  millis <= earlyMillis && now - (self.endsAt - periodMillis) <= earlyMillis

const later = (self: Window, { millis, now, sent }: Refusal): Window => ({
  ...self,
  endsAt: now + Math.max(1_000, millis),
  isPinned: true,
  first: sent + 1,
  used: Math.max(self.used, self.limit),
  isRefused: true
})

const periodMillis = 60_000
/** Vendors round, and answers take their time. */
const precisionMillis = 1_200
const earlyMillis = 2_000
/** Buckets that fill all the time ask for a few seconds at most. */
const shortestWait = 4_000
const longestPatience = 8
