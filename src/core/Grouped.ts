/**
 * Which members share a limit: the slots of each group.
 *
 * @since 0.1.0
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Bits from "./Bits.js"

/**
 * @since 0.1.0
 * @category models
 */
export type Grouped = HashMap.HashMap<string, Bits.Bits>

/**
 * @since 0.1.0
 * @category constructors
 */
export const empty: Grouped = HashMap.empty()

/**
 * Puts the member at `slot` into a group or takes it out. `capacity` is the number of members of the pool.
 *
 * @since 0.1.0
 * @category combinators
 */
export const set = (self: Grouped, group: string, slot: number, capacity: number, joins: boolean): Grouped => {
  const slots = Bits.set(
    Option.getOrElse(HashMap.get(self, group), () => Bits.empty(capacity)),
    slot,
    joins
  )
  return Bits.count(slots) === 0 ? HashMap.remove(self, group) : HashMap.set(self, group, slots)
}

/**
 * @since 0.1.0
 * @category getters
 */
export const slots = (self: Grouped, group: string): ReadonlyArray<number> =>
  Option.match(HashMap.get(self, group), { onNone: () => [], onSome: Bits.toArray })
