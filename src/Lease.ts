/**
 * Leases: what a caller holds while it uses a token.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type { ConfiguredProvider } from "./ConfiguredProvider.js"
import type * as Outcome from "./core/Outcome.js"
import type { Statement } from "./core/Statement.js"
import type { Usage } from "./core/Usage.js"
import type { Options as RequestOptions } from "./RequestOptions.js"
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
  /** When it was given, in epoch milliseconds. */
  readonly at: number
  /** Takes note of what the answer's headers say is left of its limits, and of whose limits they are: see `Stated`. */
  readonly hear: (statements: ReadonlyArray<Statement>, owner?: string) => Effect.Effect<void>
  /** The answer has begun: the provider is there, whatever becomes of it. */
  readonly begun: Effect.Effect<void>
  /** Whether its token is held back now, for the model of this lease. */
  readonly isHeld: Effect.Effect<boolean>
  readonly settle: (outcome: Outcome.Outcome, stated?: Stated) => Effect.Effect<void>
}

/**
 * What an answer says beside its verdict.
 *
 * @since 0.1.0
 * @category models
 */
export interface Stated {
  /** The owner of its limits, such as an organization. */
  readonly owner?: string | undefined
  readonly usage?: Usage | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface AcquireOptions {
  readonly model?: string | undefined
  /**
   * How long to wait for a token; 0 fails at once. Default: what `RequestOptions` say, else `acquireTimeout` of the config.
   */
  readonly timeout?: Duration.DurationInput | undefined
  /** See `RequestOptions`, whose word counts where this is absent. */
  readonly priority?: RequestOptions["priority"]
  /** See `RequestOptions`, whose word counts where this is absent. */
  readonly usage?: RequestOptions["usage"]
  /** Epoch milliseconds since when the request waits, all its attempts together: its place in the queue. Default: now. */
  readonly since?: number | undefined
  /** A name for the request, the same for all its attempts: failures of one request may be the request's own. */
  readonly request?: string | undefined
  /** Ids of tokens not to lend: those this request has tried. */
  readonly exclude?: ReadonlyArray<string> | undefined
}
