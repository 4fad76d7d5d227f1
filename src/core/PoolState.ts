/**
 * What a pool has learnt, as one JSON document: the part that outlives the process and is shared with others.
 *
 * It knows tokens by fingerprint only. `merge` is commutative, associative and idempotent, so two writers never lose
 * each other's evidence; counts are not merged but added, by whoever writes, inside one atomic change of the document.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Circuit from "./Circuit.js"
import * as Counts from "./Counts.js"
import * as Grouping from "./Grouping.js"
import * as InFlight from "./InFlight.js"
import * as Member from "./Member.js"
import * as Outage from "./Outage.js"
import * as Pool from "./Pool.js"
import * as Slots from "./Slots.js"
import * as Standing from "./Standing.js"

const Standings = Schema.Record({ key: Schema.String, value: Standing.Remembered })

/**
 * What is remembered of one token.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MemberState = Schema.Struct({
  standing: Standing.Remembered,
  models: Standings,
  learntGroup: Schema.NullOr(Schema.String),
  lastUsedAt: Schema.NullOr(Schema.Number),
  lastError: Schema.NullOr(Member.LastError),
  counts: Counts.Counts
})

/**
 * @since 0.1.0
 * @category models
 */
export interface MemberState extends Schema.Schema.Type<typeof MemberState> {}

/**
 * @since 0.1.0
 * @category schemas
 */
export const PoolState = Schema.Struct({
  version: Schema.Literal(1),
  members: Schema.Record({ key: Schema.String, value: MemberState }),
  groups: Standings,
  models: Standings,
  provider: Standing.Remembered,
  inFlight: Schema.optionalWith(InFlight.InFlight, { default: () => ({}) })
})

/**
 * @since 0.1.0
 * @category models
 */
export interface PoolState extends Schema.Schema.Type<typeof PoolState> {}

/**
 * @since 0.1.0
 * @category constructors
 */
export const empty: PoolState = {
  version: 1,
  members: {},
  groups: {},
  models: {},
  provider: { term: 0, withdrawals: 0, circuit: Circuit.closed, cooldown: null, guesses: [], lifts: 0 },
  inFlight: {}
}

/**
 * What the pool has to say; members nothing ever happened to are left out.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromPool = (pool: Pool.Pool): PoolState => ({
  version: 1,
  members: Object.fromEntries(
    Slots.toArray(pool.members)
      .filter((member) => !isUntouched(member))
      .map((member) => [
        member.profile.id,
        {
          standing: remember(member.standing),
          models: rememberAll(member.models),
          learntGroup: member.learntGroup,
          lastUsedAt: member.lastUsedAt,
          lastError: member.lastError,
          counts: member.counts
        }
      ])
  ),
  groups: rememberAll(Object.fromEntries(pool.groups)),
  models: rememberAll(pool.models),
  provider: remember(pool.provider),
  inFlight: {}
})

/**
 * Teaches a pool what the document knows: health merges, counts become the document's plus those in `unsaved`, which
 * this process has counted and not yet written.
 *
 * @since 0.1.0
 * @category conversions
 */
export const absorb = (
  pool: Pool.Pool,
  state: PoolState,
  unsaved: (tokenId: string) => Counts.Counts,
  now: number
): Pool.Pool => {
  const models = Member.pruneModels(learnAll(pool.models, state.models, now), now)
  let next = Outage.adopt(Pool.change(pool, { models }), learnStanding(pool.provider, state.provider, now), now)
  for (const [tokenId, known] of Object.entries(state.members)) {
    const found = Pool.find(next, tokenId)
    if (found === null) continue
    const member = learn(found.member, known, unsaved(tokenId), now)
    if (found.member.learntGroup === null && known.learntGroup !== null) {
      next = Grouping.learn(next, tokenId, known.learntGroup, now)
    }
    const { learntGroup } = Pool.find(next, tokenId)?.member ?? found.member
    next =
      member.standing === found.member.standing && member.models === found.member.models
        ? Pool.touch(next, found.slot, Member.change(member, { learntGroup }))
        : Pool.put(next, found.slot, Member.change(member, { learntGroup }), now)
  }
  for (const [group, known] of Object.entries(state.groups)) {
    const mine = Pool.ofGroup(next, group)
    const standing = learnStanding(mine, known, now)
    if (standing !== mine) next = Grouping.put(next, group, standing, now)
  }
  return next
}

/**
 * What two documents know together. Counts of one token merge by maximum: two copies of one document are not two
 * histories.
 *
 * @since 0.1.0
 * @category combinators
 */
export const merge = (a: PoolState, b: PoolState): PoolState => ({
  version: 1,
  members: mergeRecords(a.members, b.members, mergeMembers),
  groups: mergeRecords(a.groups, b.groups, Standing.merge),
  models: mergeRecords(a.models, b.models, Standing.merge),
  provider: Standing.merge(a.provider, b.provider),
  inFlight: InFlight.merge(a.inFlight, b.inFlight)
})

/**
 * The document after this process has written what it knows: health merged, and what it counted since its last write
 * added. With `now`, rests that are over by then are left out; without, the document only grows.
 *
 * @since 0.1.0
 * @category combinators
 */
