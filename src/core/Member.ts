/**
 * A member: one token's place in its pool. The secret is not here; the pool never needs it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Counts from "./Counts.js"
import type * as Limits from "./Limits.js"
import * as Recent from "./Recent.js"
import * as Standing from "./Standing.js"

/**
 * What the user says of a token, as far as the pool cares.
 *
 * @since 0.1.0
 * @category models
 */
export interface Profile {
  readonly id: string
  readonly alias: string
  readonly weight: number
  readonly enabled: boolean
  /** The declared group; what the vendor's answers name is learnt, and used when this is absent. */
  readonly group: string | undefined
  /** What the user states of its limits; absent: nothing. */
  readonly limits?: Limits.Limits | undefined
}

/**
 * @since 0.1.0
 * @category schemas
 */
export const LastError = Schema.Struct({
  at: Schema.Number,
  blame: Schema.String,
  code: Schema.String,
  why: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export interface LastError extends Schema.Schema.Type<typeof LastError> {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Member {
  readonly profile: Profile
  readonly standing: Standing.Standing
  /** Standings for single models, only while there is something to say. */
  readonly models: Readonly<Record<string, Standing.Standing>>
  readonly learntGroup: string | null
  readonly inFlight: number
  /** Leases up to this number were given before the token joined the pool: they do not count in `inFlight`. */
  readonly joined: number
  /** Order of last use within this process: the number of the lease. */
  readonly turn: number
  /** How often it was lent by this process. */
  readonly lent: number
  readonly lastUsedAt: number | null
  /** Requests served lately. */
  readonly recent: Recent.Recent
  readonly lastError: LastError | null
  readonly counts: Counts.Counts
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (profile: Profile, joined = 0): Member => ({
  profile,
  standing: Standing.initial,
  models: noModels,
  learntGroup: null,
  inFlight: 0,
  joined,
  turn: 0,
  lent: 0,
  lastUsedAt: null,
  recent: Recent.none,
  lastError: null,
  counts: Counts.zero
})

/**
 * The member with these things changed; field by field for the reason that `Pool.change` gives.
 *
 * @since 0.1.0
 * @category combinators
 */
export const change = (self: Member, to: Partial<Omit<Member, "profile" | "joined">>): Member => ({
  profile: self.profile,
  standing: to.standing ?? self.standing,
  models: to.models ?? self.models,
  learntGroup: to.learntGroup === undefined ? self.learntGroup : to.learntGroup,
  inFlight: to.inFlight ?? self.inFlight,
  joined: self.joined,
  turn: to.turn ?? self.turn,
  lent: to.lent ?? self.lent,
  lastUsedAt: to.lastUsedAt === undefined ? self.lastUsedAt : to.lastUsedAt,
  recent: to.recent ?? self.recent,
  lastError: to.lastError === undefined ? self.lastError : to.lastError,
  counts: to.counts ?? self.counts
})

/**
 * The name of the limit the token shares, if any.
 *
 * @since 0.1.0
 * @category getters
 */
export const group = (self: Member): string | null => self.profile.group ?? self.learntGroup

/**
 * Who owns the limits of a member: its group, else the token alone.
 *
 * @since 0.1.0
 * @category getters
 */
export const owner = (self: Member): string => group(self) ?? self.profile.id

/**
 * All who own limits of a member: the token, and its group if it has one.
 *
 * @since 0.1.0
 * @category getters
 */
export const owners = (self: Member): ReadonlyArray<string> => {
  const { id } = self.profile
  const name = group(self)
  return name === null || name === id ? [id] : [id, name]
}

/**
 * @since 0.1.0
 * @category getters
 */
export const modelStanding = (self: Member, model: string): Standing.Standing =>
  Object.hasOwn(self.models, model) ? (self.models[model] ?? Standing.initial) : Standing.initial

/**
 * Changes the standing for the token, or for one model of it.
 *
 * @since 0.1.0
 * @category transitions
 */
export const modify = (
  self: Member,
  model: string | null,
  move: (standing: Standing.Standing) => Standing.Standing
): Member => {
  if (model === null) {
    const standing = move(self.standing)
    return standing === self.standing ? self : change(self, { standing })
  }
  const before = modelStanding(self, model)
  const after = move(before)
  return after === before ? self : change(self, { models: { ...self.models, [model]: after } })
}

/**
 * Forgets cooldowns that are over, and models about which there is nothing to say.
 *
 * @since 0.1.0
 * @category transitions
 */
export const prune = (self: Member, now: number): Member => {
  const standing = Standing.prune(self.standing, now)
  const models = pruneModels(self.models, now)
  return standing === self.standing && models === self.models ? self : change(self, { standing, models })
}

/**
 * Standings by model without what is over. Model names come from callers, so there is no end to them: of those that
 * hold nothing back, the latest 32 are kept.
 *
 * @since 0.1.0
 * @category transitions
 */
export const pruneModels = (
  models: Readonly<Record<string, Standing.Standing>>,
  now: number
): Readonly<Record<string, Standing.Standing>> => {
  const before = Object.entries(models)
  if (before.length === 0) return models
  const after = before
    .map(([model, standing]) => [model, Standing.prune(standing, now)] as const)
    .filter(([, standing]) => !Standing.isInitial(standing))
  let spare = after.filter(([, standing]) => Standing.isReady(standing, now)).length - idleModels
  const kept = spare <= 0 ? after : after.filter(([, s]) => !Standing.isReady(s, now) || spare-- <= 0)
  return kept.length === before.length && kept.every(([, standing], i) => standing === before[i]?.[1])
    ? models
    : Object.fromEntries(kept)
}

const idleModels = 32

const noModels: Readonly<Record<string, Standing.Standing>> = Object.freeze({})
