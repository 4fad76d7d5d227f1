/**
 * A pace: how fast a token is served that states no limit, learnt from its refusals.
 *
 * The pace creeps up while it is used to the full and steps back just below what was served when a refusal comes:
 * additive increase, multiplicative decrease. So the limit is touched now and then instead of being run into each
 * minute. What was served within the last minute is the measure, because most limits are by the minute; and where that is
 * much less than the pace was, because little was asked for or the provider was down, the pace is soon back near where it
 * was refused.
 *
 * Requests are spaced by a theoretical arrival time: each moves `next` on by its share of a minute, and may come up to
 * `burstMillis` ahead of it, so that a moment's idleness is not lost.
 *
 * @since 0.1.0
 */
import type { Opening } from "./Opening.js"
import * as Recent from "./Recent.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Pace {
  readonly perMinute: number
  /** Epoch milliseconds at which the next request would come if all were evenly spaced. */
  readonly next: number
  /** Nothing but the first refusal is known, which may have come for a burst: the pace doubles until the next one. */
  readonly searching: boolean
  /** Refusals in a row. */
  readonly refusals: number
  /** Requests up to this number were sent before the last refusal was known; their refusals tell nothing new. */
  readonly heardAt: number
  /** The same of the refusal before it: who was sent later and is served shows that the limit was not used up for long. */
  readonly heardBefore: number
  /** When the last refusal came, and whether it said when to come back. */
  readonly refusedAt: number
  readonly wasStated: boolean
  /** The pace that the last refusal left. */
  readonly base: number
  /** The pace that it came at, unless it was one more in a row. */
  readonly refusedPace: number
  readonly served: Recent.Recent
}

/**
 * Over which time is counted what was served, in milliseconds.
 *
 * @since 0.1.0
 * @category constants
 */
export const windowMillis = 60_000

/**
 * What a refusal is learnt from.
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
  /** In how many milliseconds to come back, if the answer said so; that is then obeyed, elsewhere. */
  readonly millis: number | null
}

/**
 * The pace after the first refusal, from about how much is served within a minute.
 *
 * @since 0.1.0
 * @category constructors
 */
export const first = (served: number, refusal: Refusal): Pace => {
  const perMinute = Math.max(slowestFirst, served)
  const first: Pace = {
    perMinute,
    base: perMinute,
    refusedPace: perMinute,
    next: 0,
    searching: true,
    refusals: 1,
    refusedAt: refusal.now,
    wasStated: refusal.millis !== null,
    heardAt: refusal.sent,
    heardBefore: refusal.sent,
    served: { since: refusal.now, before: served, current: 0 }
  }
  return held(first, refusal)
}

/**
 * The same where what was served was no burst, but all that could be.
 *
 * @since 0.1.0
 * @category constructors
 */
export const measured = (served: number, refusal: Refusal): Pace => ({ ...first(served, refusal), searching: false })

/**
 * A pace for a token that comes back after its circuit was open: slow, and doubling until it is refused or as fast as
 * it is asked.
 *
 * @since 0.1.0
 * @category constructors
 */
export const restart = (sent: number, now: number): Pace => ({
  perMinute: restarting,
  base: restarting,
  refusedPace: restarting,
  next: now,
  searching: true,
  refusals: 0,
  refusedAt: now,
  wasStated: false,
  heardAt: sent,
  heardBefore: sent,
  served: Recent.none
})

/**
 * When the next request may go: `now` or earlier when it may go now.
 *
 * @since 0.1.0
 * @category getters
 */
export const opensAt = (self: Pace): number => Math.ceil(self.next - burstMillis)

/**
 * Lets one request through. One that comes while the pace holds others back lets it grow.
 *
 * @since 0.1.0
 * @category transitions
 */
export const pass = (self: Pace, now: number): Pace => {
  const isUsed = self.next > now
  const interval = windowMillis / self.perMinute
  const most =
    self.perMinute * Math.min(1.25, 2 ** (interval / (self.searching ? searchFor(interval) : doublingMillis)))
  // The longer no refusal comes, the more likely the limit is far off.
  const calm = (now - self.refusedAt) / calmFor(interval)
  const gain = gainPerRequest * Math.min(1, self.perMinute / slowestFirst) * 2 ** calm
  // Up to where it was refused the way is known: it was that far off at most.
  const known = (self.refusedPace * stepBack - self.perMinute) * Math.min(1, interval / returnMillis)
  const grown = self.searching ? most : Math.min(most, self.perMinute + Math.max(known, gain))
  return change(self, {
    perMinute: isUsed ? Math.min(fastest, grown) : self.perMinute,
    next: Math.max(self.next, now) + interval
  })
}

const searchFor = (interval: number): number =>
  Math.min(searchMillis.most, Math.max(searchMillis.least, searchRequests * interval))

