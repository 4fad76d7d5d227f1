/**
 * `ctl tokens add`
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { ConfigDocument } from "../../ConfigDocument.js"
import * as ConfigEdit from "../../ConfigEdit.js"
import { ConfigStore } from "../../ConfigStore.js"
import { configuredTokens } from "../../ConfigTokens.js"
import * as ForeignToken from "../../ForeignToken.js"
import type { Provider } from "../../Provider.js"
import { UnknownProvider } from "../../RotationError.js"
import * as Token from "../../Token.js"
import * as ConfigChange from "../ConfigChange.js"
import { UsageError } from "../Failure.js"
import * as Report from "../Report.js"
import { clean } from "../render/DisplayText.js"
import * as Secrets from "../Secrets.js"
import { Workspace } from "../Workspace.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly provider: Option.Option<string>
  readonly alias: Option.Option<string>
  readonly weight: Option.Option<number>
  readonly group: Option.Option<string>
  readonly from: Option.Option<string>
}

/**
 * Adds a token to the config. A provider that is not there yet is added when its id is a known type.
 *
 * @since 0.1.0
 * @category actions
 */
export const run = (options: Options) =>
  Effect.gen(function* () {
    const store = yield* ConfigStore
    const workspace = yield* Workspace
    const vendors = yield* workspace.vendors
    const { activeProviderId, providers } = yield* store.load
    const known = providers.map(({ id }) => id)
    const providerId = Option.getOrUndefined(options.provider) ?? activeProviderId ?? known[0]
    if (providerId === undefined) return yield* noProvider(vendors)
    const vendor = yield* workspace.vendorOf(providerId)
    if (!known.includes(providerId) && !vendor?.baseUrl) return yield* new UnknownProvider({ providerId, known })
    const alias = Option.getOrUndefined(options.alias)
    // Refused before the secret is asked for.
    yield* aliasFree(yield* store.document, providerId, alias, vendors)
    const value = yield* Secrets.read(options.from, `${alias ?? "the new token"} for ${providerId}`)
    const fresh = {
      value,
      alias,
      weight: Option.getOrUndefined(options.weight),
      group: Option.getOrUndefined(options.group)
    }
    yield* ConfigChange.edit((document) =>
      Either.flatMap(withProvider(document, providerId, vendor), (current) =>
        ConfigEdit.addToken(current, providerId, fresh, vendors)
      )
    )
    const added = yield* newest(providerId, vendors)
    yield* Report.tell(() => `Added ${clean(added)} to ${clean(providerId)} in ${clean(store.path)}`)
    yield* doubtful(providerId, added, vendor, vendors)
    yield* Report.tell(() => `Undo with: ctl tokens remove ${clean(added)} --provider ${clean(providerId)}`)
  })

const noProvider = (vendors: ReadonlyArray<Provider>): UsageError =>
  new UsageError({
    reason: "No provider is configured yet, so it is not known whose token this is",
    remedy: `Say it with --provider, one of: ${vendors.map(({ type }) => type).join(", ")}`
  })

const withProvider = (document: ConfigDocument, id: string, vendor: Provider | undefined): ConfigEdit.Edited =>
  document.providers.some((provider) => provider.id === id)
    ? Either.right(document)
    : ConfigEdit.addProvider(document, { id, type: vendor?.type ?? id, name: vendor?.name })

const aliasFree = (
  document: ConfigDocument,
  providerId: string,
  alias: string | undefined,
  vendors: ReadonlyArray<Provider>
): Effect.Effect<void, UsageError> => {
  const entry = document.providers.find(({ id }) => id === providerId)
  const taken = entry !== undefined && configuredTokens(entry, vendors).some((one) => one.alias === alias)
  return taken
    ? Effect.fail(
        new UsageError({
          reason: `Provider "${providerId}" already has a token "${alias}"`,
          remedy: "Choose another alias"
        })
      )
    : Effect.void
}

/** New tokens go last, and their alias is written down. */
const newest = (providerId: string, vendors: ReadonlyArray<Provider>) =>
  Effect.gen(function* () {
    const document = yield* (yield* ConfigStore).document
    const entry = document.providers.find(({ id }) => id === providerId)
    return (entry === undefined ? undefined : configuredTokens(entry, vendors).at(-1)?.alias) ?? ""
  })

/** A reference may lead nowhere yet, or to a token of somebody else; that is said now rather than at the first call. */
const doubtful = (providerId: string, alias: string, named: Provider | undefined, vendors: ReadonlyArray<Provider>) =>
  Effect.gen(function* () {
    const loaded = yield* Effect.either((yield* ConfigStore).load)
    if (Either.isLeft(loaded)) return yield* Report.warn(loaded.left.message)
    const provider = loaded.right.providers.find(({ id }) => id === providerId)
    const problem = provider?.problems.find((one) => one.alias === alias)
    if (problem !== undefined) yield* Report.warn(`it cannot be used yet: ${problem.reason}`)
    const token = provider?.tokens.find((one) => one.alias === alias)
    const vendor = vendors.find(({ type }) => type === provider?.type) ?? named
    // A relay's tokens look as it pleases.
    const isRelay = provider?.baseUrl !== undefined && provider.baseUrl !== vendor?.baseUrl
    if (token === undefined || vendor === undefined || isRelay) return
    const prefix = Token.prefixOf(token.secret)
    const other = ForeignToken.vendorOf(vendor, prefix, vendors)
    if (other === undefined) return
    yield* Report.warn(
      `it begins with ${prefix} and so looks like a token of ${other.name}, not of ${vendor.name}. If it is one, remove it and add it with --provider ${other.type}`
    )
  })
