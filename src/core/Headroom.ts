/**
 * Headroom: obeying known limits before they are hit.
 *
 * The gates belong to whoever owns the limit, a group or a token alone. When one shuts or opens, every member that
 * passes through it changes its place in the lanes, with no answer needed.
 *
 * @since 0.1.0
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Gate from "./Gate.js"
import * as Gates from "./Gates.js"
import * as Grouped from "./Grouped.js"
import type * as Member from "./Member.js"
import * as Pool from "./Pool.js"
import * as Slots from "./Slots.js"

/**
 * What a lease tells of the gate it went through.
 *
 * @since 0.1.0
 * @category models
 */
export interface Passed {
  readonly tokenId: string
  readonly model: string | null
  /** Which number it was there; `null` when there was no gate. */
  readonly passed: number | null
}

/**
 * Lets a request of this member through its gate and says which number it was there; `null` when nothing is known of
 * its limits yet.
 *
 * @since 0.1.0
 * @category transitions
 */
export const pass = (
  self: Pool.Pool,
  slot: number,
  member: Member.Member,
  model: string | null,
  now: number
): readonly [passed: number | null, pool: Pool.Pool] => {
  const owner = Pool.ownerOf(member)
  const gates = Option.getOrUndefined(HashMap.get(self.gates, owner))
  if (gates === undefined || !Object.hasOwn(gates, model ?? "")) return [null, self]
  const next = Gates.modify(gates, model, (gate) => Gate.pass(gate, now))
  return [Gates.at(next, model).sent, replace(self, owner, next, slot, model, now)]
}

/**
 * Takes note of what an answer states of its limit, as soon as its headers are there.
 *
 * @since 0.1.0
 * @category transitions
 */
export const hear = (self: Pool.Pool, lease: Passed, statement: Gate.Statement, now: number): Pool.Pool => {
  const found = Pool.find(self, lease.tokenId)
  if (found === null) return self
  const owner = Pool.ownerOf(found.member)
  const gates = Pool.gatesOf(self, found.member)
  const next = Gates.modify(gates, lease.model, (gate) => {
    // The first that is heard of this limit: who is in flight besides has passed since.
    const heard = gate === Gate.open ? { ...gate, sent: Math.max(0, found.member.inFlight - 1) } : gate
    return Gate.state(heard, statement, lease.passed ?? 0, now)
  })
  return next === gates ? self : replace(self, owner, next, found.slot, lease.model, now)
}

/** Keeps the gates and, when the one for `model` shut or opened by this, moves whoever passes through it. */
const replace = (
  self: Pool.Pool,
  owner: string,
  gates: Gates.Gates,
  slot: number,
  model: string | null,
  now: number
): Pool.Pool => {
  const before = Gates.at(
    Option.getOrElse(HashMap.get(self.gates, owner), () => Gates.none),
    model
  )
  const opens = Gate.opensAt(Gates.at(gates, model), now)
  const pool: Pool.Pool = { ...self, gates: HashMap.set(self.gates, owner, gates) }
  if (opens === Gate.opensAt(before, now) || (opens <= now && Gate.opensAt(before, now) <= now)) return pool
  let moved = pool
  const slots = Grouped.slots(pool.grouped, owner)
  for (const each of slots.length === 0 ? [slot] : slots) {
    const member = Slots.get(moved.members, each)
    if (member !== undefined) moved = Pool.put(moved, each, member, now)
  }
  return moved
}
