/**
 * Corroboration: what it means that several tokens of a pool fail the same way at nearly the same time.
 *
 * One token that is refused is a bad token. Three different ones, refused alike within seconds while nobody was served
 * in between, are three witnesses of something else: the vendor's login is down, the model is gone, the request is odd.
 * So what we guessed about those tokens is taken back and the common factor is charged.
 *
 * - `Evidence` is what a failure made us impose on a token, kept for the window so that it can be taken back. A success
 *   of a lease that was given after the failure refutes it: the provider serves, so the failure was the token's own.
 * - A `Suspicion` is what we hold instead once enough tokens agree. While it stands, failures of that kind are not
 *   charged to tokens: each token is set aside for a while, and when none is left the provider rests, longer each
 *   round. A success refutes it. From then on a suspected token that fails so again, though a sibling was served in
 *   between, is charged like any other.
 *
 * Three tokens, because two may well have been made, and lost, together; half of those that could speak, because a
 * few bad tokens in a large pool are just that. Beyond 32 alike without one success in between, a share of a very large
 * pool adds nothing but harm.
 *
 * @since 0.1.0
 */
import type { Circuit } from "./Circuit.js"
import type { Blame } from "./Outcome.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Terms {
  /** The fewest tokens that must fail alike. */
  readonly tokens: number
  /** The share of the tokens that could speak (were ready, or have failed alike) that must fail alike; from 0 to 1. */
  readonly share: number
  readonly windowMillis: number
  /** How long the provider, or the model, rests first; doubled each further round, at most 64 times this. */
  readonly restMillis: number
}

/**
 * What makes two failures alike. `model` is set for failures that concern a token for one model only.
 *
 * @since 0.1.0
 * @category models
 */
export interface Cause {
  readonly blame: Blame
  readonly code: string
  readonly model: string | null
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Evidence extends Cause {
  readonly tokenId: string
  readonly at: number
  readonly request: string | null
  /** Leases given when the failure was known: what was lent later could refute it. */
  readonly leases: number
  readonly before: Circuit
  readonly after: Circuit
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Suspicion extends Cause {
  /** Tokens that are suspected with the others; at most 256. */
  readonly tokens: ReadonlyArray<string>
  /** The one request that all the evidence came from, if it did. */
  readonly request: string | null
  /** Leases given when it arose, and when it was refuted (`null`: it stands). */
  readonly since: number
  readonly refuted: number | null
  readonly round: number
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Doubt {
  /** The latest 128. */
  readonly evidence: ReadonlyArray<Evidence>
  /** The latest 8. */
  readonly suspicions: ReadonlyArray<Suspicion>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const initial: Doubt = { evidence: [], suspicions: [] }

/**
 * The suspicion that explains failures of this kind, standing or refuted.
 *
 * @since 0.1.0
 * @category getters
 */
export const find = (self: Doubt, cause: Cause): Suspicion | null =>
  self.suspicions.find((suspicion) => alike(suspicion, cause)) ?? null

/**
 * The suspicions that nothing has refuted.
 *
 * @since 0.1.0
 * @category getters
 */
export const standing = (self: Doubt): ReadonlyArray<Suspicion> =>
  self.suspicions.filter(({ refuted }) => refuted === null)

/**
 * Adds evidence and forgets what is older than the window.
 *
 * @since 0.1.0
 * @category transitions
 */
export const note = (self: Doubt, evidence: Evidence, terms: Terms): Doubt => ({
  ...self,
  evidence: [...self.evidence.filter((e) => Math.abs(evidence.at - e.at) <= terms.windowMillis), evidence].slice(-128)
})

/**
 * All evidence of one cause, the oldest first.
 *
 * @since 0.1.0
 * @category getters
 */
export const gather = (self: Doubt, cause: Cause): ReadonlyArray<Evidence> =>
  self.evidence.filter((evidence) => alike(evidence, cause))

/**
 * How many different tokens must fail alike when `witnesses` could speak.
 *
 * @since 0.1.0
 * @category getters
 */
export const quorum = (terms: Terms, witnesses: number): number =>
  Math.max(terms.tokens, Math.min(32, Math.ceil(terms.share * witnesses)))

/**
 * Draws the conclusion: the evidence is used up, and a suspicion stands.
 *
 * @since 0.1.0
 * @category transitions
 */
export const suspect = (self: Doubt, evidence: ReadonlyArray<Evidence>, cause: Cause, leases: number): Doubt => {
  const requests = new Set(evidence.map(({ request }) => request))
  const [request = null] = requests.size === 1 ? requests : []
  const suspicion: Suspicion = {
    blame: cause.blame,
    code: cause.code,
    model: cause.model,
    tokens: [...new Set(evidence.map(({ tokenId }) => tokenId))],
    request,
    since: leases,
    refuted: null,
    round: 0
  }
  return {
    evidence: self.evidence.filter((e) => !alike(e, cause)),
    suspicions: [...self.suspicions.filter((s) => !alike(s, cause)), suspicion].slice(-8)
  }
}

/**
 * Changes a suspicion.
 *
 * @since 0.1.0
 * @category transitions
 */
export const update = (self: Doubt, suspicion: Suspicion, change: Partial<Suspicion>): Doubt => ({
  ...self,
  suspicions: self.suspicions.map((other) => (other === suspicion ? { ...suspicion, ...change } : other))
})

/**
 * One more token that fails so.
 *
 * @since 0.1.0
 * @category getters
 */
export const withToken = (self: Suspicion, tokenId: string): ReadonlyArray<string> =>
  self.tokens.includes(tokenId) || self.tokens.length >= 256 ? self.tokens : [...self.tokens, tokenId]

/**
 * Weighs a success: it refutes what it contradicts, and clears its own token.
 *
 * @since 0.1.0
 * @category transitions
 */
export const served = (
  self: Doubt,
  success: { readonly tokenId: string; readonly model: string | null; readonly number: number },
  leases: number
): Doubt => {
  if (self.evidence.length === 0 && self.suspicions.length === 0) return self
  const speaksOf = (cause: Cause) => cause.model === null || cause.model === success.model
  return {
    evidence: self.evidence.filter((e) => !(speaksOf(e) && success.number > e.leases)),
    suspicions: self.suspicions
      .map((s) =>
        speaksOf(s) && success.number > s.since
          ? { ...s, refuted: s.refuted ?? leases, tokens: s.tokens.filter((id) => id !== success.tokenId) }
          : s
      )
      .filter((s) => s.refuted === null || s.tokens.length > 0)
  }
}

const alike = (a: Cause, b: Cause): boolean => a.blame === b.blame && a.code === b.code && a.model === b.model
