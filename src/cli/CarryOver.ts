/**
 * From tokens in the environment to a config file, without losing any.
 *
 * The environment counts only while the config names no provider. Whoever adds the first provider to it would silently
 * lose the others, so what is found in the environment is written down with it, by reference.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import type { ConfigDocument } from "../ConfigDocument.js"
import * as ConfigEdit from "../ConfigEdit.js"
import * as Environment from "../Environment.js"
import type { Provider } from "../Provider.js"
import type { ConfigError, UnknownProvider } from "../RotationError.js"

/**
 * The document with every provider of the environment, when it has no provider yet; else itself.
 *
 * @since 0.1.0
 * @category edits
 */
export const carryOver = (
  document: ConfigDocument,
  vendors: ReadonlyArray<Provider>,
  environment: Environment.Variables
): Either.Either<ConfigDocument, ConfigError | UnknownProvider> => {
  if (document.providers.length > 0) return Either.right(document)
  return vendors.reduce<Either.Either<ConfigDocument, ConfigError | UnknownProvider>>(
    (done, vendor) => Either.flatMap(done, (current) => withVendor(current, vendor, vendors, environment)),
    Either.right(document)
  )
}

/**
 * What `carryOver` would write down, and what it cannot: items of a list in one variable have no reference.
 *
 * @since 0.1.0
 * @category getters
 */
export const carried = (
  vendors: ReadonlyArray<Provider>,
  environment: Environment.Variables
): { readonly taken: ReadonlyArray<string>; readonly left: ReadonlyArray<string> } => {
  const found = vendors.flatMap((vendor) => Environment.discover(vendor, environment))
  const names = (list: ReadonlyArray<Environment.Found>) => [...new Set(list.map(({ variable }) => variable))]
  return { taken: names(found.filter(hasReference)), left: names(found.filter((one) => !hasReference(one))) }
}

const hasReference = ({ alias, variable }: Environment.Found): boolean => alias === Environment.aliasOf(variable)

const withVendor = (
  document: ConfigDocument,
  vendor: Provider,
  vendors: ReadonlyArray<Provider>,
  environment: Environment.Variables
): Either.Either<ConfigDocument, ConfigError | UnknownProvider> => {
  const found = Environment.discover(vendor, environment).filter(hasReference)
  if (found.length === 0) return Either.right(document)
  const baseUrl = vendor.env.baseUrl === undefined ? undefined : environment[vendor.env.baseUrl]?.trim() || undefined
  const provider = { id: vendor.type, type: vendor.type, name: vendor.name, baseUrl }
  return found.reduce<Either.Either<ConfigDocument, ConfigError | UnknownProvider>>(
    (done, { alias, bearer, variable }) =>
      Either.flatMap(done, (current) =>
        ConfigEdit.addToken(
          current,
          vendor.type,
          { value: reference(variable), alias, ...(bearer ? { bearer } : {}) },
          vendors
        )
      ),
    ConfigEdit.addProvider(document, provider)
  )
}

const reference = (variable: string) => Redacted.make(`env:${variable}`)
