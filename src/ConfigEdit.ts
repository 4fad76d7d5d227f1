/**
 * Edits of the config document: pure, and careful with what they do not understand. Each gives the next document, checked
 * like one that is read.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import { type ConfigDocument, decode } from "./ConfigDocument.js"
import { keepNames, moveIntoTokens, type NewToken, tokenJson, withoutSecret } from "./ConfigEntry.js"
import type { ProviderEntry, StrategyType } from "./ConfigSchema.js"
import { configuredTokens, freeAlias } from "./ConfigTokens.js"
import type { Vendor } from "./Environment.js"
import * as JsonEdit from "./JsonEdit.js"
import * as JsonText from "./JsonText.js"
import { ConfigError, UnknownProvider, UnknownToken } from "./RotationError.js"

/**
 * What an edit gives: the next document, or why there is none.
 *
 * @since 0.1.0
 * @category models
 */
export type Edited<E = never> = Either.Either<ConfigDocument, ConfigError | E>

/**
 * @since 0.1.0
 * @category models
 */
export interface NewProvider {
  readonly id: string
  readonly type: string
  /** Default: the id. */
  readonly name?: string | undefined
  readonly baseUrl?: string | undefined
  readonly strategy?: StrategyType | undefined
}

/**
 * Adds a token to a provider. A lone `apiKey` moves into `tokens` first, as `default`; so do tokens in `envVars`, by a
 * copy, since other tools may read those. The alias is written down, so that it stays when others go.
 *
 * @since 0.1.0
 * @category edits
 */
export const addToken = (
  self: ConfigDocument,
  providerId: string,
  token: NewToken,
  vendors: ReadonlyArray<Vendor>
): Edited<UnknownProvider> =>
  editProvider(self, providerId, (provider, entry) => {
    const known = configuredTokens(entry, vendors)
    const alias = token.alias || freeAlias(token.value, known.length, new Set(known.map((one) => one.alias)))
    if (known.some((one) => one.alias === alias)) {
      return refuse(self, `provider "${providerId}" already has a token "${alias}"`, "Choose another alias.")
    }
    const twin = known.find((one) => Redacted.value(one.value) === Redacted.value(token.value))
    if (twin !== undefined) {
      return refuse(self, `provider "${providerId}" already has that token, as "${twin.alias}"`, "Nothing was changed.")
    }
    const moved = moveIntoTokens(provider, entry, vendors)
    const added = tokenJson({ ...token, alias })
    const tokens = JsonEdit.array(JsonEdit.get(moved, "tokens"))
    return Either.right(JsonEdit.set(moved, "tokens", { ...tokens, items: [...tokens.items, added] }))
  })

/**
 * Removes a token, wherever the provider holds it. The names of the others stay.
 *
 * @since 0.1.0
 * @category edits
 */
export const removeToken = (
  self: ConfigDocument,
  providerId: string,
  alias: string,
  vendors: ReadonlyArray<Vendor>
): Edited<UnknownProvider | UnknownToken> =>
  editToken(self, providerId, alias, vendors, (provider, index, secret) => {
    const tokens = JsonEdit.array(JsonEdit.get(provider, "tokens"))
    const items = tokens.items.filter((_, i) => i !== index)
    return withoutSecret(JsonEdit.set(provider, "tokens", { ...tokens, items }), secret)
  })

/**
 * Takes a token into use, or out of it without forgetting it.
 *
 * @since 0.1.0
 * @category edits
 */
export const setTokenEnabled = (
  self: ConfigDocument,
  providerId: string,
  alias: string,
  enabled: boolean,
  vendors: ReadonlyArray<Vendor>
): Edited<UnknownProvider | UnknownToken> =>
  editToken(self, providerId, alias, vendors, (provider, index) => {
    const tokens = JsonEdit.array(JsonEdit.get(provider, "tokens"))
    const items = tokens.items.map((item, i) =>
      i === index ? JsonEdit.set(JsonEdit.object(item), "enabled", JsonEdit.of(enabled)) : item
    )
    return JsonEdit.set(provider, "tokens", { ...tokens, items })
  })

/**
 * Adds a provider without tokens.
 *
 * @since 0.1.0
 * @category edits
 */
