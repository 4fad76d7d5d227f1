/**
 * A member: one token's place in its pool. The secret is not here; the pool never needs it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Counts from "./Counts.js"
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
  /** Order of last use within this process: the number of the lease. */
  readonly turn: number
  readonly lastUsedAt: number | null
  readonly lastError: LastError | null
  readonly counts: Counts.Counts
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (profile: Profile): Member => ({
  profile,
  standing: Standing.initial,
  models: noModels,
  learntGroup: null,
  inFlight: 0,
  turn: 0,
  lastUsedAt: null,
  lastError: null,
  counts: Counts.zero
})

/**
 * The name of the limit the token shares, if any.
 *
 * @since 0.1.0
 * @category getters
 */
export const group = (self: Member): string | null => self.profile.group ?? self.learntGroup

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
  change: (standing: Standing.Standing) => Standing.Standing
): Member => {
  if (model === null) {
    const standing = change(self.standing)
    return standing === self.standing ? self : { ...self, standing }
  }
  const before = modelStanding(self, model)
  const after = change(before)
  return after === before ? self : { ...self, models: { ...self.models, [model]: after } }
}

/**
 * Forgets cooldowns that are over.
 *
 * @since 0.1.0
 * @category transitions
 */
export const prune = (self: Member, now: number): Member => {
  let member = modify(self, null, (s) => Standing.prune(s, now))
  for (const model of Object.keys(self.models)) member = modify(member, model, (s) => Standing.prune(s, now))
  return member
}

const noModels: Readonly<Record<string, Standing.Standing>> = Object.freeze({})
