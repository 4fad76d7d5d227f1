/**
 * From our own errors to the plain ones of the promise door.
 *
 * @since 0.1.0
 */
import { ForeignUrl } from "../ProviderChoice.js"
import * as RotationError from "../RotationError.js"
import { AllTokensFailedError, ConfigError, NoTokenError, UnknownProviderError, UnknownTokenError } from "./errors.js"

/**
 * The plain error for anything that failed. What is not ours is handed on as it is.
 *
 * @since 0.1.0
 * @category conversions
 */
export const plain = (error: unknown): unknown => {
  if (error instanceof RotationError.Exhausted) return allTokensFailed(error)
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
  new AllTokensFailedError(error.message, facts(error))

/**
 * @since 0.1.0
 * @category conversions
 */
export const noToken = (error: RotationError.Exhausted): NoTokenError => new NoTokenError(error.message, facts(error))

const facts = (
  error: RotationError.Exhausted
): Pick<AllTokensFailedError, "provider" | "retryAt" | "attempts" | "tokens"> => ({
  provider: error.providerId,
  retryAt: date(error.retryAt),
  attempts: error.attempts.map(({ alias, outcome, status }) => ({
    alias,
    status,
    code: outcome.code,
    why: outcome.why
  })),
  tokens: error.tokens.map(({ alias, state, until, why }) => ({ alias, state, why, until: date(until) }))
})

/**
 * @since 0.1.0
 * @category conversions
 */
export const date = (millis: number | null): Date | null => (millis === null ? null : new Date(millis))
