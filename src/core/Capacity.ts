/**
 * Capacity: how large a request a token may serve at all. Nothing ever makes room for one that exceeds a whole limit.
 *
 * Only what its caller declares counts for that: what requests usually cost is no reason to turn one away.
 *
 * @since 0.1.0
 */
import * as HashMap from "effect/HashMap"
import type { Unit } from "./Cost.js"
import type * as GateView from "./GateView.js"
import type * as Member from "./Member.js"
import * as OwnedGates from "./OwnedGates.js"
import type * as Pool from "./Pool.js"
import * as Size from "./Size.js"
import * as Slots from "./Slots.js"
import * as Standings from "./Standings.js"
import * as Statement from "./Statement.js"

/**
 * A limit that a request exceeds by itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface Excess {
  readonly unit: Exclude<Unit, "requests">
  /** What the request uses of the unit, by what its caller says. */
  readonly size: number
  readonly limit: number
  /** Who says so: the user, or the vendor. */
  readonly reason: Exclude<GateView.Reason, "pace_learnt">
  /** Whose limit it is: a token's id, or the name of a group. */
  readonly owner: string
}

/**
 * The limit of a member that a request exceeds most; `null` when the request fits.
 *
 * @since 0.1.0
 * @category getters
 */
export const excess = (
  gates: OwnedGates.OwnedGates,
  member: Member.Member,
  request: { readonly model: string | null; readonly size: Size.Size; readonly now: number }
): Excess | null => {
  if (HashMap.isEmpty(gates)) return null
  const { model, now, size } = request
  return excessAt(OwnedGates.places(gates, member, model), size, now)
}

/**
 * The limit of these gates that a request exceeds most; `null` when it fits.
 *
 * @since 0.1.0
 * @category getters
 */
export const excessAt = (places: ReadonlyArray<OwnedGates.Place>, size: Size.Size, now: number): Excess | null => {
  let worst: Excess | null = null
  const look = (owner: string, unit: Unit, limit: number, reason: Excess["reason"]) => {
    if (unit === "requests") return
    const least = Size.least(size, unit)
    if (least <= limit) return
    const found = { unit, size: least, limit, reason, owner }
    if (worst === null || shareOf(found) < shareOf(worst)) worst = found
  }
  for (const { gate, owner } of places) {
    look(owner, "usage", gate.limits.usagePerMinute ?? Infinity, "limit_set")
    for (const kind in gate.stated) {
      const stated = gate.stated[kind]
      if (stated !== undefined) look(owner, stated.unit, Statement.wholeLimit(stated, now), "limit_stated")
    }
  }
  return worst
}

/**
 * The limit to tell the caller whose request is too large for every token that may be lent, now or later: the largest for
 * what it asks. `null` when it fits one of them, or when there is none. It looks at members until one fits, so it is for
 * the moment of failure only.
 *
 * @since 0.1.0
 * @category getters
 */
export const excessOfAll = (
  pool: Pool.Pool,
  request: { readonly model: string | null; readonly size: Size.Size; readonly now: number }
): Excess | null => {
  if (HashMap.isEmpty(pool.gates)) return null
  let least: Excess | null = null
  for (let slot = 0; slot < pool.members.length; slot++) {
    const member = Slots.get(pool.members, slot)
    if (member === undefined || !isLendable(pool, member, request.model, request.now)) continue
    const found = excess(pool.gates, member, request)
    if (found === null) return null
    if (least === null || shareOf(found) > shareOf(least)) least = found
  }
  return least
}

/** How much of the request the limit lets through. */
const shareOf = ({ limit, size }: Excess): number => limit / size

/** Whether the member may be lent without anybody's act. */
const isLendable = (pool: Pool.Pool, member: Member.Member, model: string | null, now: number): boolean =>
  member.profile.enabled && Standings.heldUntil(pool, member, model, now) !== null
