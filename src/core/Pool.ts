/**
 * A pool: the members of one provider, indexed so that lending and settling never look at all of them.
 *
 * The members are the truth; `lane`, `lanes`, `agenda` and `grouped` are derived and kept in step by `put`, the one way a
 * member changes. A member is in a lane exactly when it may be lent; the agenda holds, for each member that waits, the
 * time at which that changes. Both are persistent, so every value of a pool stays usable.
 *
 * @since 0.1.0
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as AuditTime from "./AuditTime.js"
import type * as Corroboration from "./Corroboration.js"
import * as Flow from "./Flow.js"
import type * as Grouped from "./Grouped.js"
import type { Lease } from "./Lease.js"
import * as Member from "./Member.js"
import * as MinTree from "./MinTree.js"
import * as ModelLanes from "./ModelLanes.js"
import * as OwnedGates from "./OwnedGates.js"
import type { PoolEvent } from "./PoolEvent.js"
import * as Slots from "./Slots.js"
import * as Standing from "./Standing.js"
import * as Strategy from "./Strategy.js"
import type * as Throughput from "./Throughput.js"
import type * as Trouble from "./Trouble.js"

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
  readonly groups: HashMap.HashMap<string, Standing.Standing>
  /** Standings of models that are in trouble for every token. */
  readonly models: Readonly<Record<string, Standing.Standing>>
  readonly provider: Standing.Standing
  readonly trouble: Trouble.Trouble
  /** How fast is lent after trouble; `null`: as fast as is asked. */
  readonly flow: Flow.Flow | null
  readonly throughput: Throughput.Throughput
  /** What is known of limits before they are hit, by who owns them: a group, or a token alone. */
  readonly gates: OwnedGates.OwnedGates
  /** Slots of each group. */
  readonly grouped: Grouped.Grouped
  readonly lane: Strategy.Lane
  readonly lanes: ModelLanes.ModelLanes
  readonly turn: Strategy.Turn
  /** What is being weighed about failures that several tokens share. */
  readonly doubt: Corroboration.Doubt
  /** Leases given since the pool was made. */
  readonly leases: number
  /** Those that are out, by number, with every gate they come back through; see `Lease.counted`. */
  readonly out: HashMap.HashMap<number, Lease>
  /** For each waiting slot, when its place in a lane next changes by itself. */
  readonly agenda: MinTree.MinTree
  /** For each slot, from when on a long rest of it may be audited. */
  readonly audits: MinTree.MinTree
  /** The latest audit, by number of its lease, and until when nobody else audits; one is out at a time. */
  readonly audit: { readonly lease: number; readonly until: number }
}

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
 * The pool with these things changed. Field by field: of a record this large, V8 copies a spread with changes fifty times
 * as slowly, and every call does so a few times.
 *
 * @since 0.1.0
 * @category combinators
 */
export const change = (self: Pool, to: Partial<Omit<Pool, "providerId" | "strategy" | "slotOf">>): Pool => ({
  providerId: self.providerId,
  strategy: self.strategy,
  members: to.members ?? self.members,
  slotOf: self.slotOf,
  groups: to.groups ?? self.groups,
  models: to.models ?? self.models,
  provider: to.provider ?? self.provider,
  trouble: to.trouble ?? self.trouble,
  flow: to.flow === undefined ? self.flow : to.flow,
  throughput: to.throughput ?? self.throughput,
  gates: to.gates ?? self.gates,
  grouped: to.grouped ?? self.grouped,
  lane: to.lane ?? self.lane,
  lanes: to.lanes ?? self.lanes,
  turn: to.turn ?? self.turn,
  doubt: to.doubt ?? self.doubt,
  leases: to.leases ?? self.leases,
  out: to.out ?? self.out,
  agenda: to.agenda ?? self.agenda,
  audits: to.audits ?? self.audits,
  audit: to.audit ?? self.audit
})

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
 * When what holds all of the pool lets go, for `model` or for any: `now` or earlier when nothing does, `null` when only a
 * person can change it.
 *
 * @since 0.1.0
 * @category getters
 */
