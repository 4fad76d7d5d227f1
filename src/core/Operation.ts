/**
 * What people do to a pool: reset, isolate, release, and change the list of tokens.
 *
 * @since 0.1.0
 */
import * as HashMap from "effect/HashMap"
import * as Corroboration from "./Corroboration.js"
import * as Counts from "./Counts.js"
import * as Grouping from "./Grouping.js"
import * as Headroom from "./Headroom.js"
import * as LimitChange from "./LimitChange.js"
import * as Limits from "./Limits.js"
import * as Member from "./Member.js"
import * as NewPool from "./NewPool.js"
import * as OwnedGates from "./OwnedGates.js"
import * as Pool from "./Pool.js"
import type { PoolEvent } from "./PoolEvent.js"
import * as Slots from "./Slots.js"
import * as Standing from "./Standing.js"
import type * as Strategy from "./Strategy.js"
import * as Trouble from "./Trouble.js"

/**
 * Takes back everything held against these tokens, and against the limits they share: circuits, cooldowns, isolation.
 * Counts stay: they are history. Without `tokenIds`, everything in the pool is taken back.
 *
 * @since 0.1.0
 * @category transitions
 */
export const reset = (self: Pool.Pool, tokenIds: ReadonlyArray<string> | null, now: number): Pool.Step => {
  const ids = tokenIds ?? [...self.slotOf.keys()]
  const events: Array<PoolEvent> = []
  const groups = new Set<string>()
  let pool: Pool.Pool =
    ids.length === 0
      ? self
      : Pool.change(self, {
          provider: clearHeld(self.provider),
          models: Object.fromEntries(Object.entries(self.models).map(([model, s]) => [model, clearHeld(s)])),
          doubt: Corroboration.initial,
          // What is on its way is from before.
          trouble: { ...Trouble.none, since: self.leases },
          flow: null
        })
  for (const tokenId of ids) {
    const found = Pool.find(pool, tokenId)
    if (found === null) continue
    const group = Member.group(found.member)
    if (group !== null && !groups.has(group) && !Standing.isInitial(Pool.ofGroup(pool, group))) {
      groups.add(group)
      pool = Grouping.put(pool, group, Standing.clear(Pool.ofGroup(pool, group)), now)
    }
    const member = clearMember(found.member)
    pool = Headroom.reset(pool, found.slot, now)
    if (member !== found.member) pool = Pool.put(pool, found.slot, member, now)
    events.push({ _tag: "Reset", ...Pool.origin(pool, member, now) })
  }
  return { pool, events }
}

/**
 * Holds a token out until someone acts. What already isolates it is replaced: nothing but a person takes this back.
 *
 * @since 0.1.0
 * @category transitions
 */
export const isolate = (
  self: Pool.Pool,
  tokenId: string,
  reason: { readonly code: string; readonly why: string },
  now: number
): Pool.Step => {
  const found = Pool.find(self, tokenId)
  if (found === null) return { pool: self, events: [] }
  const { circuit } = found.member.standing
  if (circuit._tag === "Isolated" && circuit.code === reason.code) return { pool: self, events: [] }
  const member = Member.modify(found.member, null, (s) => Standing.hold(s, { since: now, ...reason, evidence: [] }))
  return {
    pool: Pool.put(self, found.slot, member, now),
    events: [{ _tag: "Isolated", ...Pool.origin(self, member, now), ...reason }]
  }
}

/**
 * What the user states of the limits of groups, by name.
 *
 * @since 0.1.0
 * @category models
 */
export type GroupLimits = Readonly<Record<string, Limits.Limits>>

/**
 * The pool for a changed list of tokens. Tokens that stay keep their standing, new ones start clean, removed ones are
 * forgotten; leases that are out settle against whatever is still there.
 *
 * @since 0.1.0
 * @category transitions
 */
