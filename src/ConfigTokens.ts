/**
 * Which tokens a provider entry means, and what they are called.
 *
 * `tokens` count if there are any; else the lone `apiKey`; else the variables in `envVars` that are known to hold tokens.
 *
 * @since 0.1.0
 */
import * as Redacted from "effect/Redacted"
import * as ConfigLimits from "./ConfigLimits.js"
import type { ProviderEntry, TokenEntry } from "./ConfigSchema.js"
import type * as Limits from "./core/Limits.js"
import * as Environment from "./Environment.js"
import * as TokenReference from "./TokenReference.js"

/**
 * A token as configured, before its secret is looked up.
 *
 * @since 0.1.0
 * @category models
 */
export interface ConfiguredToken {
  readonly alias: string
  /** The secret, or a reference to it. */
  readonly value: Redacted.Redacted
  readonly weight: number
  readonly enabled: boolean
  readonly group: string | undefined
  readonly bearer: boolean
  readonly limits: Limits.Limits | undefined
  /** Where it stands, from the provider's entry on. */
  readonly place: ReadonlyArray<PropertyKey>
}

/**
 * The tokens of a provider entry, in order. `vendors` says which variables hold tokens: those of the entry's own type,
 * or of every vendor if the type is none of them.
 *
 * @since 0.1.0
 * @category getters
 */
export const configuredTokens = (
  entry: ProviderEntry,
  vendors: ReadonlyArray<Environment.Vendor>
): ReadonlyArray<ConfiguredToken> => {
  const tokens = entry.tokens ?? []
  if (tokens.length > 0) {
    return aliases(tokens).map((alias, index) => fromEntry(alias, tokens[index], ["tokens", index]))
  }
  const lone = { weight: 1, enabled: true, group: undefined, limits: undefined }
  if (entry.apiKey && Redacted.value(entry.apiKey).trim() !== "") {
    return [{ ...lone, alias: "default", value: entry.apiKey, bearer: false, place: ["apiKey"] }]
  }
  const variables = textsOf(entry)
  return vendorsOf(entry, vendors)
    .flatMap((vendor) => Environment.discoverNamed(vendor, variables))
    .filter(({ variable }, index, all) => all.findIndex((other) => other.variable === variable) === index)
    .map(({ alias, bearer, value, variable }) => ({ ...lone, alias, value, bearer, place: ["envVars", variable] }))
}

/**
 * The base URL in `envVars`.
 *
 * @since 0.1.0
 * @category getters
 */
export const variableBaseUrl = (
  entry: ProviderEntry,
  vendors: ReadonlyArray<Environment.Vendor>
): { readonly variable: string; readonly value: string } | undefined => {
  const variables = textsOf(entry)
  for (const { env } of vendorsOf(entry, vendors)) {
    const value = env.baseUrl === undefined ? "" : (variables[env.baseUrl]?.trim() ?? "")
    if (env.baseUrl !== undefined && value !== "") return { variable: env.baseUrl, value }
  }
  return undefined
}

/**
 * A name for each token: the given one, else the variable it refers to, else `token-1`, `token-2`… by its place. A name
 * that is taken gets a number.
 *
 * @since 0.1.0
 * @category getters
 */
export const aliases = (tokens: ReadonlyArray<Pick<TokenEntry, "alias" | "value">>): ReadonlyArray<string> => {
  const taken = new Set(tokens.flatMap(({ alias }) => alias || []))
  return tokens.map((token, index) => {
    if (token.alias) return token.alias
    const alias = freeAlias(token.value, index, taken)
    taken.add(alias)
    return alias
  })
}

/**
 * The name a token of that value has at that place when the names in `taken` are used already.
 *
 * @since 0.1.0
 * @category getters
 */
export const freeAlias = (value: Redacted.Redacted, index: number, taken: ReadonlySet<string>): string => {
  const reference = TokenReference.parse(Redacted.value(value))
  const name = reference._tag === "Variable" ? Environment.aliasOf(reference.name) : `token-${index + 1}`
  let alias = name
  for (let n = 2; taken.has(alias); n++) alias = `${name}-${n}`
  return alias
}

const fromEntry = (
  alias: string,
  entry: TokenEntry | undefined,
  place: ReadonlyArray<PropertyKey>
): ConfiguredToken => ({
  alias,
  value: entry?.value ?? Redacted.make(""),
  weight: entry?.weight ?? 1,
  enabled: entry?.enabled ?? true,
  group: entry?.group || undefined,
  bearer: entry?.bearer ?? false,
  limits: ConfigLimits.of(entry),
  place
})

const vendorsOf = (entry: ProviderEntry, vendors: ReadonlyArray<Environment.Vendor>) => {
  const own = vendors.filter(({ type }) => type === entry.type)
  return own.length > 0 ? own : vendors
}

const textsOf = (entry: ProviderEntry): Environment.Variables =>
  Object.fromEntries(
    Object.entries(entry.envVars ? Redacted.value(entry.envVars) : {}).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value]] : []
    )
  )
