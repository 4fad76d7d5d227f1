/**
 * How a command can end other than well, and the exit code of each. Every message ends in its remedy.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"

/**
 * The exit codes of `ctl`; they are part of its interface.
 *
 * @since 0.1.0
 * @category models
 */
export const exitCodes = { ok: 0, failed: 1, usage: 2, noToken: 4, interrupted: 130 } as const

/**
 * The command line itself is wrong. Nothing was done.
 *
 * @since 0.1.0
 * @category errors
 */
export class UsageError extends Data.TaggedError("UsageError")<{
  readonly reason: string
  readonly remedy: string
}> {
  override get message(): string {
    return `${this.reason}. ${this.remedy}`
  }
}

/**
 * The command was understood and could not be done.
 *
 * @since 0.1.0
 * @category errors
 */
export class CommandFailed extends Data.TaggedError("CommandFailed")<{
  readonly reason: string
  readonly remedy: string
}> {
  override get message(): string {
    return `${this.reason}. ${this.remedy}`
  }
}

/**
 * The command needs a token and there is none.
 *
 * @since 0.1.0
 * @category errors
 */
export class NoToken extends Data.TaggedError("NoToken")<{
  readonly reason: string
  readonly remedy: string
}> {
  override get message(): string {
    return `${this.reason}. ${this.remedy}`
  }
}

/**
 * The command failed, and all that had to be said of it was said.
 *
 * @since 0.1.0
 * @category errors
 */
export class AlreadySaid extends Data.TaggedError("AlreadySaid") {}

/**
 * The user left a prompt.
 *
 * @since 0.1.0
 * @category errors
 */
export class Cancelled extends Data.TaggedError("Cancelled") {}