export const write = (
  stored: PoolState,
  mine: PoolState,
  unsaved: (tokenId: string) => Counts.Counts,
  now?: number
): PoolState => {
  const merged = now === undefined ? merge(stored, mine) : prune(merge(stored, mine), now)
  return {
    ...merged,
    members: Object.fromEntries(
      Object.entries(merged.members).map(([tokenId, member]) => {
        const before = Object.hasOwn(stored.members, tokenId) ? stored.members[tokenId]?.counts : undefined
        return [tokenId, { ...member, counts: Counts.add(before ?? Counts.zero, unsaved(tokenId)) }]
      })
    )
  }
}

/**
 * The document without rests that are over, and without standings that then say nothing.
 *
 * @since 0.1.0
 * @category combinators
 */
export const prune = (self: PoolState, now: number): PoolState => ({
  version: 1,
  members: Object.fromEntries(
    Object.entries(self.members).map(([tokenId, member]) => [
      tokenId,
      { ...member, standing: Standing.prune(member.standing, now), models: pruneAll(member.models, now) }
    ])
  ),
  groups: pruneAll(self.groups, now),
  models: pruneAll(self.models, now),
  provider: Standing.prune(self.provider, now),
  inFlight: InFlight.prune(self.inFlight, now)
})

const pruneAll = (
  standings: Readonly<Record<string, Standing.Remembered>>,
  now: number
): Readonly<Record<string, Standing.Remembered>> =>
  Object.fromEntries(
    Object.entries(standings)
      .map(([key, standing]) => [key, Standing.prune(standing, now)] as const)
      .filter(([, standing]) => !Standing.isInitial(standing))
  )

const isUntouched = (member: Member.Member): boolean =>
  Standing.isInitial(member.standing) &&
  Object.keys(member.models).length === 0 &&
  member.learntGroup === null &&
  member.lastUsedAt === null &&
  member.lastError === null &&
  Counts.isZero(member.counts)

const remember = (standing: Standing.Remembered): Standing.Remembered => ({
  term: standing.term,
  withdrawals: standing.withdrawals,
  circuit: standing.circuit,
  cooldown: standing.cooldown,
  guesses: standing.guesses,
  lifts: standing.lifts
})

const rememberAll = (standings: Readonly<Record<string, Standing.Standing>>) =>
  Object.fromEntries(
    Object.entries(standings)
      .filter(([, standing]) => !Standing.isInitial(standing))
      .map(([key, standing]) => [key, remember(standing)])
  )

const learn = (member: Member.Member, known: MemberState, unsaved: Counts.Counts, now: number): Member.Member => ({
  ...member,
  standing: learnStanding(member.standing, known.standing, now),
  models: learnAll(member.models, known.models, now),
  lastUsedAt: latest(member.lastUsedAt, known.lastUsedAt),
  lastError: later(member.lastError, known.lastError),
  counts: Counts.add(known.counts, unsaved)
})

/**
 * A standing that others changed starts a new generation: what this process still has in flight is old evidence. What
 * the document has kept of rests that are over is no change.
 */
const learnStanding = (mine: Standing.Standing, known: Standing.Remembered, now: number): Standing.Standing => {
  const merged = Standing.merge(remember(mine), Standing.prune(known, now))
  return Standing.same(merged, mine) ? mine : { ...merged, generation: mine.generation + 1 }
}

const learnAll = (
  mine: Readonly<Record<string, Standing.Standing>>,
  known: Readonly<Record<string, Standing.Remembered>>,
  now: number
): Readonly<Record<string, Standing.Standing>> => {
  const learnt = Object.entries(known)
    .map(([key, standing]) => [key, learnStanding(Pool.at(mine, key), standing, now)] as const)
    .filter(([key, standing]) => standing !== Pool.at(mine, key))
  return learnt.length === 0 ? mine : { ...mine, ...Object.fromEntries(learnt) }
}

const mergeMembers = (a: MemberState, b: MemberState): MemberState => ({
  standing: Standing.merge(a.standing, b.standing),
  models: mergeRecords(a.models, b.models, Standing.merge),
  learntGroup:
    [a.learntGroup, b.learntGroup]
      .sort()
      .reverse()
      .find((group) => group !== null) ?? null,
  lastUsedAt: latest(a.lastUsedAt, b.lastUsedAt),
  lastError: later(a.lastError, b.lastError),
  counts: Counts.larger(a.counts, b.counts)
})

const mergeRecords = <A>(
  a: Readonly<Record<string, A>>,
  b: Readonly<Record<string, A>>,
  merge: (a: A, b: A) => A
): Readonly<Record<string, A>> => ({
  ...a,
  ...Object.fromEntries(
    Object.entries(b).map(([key, theirs]) => {
      const mine = Object.hasOwn(a, key) ? a[key] : undefined
      return [key, mine === undefined ? theirs : merge(mine, theirs)]
    })
  )
})

const latest = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.max(a, b))

const later = (a: Member.LastError | null, b: Member.LastError | null): Member.LastError | null => {
  if (a === null || b === null) return a ?? b
  if (a.at !== b.at) return a.at > b.at ? a : b
  return JSON.stringify(a) >= JSON.stringify(b) ? a : b
}
