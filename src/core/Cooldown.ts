/**
 * A cooldown: time that something healthy is left alone because the vendor said so, or because we guess it would.
 *
 * Cooldowns only ever merge by maximum, so a longer one is never shortened by a shorter one, whichever comes first.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type { Blame, Provenance } from "./Outcome.js"

/**
 * @since 0.1.0
 * @category schemas
 */
export const Cooldown = Schema.Struct({
  /** Epoch milliseconds; `null`: until someone acts. */
  until: Schema.NullOr(Schema.Number),
  since: Schema.Number,
  blame: Schema.Literal("token", "quota", "rate-limit", "model", "provider", "request"),
  provenance: Schema.Literal("stated", "documented", "guess"),
  code: Schema.String,
  why: Schema.String,
  evidence: Schema.Array(Schema.String),
  auditAt: Schema.optional(Schema.Number)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Cooldown {
  readonly until: number | null
  readonly since: number
  readonly blame: Blame
  readonly provenance: Provenance
  readonly code: string
  readonly why: string
  readonly evidence: ReadonlyArray<string>
  /** From when on it may be asked whether it still holds; absent: its end is waited for. */
  readonly auditAt?: number | undefined
}

/**
 * @since 0.1.0
 * @category predicates
 */
export const isOver = (self: Cooldown, now: number): boolean => self.until !== null && self.until <= now

/**
 * The longer of two. A total order, so merging in any order and any number of times gives one answer.
 *
 * @since 0.1.0
 * @category combinators
 */
export const longer = (a: Cooldown | null, b: Cooldown | null): Cooldown | null =>
  a === null ? b : b === null ? a : compare(a, b) >= 0 ? a : b

/**
 * @since 0.1.0
 * @category predicates
 */
export const same = (a: Cooldown | null, b: Cooldown | null): boolean =>
  a === b || (a !== null && b !== null && compare(a, b) === 0)

/**
 * Whether two are one rest, whenever it is to be audited.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isSameRest = (a: Cooldown, b: Cooldown): boolean => same({ ...a, auditAt: b.auditAt }, b)

/**
 * Puts the next audit off; never brings one forward.
 *
 * @since 0.1.0
 * @category combinators
 */
export const auditFrom = (self: Cooldown, at: number): Cooldown =>
  self.auditAt === undefined || at <= self.auditAt ? self : { ...self, auditAt: at }

/**
 * Which of two holds longer; 0 only for two that say the same. Of one rest, the one that was audited later.
 *
 * @since 0.1.0
 * @category getters
 */
export const compare = (a: Cooldown, b: Cooldown): number =>
  (a.until ?? Infinity) === (b.until ?? Infinity)
    ? certainty[a.provenance] - certainty[b.provenance] ||
      b.since - a.since ||
      order(a.code, b.code) ||
      order(text(a), text(b)) ||
      (a.auditAt ?? 0) - (b.auditAt ?? 0)
    : (a.until ?? Infinity) - (b.until ?? Infinity)

const certainty: Record<Provenance, number> = { guess: 0, documented: 1, stated: 2 }

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const text = (self: Cooldown): string => JSON.stringify([self.blame, self.why, self.evidence])
