/**
 * Tokens in environment variables: `ANTHROPIC_API_KEY`, `ANTHROPIC_API_KEYS` (separated by commas),
 * `ANTHROPIC_API_KEY_1`… (in the order of their numbers, gaps allowed), and the variables of bearer tokens.
 *
 * @since 0.1.0
 */
import * as Redacted from "effect/Redacted"
import type { Provider } from "./Provider.js"

/**
 * What must be known of a vendor to find its tokens.
 *
 * @since 0.1.0
 * @category models
 */
export type Vendor = Pick<Provider, "type" | "name" | "env">

/**
 * A token as found.
 *
 * @since 0.1.0
 * @category models
 */
export interface Found {
  /** The variable's name in lower case with hyphens; items of a list are numbered. */
  readonly alias: string
  readonly variable: string
  readonly value: Redacted.Redacted
  readonly bearer: boolean
}

/**
 * Environment variables, by name.
 *
 * @since 0.1.0
 * @category models
 */
export type Variables = Readonly<Record<string, string | undefined>>

/**
 * Every token of a vendor, each secret once: single, listed, numbered, then bearer variables.
 *
 * @since 0.1.0
 * @category discovery
 */
export const discover = ({ env }: Vendor, variables: Variables): ReadonlyArray<Found> =>
  distinct([
    ...env.tokens.flatMap((stem) => [
      ...single(stem, variables, false),
      ...listed(`${stem}S`, variables),
      ...numbered(stem, variables)
    ]),
    ...(env.bearerTokens ?? []).flatMap((name) => single(name, variables, true))
  ])

/**
 * The tokens in variables named exactly as the vendor names them, without lists and numbers.
 *
 * @since 0.1.0
 * @category discovery
 */
export const discoverNamed = ({ env }: Vendor, variables: Variables): ReadonlyArray<Found> =>
  distinct([
    ...(env.bearerTokens ?? []).flatMap((name) => single(name, variables, true)),
    ...env.tokens.flatMap((name) => single(name, variables, false))
  ])

/**
 * The name people see for a token of that variable.
 *
 * @since 0.1.0
 * @category rendering
 */
export const aliasOf = (variable: string): string => variable.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")

const single = (variable: string, variables: Variables, bearer: boolean): ReadonlyArray<Found> => {
  const value = variables[variable]?.trim() ?? ""
  return value === "" ? [] : [{ alias: aliasOf(variable), variable, value: Redacted.make(value), bearer }]
}

const listed = (variable: string, variables: Variables): ReadonlyArray<Found> =>
  (variables[variable] ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "")
    .map((item, index) => ({
      alias: `${aliasOf(variable)}-${index + 1}`,
      variable,
      value: Redacted.make(item),
      bearer: false
    }))

const numbered = (stem: string, variables: Variables): ReadonlyArray<Found> =>
  Object.keys(variables)
    .filter((name) => name.startsWith(`${stem}_`) && /^\d{1,9}$/.test(name.slice(stem.length + 1)))
    .sort((a, b) => Number(a.slice(stem.length + 1)) - Number(b.slice(stem.length + 1)))
    .flatMap((name) => single(name, variables, false))

const distinct = (found: ReadonlyArray<Found>): ReadonlyArray<Found> => {
  const seen = new Set<string>()
  return found.filter(({ value }) => {
    const known = seen.has(Redacted.value(value))
    seen.add(Redacted.value(value))
    return !known
  })
}
