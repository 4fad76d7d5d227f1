/**
 * A tally: how much was used within any minute, for limits that must hold in every one of them.
 *
 * Counted by the second, each kept for 61, so that what has left the tally is a full minute old.
 *
 * @since 0.1.0
 */

const kept = 61

/**
 * `second` is that of the latest entry; the entry of second `s` is at `s % 61`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Tally {
  readonly second: number
  readonly slots: ReadonlyArray<number>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const empty: Tally = { second: -kept, slots: new Array<number>(kept).fill(0) }

/**
 * Adds an amount at this time.
 *
 * @since 0.1.0
 * @category transitions
 */
export const add = (self: Tally, amount: number, now: number): Tally => {
  // A clock that was set back adds to the latest second: nothing is forgotten early.
  const second = Math.max(self.second, secondOf(now))
  const slots = self.slots.slice()
  for (let s = Math.max(self.second + 1, second - kept + 1); s <= second; s++) slots[slotOf(s)] = 0
  slots[slotOf(second)] = (slots[slotOf(second)] ?? 0) + amount
  return { second, slots }
}

/**
 * Corrects what was added at `at`; what has left the tally needs no correction.
 *
 * @since 0.1.0
 * @category transitions
 */
export const correct = (self: Tally, amount: number, at: number): Tally => {
  const second = Math.min(self.second, secondOf(at))
  if (amount === 0 || second <= self.second - kept) return self
  const slots = self.slots.slice()
  slots[slotOf(second)] = Math.max(0, (slots[slotOf(second)] ?? 0) + amount)
  return { second: self.second, slots }
}

/**
 * What counts at this time.
 *
 * @since 0.1.0
 * @category getters
 */
export const sum = (self: Tally, now: number): number => {
  let total = 0
  for (let s = oldest(self, now); s <= self.second; s++) total += self.slots[slotOf(s)] ?? 0
  return total
}

/**
 * The first time at which no more than `room` counts, or nothing at all: `now` when that is so already.
 *
 * @since 0.1.0
 * @category getters
 */
export const roomAt = (self: Tally, room: number, now: number): number => {
  let total = sum(self, now)
  if (total <= Math.max(0, room)) return now
  for (let s = oldest(self, now); s <= self.second; s++) {
    total -= self.slots[slotOf(s)] ?? 0
    if (total <= room) return (s + kept) * 1000
  }
  return (self.second + kept) * 1000
}

const oldest = (self: Tally, now: number): number => Math.max(self.second - kept + 1, secondOf(now) - kept + 1)

const secondOf = (at: number): number => Math.floor(at / 1000)

const slotOf = (second: number): number => ((second % kept) + kept) % kept
