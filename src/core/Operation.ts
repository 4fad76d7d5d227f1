/**
 * What people do to a pool: reset, isolate, release, and change the list of tokens.
 *
 * @since 0.1.0
 */
import type { Circuit } from "./Circuit.js"
import * as Counts from "./Counts.js"
import * as Member from "./Member.js"
import * as Pool from "./Pool.js"
import type { PoolEvent } from "./PoolEvent.js"
import * as Slots from "./Slots.js"
import * as Standing from "./Standing.js"
import type { Strategy } from "./Strategy.js"

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
  let pool: Pool.Pool =
    ids.length === 0 ? self : { ...self, provider: clearHeld(self.provider), models: mapValues(self.models, clearHeld) }
  for (const tokenId of ids) {
    const found = Pool.find(pool, tokenId)
    if (found === null) continue
    const group = Member.group(found.member)
    if (group !== null && !Standing.isInitial(Pool.at(pool.groups, group))) {
      pool = Pool.putGroup(pool, group, clearHeld(Pool.at(pool.groups, group)), now)
    }
    const member = clearMember(found.member)
    if (member !== found.member) pool = Pool.put(pool, found.slot, member, now)
    events.push({ _tag: "Reset", ...Pool.origin(pool, member, now) })
  }
  return { pool, events }
}

/**
 * Holds a token out until someone acts.
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
  if (found === null || found.member.standing.circuit._tag === "Isolated") return { pool: self, events: [] }
  const circuit: Circuit = { _tag: "Isolated", since: now, ...reason, evidence: [] }
  const member = Member.modify(found.member, null, (s) => Standing.worsen(s, circuit))
  return {
    pool: Pool.put(self, found.slot, member, now),
    events: [{ _tag: "Isolated", ...Pool.origin(self, member, now), ...reason }]
  }
}

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
  strategy: Strategy,
  now: number
): Pool.Pool => {
  if (strategy === self.strategy && sameProfiles(self, profiles)) return self
  const members = profiles.map((profile) => {
    const found = Pool.find(self, profile.id)
    return found === null ? Member.make(profile) : { ...found.member, profile }
  })
  const { groups, models, provider, providerId } = self
  return { ...Pool.make({ providerId, strategy, members, now, groups, models, provider }), leases: self.leases }
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
  strategy: Strategy,
  now: number
): Pool.Pool => Pool.make({ providerId, strategy, members: profiles.map(Member.make), now })

/**
 * Sums of counts over all members.
 *
 * @since 0.1.0
 * @category getters
 */
export const totals = (self: Pool.Pool): Counts.Counts =>
  Slots.toArray(self.members).reduce((sum, member) => Counts.add(sum, member.counts), Counts.zero)

const clearHeld = (standing: Standing.Standing): Standing.Standing =>
  Standing.isInitial(standing) ? standing : Standing.clear(standing)

const clearMember = (member: Member.Member): Member.Member => {
  let next = member
  if (!Standing.isInitial(member.standing)) next = Member.modify(next, null, Standing.clear)
  for (const model of Object.keys(member.models)) next = Member.modify(next, model, Standing.clear)
  return next
}

const mapValues = (
  standings: Readonly<Record<string, Standing.Standing>>,
  change: (standing: Standing.Standing) => Standing.Standing
): Readonly<Record<string, Standing.Standing>> =>
  Object.fromEntries(Object.entries(standings).map(([key, standing]) => [key, change(standing)]))

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
      known.group === profile.group
    )
  })
