/**
 * What a config must satisfy beyond the types of its fields.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { renderPlace } from "./ConfigFault.js"
import * as ConfigLimits from "./ConfigLimits.js"
import type { ProviderEntry, TokenEntry } from "./ConfigSchema.js"
import { aliases } from "./ConfigTokens.js"
import * as ConfigVerdictRules from "./ConfigVerdictRules.js"
import * as TokenReference from "./TokenReference.js"

/**
 * A broken rule and its place.
 *
 * @since 0.1.0
 * @category models
 */
export interface Broken {
  readonly place: ReadonlyArray<PropertyKey>
  readonly reason: string
  readonly remedy: string
}

/**
 * The first rule that is broken.
 *
 * @since 0.1.0
 * @category validation
 */
export const check = (providers: ReadonlyArray<ProviderEntry>): Option.Option<Broken> => {
  for (const [index, provider] of providers.entries()) {
    const broken = checkProvider(provider, index, providers)
    if (broken !== undefined) return Option.some(broken)
  }
  return Option.none()
}

/**
 * Why a text is no base URL; `undefined` when it is one. Quotes nothing of it.
 *
 * @since 0.1.0
 * @category validation
 */
export const baseUrlFault = (text: string): string | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) return "must be a URL that begins with https:// or http://"
  return url.username === "" && url.password === "" ? undefined : "must not hold a user name or password"
}

const correct = "Correct it in that file."

const checkProvider = (
  provider: ProviderEntry,
  index: number,
  providers: ReadonlyArray<ProviderEntry>
): Broken | undefined => {
  const place = ["providers", index]
  const field = (name: string, reason: string, remedy = correct): Broken => ({
    place: [...place, name],
    reason: `${renderPlace([...place, name])} ${reason}`,
    remedy
  })
  const id = nameFault(provider.id)
  if (id !== undefined) return field("id", id)
  const same = providers.findIndex((other) => other.id === provider.id)
  if (same < index) {
    return field("id", `is "${provider.id}", as is that of providers[${same}]`, "Give one of them another id.")
  }
  const type = nameFault(provider.type)
  if (type !== undefined) return field("type", type)
  const url = provider.baseUrl ? baseUrlFault(provider.baseUrl) : undefined
  if (url !== undefined) return field("baseUrl", url)
  const key = provider.apiKey ? valueFault(provider.apiKey, true) : undefined
  if (key !== undefined) return field("apiKey", key)
  for (const [name, group] of Object.entries(provider.groups ?? {})) {
    const limit = limitFault(group, [...place, "groups", name])
    if (limit !== undefined) return limit
  }
  return checkVerdictRules(provider.rules ?? [], place) ?? checkTokens(provider.tokens ?? [], place)
}

const checkVerdictRules = (
  rules: ReadonlyArray<ConfigVerdictRules.RuleEntry>,
  provider: ReadonlyArray<PropertyKey>
): Broken | undefined => {
  for (const [index, rule] of rules.entries()) {
    const fault = ConfigVerdictRules.fault(rule)
    if (fault === undefined) continue
    const place = [...provider, "rules", index, ...fault.place]
    return { place, reason: `${renderPlace(place)} ${fault.reason}`, remedy: fault.remedy }
  }
  return undefined
}

const checkTokens = (tokens: ReadonlyArray<TokenEntry>, provider: ReadonlyArray<PropertyKey>): Broken | undefined => {
  const names = aliases(tokens)
  for (const [index, token] of tokens.entries()) {
    const place = [...provider, "tokens", index]
    const field = (name: string, reason: string, remedy = correct): Broken => ({
      place: [...place, name],
      reason: `${renderPlace([...place, name])} ${reason}`,
      remedy
    })
    const value = valueFault(token.value, false)
    if (value !== undefined) return field("value", value)
    if (token.weight != null && !(token.weight > 0 && Number.isFinite(token.weight))) {
      return field("weight", "must be above 0", 'To keep a token from being used, set "enabled" to false.')
    }
    const limit = limitFault(token, place)
    if (limit !== undefined) return limit
    const alias = token.alias ? nameFault(token.alias) : undefined
    if (alias !== undefined) return field("alias", alias)
    const namesake = names.indexOf(names[index] ?? "")
    if (namesake < index) {
      return field(
        "alias",
        `is "${names[index]}", as is that of ${renderPlace([...provider, "tokens", namesake])}`,
        "Give one of them another alias."
      )
    }
    const twin = tokens.findIndex((other) => Redacted.value(other.value) === Redacted.value(token.value))
    if (twin < index) {
      return field("value", `of "${names[index]}" is the same as that of "${names[twin]}"`, "Remove one of the two.")
    }
  }
  return undefined
}

const limitFault = (entry: ConfigLimits.GroupEntry, place: ReadonlyArray<PropertyKey>): Broken | undefined => {
  const fault = ConfigLimits.fault(entry)
  if (fault === undefined) return undefined
  const field = [...place, fault.field]
  return { place: field, reason: `${renderPlace(field)} ${fault.reason}`, remedy: "Leave it out for no limit." }
}

const nameFault = (text: string): string | undefined =>
  text.trim() === ""
    ? "is empty"
    : // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      /[\u0000-\u001f\u007f-\u009f]/.test(text)
      ? "holds control characters"
      : undefined

const valueFault = (value: Redacted.Redacted, mayBeEmpty: boolean): string | undefined => {
  const reference = TokenReference.parse(Redacted.value(value))
  switch (reference._tag) {
    case "Variable":
      return reference.name === "" ? 'names no variable after "env:"' : undefined
    case "File":
      return reference.path === "" ? 'names no file after "file:"' : undefined
    case "Literal":
      return mayBeEmpty && Redacted.value(value).trim() === "" ? undefined : TokenReference.fault(reference.secret)
  }
}
