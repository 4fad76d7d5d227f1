/**
 * The gates of all who own limits in a pool, by owner: a token's id, or the name of a group.
 *
 * @since 0.1.0
 */
import * as HashMap from "effect/HashMap"
import * as Gate from "./Gate.js"
import * as Gates from "./Gates.js"
import * as Member from "./Member.js"
import type { Size } from "./Size.js"

/**
 * @since 0.1.0
 * @category models
 */
export type OwnedGates = HashMap.HashMap<string, Gates.Gates>

/**
 * @since 0.1.0
 * @category constructors
 */
export const empty: OwnedGates = HashMap.empty()

/**
 * @since 0.1.0
 * @category getters
 */
export const of = (self: OwnedGates, owner: string): Gates.Gates => {
  const gates = HashMap.get(self, owner)
  return gates._tag === "None" ? Gates.none : gates.value
}

/**
 * When the gates of a member let a request for `model` through, of this size or a usual one: `now` or earlier when they
 * do, `Infinity` when one in flight must end first.
 *
 * @since 0.1.0
 * @category getters
 */
export const opensAt = (
  self: OwnedGates,
  member: Member.Member,
  model: string | null,
  now: number,
  size: Size | null = null
): number => {
  if (HashMap.isEmpty(self)) return now
  let opens = now
  for (const owner of Member.owners(member)) {
    const gates = of(self, owner)
    if (gates === Gates.none) continue
    opens = Math.max(opens, Gates.opensAt(gates, null, now, size))
    if (model !== null) opens = Math.max(opens, Gates.opensAt(gates, model, now, size))
  }
  return opens
}

/**
 * Forgets what was learnt of the limits of an owner; what the user states stays.
 *
 * @since 0.1.0
 * @category combinators
 */
export const forget = (self: OwnedGates, owner: string): OwnedGates => {
  const before = HashMap.get(self, owner)
  if (before._tag === "None") return self
  const gate = Gates.at(before.value, null)
  if (gate === undefined) return HashMap.remove(self, owner)
  // What is in flight still counts, and comes back with the number it has; the next one costs what it usually does.
  const { declared, inFlight, limits, requests, sent, typical, usage } = gate
  const bare = Gate.change(Gate.open, { declared, inFlight, limits, requests, sent, typical, usage })
  return HashMap.set(self, owner, Gates.set(Gates.none, null, bare))
}

/**
 * A gate, whose it is, and for which model (`null`: for all).
 *
 * @since 0.1.0
 * @category models
 */
export interface Place {
  readonly owner: string
  readonly model: string | null
  readonly gate: Gate.Gate
}

/**
 * The gates that a request of this member for `model` passes.
 *
 * @since 0.1.0
 * @category getters
 */
export const places = (self: OwnedGates, member: Member.Member, model: string | null): ReadonlyArray<Place> => {
  const found: Array<Place> = []
  for (const owner of Member.owners(member)) {
    const gates = of(self, owner)
    for (const of of model === null ? [null] : [null, model]) {
      const gate = Gates.at(gates, of)
      if (gate !== undefined) found.push({ owner, model: of, gate })
    }
  }
  return found
}

/**
 * The first time at which a gate of a member opens that is shut now.
 *
 * @since 0.1.0
 * @category getters
 */
export const nextOpening = (self: OwnedGates, member: Member.Member, now: number): number =>
  HashMap.isEmpty(self)
    ? Infinity
    : Member.owners(member).reduce(
        (soonest, owner) => Math.min(soonest, Gates.nextOpening(of(self, owner), now)),
        Infinity
      )

/**
 * The models for which a gate of the member is shut now.
 *
 * @since 0.1.0
 * @category getters
 */
export const shut = (self: OwnedGates, member: Member.Member, now: number): ReadonlyArray<string> =>
  HashMap.isEmpty(self) ? [] : Member.owners(member).flatMap((owner) => Gates.shut(of(self, owner), now))
