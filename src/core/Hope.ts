/**
 * Hope: whether waiting still has a point for those who wait.
 *
 * A wait turns hopeless when no token can come back before its deadline any more: the last one is revoked, disabled or
 * removed, rests for longer, or is found to be too small for the request. What those in flight may still change is no
 * reason to give up: room they may give back, a circuit their probe may close, a rest their audit may end. Nor is what is
 * only guessed of the provider or the model, since that may end at any time.
 *
 * Whoever stands in a line needs the same, so one member that comes back before the first deadline in it gives hope to
 * all of them, and as long as it does, nobody else is looked at.
 *
 * @since 0.1.0
 */
import * as HashMap from "effect/HashMap"
import * as AuditTime from "./AuditTime.js"
import * as Capacity from "./Capacity.js"
import * as Circuit from "./Circuit.js"
import * as Flow from "./Flow.js"
import * as Gate from "./Gate.js"
import * as Limits from "./Limits.js"
import * as Line from "./Line.js"
import type * as Member from "./Member.js"
import * as OwnedGates from "./OwnedGates.js"
import * as Pool from "./Pool.js"
import * as PoolView from "./PoolView.js"
import * as Size from "./Size.js"
import * as Standing from "./Standing.js"
import * as Standings from "./Standings.js"
import * as WaitQueue from "./WaitQueue.js"

/**
 * Takes those out of the queue whose wait has turned hopeless. Whose time is over in this moment finds out alone.
 *
 * @since 0.1.0
 * @category transitions
 */
export const giveUp = <A>(
  pool: Pool.Pool,
  queue: WaitQueue.WaitQueue<A>,
  now: number
): readonly [hopeless: ReadonlyArray<WaitQueue.Waiter<A>>, queue: WaitQueue.WaitQueue<A>] => {
  let rest = queue
  const hopeless: Array<WaitQueue.Waiter<A>> = []
  for (const [name, line] of Object.entries(queue.lines)) {
    const looked = look(pool, line, now)
    for (const waiter of looked.hopeless) rest = WaitQueue.leave(rest, waiter.ticket)[1]
    rest = WaitQueue.hopeFor(rest, name, looked.hope)
    hopeless.push(...looked.hopeless)
  }
  return [hopeless, rest]
}

/**
 * When a token may be lent for a wish at the earliest, for all that is known: `null` when no time brings one back. Looks
 * from the member at `from` on until one is back by `enough`, and says which is the first.
 *
 * @since 0.1.0
 * @category getters
 */
export const earliest = (
  pool: Pool.Pool,
  wish: WaitQueue.Wish,
  { enough, from, now }: { readonly enough: number; readonly from: number; readonly now: number }
): { readonly slot: number; readonly at: number | null } => {
  const whole = wholeAt(pool, wish.model, now)
  if (whole === null) return { slot: 0, at: null }
  if (!PoolView.isUsual(pool)) {
    return { slot: 0, at: soonest(PoolView.bound(pool, now), isAuditOut(pool) ? now : Pool.nextAudit(pool)) }
  }
  const memberBackAt = (member: Member.Member) => {
    const own = memberAt(pool, member, wish, now)
    return own === null ? null : Math.max(whole, own)
  }
  return PoolView.soonest(pool, { exclude: wish.exclude, enough, from }, memberBackAt)
}