const calmFor = (interval: number): number =>
  Math.max(
    calmRequests.least * interval,
    Math.min(calmMillis.most, Math.max(calmMillis.least, calmRequests.most * interval))
  )

/**
 * A request was served.
 *
 * @since 0.1.0
 * @category transitions
 */
export const serve = (self: Pace, number: number, now: number): Pace =>
  change(self, {
    refusals: number > self.heardBefore ? 0 : self.refusals,
    served: Recent.count(self.served, windowMillis, now)
  })

/** Field by field for the reason that `Pool.change` gives. */
const change = (self: Pace, to: Partial<Pace>): Pace => ({
  perMinute: to.perMinute ?? self.perMinute,
  base: to.base ?? self.base,
  refusedPace: to.refusedPace ?? self.refusedPace,
  next: to.next ?? self.next,
  searching: to.searching ?? self.searching,
  refusals: to.refusals ?? self.refusals,
  refusedAt: to.refusedAt ?? self.refusedAt,
  wasStated: to.wasStated ?? self.wasStated,
  heardAt: to.heardAt ?? self.heardAt,
  heardBefore: to.heardBefore ?? self.heardBefore,
  served: to.served ?? self.served
})

/**
 * What a served request says of when requests are served again, before it is counted; `null` where none was refused, or
 * the refusal said so itself.
 *
 * @since 0.1.0
 * @category getters
 */
export const opening = (
  self: Pace,
  request: { readonly number: number; readonly sentAt: number; readonly now: number }
): Omit<Opening, "sent"> | null => {
  const { heardAt, refusals, refusedAt, wasStated } = self
  const { now, number, sentAt } = request
  if (refusals === 0 || wasStated || number <= heardAt || sentAt < refusedAt) return null
  const served = Recent.within(self.served, windowMillis, now)
  return { from: refusedAt, at: sentAt, first: heardAt + 1, refusals, served }
}

/**
 * A request was refused. Those of one burst count once.
 *
 * @since 0.1.0
 * @category transitions
 */
export const refuse = (self: Pace, refusal: Refusal): Pace => {
  if (refusal.number <= self.heardAt) return self
  const { heardAt, perMinute, searching } = self
  // Refusals are quick, and answers may take a minute: who was sent in between and is not refused is being served.
  const inRow = refusal.number === heardAt + 1 ? self.refusals : 0
  const before = change(self, { refusals: inRow + 1, heardBefore: heardAt })
  // Refused again before anything was served: the limit is still used up, which says nothing new about its size.
  if (inRow > 0) return held(change(before, { perMinute: Math.min(perMinute, self.base) }), refusal)
  const served = Recent.within(self.served, windowMillis, refusal.now) * stepBack
  const least = perMinute * (searching ? 0.25 : 0.7)
  const slower = Math.max(slowest, Math.min(perMinute * stepBack, Math.max(served, least)))
  // Refused again within the time that is measured, it was not that far off.
  const isAgain = refusal.now - self.refusedAt < windowMillis
  const refusedPace = isAgain ? (perMinute + slower) / 2 : perMinute
  return held(change(before, { perMinute: slower, base: slower, refusedPace, searching: false }), refusal)
}

/** Nothing goes for a moment, longer with each refusal in a row, and no credit is left. */
const held = (self: Pace, { millis, now, sent }: Refusal): Pace => {
  const interval = windowMillis / self.perMinute
  const pause = Math.min(Math.max(interval, longestPause), Math.max(interval, shortestPause) * 2 ** (self.refusals - 1))
  return change(self, {
    heardAt: sent,
    refusedAt: now,
    wasStated: millis !== null,
    // Once the stated time is over there is room for one: nothing was saved up that could go ahead of its time.
    next: now + burstMillis + (millis === null ? pause : Math.min(millis, Math.max(interval, statedMillis)))
  })
}

/** How far ahead of an even pace a request may be. */
const burstMillis = 5_000

const slowest = 1
/** Who was served a request or two says little about a pace; it must not wait a minute for that. */
const slowestFirst = 12
const fastest = 1_000_000
const restarting = 60
const stepBack = 0.97

/** A pace that is used to the full gains this many requests per minute with each, at first: about 3 % in a minute. */
const gainPerRequest = 0.03
/**
 * After this time without a refusal it gains twice as much, and so on: a fast pace sooner, as many requests tell as much, and
 * a slow one not before a few have told.
 */
const calmMillis = { most: 15_000, least: 5_000 }
const calmRequests = { least: 3, most: 40 }
const doublingMillis = 10_000
/** So soon it doubles while nothing but the first refusal is known, a fast pace sooner: within so many requests. */
const searchMillis = { most: 4_000, least: 2_000 }
const searchRequests = 12
/** In about this time it is back near where it was refused. */
const returnMillis = 10_000
const shortestPause = 250
const longestPause = 5_000
/** Vendors state whole seconds, in which a fast pace would save up more than a small bucket holds. */
const statedMillis = 1_000
