/**
 * What a pool has learnt, as one JSON document: the part that outlives the process and is shared with others.
 *
 * It knows tokens by fingerprint only. `merge` is commutative, associative and idempotent, so two writers never lose
 * each other's evidence; counts are not merged but added, by whoever writes, inside one atomic change of the document.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Counts from "./Counts.js"
import * as Member from "./Member.js"
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
  provider: Standing.Remembered
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
  provider: { term: 0, circuit: { _tag: "Closed", failures: 0 }, cooldown: null }
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
      .filter((member) => member.counts.uses > 0 || member.lastUsedAt !== null || !isUntouched(member))
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
  groups: rememberAll(pool.groups),
  models: rememberAll(pool.models),
  provider: remember(pool.provider)
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
  const members = Slots.toArray(pool.members).map((member) => {
    const known = Object.hasOwn(state.members, member.profile.id) ? state.members[member.profile.id] : undefined
    return known === undefined ? member : learn(member, known, unsaved(member.profile.id))
  })
  const groups = learnAll(pool.groups, state.groups)
  const models = learnAll(pool.models, state.models)
  const provider = learnStanding(pool.provider, state.provider)
  const { providerId, strategy } = pool
  const rebuilt = Pool.make({ providerId, strategy, members, now, groups, models, provider })
  return { ...rebuilt, turn: pool.turn, leases: pool.leases }
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
  provider: Standing.merge(a.provider, b.provider)
})

/**
 * The document after this process has written what it knows: health merged, and what it counted since its last write
 * added.
 *
 * @since 0.1.0
 * @category combinators
 */
export const write = (stored: PoolState, mine: PoolState, unsaved: (tokenId: string) => Counts.Counts): PoolState => {
  const merged = merge(stored, mine)
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

const isUntouched = (member: Member.Member): boolean =>
  Standing.isInitial(member.standing) && Object.keys(member.models).length === 0 && member.learntGroup === null

const remember = (standing: Standing.Standing): Standing.Remembered => ({
  term: standing.term,
  circuit: standing.circuit,
  cooldown: standing.cooldown
})

const rememberAll = (standings: Readonly<Record<string, Standing.Standing>>) =>
  Object.fromEntries(
    Object.entries(standings)
      .filter(([, standing]) => !Standing.isInitial(standing))
      .map(([key, standing]) => [key, remember(standing)])
  )

const learn = (member: Member.Member, known: MemberState, unsaved: Counts.Counts): Member.Member => ({
  ...member,
  standing: learnStanding(member.standing, known.standing),
  models: learnAll(member.models, known.models),
  learntGroup: member.learntGroup ?? known.learntGroup,
  lastUsedAt: latest(member.lastUsedAt, known.lastUsedAt),
  lastError: later(member.lastError, known.lastError),
  counts: Counts.add(known.counts, unsaved)
})

/** A standing that others changed starts a new generation: what this process still has in flight is old evidence. */
const learnStanding = (mine: Standing.Standing, known: Standing.Remembered): Standing.Standing => {
  const merged = Standing.merge(remember(mine), known)
  return equal(merged, remember(mine)) ? mine : { ...merged, generation: mine.generation + 1 }
}

const learnAll = (
  mine: Readonly<Record<string, Standing.Standing>>,
  known: Readonly<Record<string, Standing.Remembered>>
): Readonly<Record<string, Standing.Standing>> => {
  const all: Record<string, Standing.Standing> = { ...mine }
  for (const [key, standing] of Object.entries(known)) all[key] = learnStanding(Pool.at(mine, key), standing)
  return all
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
): Record<string, A> => {
  const all: Record<string, A> = { ...a }
  for (const [key, theirs] of Object.entries(b)) {
    const mine = Object.hasOwn(a, key) ? a[key] : undefined
    all[key] = mine === undefined ? theirs : merge(mine, theirs)
  }
  return all
}

const latest = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.max(a, b))

const later = (a: Member.LastError | null, b: Member.LastError | null): Member.LastError | null => {
  if (a === null || b === null) return a ?? b
  if (a.at !== b.at) return a.at > b.at ? a : b
  return JSON.stringify(a) >= JSON.stringify(b) ? a : b
}

const equal = (a: Standing.Remembered, b: Standing.Remembered): boolean => JSON.stringify(a) === JSON.stringify(b)
