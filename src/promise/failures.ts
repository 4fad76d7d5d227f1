/**
 * From our own errors to the plain ones of the promise door.
 *
 * @since 0.1.0
 */
import { ForeignUrl } from "../ProviderChoice.js"
import * as RotationError from "../RotationError.js"
import {
  AllTokensFailedError,
  ConfigError,
  LlmctlError,
  NoTokenError,
  RequestTooLargeError,
  UnknownProviderError,
  UnknownTokenError
} from "./errors.js"
import type { Attempt } from "./types.js"

/**
 * The plain error for anything that failed. What is not ours is handed on as it is.
 *
 * @since 0.1.0
 * @category conversions
 */
export const plain = (error: unknown): unknown => {
  if (error instanceof RotationError.Exhausted) return allTokensFailed(error)
  if (error instanceof RotationError.RequestTooLarge) {
    const { limit, providerId, unit, usage } = error
    const facts = { provider: providerId, usage, limit, unit, attempts: attemptsOf(error) }
    return new RequestTooLargeError(error.message, facts)
  }
  if (error instanceof RotationError.ConfigError) {
    return new ConfigError(error.message, { path: error.path, line: error.line })
  }
  if (error instanceof RotationError.UnknownProvider || error instanceof ForeignUrl) {
    return new UnknownProviderError(error.message)
  }
  if (error instanceof RotationError.UnknownToken) return new UnknownTokenError(error.message)
  return error
}

/**
 * @since 0.1.0
 * @category conversions
 */
export const allTokensFailed = (error: RotationError.Exhausted): AllTokensFailedError =>
  new AllTokensFailedError(error.message, facts(error), causeOf(error))

/**
 * @since 0.1.0
 * @category conversions
 */
export const noToken = (error: RotationError.Exhausted): NoTokenError =>
  new NoTokenError(error.message, facts(error), causeOf(error))

/** What the last attempt met; when there was none, what holds back the token that returns first. */
const causeOf = ({ attempts, retryAt, tokens }: RotationError.Exhausted): ErrorOptions => {
  const last = attempts.at(-1)
  if (last !== undefined) {
    const { code, why } = last.outcome
    const answer = last.status === null ? `met ${code}` : `was answered ${last.status} ${code}`
    return { cause: new LlmctlError(`${last.alias} ${answer}: ${why}`) }
  }
  const next = tokens.find(({ until }) => until === retryAt) ?? tokens[0]
  return next === undefined ? {} : { cause: new LlmctlError(`${next.alias}: ${next.why || next.state}`) }
}

const facts = (
  error: RotationError.Exhausted
): Pick<AllTokensFailedError, "provider" | "retryAt" | "attempts" | "tokens"> => ({
  provider: error.providerId,
  retryAt: date(error.retryAt),
  attempts: attemptsOf(error),
  tokens: error.tokens.map(({ alias, state, until, why }) => ({ alias, state, why, until: date(until) }))
})

const attemptsOf = ({
  attempts
}: {
  readonly attempts: ReadonlyArray<RotationError.Attempt>
}): ReadonlyArray<Attempt> =>
  attempts.map(({ alias, outcome, status }) => ({ alias, status, code: outcome.code, why: outcome.why }))

/**
 * @since 0.1.0
 * @category conversions
 */
export const date = (millis: number | null): Date | null => (millis === null ? null : new Date(millis))