const look = <A>(
  pool: Pool.Pool,
  line: Line.Line<WaitQueue.Waiter<A>>,
  now: number
): { readonly hopeless: ReadonlyArray<WaitQueue.Waiter<A>>; readonly hope: number } => {
  const hopeless: Array<WaitQueue.Waiter<A>> = []
  let { hope } = line
  let back: { readonly size: Size.Size | null; readonly at: number | null } | null = null
  let hopeful = 0
  for (const waiter of Line.byDeadline(line)) {
    const { ticket, wish } = waiter
    const { deadline } = ticket
    if (deadline <= now) continue
    if (hopeful === 0 && hopeless.length === 0 && wish.size !== null) {
      const found = earliest(pool, { ...wish, size: Size.mostOf(wish.size) }, { enough: deadline, from: hope, now })
      if (isBy(found.at, deadline)) return { hopeless, hope: found.slot }
    }
    // All members were looked at for one who asks no more than this one.
    if (back === null || isBy(back.at, deadline) || !asksMore(wish.size, back.size)) {
      const found = earliest(pool, wish, { enough: deadline, from: hope, now })
      if (isBy(found.at, deadline)) {
        hope = found.slot
        hopeful++
        // Sizes in a line differ a little, and so may what there is hope for; but not all of them are looked at each time.
        if (wish.size === null || hopeful >= mostLookedAt) break
        continue
      }
      back = { size: wish.size, at: found.at }
    }
    hopeless.push(waiter)
  }
  return { hopeless, hope }
}

const isBy = (at: number | null, deadline: number): boolean => at !== null && at <= deadline

const asksMore = (self: Size.Size | null, other: Size.Size | null): boolean =>
  self === null || other === null ? self === other : Size.covers(self, other)

/** When what is known of the provider and the model lets go, guesses apart. */
const wholeAt = (pool: Pool.Pool, model: string | null, now: number): number | null => {
  const standings = model === null ? [pool.provider] : [pool.provider, Pool.at(pool.models, model)]
  let at = pool.flow === null ? now : Math.max(now, Flow.opensAt(pool.flow))
  for (const { circuit, cooldown } of standings) {
    const until = cooldown === null ? now : cooldown.until
    if (circuit._tag === "Isolated" || until === null) return null
    at = Math.max(at, until)
  }
  return at
}

const memberAt = (
  pool: Pool.Pool,
  member: Member.Member,
  { model, size }: WaitQueue.Wish,
  now: number
): number | null => {
  const places = OwnedGates.places(pool.gates, member, model)
  if (size !== null && Capacity.excessAt(places, size, now) !== null) return null
  const rested = restedUntil(pool, member, model, now)
  return rested === null ? null : places.reduce((at, { gate }) => Math.max(at, roomAt(gate, size, now)), rested)
}

/** When a member is lent again, be it for an audit, or has what holds it ended by a probe that is out. */
const restedUntil = (pool: Pool.Pool, member: Member.Member, model: string | null, now: number): number | null => {
  let last = now
  for (const standing of Standings.of(pool, member, model)) {
    if (Standing.isReady(standing, now)) continue
    const self = standing.circuit._tag === "HalfOpen" ? { ...standing, circuit: Circuit.closed } : standing
    const audited = Math.max(AuditTime.ofStanding(self), auditedFrom(pool, now))
    const until = soonest(Standing.heldUntil(self, now), audited)
    if (until === null) return null
    last = Math.max(last, until)
  }
  return last
}

/** From when on audits may end rests: at any time when one is out, else once the next may go. */
const auditedFrom = (pool: Pool.Pool, now: number): number => (isAuditOut(pool) ? now : Math.max(now, pool.audit.until))

const isAuditOut = (pool: Pool.Pool): boolean => HashMap.has(pool.out, pool.audit.lease)

/** Those in flight may give back all but their place among the requests of the minute, and say what else is known. */
const roomAt = (gate: Gate.Gate, size: Size.Size | null, now: number): number => {
  if (gate.inFlight === 0) return Gate.opensAt(gate, now, size)
  const { limits, requests } = gate
  return Gate.roomAt(
    { ...Gate.open, requests, limits: { ...Limits.none, requestsPerMinute: limits.requestsPerMinute } },
    now
  )
}

const soonest = (a: number | null, b: number): number | null => (b === Infinity ? a : a === null ? b : Math.min(a, b))

/** How many of a line with sizes are looked at beyond those that have no hope. */
const mostLookedAt = 16
