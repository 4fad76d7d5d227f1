/**
 * Holds: why something is held back, in words and times for people.
 *
 * @since 0.1.0
 */
import type { Blame, Provenance, Scope } from "./Outcome.js"

/**
 * - `ready`: can be lent
 * - `cooling`: left alone until a known time
 * - `open`: its circuit is open until a known time
 * - `half-open`: the next lease is its probe
 * - `probing`: its one probe is out
 * - `isolated`: held out until someone acts
 * - `disabled`: the user took it out
 *
 * @since 0.1.0
 * @category models
 */
export type State = "ready" | "cooling" | "open" | "half-open" | "probing" | "isolated" | "disabled"

/**
 * Why something is held back. `until` is epoch milliseconds, `null` when only a person can change it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Hold {
  readonly state: Exclude<State, "ready" | "disabled">
  readonly scope: Scope
  readonly model: string | null
  readonly group: string | null
  readonly until: number | null
  readonly since: number | null
  readonly blame: Blame | null
  readonly provenance: Provenance | null
  readonly code: string | null
  readonly why: string
  readonly evidence: ReadonlyArray<string>
  /** From when on it may be asked whether it still holds, before its time; absent: it is not asked. */
  readonly auditAt?: number | undefined
}