export const opensAt = (self: Pool, model: string | null, now: number): number | null => {
  const provider = Standing.heldUntil(self.provider, now)
  const whole = model === null ? now : Standing.heldUntil(at(self.models, model), now)
  if (provider === null || whole === null) return null
  return Math.max(provider, whole, self.flow === null ? now : Flow.opensAt(self.flow))
}

/**
 * Whether the member may be lent, models apart.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isReady = (self: Pool, member: Member.Member, now: number): boolean =>
  member.profile.enabled &&
  Standing.isReady(member.standing, now) &&
  Standing.isReady(groupStanding(self, member), now) &&
  OwnedGates.opensAt(self.gates, member, null, now) <= now

/**
 * @since 0.1.0
 * @category getters
 */
export const groupStanding = (self: Pool, member: Member.Member): Standing.Standing => {
  const group = Member.group(member)
  return group === null ? Standing.initial : ofGroup(self, group)
}

/**
 * @since 0.1.0
 * @category getters
 */
export const ofGroup = (self: Pool, group: string): Standing.Standing =>
  Option.getOrElse(HashMap.get(self.groups, group), () => Standing.initial)

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
  const member = Member.prune(changed, now)
  const ready = isReady(self, member, now)
  const lane = Strategy.place(self.lane, slot, member, ready)
  return change(self, {
    members: Slots.set(self.members, slot, member),
    lane,
    lanes: ModelLanes.place(self.lanes, lane, {
      slot,
      member,
      ready,
      now,
      capacity: self.members.length,
      shut: OwnedGates.shut(self.gates, member, now)
    }),
    agenda: MinTree.set(self.agenda, slot, wakeAt(self, member, now)),
    audits: MinTree.set(self.audits, slot, AuditTime.firstDue(member, groupStanding(self, member), now))
  })
}

/**
 * Follows a change of a member's use (in flight, turn, counts); its health is the same, so only order can change. A
 * lease moves the rotation, too.
 *
 * @since 0.1.0
 * @category transitions
 */
export const touch = (
  self: Pool,
  slot: number,
  member: Member.Member,
  turn: Strategy.Turn = self.turn,
  leases: number = self.leases
): Pool =>
  change(self, {
    members: Slots.set(self.members, slot, member),
    lane: Strategy.touch(self.lane, slot, member),
    lanes: ModelLanes.touch(self.lanes, slot, member),
    turn,
    leases
  })

/**
 * The first time on the agenda; `Infinity` when nobody waits for a known time.
 *
 * @since 0.1.0
 * @category getters
 */
export const nextWake = (self: Pool): number => MinTree.min(self.agenda)

/**
 * From when on somebody may be lent to audit its rest; `Infinity` when nobody may.
 *
 * @since 0.1.0
 * @category getters
 */
export const nextAudit = (self: Pool): number => Math.max(self.audit.until, MinTree.min(self.audits))

/**
 * Brings back whoever has waited long enough.
 *
 * @since 0.1.0
 * @category transitions
 */
export const wake = (self: Pool, now: number): Step => {
  if (nextWake(self) > now) return { pool: self, events: [] }
  const events: Array<PoolEvent> = []
  let pool = self
  while (nextWake(pool) <= now) {
    const slot = MinTree.first(pool.agenda)
    const member = Slots.get(pool.members, slot)
    if (member === undefined) break
    const before = Strategy.has(pool.lane, slot, member)
    pool = put(pool, slot, member, now)
    if (!before && Strategy.has(pool.lane, slot, member))
      events.push({ _tag: "Returned", ...origin(pool, member, now) })
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

/** The first time at which the member's place in any lane changes by itself. */
const wakeAt = (self: Pool, member: Member.Member, now: number): number => {
  let first = Math.min(Standing.changesAt(member.standing, now), Standing.changesAt(groupStanding(self, member), now))
  for (const model of Object.keys(member.models)) {
    first = Math.min(first, Standing.changesAt(Member.modelStanding(member, model), now))
  }
  return Math.min(first, OwnedGates.nextOpening(self.gates, member, now))
}
