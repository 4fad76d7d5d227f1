/**
 * What a rule, or a vendor's own function, says of an answer, before times are read and words are found.
 *
 * @since 0.1.0
 */
import type { Hint } from "./Hint.js"
import type { Scope } from "./Outcome.js"
import type { Window } from "./ResetWindow.js"
import type { Sense } from "./Sense.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Saying {
  readonly sense: Sense
  /** In place of what the sense rests. */
  readonly scope?: Scope | null
  readonly retryOtherToken?: boolean
  /** How long, where the answer does not say but the vendor documents it. */
  readonly window?: Window
  /** In place of how long the sense rests; a number of milliseconds is a time that somebody laid down. */
  readonly rest?: number | "permanent" | null
  /** In place of the sense's sentence. Never quotes the vendor. */
  readonly why?: string
  /** Nothing in the answer may refine it: somebody laid it down. */
  readonly final?: true
  /** The vendor's code that it holds by. */
  readonly code?: string | undefined
  /** Further evidence, in words. */
  readonly evidence?: ReadonlyArray<string>
  /** A time found where only the vendor's own function looks. */
  readonly hint?: Hint | undefined
}
