/**
 * Reads along as an answer passes by: where its first content is, whether it turns into an error, and what usage it
 * states. Nothing is held back and little is kept.
 *
 * @since 0.1.0
 */
import type { HiddenError } from "./core/StreamEvent.js"
import type { Usage } from "./core/Usage.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface AnswerScan {
  /** How many bytes are taken from the provider before the caller asks for them. */
  readonly ahead: number
  /** Whether the answer is known to be short: it is read to its end, or breaks, before any of it is handed on. */
  readonly whole: boolean
  readonly read: (chunk: Uint8Array) => void
  /** The body has ended: what was under way is complete. */
  readonly end: () => void
  /** Whether another token could still give the whole answer: nothing has come that the caller has use for. */
  readonly undecided: () => boolean
  /** Whether something has come that the caller has use for. */
  readonly hasContent: () => boolean
  /** The error the answer turned into, before or after its content. */
  readonly error: () => HiddenError | undefined
  /** Whether the vendor has said that this was all, though the body may not have ended. */
  readonly finished: () => boolean
  readonly usage: () => Usage | undefined
}

/**
 * An answer known to be no longer than this is read to its end before it is handed on; a longer one is no error in
 * disguise. So much is read ahead of the caller, too, of what is no stream of events.
 *
 * @since 0.1.0
 * @category constants
 */
export const maxWhole = 64 * 1024

/**
 * The scan for an answer of which nothing is known: it sees only that it begins, and that it ends when it is `short`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const plain = (short: boolean): AnswerScan => {
  let begun = false
  let ended = false
  return {
    ahead: maxWhole,
    whole: short,
    read: () => {
      begun = true
    },
    end: () => {
      begun = true
      ended = true
    },
    undecided: () => !begun || (short && !ended),
    hasContent: () => begun,
    error: () => undefined,
    finished: () => ended,
    usage: () => undefined
  }
}

/**
 * The scan for a body that nothing more is to be learnt from.
 *
 * @since 0.1.0
 * @category constructors
 */
export const blind = (): AnswerScan => ({ ...plain(false), undecided: () => false })
