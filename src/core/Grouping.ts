/**
 * Tokens that share a limit: how they come into a group, and what becomes of all of them when its standing changes.
 *
 * @since 0.1.0
 */
import * as HashMap from "effect/HashMap"
import * as Gates from "./Gates.js"
import * as Grouped from "./Grouped.js"
import * as LimitChange from "./LimitChange.js"
import * as Member from "./Member.js"
import * as OwnedGates from "./OwnedGates.js"
import * as Pool from "./Pool.js"
import * as Slots from "./Slots.js"
import type * as Standing from "./Standing.js"

/**
 * Moves a token to the group the vendor's answers name, if they do, unless the user declared one. What was learnt of its own
 * limits before was learnt of the group's.
 *
 * @since 0.1.0
 * @category transitions
 */
export const learn = (self: Pool.Pool, tokenId: string, owner: string | undefined, now: number): Pool.Pool => {
  const found = Pool.find(self, tokenId)
  if (found === null || owner === undefined) return self
  const { member, slot } = found
  if (member.profile.group !== undefined || member.learntGroup === owner) return self
  const capacity = self.members.length
  const left =
    member.learntGroup === null ? self.grouped : Grouped.set(self.grouped, member.learntGroup, slot, capacity, false)
  const grouped = Grouped.set(left, owner, slot, capacity, true)
  const gates = owner === tokenId ? self.gates : OwnedGates.forget(self.gates, tokenId)
  const moved = Pool.put(
    Pool.change(self, { grouped, gates }),
    slot,
    Member.change(member, { learntGroup: owner }),
    now
  )
  return OwnedGates.of(gates, owner) === Gates.none ? moved : LimitChange.adopt(moved, now, tokenId)
}

/**
 * Changes the standing of a group and of every member in it.
 *
 * @since 0.1.0
 * @category transitions
 */
export const put = (self: Pool.Pool, group: string, standing: Standing.Standing, now: number): Pool.Pool => {
  let pool = Pool.change(self, { groups: HashMap.set(self.groups, group, standing) })
  for (const slot of Grouped.slots(self.grouped, group)) {
    const member = Slots.get(pool.members, slot)
    if (member !== undefined) pool = Pool.put(pool, slot, member, now)
  }
  return pool
}
