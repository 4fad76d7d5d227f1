/**
 * Which token of the config file a command means. Works on what is written, so that a token that cannot be used can still
 * be removed.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { ConfigDocument } from "../ConfigDocument.js"
import { configuredTokens } from "../ConfigTokens.js"
import type { Provider } from "../Provider.js"
import { UnknownProvider, UnknownToken } from "../RotationError.js"
import { CommandFailed, UsageError } from "./Failure.js"
import { nearest } from "./Suggestion.js"

/**
 * A token as written.
 *
 * @since 0.1.0
 * @category models
 */
export interface Written {
  readonly providerId: string
  readonly alias: string
  readonly weight: number
  readonly group: string | undefined
}

/**
 * The token of that alias, in the given provider or wherever it is.
 *
 * @since 0.1.0
 * @category selection
 */
export const token = (
  document: ConfigDocument,
  vendors: ReadonlyArray<Provider>,
  providerId: Option.Option<string>,
  alias: string
): Either.Either<Written, UnknownProvider | UnknownToken | CommandFailed | UsageError> => {
  const known = document.providers.map(({ id }) => id)
  if (Option.isSome(providerId) && !known.includes(providerId.value)) {
    return Either.left(new UnknownProvider({ providerId: providerId.value, known }))
  }
  const all = document.providers
    .filter(({ id }) => Option.isNone(providerId) || id === providerId.value)
    .flatMap((entry) => configuredTokens(entry, vendors).map((one): Written => ({ ...one, providerId: entry.id })))
  const found = all.filter((one) => one.alias === alias)
  const [first, second] = found
  if (second !== undefined) {
    return Either.left(
      new UsageError({
        reason: `Several providers have a token "${alias}": ${found.map((one) => one.providerId).join(", ")}`,
        remedy: "Say which with --provider <id>"
      })
    )
  }
  if (first !== undefined) return Either.right(first)
  const guess = nearest(
    alias,
    all.map((one) => one.alias)
  )
  if (guess === undefined && Option.isSome(providerId)) {
    return Either.left(new UnknownToken({ providerId: providerId.value, token: alias }))
  }
  return Either.left(
    new CommandFailed({
      reason: `There is no token "${alias}" in ${document.path}`,
      remedy: guess === undefined ? "List them with: ctl tokens" : `Did you mean "${guess}"? List them with: ctl tokens`
    })
  )
}
