/**
 * A tally: how much was used within any minute, for limits that must hold in every one of them.
 *
 * What is used within one second is one entry, as old as the latest of it: so an entry that has left the tally is a full
 * minute old, and there are never more than sixty-one.
 *
 * @since 0.1.0
 */

/**
 * @since 0.1.0
 * @category models
 */
export interface Entry {
  /** When the first and the last of it was used, epoch milliseconds. */
  readonly first: number
  readonly last: number
  readonly amount: number
}

/**
 * The oldest first.
 *
 * @since 0.1.0
 * @category models
 */
export type Tally = ReadonlyArray<Entry>

/**
 * @since 0.1.0
 * @category constructors
 */
export const empty: Tally = []

/**
 * Adds an amount at this time.
 *
 * @since 0.1.0
 * @category transitions
 */
export const add = (self: Tally, amount: number, now: number): Tally => {
  const counting = self.filter((entry) => counts(entry, now))
  const latest = counting.at(-1)
  // A clock that was set back adds to the latest entry: nothing is forgotten early.
  return latest !== undefined && now - latest.first < entryMillis
    ? [...counting.slice(0, -1), { ...latest, last: Math.max(latest.last, now), amount: latest.amount + amount }]
    : [...counting, { first: now, last: now, amount }]
}

/**
 * Corrects what was added at `at`; what has left the tally needs no correction.
 *
 * @since 0.1.0
 * @category transitions
 */
export const correct = (self: Tally, amount: number, at: number): Tally => {
  const index = amount === 0 ? -1 : self.findIndex(({ first, last }) => first <= at && at <= last)
  return index < 0
    ? self
    : self.map((entry, i) => (i === index ? { ...entry, amount: Math.max(0, entry.amount + amount) } : entry))
}

/**
 * What counts at this time.
 *
 * @since 0.1.0
 * @category getters
 */
export const sum = (self: Tally, now: number): number =>
  self.reduce((total, entry) => (counts(entry, now) ? total + entry.amount : total), 0)

/**
 * The first time at which no more than `room` counts, or nothing at all: `now` when that is so already.
 *
 * @since 0.1.0
 * @category getters
 */
export const roomAt = (self: Tally, room: number, now: number): number => {
  let total = sum(self, now)
  let at = now
  for (const entry of self) {
    if (total <= Math.max(0, room)) return at
    if (!counts(entry, now)) continue
    total -= entry.amount
    at = entry.last + minute
  }
  return at
}

const counts = ({ last }: Entry, now: number): boolean => last + minute > now

const minute = 60_000

const entryMillis = 1_000
