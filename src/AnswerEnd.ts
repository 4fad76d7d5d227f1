/**
 * How an answer's body ended, and what that says of the attempt.
 *
 * @since 0.1.0
 */
import * as Outcome from "./core/Outcome.js"
import type { HiddenError } from "./core/StreamEvent.js"
import type { Usage } from "./core/Usage.js"
import type { Facts, Provider } from "./Provider.js"

/**
 * - `Complete`: it ended where the vendor ended it; `error` when it turned into one on the way
 * - `Cut`: the connection broke
 * - `Idle`: nothing came for longer than the idle timeout
 * - `GivenUp`: the caller aborted or cancelled
 * - `Unread`: the caller dropped it
 *
 * @since 0.1.0
 * @category models
 */
export type AnswerEnd = {
  readonly _tag: "Complete" | "Cut" | "Idle" | "GivenUp" | "Unread"
  readonly error: HiddenError | undefined
  /** Whether the vendor had said that this was all. */
  readonly finished: boolean
  readonly usage: Usage | undefined
}

/**
 * What the attempt is charged with. An error that the vendor stated weighs before how the connection ended after it.
 *
 * @since 0.1.0
 * @category getters
 */
export const outcome = (self: AnswerEnd, vendor: Provider, facts: Omit<Facts, "status" | "body">): Outcome.Outcome => {
  if (self.error !== undefined) return ofError(self.error, vendor, facts)
  // Many readers leave at the last event, before the end of the body.
  if (self.finished) return Outcome.success
  switch (self._tag) {
    case "Complete":
      return Outcome.success
    case "Cut":
      return broken("stream_cut", "the answer broke off before its end", "the body ended with an error")
    case "Idle":
      return broken("stream_idle", "the answer stopped coming", "nothing came for longer than the idle timeout")
    case "GivenUp":
    case "Unread":
      return Outcome.abandoned
  }
}

/**
 * What an error under status 200 means: what the vendor says of its real status. It is a failure, whatever the vendor
 * says.
 *
 * @since 0.1.0
 * @category getters
 */
export const ofError = (
  error: HiddenError,
  vendor: Provider,
  facts: Omit<Facts, "status" | "body">
): Outcome.Failure => {
  const said = vendor.classify({ ...facts, status: error.status, body: error.body })
  return said._tag === "Failure"
    ? said
    : broken("hidden_error", "the answer was an error under status 200", "an error in the body")
}

const broken = (code: string, why: string, evidence: string): Outcome.Failure =>
  Outcome.failure({ blame: "provider", scope: "provider", code, why, evidence: [evidence] })
