/**
 * The gates of a pool: a changed one is put in its place together with the members that pass it.
 *
 * @since 0.1.0
 */
import * as HashMap from "effect/HashMap"
import * as Gate from "./Gate.js"
import * as Gates from "./Gates.js"
import * as Grouped from "./Grouped.js"
import * as OwnedGates from "./OwnedGates.js"
import * as Pool from "./Pool.js"
import * as Slots from "./Slots.js"

/**
 * The gate of this owner for `model`, or for all models.
 *
 * @since 0.1.0
 * @category getters
 */
export const at = (pool: Pool.Pool, owner: string, model: string | null): Gate.Gate | undefined =>
  Gates.at(OwnedGates.of(pool.gates, owner), model)

/**
 * Keeps the gate and, when it shut or opened by this, moves whoever passes through it. `slot` is one of them.
 *
 * @since 0.1.0
 * @category transitions
 */
export const put = (
  self: Pool.Pool,
  slot: number,
  owner: string,
  model: string | null,
  gate: Gate.Gate,
  now: number
): Pool.Pool => {
  const gates = OwnedGates.of(self.gates, owner)
  const before = Gates.opensAt(gates, model, now)
  const opens = Gate.opensAt(gate, now)
  const pool = Pool.change(self, { gates: HashMap.set(self.gates, owner, Gates.set(gates, model, gate)) })
  if (opens === before || (opens <= now && before <= now)) return pool
  return putAll(pool, slot, owner, now)
}

/**
 * Brings every member in its place that passes the gates of this owner; `slot` is one of them.
 *
 * @since 0.1.0
 * @category transitions
 */
export const putAll = (self: Pool.Pool, slot: number, owner: string, now: number): Pool.Pool => {
  const slots = Grouped.slots(self.grouped, owner)
  let moved = self
  for (const each of slots.length === 0 ? [slot] : slots) {
    const member = Slots.get(moved.members, each)
    if (member !== undefined) moved = Pool.put(moved, each, member, now)
  }
  return moved
}
