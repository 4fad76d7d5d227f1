/**
 * Plenty: how much is left of a member's limits, for the time they have left; and taking turns with that in mind.
 *
 * Who takes turns strictly uses as much of each token, so small ones are used up while large ones have plenty, and what is
 * left of a window when it ends is lost. So where limits are known, stated or learnt, whoever is next in turn is passed over
 * while little is left of it and another of the next few has much more; and while callers wait, so that nothing may be
 * lost, for whichever has most for its time: in a large pool, of the one lent last and a few that chance picks, so that a
 * window that is about to end is found wherever it is, and then used up. Where nothing is known, or all are about alike, the
 * turn holds.
 *
 * @since 0.1.0
 */
import * as HashMap from "effect/HashMap"
import type { Gate } from "./Gate.js"
import * as OwnedGates from "./OwnedGates.js"
import * as Pace from "./Pace.js"
import type * as Pool from "./Pool.js"
import * as Recent from "./Recent.js"
import * as Slots from "./Slots.js"
import * as Statement from "./Statement.js"
import * as Strategy from "./Strategy.js"
import * as Tally from "./Tally.js"
import * as Window from "./Window.js"

/**
 * Who of a lane is next: in its turn, as the strategy has it, unless headroom is known to be uneven.
 *
 * @since 0.1.0
 * @category selection
 */
export const choose = (
  pool: Pool.Pool,
  lane: Strategy.Lane,
  asked: {
    readonly model: string | null
    readonly now: number
    /** In [0, 1). */
    readonly random: number
    /** Whether callers wait, so that more is asked for than there is. */
    readonly isShort: boolean
  }
): readonly [slot: number, turn: Strategy.Turn] => {
  const { isShort, model, now, random } = asked
  const next = Strategy.pick(pool.strategy, lane, pool.turn, random)
  if (pool.strategy !== "round-robin" || HashMap.isEmpty(pool.gates)) return next
  const plenty = ofSlot(pool, next[0], model, now)
  if (!isShort && plenty >= little) return next
  let best = next
  let most = plenty * muchMore + margin
  const look = (start: Strategy.Turn, times: number) => {
    let turn = start
    for (let i = 0; i < times; i++) {
      const other = Strategy.pick(pool.strategy, lane, turn, random)
      if (other[0] === next[0]) return
      turn = other[1]
      const has = ofSlot(pool, other[0], model, now)
      if (has <= most) continue
      best = other
      most = has
    }
  }
  if (!isShort || pool.members.length <= lookedAt) look(next[1], lookedAt - 1)
  else {
    look(from(pool.turn, (pool.turn.cursors[0] ?? 0) - 1), 1)
    look(from(pool.turn, Math.floor(random * pool.members.length)), lookedAt - 2)
  }
  return best
}

/** The turn of whoever is ready from this slot on. */
const from = (turn: Strategy.Turn, slot: number): Strategy.Turn => ({ ...turn, cursors: [Math.max(0, slot)] })

/**
 * How much is left of the limits of a member, for the time they have left: 1 is as much as lasts until there is more, 0 is
 * nothing. A window may have more than it has time for; a bucket never does. Of several limits the scarcest counts.
 */
const ofSlot = (pool: Pool.Pool, slot: number, model: string | null, now: number): number => {
  const member = Slots.get(pool.members, slot)
  const places = member === undefined ? [] : OwnedGates.places(pool.gates, member, model)
  const least = places.reduce((least, { gate }) => Math.min(least, ofGate(gate, now)), Infinity)
  return least === Infinity ? enough : least
}

/** The same of one gate; `Infinity` where nothing is known. */
const ofGate = ({ limits, pace, requests, stated, usage, window }: Gate, now: number): number => {
  let least = Infinity
  if (pace !== null) least = unused(Recent.within(pace.served, Pace.windowMillis, now), pace.perMinute)
  if (window !== null && Window.isKnown(window)) {
    const { endsAt, limit, used } = window
    const share = now >= endsAt ? 1 : unused(used, limit)
    least = Math.min(least, inTime(share, untilEnd(endsAt, Window.periodMillis, now), Window.periodMillis))
  }
  const { requestsPerMinute, usagePerMinute } = limits
  if (requestsPerMinute !== null) least = Math.min(least, unused(Tally.sum(requests, now), requestsPerMinute))
  if (usagePerMinute !== null) least = Math.min(least, unused(Tally.sum(usage, now), usagePerMinute))
  for (const kind in stated) {
    const each = stated[kind]
    if (each !== undefined) least = Math.min(least, ofStated(each, now))
  }
  return Math.max(0, least)
}

const ofStated = (self: Statement.Stated, now: number): number => {
  const { limit, refill, resetAt } = self
  if (limit === null) return Infinity
  const share = now >= Statement.fullAt(self) ? 1 : Math.min(1, unused(limit - Statement.left(self, now), limit))
  if (refill === "continuous") return share
  const periodMillis = self.periodMillis ?? Statement.supposedMillis
  return inTime(share, untilEnd(resetAt, periodMillis, now), periodMillis)
}

/** How long a window lasts; of one that nobody was heard of since it began, as if it followed upon the last one. */
const untilEnd = (endsAt: number, periodMillis: number, now: number): number =>
  now < endsAt ? endsAt - now : periodMillis - ((now - endsAt) % periodMillis)

/** The share that is left of a limit; of one of 0, nothing is. */
const unused = (used: number, limit: number): number => (limit > 0 ? 1 - used / limit : 0)

/** The share that is left of a window over the share of its time that is left. */
const inTime = (left: number, millis: number, periodMillis: number): number =>
  (left * Math.max(millis, periodMillis)) / Math.max(millis - roundedMillis, shortestMillis)

const enough = 1
/** Vendors round up to whole seconds, so a window may end so much sooner than they say. */
const roundedMillis = 1_000
/** What ends sooner than this is as good as over. */
const shortestMillis = 100

/** Less than this of what lasts is little; and so much more, at least, is much more. */
const little = 0.75
const muchMore = 1.25
const margin = 0.1

/** So many are compared at one decision. */
const lookedAt = 8