export const reconcile = (
  self: Pool.Pool,
  profiles: ReadonlyArray<Member.Profile>,
  strategy: Strategy.Strategy,
  now: number,
  groupLimits: GroupLimits = noLimits
): Pool.Pool => {
  const configured = LimitChange.configure(self.gates, limitsOf(profiles, groupLimits))
  if (strategy === self.strategy && configured === self.gates && sameProfiles(self, profiles)) return self
  const members = profiles.map((profile) => {
    const found = Pool.find(self, profile.id)
    return found === null ? Member.make(profile, self.leases) : { ...found.member, profile }
  })
  const gates = members.reduce(
    (gates, member) => (joinsGroup(self, member) ? OwnedGates.forget(gates, member.profile.id) : gates),
    configured
  )
  const { audit, doubt, flow, groups, leases, models, out, provider, providerId, throughput, trouble } = self
  const next = NewPool.make({ providerId, strategy, members, now, groups, models, provider, gates })
  return LimitChange.adopt(
    Pool.change(next, { audit, doubt, trouble, flow, throughput, leases, out, turn: carryTurn(self, next) }),
    now
  )
}

/** Whether it was alone: what was learnt of its own limits was learnt of the group's. */
const joinsGroup = (self: Pool.Pool, member: Member.Member): boolean => {
  const { id } = member.profile
  const before = Pool.find(self, id)
  return before !== null && Member.owner(before.member) === id && Member.owner(member) !== id
}

/**
 * A pool of tokens nothing is known of yet.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fresh = (
  providerId: string,
  profiles: ReadonlyArray<Member.Profile>,
  strategy: Strategy.Strategy,
  now: number,
  groupLimits: GroupLimits = noLimits
): Pool.Pool =>
  NewPool.make({
    providerId,
    strategy,
    members: profiles.map((profile) => Member.make(profile)),
    now,
    gates: LimitChange.configure(HashMap.empty(), limitsOf(profiles, groupLimits))
  })

/**
 * Sums of counts over all members.
 *
 * @since 0.1.0
 * @category getters
 */
export const totals = (self: Pool.Pool): Counts.Counts =>
  Slots.toArray(self.members).reduce((sum, member) => Counts.add(sum, member.counts), Counts.zero)

const noLimits: GroupLimits = Object.freeze({})

const limitsOf = (
  profiles: ReadonlyArray<Member.Profile>,
  groupLimits: GroupLimits
): ReadonlyMap<string, Limits.Limits> =>
  new Map([
    ...profiles.flatMap(({ id, limits }) => (limits === undefined ? [] : [[id, limits] as const])),
    ...Object.entries(groupLimits)
  ])

const clearHeld = (standing: Standing.Standing): Standing.Standing =>
  Standing.isInitial(standing) ? standing : Standing.clear(standing)

const clearMember = (member: Member.Member): Member.Member => {
  let next = member
  // A token in use gets a new term although nothing is held against it: what is on its way is from before.
  if (member.inFlight > 0 || !Standing.isInitial(member.standing)) next = Member.modify(next, null, Standing.clear)
  for (const model of Object.keys(member.models)) next = Member.modify(next, model, Standing.clear)
  return next
}

/** The place in the changed list of the first token at or after the old cursor that is still there. */
const carryTurn = (self: Pool.Pool, next: Pool.Pool): Strategy.Turn => {
  const cursor = self.turn.cursors[0] ?? 0
  if (next.strategy !== "round-robin" || self.strategy !== "round-robin") return next.turn
  for (let slot = cursor; slot < self.members.length; slot++) {
    const found = Slots.get(self.members, slot)
    const place = found === undefined ? undefined : next.slotOf.get(found.profile.id)
    if (place !== undefined) return { ...next.turn, cursors: [place] }
  }
  return next.turn
}

const sameProfiles = (pool: Pool.Pool, profiles: ReadonlyArray<Member.Profile>): boolean =>
  profiles.length === pool.members.length &&
  profiles.every((profile, slot) => {
    const known = Slots.get(pool.members, slot)?.profile
    return (
      known !== undefined &&
      known.id === profile.id &&
      known.alias === profile.alias &&
      known.weight === profile.weight &&
      known.enabled === profile.enabled &&
      known.group === profile.group &&
      Limits.same(known.limits ?? Limits.none, profile.limits ?? Limits.none)
    )
  })