export const addProvider = (self: ConfigDocument, provider: NewProvider): Edited => {
  if (self.providers.some(({ id }) => id === provider.id)) {
    return refuse(self, `there is a provider "${provider.id}" already`, "Choose another id.")
  }
  const json = JsonEdit.of({
    id: provider.id,
    name: provider.name ?? provider.id,
    type: provider.type,
    baseUrl: provider.baseUrl,
    tokens: [],
    tokenStrategy: provider.strategy && { type: provider.strategy }
  })
  return changeProviders(self, (items) => [...items, json])
}

/**
 * Removes a provider and its tokens. If it was the active one, none is.
 *
 * @since 0.1.0
 * @category edits
 */
export const removeProvider = (self: ConfigDocument, providerId: string): Edited<UnknownProvider> => {
  const index = self.providers.findIndex(({ id }) => id === providerId)
  if (index < 0) return Either.left(unknownProvider(self, providerId))
  const root = Redacted.value(self.json)
  const kept = self.activeProviderId === providerId ? JsonEdit.without(root, "activeProviderId") : root
  return changeProviders({ ...self, json: Redacted.make(kept) }, (items) => items.filter((_, i) => i !== index))
}

/**
 * Makes a provider the active one. `others` are ids that are known without the file, from the environment.
 *
 * @since 0.1.0
 * @category edits
 */
export const useProvider = (
  self: ConfigDocument,
  providerId: string,
  others: ReadonlyArray<string> = []
): Edited<UnknownProvider> =>
  others.includes(providerId) || self.providers.some(({ id }) => id === providerId)
    ? rebuild(self, JsonEdit.set(Redacted.value(self.json), "activeProviderId", JsonEdit.of(providerId)))
    : Either.left(unknownProvider(self, providerId, others))

const unknownProvider = (self: ConfigDocument, providerId: string, others: ReadonlyArray<string> = []) =>
  new UnknownProvider({ providerId, known: [...new Set([...self.providers.map(({ id }) => id), ...others])] })

const refuse = (self: ConfigDocument, reason: string, remedy: string): Either.Either<never, ConfigError> =>
  Either.left(new ConfigError({ path: self.path, reason, remedy }))

/** Lines of the new text would mislead: nobody has it yet. */
const rebuild = (self: ConfigDocument, json: JsonText.JsonObject): Edited =>
  Either.mapLeft(
    decode(self.path, JsonText.print(json)),
    ({ path, reason }) => new ConfigError({ path, reason, remedy: "Nothing was changed." })
  )

const changeProviders = (
  self: ConfigDocument,
  change: (items: ReadonlyArray<JsonText.Json>) => ReadonlyArray<JsonText.Json>
): Edited => {
  const root = Redacted.value(self.json)
  const providers = JsonEdit.array(JsonEdit.get(root, "providers"))
  return rebuild(self, JsonEdit.set(root, "providers", { ...providers, items: change(providers.items) }))
}

const editProvider = <E>(
  self: ConfigDocument,
  providerId: string,
  change: (provider: JsonText.JsonObject, entry: ProviderEntry) => Either.Either<JsonText.JsonObject, E>
): Edited<E | UnknownProvider> => {
  const index = self.providers.findIndex(({ id }) => id === providerId)
  const entry = self.providers[index]
  if (entry === undefined) return Either.left(unknownProvider(self, providerId))
  const provider = JsonEdit.array(JsonEdit.get(Redacted.value(self.json), "providers")).items[index]
  return Either.flatMap(change(JsonEdit.object(provider), entry), (changed) =>
    changeProviders(self, (items) => items.map((item, i) => (i === index ? changed : item)))
  )
}

const editToken = (
  self: ConfigDocument,
  providerId: string,
  alias: string,
  vendors: ReadonlyArray<Vendor>,
  change: (provider: JsonText.JsonObject, index: number, secret: Redacted.Redacted) => JsonText.JsonObject
): Edited<UnknownProvider | UnknownToken> =>
  editProvider(self, providerId, (provider, entry): Either.Either<JsonText.JsonObject, UnknownToken> => {
    const known = configuredTokens(entry, vendors)
    const index = known.findIndex((token) => token.alias === alias)
    const token = known[index]
    if (token === undefined) return Either.left(new UnknownToken({ providerId, token: alias }))
    const before = moveIntoTokens(provider, entry, vendors)
    return Either.right(keepNames(change(before, index, token.value), known, index))
  })
