/**
 * Edits within one provider's entry.
 *
 * @since 0.1.0
 */
import * as Redacted from "effect/Redacted"
import type { ProviderEntry } from "./ConfigSchema.js"
import { aliases, configuredTokens } from "./ConfigTokens.js"
import type { Vendor } from "./Environment.js"
import * as JsonEdit from "./JsonEdit.js"
import * as JsonText from "./JsonText.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface NewToken {
  /** The secret, or `env:NAME`, or `file:PATH`. */
  readonly value: Redacted.Redacted
  /** Default: the variable's name, else the first `token-N` that is free. */
  readonly alias?: string | undefined
  readonly weight?: number | undefined
  readonly group?: string | undefined
  readonly enabled?: boolean | undefined
  readonly bearer?: boolean | undefined
}

/**
 * After a removal, writes down names that followed from the place if they would change.
 *
 * @since 0.1.0
 * @category edits
 */
export const keepNames = (
  provider: JsonText.JsonObject,
  before: ReadonlyArray<{ readonly alias: string; readonly value: Redacted.Redacted }>,
  removed: number
): JsonText.JsonObject => {
  const tokens = JsonEdit.array(JsonEdit.get(provider, "tokens"))
  if (tokens.items.length === before.length) return provider
  const left = before.filter((_, i) => i !== removed)
  const given = tokens.items.map((item) => JsonEdit.get(JsonEdit.object(item), "alias"))
  const after = aliases(left.map(({ value }, i) => ({ value, alias: text(given[i]) })))
  if (left.every(({ alias }, i) => alias === after[i])) return provider
  const items = tokens.items.map((item, i) => JsonEdit.set(JsonEdit.object(item), "alias", JsonEdit.of(left[i]?.alias)))
  return JsonEdit.set(provider, "tokens", { ...tokens, items })
}

const text = (json: JsonText.Json | undefined): string | undefined => {
  const value = json && JsonText.toValue(json)
  return typeof value === "string" ? value : undefined
}

/**
 * Puts tokens that stand in `apiKey` or `envVars` into `tokens`, under the names they have.
 *
 * @since 0.1.0
 * @category edits
 */
export const moveIntoTokens = (
  provider: JsonText.JsonObject,
  entry: ProviderEntry,
  vendors: ReadonlyArray<Vendor>
): JsonText.JsonObject => {
  const known = configuredTokens(entry, vendors)
  if ((entry.tokens ?? []).length > 0 || known.length === 0) return provider
  const items = known.map((token) =>
    tokenJson({ alias: token.alias, value: token.value, bearer: token.bearer || undefined })
  )
  const moved = JsonEdit.set(provider, "tokens", { _tag: "Array", at: -1, items })
  return known[0]?.place[0] === "apiKey" ? JsonEdit.without(moved, "apiKey") : moved
}

/**
 * A token as it is written.
 *
 * @since 0.1.0
 * @category constructors
 */
export const tokenJson = ({ alias, bearer, enabled, group, value, weight }: NewToken): JsonText.Json =>
  JsonEdit.of({ value: Redacted.value(value), alias, weight, enabled, group, bearer })

/**
 * Takes a secret out of `apiKey` and `envVars`: a removed token must not come back by way of them.
 *
 * @since 0.1.0
 * @category edits
 */
export const withoutSecret = (provider: JsonText.JsonObject, secret: Redacted.Redacted): JsonText.JsonObject => {
  const isIt = (json: JsonText.Json | undefined) =>
    json?._tag === "Scalar" && String(JsonText.toValue(json)).trim() === Redacted.value(secret)
  const kept = isIt(JsonEdit.get(provider, "apiKey")) ? JsonEdit.without(provider, "apiKey") : provider
  const variables = JsonEdit.get(kept, "envVars")
  if (variables?._tag !== "Object" || !variables.members.some(({ value }) => isIt(value))) return kept
  const members = variables.members.filter(({ value }) => !isIt(value))
  return JsonEdit.set(kept, "envVars", { ...variables, members })
}
