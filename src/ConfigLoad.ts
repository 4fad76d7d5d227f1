/**
 * From a document, or from the environment alone, to providers with usable tokens.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import type { ConfigDocument } from "./ConfigDocument.js"
import * as ConfigLimits from "./ConfigLimits.js"
import { baseUrlFault } from "./ConfigRules.js"
import type { ProviderEntry, StrategyType } from "./ConfigSchema.js"
import * as ConfigTokens from "./ConfigTokens.js"
import * as ConfigVerdictRules from "./ConfigVerdictRules.js"
import type { GroupLimits } from "./core/Operation.js"
import type { UserRule } from "./core/UserRule.js"
import * as Environment from "./Environment.js"
import * as Token from "./Token.js"
import * as TokenReference from "./TokenReference.js"

/**
 * A token that is configured but cannot be used, and why.
 *
 * @since 0.1.0
 * @category models
 */
export interface Problem {
  readonly alias: string
  readonly reason: string
  /** Where it stands in the document, from the provider's entry on; empty for the environment. */
  readonly place: ReadonlyArray<PropertyKey>
}

/**
 * A provider with the tokens that can be used.
 *
 * @since 0.1.0
 * @category models
 */
export interface LoadedProvider {
  readonly id: string
  readonly name: string
  readonly type: string
  /** As configured, without a trailing slash; `undefined`: the vendor's own. */
  readonly baseUrl: string | undefined
  readonly strategy: StrategyType
  readonly tokens: ReadonlyArray<Token.Token>
  readonly problems: ReadonlyArray<Problem>
  readonly source: "config" | "environment"
  /** Rules of the user's own, tried before the vendor's. */
  readonly rules: ReadonlyArray<UserRule>
  readonly groupLimits: GroupLimits
}

/**
 * The providers of a document.
 *
 * @since 0.1.0
 * @category loading
 */
export const fromDocument = (
  document: ConfigDocument,
  vendors: ReadonlyArray<Environment.Vendor>,
  surroundings: TokenReference.Surroundings
): ReadonlyArray<LoadedProvider> => document.providers.map((entry) => fromEntry(entry, vendors, surroundings))

/**
 * The providers whose tokens stand in the environment.
 *
 * @since 0.1.0
 * @category loading
 */
export const fromEnvironment = (
  vendors: ReadonlyArray<Environment.Vendor>,
  surroundings: TokenReference.Surroundings
): ReadonlyArray<LoadedProvider> =>
  vendors.flatMap((vendor) => {
    const found = Environment.discover(vendor, surroundings.environment)
    if (found.length === 0) return []
    const variable = vendor.env.baseUrl
    const baseUrl = variable === undefined ? "" : (surroundings.environment[variable]?.trim() ?? "")
    const url = checkedUrl(baseUrl, `the environment variable ${variable}`)
    return [
      {
        id: vendor.type,
        name: vendor.name,
        type: vendor.type,
        strategy: "round-robin" as const,
        source: "environment" as const,
        rules: [],
        groupLimits: {},
        ...usable(
          vendor.type,
          url,
          found.map((token) => ({
            ...token,
            weight: 1,
            enabled: true,
            group: undefined,
            limits: undefined,
            place: []
          })),
          // Here a value is a secret, whatever it looks like.
          (token) => TokenReference.check(token.value, `the environment variable ${token.variable}`)
        )
      }
    ]
  })

const fromEntry = (
  entry: ProviderEntry,
  vendors: ReadonlyArray<Environment.Vendor>,
  surroundings: TokenReference.Surroundings
): LoadedProvider => {
  const variable = entry.baseUrl ? undefined : ConfigTokens.variableBaseUrl(entry, vendors)
  return {
    id: entry.id,
    name: entry.name || entry.id,
    type: entry.type,
    strategy: entry.tokenStrategy?.type ?? "round-robin",
    source: "config",
    groupLimits: Object.fromEntries(
      Object.entries(entry.groups ?? {}).flatMap(([name, group]) => {
        const limits = ConfigLimits.of(group)
        return limits === undefined ? [] : [[name, limits] as const]
      })
    ),
    rules: (entry.rules ?? []).map((rule, index) => ConfigVerdictRules.toRule(rule, `rules[${index}] of the config`)),
    ...usable(
      entry.id,
      checkedUrl(entry.baseUrl || variable?.value || "", `envVars.${variable?.variable}`),
      ConfigTokens.configuredTokens(entry, vendors),
      (token) => TokenReference.resolve(TokenReference.parse(Redacted.value(token.value)), surroundings)
    )
  }
}

/** A wrong URL makes every token unusable: sent to the vendor's own URL, a relay's token would be given away. */
const checkedUrl = (text: string, what: string): Either.Either<string | undefined, string> => {
  if (text === "") return Either.right(undefined)
  const fault = baseUrlFault(text)
  return fault === undefined ? Either.right(text.replace(/\/+$/, "")) : Either.left(`${what} ${fault}`)
}

const usable = <T extends ConfigTokens.ConfiguredToken>(
  providerId: string,
  url: Either.Either<string | undefined, string>,
  configured: ReadonlyArray<T>,
  resolve: (token: T) => Either.Either<Redacted.Redacted, string>
): Pick<LoadedProvider, "baseUrl" | "tokens" | "problems"> => {
  const tokens = new Map<string, Token.Token>()
  const problems: Array<Problem> = []
  for (const token of configured) {
    const { alias, bearer, enabled, group, limits, place, weight } = token
    const secret = Either.flatMap(url, () => resolve(token))
    if (Either.isLeft(secret)) {
      problems.push({ alias, reason: secret.left, place })
      continue
    }
    const id = Token.fingerprint(providerId, secret.right)
    const twin = tokens.get(id)
    if (twin !== undefined) problems.push({ alias, reason: `is the same secret as "${twin.alias}"`, place })
    else tokens.set(id, { id, providerId, alias, secret: secret.right, weight, enabled, group, limits, bearer })
  }
  return { baseUrl: Either.getOrUndefined(url), tokens: [...tokens.values()], problems }
}
