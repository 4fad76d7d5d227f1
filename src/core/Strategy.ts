/**
 * Strategies: which of the ready members is lent next.
 *
 * A `Lane` is the persistent index of the members that are ready for one purpose; a `Turn` is where the rotation stands.
 * They are apart because a pool keeps one lane per limited model but one rotation. No strategy looks at all members.
 *
 * @since 0.1.0
 */
import * as Bits from "./Bits.js"
import type { Member } from "./Member.js"
import * as MinTree from "./MinTree.js"

/**
 * - `round-robin`: in the order of the config; what rests is skipped and keeps its place. Where limits are known to be left
 *   unevenly, see `Plenty`
 * - `weighted`: smooth, in proportion to the weights of those ready; weight 0 serves when nobody else can
 * - `random`: each ready member with the same chance
 * - `least-used`: fewest leases in flight, then the longest unused
 *
 * @since 0.1.0
 * @category models
 */
export type Strategy = "round-robin" | "weighted" | "random" | "least-used"

/**
 * @since 0.1.0
 * @category models
 */
export type Lane =
  | { readonly _tag: "Set"; readonly ready: Bits.Bits }
  /** Members of equal weight form a class; classes take turns by weight × ready members. */
  | { readonly _tag: "Classes"; readonly weights: ReadonlyArray<number>; readonly ready: ReadonlyArray<Bits.Bits> }
  | { readonly _tag: "Order"; readonly ready: Bits.Bits; readonly order: MinTree.MinTree }

/**
 * Where the rotation stands: a cursor per class (one class but for `weighted`), and the credit of each.
 *
 * @since 0.1.0
 * @category models
 */
export interface Turn {
  readonly cursors: ReadonlyArray<number>
  readonly credits: ReadonlyArray<number>
}

/**
 * A lane without members, for a pool of these members.
 *
 * @since 0.1.0
 * @category constructors
 */
export const emptyLane = (strategy: Strategy, members: ReadonlyArray<Member>): Lane => {
  switch (strategy) {
    case "round-robin":
    case "random":
      return { _tag: "Set", ready: Bits.empty(members.length) }
    case "least-used":
      return { _tag: "Order", ready: Bits.empty(members.length), order: MinTree.empty(members.length) }
    case "weighted": {
      const weights = [...new Set(members.map((member) => member.profile.weight))].sort((a, b) => b - a)
      return { _tag: "Classes", weights, ready: weights.map(() => Bits.empty(members.length)) }
    }
  }
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const initialTurn = (lane: Lane): Turn => {
  const classes = lane._tag === "Classes" ? lane.weights : [0]
  return { cursors: classes.map(() => 0), credits: classes.map(() => 0) }
}

/**
 * Puts the member at `slot` into the lane or takes it out.
 *
 * @since 0.1.0
 * @category combinators
 */
export const place = (lane: Lane, slot: number, member: Member, ready: boolean): Lane => {
  switch (lane._tag) {
    case "Set": {
      const next = Bits.set(lane.ready, slot, ready)
      return next === lane.ready ? lane : { _tag: "Set", ready: next }
    }
    case "Order":
      return ready || Bits.has(lane.ready, slot)
        ? {
            _tag: "Order",
            ready: Bits.set(lane.ready, slot, ready),
            order: MinTree.set(lane.order, slot, ready ? useKey(member) : Infinity)
          }
        : lane
    case "Classes": {
      const index = lane.weights.indexOf(member.profile.weight)
      const bits = lane.ready[index]
      if (bits === undefined) return lane
      const next = Bits.set(bits, slot, ready)
      return next === bits ? lane : { ...lane, ready: lane.ready.map((other, i) => (i === index ? next : other)) }
    }
  }
}

/**
 * Whether the member at `slot` is in the lane.
 *
 * @since 0.1.0
 * @category predicates
 */
export const has = (lane: Lane, slot: number, member: Member): boolean => {
  if (lane._tag !== "Classes") return Bits.has(lane.ready, slot)
  const bits = lane.ready[lane.weights.indexOf(member.profile.weight)]
  return bits !== undefined && Bits.has(bits, slot)
}

/**
 * How many members are in the lane.
 *
 * @since 0.1.0
 * @category getters
 */
export const count = (lane: Lane): number =>
  lane._tag === "Classes" ? lane.ready.reduce((sum, bits) => sum + Bits.count(bits), 0) : Bits.count(lane.ready)

/**
 * Follows a change of a member's use. Only `least-used` cares.
 *
 * @since 0.1.0
 * @category combinators
 */
export const touch = (lane: Lane, slot: number, member: Member): Lane =>
  lane._tag === "Order" && Bits.has(lane.ready, slot)
    ? { ...lane, order: MinTree.set(lane.order, slot, useKey(member)) }
    : lane

/**
 * Picks a slot; -1 when the lane is empty. `random` is in [0, 1).
 *
 * @since 0.1.0
 * @category selection
 */
export const pick = (strategy: Strategy, lane: Lane, turn: Turn, random: number): readonly [number, Turn] => {
  switch (lane._tag) {
    case "Set": {
      if (strategy === "random") return [Bits.select(lane.ready, Math.floor(random * Bits.count(lane.ready))), turn]
      const slot = Bits.nextFrom(lane.ready, turn.cursors[0] ?? 0)
      return [slot, slot < 0 ? turn : { cursors: [slot + 1], credits: turn.credits }]
    }
    case "Order":
      return [MinTree.first(lane.order), turn]
    case "Classes":
      return pickClass(lane.weights, lane.ready, turn)
  }
}

/** One round of smooth weighted round robin over the classes, then the next member within the class. */
const pickClass = (
  weights: ReadonlyArray<number>,
  ready: ReadonlyArray<Bits.Bits>,
  turn: Turn
): readonly [number, Turn] => {
  const shares = ready.map((bits, i) => Math.max(0, weights[i] ?? 0) * Bits.count(bits))
  const total = shares.reduce((sum, share) => sum + share, 0)
  // A class that was resting comes back with at most one round of credit or debt, never a stored-up burst.
  const credits = shares.map((share, i) => Math.max(-total, Math.min(total, turn.credits[i] ?? 0)) + share)
  let best = -1
  for (let i = 0; i < credits.length; i++) {
    if ((shares[i] ?? 0) > 0 && (best < 0 || (credits[i] ?? 0) > (credits[best] ?? 0))) best = i
  }
  // A weight of zero means "when nobody else can".
  if (best < 0) best = ready.findIndex((bits) => Bits.count(bits) > 0)
  const bits = ready[best]
  if (bits === undefined) return [-1, turn]
  const slot = Bits.nextFrom(bits, turn.cursors[best] ?? 0)
  return [
    slot,
    {
      cursors: turn.cursors.map((cursor, i) => (i === best ? slot + 1 : cursor)),
      credits: credits.map((credit, i) => (i === best ? credit - total : credit))
    }
  ]
}

/** In flight counts first; turns stay below 2^40, so both fit one exact number. */
const useKey = (member: Member): number => member.inFlight * 2 ** 40 + member.turn
