/**
 * A pool: the members of one provider, indexed so that lending and settling never look at all of them.
 *
 * The members are the truth; `lane`, `lanes`, `agenda` and `slots` are derived and kept in step by `put`, the one way a
 * member changes. A member is in a lane exactly when it may be lent; the agenda holds, for each member that waits, the
 * time at which that changes. Both are persistent, so every value of a pool stays usable.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Order from "effect/Order"
import * as RedBlackTree from "effect/RedBlackTree"
import * as Bits from "./Bits.js"
import * as Member from "./Member.js"
import type { PoolEvent } from "./PoolEvent.js"
import * as Slots from "./Slots.js"
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
 * @since 0.1.0
 * @category models
 */
export interface Pool {
  readonly providerId: string
  readonly strategy: Strategy.Strategy
  readonly members: Slots.Slots<Member.Member>
  readonly slotOf: ReadonlyMap<string, number>
  /** Standings of limits that several members share, by group. */
  readonly groups: Readonly<Record<string, Standing.Standing>>
  /** Standings of models that are in trouble for every token. */
  readonly models: Readonly<Record<string, Standing.Standing>>
  readonly provider: Standing.Standing
  /** Slots of each group. */
  readonly grouped: Readonly<Record<string, ReadonlyArray<number>>>
  readonly lane: Strategy.Lane
  readonly lanes: Readonly<Record<string, ModelLane>>
  readonly turn: Strategy.Turn
  /** Leases given since the pool was made. */
  readonly leases: number
  readonly agenda: Agenda
  /** The first time on the agenda; `Infinity` when it is empty. */
  readonly nextWake: number
  /** When each waiting slot is on the agenda. */
  readonly wakes: Slots.Slots<number>
}

type Agenda = RedBlackTree.RedBlackTree<readonly [at: number, slot: number], null>

/**
 * A pool and what happened in it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Step {
  readonly pool: Pool
  readonly events: ReadonlyArray<PoolEvent>
}

/**
 * A pool of these members as they stand. Members are looked at once each; nothing later does.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: {
  readonly providerId: string
  readonly strategy: Strategy.Strategy
  readonly members: ReadonlyArray<Member.Member>
  readonly now: number
  readonly groups?: Readonly<Record<string, Standing.Standing>>
  readonly models?: Readonly<Record<string, Standing.Standing>>
  readonly provider?: Standing.Standing
}): Pool => {
  const { members } = options
  const lane = Strategy.emptyLane(options.strategy, members)
  const grouped: Record<string, Array<number>> = Object.create(null)
  members.forEach((member, slot) => {
    const group = Member.group(member)
    if (group !== null) (grouped[group] ??= []).push(slot)
  })
  let pool: Pool = {
    providerId: options.providerId,
    strategy: options.strategy,
    members: Slots.fromArray(members),
    slotOf: new Map(members.map((member, slot) => [member.profile.id, slot])),
    groups: options.groups ?? {},
    models: options.models ?? {},
    provider: options.provider ?? Standing.initial,
    grouped,
    lane,
    lanes: {},
    turn: Strategy.initialTurn(lane),
    leases: 0,
    agenda: RedBlackTree.empty(byTime),
    nextWake: Infinity,
    wakes: Slots.fromArray(members.map(() => Infinity))
  }
  members.forEach((member, slot) => {
    pool = put(pool, slot, member, options.now)
  })
  return pool
}

/**
 * @since 0.1.0
 * @category getters
 */
export const find = (self: Pool, tokenId: string): { readonly slot: number; readonly member: Member.Member } | null => {
  const slot = self.slotOf.get(tokenId)
  const member = slot === undefined ? undefined : Slots.get(self.members, slot)
  return slot === undefined || member === undefined ? null : { slot, member }
}

/**
 * Whether the member may be lent, models apart.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isReady = (self: Pool, member: Member.Member, now: number): boolean =>
  member.profile.enabled && Standing.isReady(member.standing, now) && Standing.isReady(groupStanding(self, member), now)

/**
 * @since 0.1.0
 * @category getters
 */
export const groupStanding = (self: Pool, member: Member.Member): Standing.Standing => {
  const group = Member.group(member)
  return group === null ? Standing.initial : at(self.groups, group)
}

/**
 * The standing under `key`, or the initial one.
 *
 * @since 0.1.0
 * @category getters
 */
export const at = (standings: Readonly<Record<string, Standing.Standing>>, key: string): Standing.Standing =>
  Object.hasOwn(standings, key) ? (standings[key] ?? Standing.initial) : Standing.initial

/**
 * Puts a changed member in its place and brings every index in step. The one way a member's health changes.
 *
 * @since 0.1.0
 * @category transitions
 */
export const put = (self: Pool, slot: number, changed: Member.Member, now: number): Pool => {
  const member = settleModels(Member.prune(changed, now))
  const ready = isReady(self, member, now)
  const lane = Strategy.place(self.lane, slot, member, ready)
  return schedule(
    {
      ...self,
      members: Slots.set(self.members, slot, member),
      lane,
      lanes: placeInModels(self, lane, slot, member, ready, now)
    },
    slot,
    wakeAt(self, member, now)
  )
}

/**
 * Follows a change of a member's use (in flight, turn, counts); its health is the same, so only order can change.
 *
 * @since 0.1.0
 * @category transitions
 */
export const touch = (self: Pool, slot: number, member: Member.Member): Pool => {
  const members = Slots.set(self.members, slot, member)
  if (self.strategy !== "least-used") return { ...self, members }
  const lanes: Record<string, ModelLane> = {}
  for (const [model, entry] of Object.entries(self.lanes)) {
    lanes[model] = { ...entry, lane: Strategy.touch(entry.lane, slot, member) }
  }
  return { ...self, members, lane: Strategy.touch(self.lane, slot, member), lanes }
}

