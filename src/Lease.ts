/**
 * Leases: what a caller holds while it uses a token.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { ConfiguredProvider } from "./ConfiguredProvider.js"
import type * as Outcome from "./core/Outcome.js"
import type { Token } from "./Token.js"

/**
 * Leave to use one token for one attempt.
 *
 * `settle` gives the verdict; the first one counts. A lease whose scope closes unsettled is abandoned: its slot, and its
 * probe if it was one, come back and nobody is blamed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Lease {
  readonly provider: ConfiguredProvider
  readonly token: Token
  readonly model: string | undefined
  /** `owner` is what the answer named as the owner of its limits, such as an organization. */
  readonly settle: (outcome: Outcome.Outcome, owner?: string) => Effect.Effect<void>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface AcquireOptions {
  readonly model?: string | undefined
  /** Ids of tokens not to lend: those this request has tried. */
  readonly exclude?: ReadonlyArray<string> | undefined
}
