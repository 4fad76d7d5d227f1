/**
 * Lanes for single models: for each model that some token may not serve now, the members that may.
 *
 * A model nobody limits has no lane of its own; the pool's serves it.
 *
 * @since 0.1.0
 */
import * as Bits from "./Bits.js"
import * as Member from "./Member.js"
import * as Standing from "./Standing.js"
import * as Strategy from "./Strategy.js"

/**
 * The members ready for one limited model, and those that model holds back.
 *
 * @since 0.1.0
 * @category models
 */
export interface ModelLane {
  readonly lane: Strategy.Lane
  readonly held: Bits.Bits
}

/**
 * By model.
 *
 * @since 0.1.0
 * @category models
 */
export type ModelLanes = Readonly<Record<string, ModelLane>>

/**
 * No model is limited.
 *
 * @since 0.1.0
 * @category constructors
 */
export const none: ModelLanes = Object.freeze({})

/**
 * The lane that serves `model`: its own, else `lane`.
 *
 * @since 0.1.0
 * @category getters
 */
export const laneFor = (self: ModelLanes, model: string | null, lane: Strategy.Lane): Strategy.Lane =>
  model !== null && Object.hasOwn(self, model) ? (self[model]?.lane ?? lane) : lane

/**
 * Brings the lanes in step with a changed member. `lane` is the pool's own, already in step.
 *
 * @since 0.1.0
 * @category combinators
 */
export const place = (
  self: ModelLanes,
  lane: Strategy.Lane,
  change: {
    readonly slot: number
    readonly member: Member.Member
    readonly ready: boolean
    readonly now: number
    readonly capacity: number
    /** Models whose gate is shut for this member. */
    readonly shut: ReadonlyArray<string>
  }
): ModelLanes => {
  const { capacity, member, now, ready, slot } = change
  const resting = Object.keys(member.models).filter(
    (model) => !Standing.isReady(Member.modelStanding(member, model), now)
  )
  const holding = change.shut.length === 0 ? resting : [...resting, ...change.shut.filter((model) => model !== "")]
  const known = Object.keys(self)
  if (holding.length === 0 && known.length === 0) return self
  const entries = [...new Set([...known, ...holding])].flatMap((model): ReadonlyArray<readonly [string, ModelLane]> => {
    const entry = Object.hasOwn(self, model) ? self[model] : undefined
    const holds = holding.includes(model)
    const held = Bits.set(entry?.held ?? Bits.empty(capacity), slot, holds)
    if (Bits.count(held) === 0) return []
    return [[model, { lane: Strategy.place(entry?.lane ?? lane, slot, member, ready && !holds), held }]]
  })
  return entries.length === 0 ? none : Object.fromEntries(entries)
}

/**
 * Follows a change of a member's use. Only `least-used` cares.
 *
 * @since 0.1.0
 * @category combinators
 */
export const touch = (self: ModelLanes, slot: number, member: Member.Member): ModelLanes => {
  if (self === none) return self
  const limited = Object.entries(self)
  return limited.length === 0 || limited[0]?.[1].lane._tag !== "Order"
    ? self
    : Object.fromEntries(
        limited.map(([model, { held, lane }]) => [model, { lane: Strategy.touch(lane, slot, member), held }])
      )
}
