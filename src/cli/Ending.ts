/**
 * How a command ended: what the user is told of it, and the exit code.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { exitCodes } from "./Failure.js"
import * as Report from "./Report.js"
import type { Stdio } from "./Stdio.js"

/**
 * Tells what went wrong, once, on standard error; the result is the exit code. An interrupt goes on: the process ends
 * with it.
 *
 * @since 0.1.0
 * @category running
 */
export const told = <E>(cause: Cause.Cause<E>): Effect.Effect<number, never, Stdio> => {
  if (Cause.isInterruptedOnly(cause)) return Effect.interrupt
  const failure = Option.getOrUndefined(Cause.failureOption(cause))
  const { exitCode, message } = failure === undefined ? unexpected(cause) : expected(failure)
  if (message !== undefined) return Effect.as(Report.fail(message), exitCode)
  // The cursor is still on the line of the prompt.
  const left = exitCode === exitCodes.interrupted ? Report.tell(() => "\nNothing was changed") : Effect.void
  return Effect.as(left, exitCode)
}

interface Ending {
  readonly exitCode: number
  /** `undefined`: all is said. */
  readonly message: string | undefined
}

const expected = (failure: unknown): Ending => {
  const message = failure instanceof Error ? failure.message : String(failure)
  switch (tagOf(failure)) {
    case "UsageError":
      return { exitCode: exitCodes.usage, message }
    case "NoToken":
    case "Exhausted":
      return { exitCode: exitCodes.noToken, message }
    case "Cancelled":
      return { exitCode: exitCodes.interrupted, message: undefined }
    case "AlreadySaid":
      return { exitCode: exitCodes.failed, message: undefined }
    default:
      return { exitCode: exitCodes.failed, message }
  }
}

/** A defect's own text could hold anything; its kind and place are enough to find it. */
const unexpected = (cause: Cause.Cause<unknown>): Ending => {
  const defect = Option.getOrUndefined(Cause.dieOption(cause))
  const [where] = defect instanceof Error ? (/^\s+at .*$/m.exec(defect.stack ?? "") ?? []) : []
  return {
    exitCode: exitCodes.failed,
    message: `ctl has met a bug of its own (${defect instanceof Error ? defect.name : typeof defect}${where === undefined ? "" : ` ${where.trim()}`}). Please report it`
  }
}

const tagOf = (failure: unknown): unknown =>
  typeof failure === "object" && failure !== null && "_tag" in failure ? failure._tag : undefined