/**
 * Moves a token to the group the vendor's answers name, unless the user declared one.
 *
 * @since 0.1.0
 * @category transitions
 */
export const learnGroup = (self: Pool, slot: number, owner: string, now: number): Pool => {
  const member = Slots.get(self.members, slot)
  if (member === undefined || member.profile.group !== undefined || member.learntGroup === owner) return self
  const before = member.learntGroup
  const grouped: Record<string, ReadonlyArray<number>> = { ...self.grouped }
  if (before !== null) grouped[before] = (grouped[before] ?? []).filter((other) => other !== slot)
  grouped[owner] = [...(Object.hasOwn(grouped, owner) ? (grouped[owner] ?? []) : []), slot]
  return put({ ...self, grouped }, slot, { ...member, learntGroup: owner }, now)
}

/**
 * Changes the standing of a group and of every member in it.
 *
 * @since 0.1.0
 * @category transitions
 */
export const putGroup = (self: Pool, group: string, standing: Standing.Standing, now: number): Pool => {
  let pool: Pool = { ...self, groups: { ...self.groups, [group]: standing } }
  for (const slot of Object.hasOwn(self.grouped, group) ? (self.grouped[group] ?? []) : []) {
    const member = Slots.get(pool.members, slot)
    if (member !== undefined) pool = put(pool, slot, member, now)
  }
  return pool
}

/**
 * Brings back whoever has waited long enough.
 *
 * @since 0.1.0
 * @category transitions
 */
export const wake = (self: Pool, now: number): Step => {
  if (self.nextWake > now) return { pool: self, events: [] }
  const events: Array<PoolEvent> = []
  let pool = self
  while (pool.nextWake <= now) {
    const head = RedBlackTree.first(pool.agenda)
    if (head._tag === "None") break
    const slot = head.value[0][1]
    const member = Slots.get(pool.members, slot)
    if (member === undefined) break
    const before = laneHas(pool.lane, slot, member)
    pool = put(pool, slot, member, now)
    if (!before && laneHas(pool.lane, slot, member)) events.push({ _tag: "Returned", ...origin(pool, member, now) })
  }
  return { pool, events }
}

/**
 * What every event of a member says of where it comes from.
 *
 * @since 0.1.0
 * @category getters
 */
export const origin = (self: Pool, member: Member.Member, now: number) => ({
  at: now,
  providerId: self.providerId,
  tokenId: member.profile.id,
  alias: member.profile.alias
})

/** Entries compare by value: the tree removes by equality, and plain arrays are equal to themselves only. */
const entry = (at: number, slot: number): readonly [number, number] => Data.tuple(at, slot)

const byTime: Order.Order<readonly [number, number]> = Order.make((a, b) =>
  a[0] === b[0] ? (a[1] === b[1] ? 0 : a[1] < b[1] ? -1 : 1) : a[0] < b[0] ? -1 : 1
)

const laneHas = (lane: Strategy.Lane, slot: number, member: Member.Member): boolean => {
  if (lane._tag !== "Classes") return Bits.has(lane.ready, slot)
  const bits = lane.ready[lane.weights.indexOf(member.profile.weight)]
  return bits !== undefined && Bits.has(bits, slot)
}

/** Forgets models about which there is nothing left to say, so that odd model names do not pile up. */
const settleModels = (member: Member.Member): Member.Member => {
  const kept = Object.entries(member.models).filter(([, standing]) => !Standing.isInitial(standing))
  return kept.length === Object.keys(member.models).length ? member : { ...member, models: Object.fromEntries(kept) }
}

const placeInModels = (
  self: Pool,
  lane: Strategy.Lane,
  slot: number,
  member: Member.Member,
  ready: boolean,
  now: number
): Readonly<Record<string, ModelLane>> => {
  const holding = Object.keys(member.models).filter(
    (model) => !Standing.isReady(Member.modelStanding(member, model), now)
  )
  const known = Object.keys(self.lanes)
  if (holding.length === 0 && known.length === 0) return self.lanes
  const lanes: Record<string, ModelLane> = {}
  for (const model of new Set([...known, ...holding])) {
    const entry = Object.hasOwn(self.lanes, model) ? self.lanes[model] : undefined
    const holds = holding.includes(model)
    const held = Bits.set(entry?.held ?? Bits.empty(self.members.length), slot, holds)
    if (Bits.count(held) > 0) {
      lanes[model] = { lane: Strategy.place(entry?.lane ?? lane, slot, member, ready && !holds), held }
    }
  }
  return lanes
}

/** The first time at which the member's place in any lane changes by itself. */
const wakeAt = (self: Pool, member: Member.Member, now: number): number => {
  let first = Infinity
  const consider = (standing: Standing.Standing) => {
    const until = Standing.heldUntil(standing, now)
    if (until !== null && until > now && until < first) first = until
  }
  consider(member.standing)
  consider(groupStanding(self, member))
  for (const model of Object.keys(member.models)) consider(Member.modelStanding(member, model))
  return first
}

const schedule = (self: Pool, slot: number, at: number): Pool => {
  const before = Slots.get(self.wakes, slot) ?? Infinity
  if (before === at) return self
  let agenda = self.agenda
  if (before !== Infinity) agenda = RedBlackTree.removeFirst(agenda, entry(before, slot))
  if (at !== Infinity) agenda = RedBlackTree.insert(agenda, entry(at, slot), null)
  const head = RedBlackTree.first(agenda)
  return {
    ...self,
    agenda,
    wakes: Slots.set(self.wakes, slot, at),
    nextWake: head._tag === "None" ? Infinity : head.value[0][0]
  }
}
