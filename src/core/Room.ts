/**
 * Room: finding a token for a request of a declared size, and keeping one for who needs much.
 *
 * The lanes know who has room for a usual request. One of a declared size is tried against members of its lane, and then
 * against any other member, since one that has no room for a usual request may have it for a small one.
 *
 * A large request that nobody has room for would wait for ever if smaller ones took what becomes free. So the token that
 * will have room for it first is saved up for it: nobody who came later is lent this token, or another that shares its
 * limits, if that would put the large request off. All other tokens, and what the large request has no use for anyway,
 * such as the rest of a window, go to whoever comes next.
 *
 * @since 0.1.0
 */
import * as Capacity from "./Capacity.js"
import * as Gate from "./Gate.js"
import * as Member from "./Member.js"
import * as OwnedGates from "./OwnedGates.js"
import type * as Pool from "./Pool.js"
import type { Size } from "./Size.js"
import * as Slots from "./Slots.js"
import * as Standings from "./Standings.js"
import * as Strategy from "./Strategy.js"

/**
 * The token that will have room first, and for whom.
 *
 * @since 0.1.0
 * @category models
 */
export interface Saving {
  readonly slot: number
  readonly model: string | null
  readonly size: Size
  /** When it has room, as far as is known now; epoch milliseconds. */
  readonly at: number
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Asked {
  readonly model: string | null
  readonly exclude: ReadonlyArray<string>
  /** `null`: a usual one. */
  readonly size: Size | null
  /** What is saved up for somebody who came earlier. */
  readonly saving: Saving | null
  readonly now: number
  /** In [0, 1). */
  readonly random: number
}

/**
 * Who is lent; `slot` is -1 when nobody can be, and then `saving` is who will have room first.
 *
 * @since 0.1.0
 * @category models
 */
export interface Choice {
  readonly slot: number
  readonly turn: Strategy.Turn
  readonly saving: Saving | null
}

/**
 * Chooses for a request of a declared size, or for any while something is saved up. `lane`: who is ready for a usual one.
 *
 * @since 0.1.0
 * @category selection
 */
export const choose = (pool: Pool.Pool, lane: Strategy.Lane, asked: Asked): Choice => {
  let rest = lane
  const most = asked.size === null ? mostLookedAt : mostPicked
  for (let i = 0; i < most; i++) {
    const [slot, turn] = Strategy.pick(pool.strategy, rest, pool.turn, asked.random)
    const member = Slots.get(pool.members, slot)
    if (member === undefined) break
    if (hasRoom(pool, member, asked) && !putsOff(pool, slot, member, asked)) return { slot, turn, saving: null }
    rest = Strategy.place(rest, slot, member, false)
  }
  return asked.size === null ? { slot: -1, turn: pool.turn, saving: null } : look(pool, asked, asked.size)
}

/** Looks at members whether they are in the lane or not; in a pool of very many, at some of them each time. */
const look = (pool: Pool.Pool, asked: Asked, size: Size): Choice => {
  const { exclude, model, now } = asked
  const { length } = pool.members
  const start = Math.floor(asked.random * length)
  let saving: Saving | null = null
  for (let i = 0; i < Math.min(length, mostLookedAt); i++) {
    const slot = (start + i) % length
    const member = Slots.get(pool.members, slot)
    if (member === undefined || !member.profile.enabled || exclude.includes(member.profile.id)) continue
    const at = roomAt(pool, member, model, size, now)
    if (at === null) continue
    if (at <= now && hasRoom(pool, member, asked) && !putsOff(pool, slot, member, asked)) {
      return { slot, turn: pool.turn, saving: null }
    }
    if (saving === null || at < saving.at) saving = { slot, model, size, at }
  }
  return { slot: -1, turn: pool.turn, saving }
}

const hasRoom = ({ gates }: Pool.Pool, member: Member.Member, { model, now, size }: Asked): boolean =>
  size === null ||
  (OwnedGates.opensAt(gates, member, model, now, size) <= now &&
    Capacity.excess(gates, member, { model, size, now }) === null)

/** When a member has room, whatever is in flight; `null` when it never will. */
const roomAt = (
  pool: Pool.Pool,
  member: Member.Member,
  model: string | null,
  size: Size,
  now: number
): number | null => {
  const places = OwnedGates.places(pool.gates, member, model)
  if (Capacity.excessAt(places, size, now) !== null) return null
  const held = Standings.heldUntil(pool, member, model, now)
  return held === null ? null : Math.max(held, roomOf(places, size, now))
}

const roomOf = (places: ReadonlyArray<OwnedGates.Place>, size: Size, now: number): number =>
  places.reduce((at, { gate }) => Math.max(at, Gate.roomAt(gate, now, size)), now)

/** Whether to lend this member would leave the saved token with room later than it will have it. */
const putsOff = (
  pool: Pool.Pool,
  slot: number,
  member: Member.Member,
  { model, now, saving, size }: Asked
): boolean => {
  const saved = saving === null ? undefined : Slots.get(pool.members, saving.slot)
  if (saving === null || saved === undefined) return false
  const owners = Member.owners(member)
  if (slot !== saving.slot && !Member.owners(saved).some((owner) => owners.includes(owner))) return false
  const places = OwnedGates.places(pool.gates, saved, saving.model)
  const after = places.map((place) =>
    owners.includes(place.owner) && (place.model === null || place.model === model)
      ? { ...place, gate: Gate.pass(place.gate, true, now, size)[1] }
      : place
  )
  return roomOf(after, saving.size, now) > roomOf(places, saving.size, now)
}

/** Members of a lane that are tried before all are looked at. */
const mostPicked = 16

/** More than this in one decision would hold everybody up. */
const mostLookedAt = 1_024
