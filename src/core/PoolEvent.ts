/**
 * What happened in a pool, for whoever listens: logs, metrics, a status page. Plain data, never a secret.
 *
 * @since 0.1.0
 */
import type { Blame, Provenance, Scope } from "./Outcome.js"

/**
 * `at` is epoch milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Origin {
  readonly at: number
  readonly providerId: string
  readonly tokenId: string
  readonly alias: string
}

/**
 * @since 0.1.0
 * @category models
 */
export type PoolEvent =
  /** An attempt failed; what follows from it comes as further events. */
  | (Origin & {
      readonly _tag: "AttemptFailed"
      readonly blame: Blame
      readonly code: string
      readonly why: string
      readonly model: string | null
    })
  /** A token, one of its models, its group, a model or the provider was put to rest. `until` null: until someone acts. */
  | (Origin & {
      readonly _tag: "Rested"
      readonly scope: Scope
      readonly model: string | null
      readonly group: string | null
      readonly until: number | null
      readonly blame: Blame
      readonly provenance: Provenance
      readonly code: string
      readonly why: string
    })
  | (Origin & {
      readonly _tag: "CircuitOpened"
      readonly model: string | null
      readonly until: number
      readonly trips: number
      readonly why: string
    })
  /** The one probe of a half-open circuit was lent. */
  | (Origin & { readonly _tag: "CircuitHalfOpened"; readonly model: string | null })
  | (Origin & { readonly _tag: "CircuitClosed"; readonly model: string | null })
  | (Origin & { readonly _tag: "Isolated"; readonly code: string; readonly why: string })
  /** What held the token was asked about before its time and holds no longer: this is what was ended. */
  | (Origin & {
      readonly _tag: "AuditPassed"
      readonly scope: Scope
      readonly model: string | null
      readonly group: string | null
      readonly until: number | null
      readonly blame: Blame
      readonly provenance: Provenance | null
      readonly code: string
      readonly why: string
    })
  /** A rest ran out and the token can be lent again. */
  | (Origin & { readonly _tag: "Returned" })
  | (Origin & { readonly _tag: "Reset" })
  /** Rests were taken back because siblings failed the same way: the fault was not this token's. */
  | (Origin & { readonly _tag: "Withdrawn"; readonly code: string; readonly why: string })
  /** Several requests failed for no fault of a token: the provider's own circuit opened, and everybody waits. */
  | (Origin & {
      readonly _tag: "ProviderTroubled"
      readonly until: number
      readonly trips: number
      readonly why: string
    })
  /** The provider answered again. */
  | (Origin & { readonly _tag: "ProviderRecovered" })
