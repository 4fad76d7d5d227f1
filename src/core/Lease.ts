/**
 * A lease as the pool sees it: plain data that comes back with the verdict.
 *
 * @since 0.1.0
 */
import type * as Circuit from "./Circuit.js"
import type { Cooldown } from "./Cooldown.js"
import type * as Gate from "./Gate.js"
import type { Size } from "./Size.js"

/**
 * Leave to use one token for one attempt. It remembers the state it was given in, so that a late verdict can be told
 * from a fresh one.
 *
 * @since 0.1.0
 * @category models
 */
export interface Lease {
  readonly providerId: string
  readonly tokenId: string
  readonly alias: string
  readonly model: string | null
  /** The request this attempt serves, where the caller names it: attempts of one request have that in common. */
  readonly request: string | null
  /** What its caller expects it to use; `null`: what is usual. */
  readonly size: Size | null
  /** Epoch milliseconds. */
  readonly at: number
  readonly number: number
  /** Which one of its token's it is. */
  readonly nth: number
  /** Whether it counts as in flight until settled; a token handed out by hand does not, for it may never come back. */
  readonly counted: boolean
  /** The gates it passed, with its number at each. */
  readonly passed: ReadonlyArray<Passed>
  /** Whether it shows for all others if the provider is back. */
  readonly probesProvider: boolean
  /** The rests it asks about before their time; none for all but audits. */
  readonly audits: ReadonlyArray<Audited>
  readonly token: Epoch
  /** The epoch of the token's standing for `model`; `null` without a model. */
  readonly forModel: Epoch | null
}

/**
 * A gate that a lease went through: whose, and for which model (`null`: for all).
 *
 * @since 0.1.0
 * @category models
 */
export interface Passed extends Gate.Pass {
  readonly owner: string
  readonly model: string | null
}

/**
 * A rest that is audited, and where it is held.
 *
 * @since 0.1.0
 * @category models
 */
export interface Audited {
  readonly scope: "token" | "token+model" | "group"
  readonly model: string | null
  readonly group: string | null
  readonly rest: Cooldown
}

/**
 * Where a standing was when the lease was given, and whether the lease is its one probe.
 *
 * @since 0.1.0
 * @category models
 */
export interface Epoch {
  readonly term: number
  readonly generation: number
  readonly probe: boolean
  /** The circuit as the lease found it, or as its probe left it. */
  readonly circuit: Circuit.Circuit
}
