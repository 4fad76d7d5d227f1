/**
 * The config file: where it is, what it says, and edits that lose nothing.
 *
 * A provider's tokens come from the file. Only when the file is not there, or holds no provider at all, do they come from
 * the environment: who wrote a provider down has said which tokens to use. Tokens are looked up when loaded: later changes
 * of a variable are not seen, those of a `file:` are.
 *
 * @since 0.1.0
 */
import * as Path from "node:path"
import { env, platform } from "node:process"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as ConfigDocument from "./ConfigDocument.js"
import { renderPlace } from "./ConfigFault.js"
import * as ConfigFile from "./ConfigFile.js"
import * as ConfigLoad from "./ConfigLoad.js"
import * as ConfigPath from "./ConfigPath.js"
import { configuredTokens } from "./ConfigTokens.js"
import * as ConfigUpdate from "./ConfigUpdate.js"
import type { Variables, Vendor } from "./Environment.js"
import * as JsonText from "./JsonText.js"
import { ConfigError } from "./RotationError.js"
import * as TokenReference from "./TokenReference.js"

/**
 * What the config, or the environment in its stead, amounts to.
 *
 * @since 0.1.0
 * @category models
 */
export interface Loaded {
  readonly path: string
  /** Whether the file is there. */
  readonly exists: boolean
  readonly providers: ReadonlyArray<ConfigLoad.LoadedProvider>
  /** The one the user chose, else the first that has tokens. */
  readonly activeProviderId: string | undefined
  /** Whole sentences for the user about what is not wrong but should change. */
  readonly warnings: ReadonlyArray<string>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  readonly path: string
  /** Synchronous. Fails when the file cannot be understood, or when tokens are configured and not one is usable. */
  readonly load: Effect.Effect<Loaded, ConfigError>
  /** Changes whenever `load` may answer differently: looks at the file and at the `file:` references last loaded. */
  readonly version: Effect.Effect<string>
  /** The document as it stands, an empty one when there is no file. */
  readonly document: Effect.Effect<ConfigDocument.ConfigDocument, ConfigError>
  /**
   * Replaces the document by what `change` makes of it, or fails as `change` does. No edit of another process is lost,
   * and a file that cannot be read is not touched. Makes the file, for its owner only, if there is none.
   */
  readonly edit: <E>(
    change: (document: ConfigDocument.ConfigDocument) => Either.Either<ConfigDocument.ConfigDocument, E>
  ) => Effect.Effect<void, ConfigError | E>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class ConfigStore extends Context.Tag("llmctl/ConfigStore")<ConfigStore, Service>() {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The vendors whose environment names are known. */
  readonly providers: ReadonlyArray<Vendor>
  /** The file, instead of the one the environment asks for. */
  readonly path?: string | undefined
  /** Default: that of this process, as it is at each load. */
  readonly environment?: Variables | undefined
  /** Default: whether this is Windows. */
  readonly windows?: boolean | undefined
}

/**
 * The config in its file.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Service => {
  const vendors = options.providers
  const environment = options.environment ?? env
  const windows = options.windows ?? platform === "win32"
  const path = options.path === undefined ? ConfigPath.configPath(environment, windows) : Path.resolve(options.path)
  const surroundings: TokenReference.Surroundings = {
    environment,
    home: ConfigPath.home(environment, windows),
    directory: Path.dirname(path)
  }
  let references: ReadonlyArray<string> = []

  const read = (): ConfigDocument.ConfigDocument | undefined => {
    const text = ConfigFile.readText(path)
    return text === undefined ? undefined : Either.getOrThrowWith(ConfigDocument.decode(path, text), (error) => error)
  }

  const load = (): Loaded => {
    const document = read()
    references = document === undefined ? [] : fileReferences(document, vendors, surroundings)
    const written = document === undefined ? [] : ConfigLoad.fromDocument(document, vendors, surroundings)
    const providers = written.length > 0 ? written : ConfigLoad.fromEnvironment(vendors, surroundings)
    const hopeless = nothingUsable(path, document, providers)
    if (hopeless !== undefined) throw hopeless
    const chosen = providers.find(({ id }) => id === document?.activeProviderId)
    const active = chosen ?? providers.find(({ tokens }) => tokens.length > 0)
    return {
      path,
      exists: document !== undefined,
      providers,
      activeProviderId: active?.id,
      warnings: document === undefined ? [] : warnings(document, providers, vendors, windows)
    }
  }

  return {
    path,
    load: ConfigFile.attempt(load),
    version: Effect.sync(() => [path, ...references].map(ConfigFile.stamp).join(" ")),
    document: ConfigFile.attempt(() => read() ?? ConfigDocument.empty(path)),
    edit: (change) => ConfigUpdate.edit(path, change)
  }
}

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<ConfigStore> => Layer.sync(ConfigStore, () => make(options))

const fileReferences = (
  document: ConfigDocument.ConfigDocument,
  vendors: ReadonlyArray<Vendor>,
  surroundings: TokenReference.Surroundings
): ReadonlyArray<string> =>
  document.providers.flatMap((entry) =>
    configuredTokens(entry, vendors).flatMap(({ value }) => {
      const reference = TokenReference.parse(Redacted.value(value))
      return reference._tag === "File" ? [TokenReference.filePath(reference.path, surroundings)] : []
    })
  )

const nothingUsable = (
  path: string,
  document: ConfigDocument.ConfigDocument | undefined,
  providers: ReadonlyArray<ConfigLoad.LoadedProvider>
): ConfigError | undefined => {
  if (providers.some(({ tokens }) => tokens.length > 0)) return undefined
  const index = providers.findIndex(({ problems }) => problems.length > 0)
  const provider = providers[index]
  const problem = provider?.problems[0]
  if (provider === undefined || problem === undefined) return undefined
  const about = `token "${problem.alias}" of provider "${provider.id}" cannot be used, and there is no other`
  const remedy = "Put that right, or add a token with: ctl tokens add"
  if (provider.source === "environment" || document === undefined) {
    return new ConfigError({ path: "environment", reason: `${about}: ${problem.reason}`, remedy })
  }
  const place = ["providers", index, ...problem.place]
  const line = JsonText.lineAt(Redacted.value(document.text), JsonText.locate(Redacted.value(document.json), place))
  return new ConfigError({ path, line, reason: `${renderPlace(place)}: ${about}: ${problem.reason}`, remedy })
}

const warnings = (
  document: ConfigDocument.ConfigDocument,
  providers: ReadonlyArray<ConfigLoad.LoadedProvider>,
  vendors: ReadonlyArray<Vendor>,
  windows: boolean
): ReadonlyArray<string> => {
  const { activeProviderId, path } = document
  const secrets = document.providers.some((entry) =>
    configuredTokens(entry, vendors).some(({ value }) => TokenReference.parse(Redacted.value(value))._tag === "Literal")
  )
  const mode = secrets && !windows ? ConfigFile.exposure(path) : undefined
  return [
    ...(mode === undefined
      ? []
      : [`${path} holds secrets, and its mode is ${mode}: others may read it. Run: chmod 600 ${path}`]),
    ...(activeProviderId === undefined || providers.some(({ id }) => id === activeProviderId)
      ? []
      : [
          `${path}: activeProviderId is "${activeProviderId}", and there is no such provider. Choose one with: ctl providers use <id>`
        ])
  ]
}
