/**
 * Where `TokenRotation` gets its providers and tokens from: the config file, or a list the program holds itself.
 *
 * @since 0.1.0
 */
import * as Array from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import type { LoadedProvider } from "./ConfigLoad.js"
import { ConfigStore } from "./ConfigStore.js"
import type { ConfiguredProvider } from "./ConfiguredProvider.js"
import * as Limits from "./core/Limits.js"
import type { Strategy } from "./core/Strategy.js"
import { type Provider, withRules } from "./Provider.js"
import { byType, generic } from "./providers/index.js"
import { ConfigError } from "./RotationError.js"
import * as Token from "./Token.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Configuration {
  readonly providers: ReadonlyArray<ConfiguredProvider>
  readonly activeProviderId: string | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  readonly load: Effect.Effect<Configuration, ConfigError>
  /** Changes whenever `load` would answer differently. Cheap enough to ask several times a second. */
  readonly version: Effect.Effect<string>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class ConfigSource extends Context.Tag("llmctl/ConfigSource")<ConfigSource, Service>() {}

/**
 * One provider and its tokens, given by the program instead of a file.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly provider: Provider
  /** Defaults to the provider's type. */
  readonly id?: string
  readonly baseUrl?: string
  /** Default `round-robin`. */
  readonly strategy?: Strategy
  /** What is asked at most of the tokens of a group together, by its name. */
  readonly groupLimits?: Readonly<Record<string, Partial<Limits.Limits>>>
  readonly tokens: ReadonlyArray<
    | Redacted.Redacted
    | {
        readonly value: Redacted.Redacted
        readonly alias?: string
        readonly weight?: number
        readonly enabled?: boolean
        readonly group?: string
        readonly limits?: Partial<Limits.Limits>
      }
  >
}

/**
 * Providers that the program holds itself; the first is the active one.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (...providers: ReadonlyArray<Options>): Layer.Layer<ConfigSource> =>
  Layer.succeed(ConfigSource, {
    load: Effect.succeed({ providers: providers.map(configured), activeProviderId: providers.map(idOf)[0] }),
    version: Effect.succeed("fixed")
  })

/**
 * The providers of the config file, or of the environment when there is none. A provider of a type we do not know is
 * taken for an OpenAI-compatible server.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfigStore: Layer.Layer<ConfigSource, never, ConfigStore> = Layer.effect(
  ConfigSource,
  Effect.map(Effect.zip(ConfigStore, Ref.make<ReadonlyArray<string>>([])), ([store, said]) => ({
    version: store.version,
    load: Effect.flatMap(store.load, ({ activeProviderId, path, providers, warnings }) =>
      Effect.gen(function* () {
        const [nowhere, somewhere] = Array.partition(providers, hasAddress)
        // Nobody asked for it yet: what the others can do is not its fault.
        const fatal =
          nowhere.find(({ id }) => id === activeProviderId) ?? (somewhere.length === 0 ? nowhere[0] : undefined)
        if (fatal !== undefined) return yield* unreachable(path, fatal)
        const all = [...warnings, ...nowhere.map((loaded) => `${unreachable(path, loaded).message}. It is left out`)]
        // Said once each, not at every reload.
        const fresh = yield* Ref.modify(said, (old) => [all.filter((each) => !old.includes(each)), all])
        yield* Effect.forEach(fresh, (warning) => Effect.logWarning(warning), { discard: true })
        return { activeProviderId, providers: somewhere.map(fromLoaded) }
      })
    )
  }))
)

const vendorOf = ({ type }: LoadedProvider): Provider => byType(type) ?? generic

const hasAddress = (loaded: LoadedProvider): boolean => (loaded.baseUrl ?? vendorOf(loaded).baseUrl) !== ""

const unreachable = (path: string, { id, type }: LoadedProvider): ConfigError =>
  new ConfigError({
    path,
    reason: `provider "${id}" has no baseUrl, and type "${type}" has none of its own`,
    remedy: `Add "baseUrl" to it, or set "type" to a vendor llmctl knows`
  })

const fromLoaded = (loaded: LoadedProvider): ConfiguredProvider => ({
  id: loaded.id,
  name: loaded.name,
  vendor: withRules(vendorOf(loaded), loaded.rules),
  baseUrl: loaded.baseUrl ?? vendorOf(loaded).baseUrl,
  strategy: loaded.strategy,
  groupLimits: loaded.groupLimits,
  tokens: new Map(loaded.tokens.map((token) => [token.id, token])),
  problems: loaded.problems.map(({ alias, reason }) => ({ alias, reason }))
})

const idOf = (options: Options): string => options.id ?? options.provider.type

const configured = (options: Options): ConfiguredProvider => {
  const id = idOf(options)
  const tokens = options.tokens.map((entry, index): Token.Token => {
    const given = Redacted.isRedacted(entry) ? { value: entry } : entry
    return {
      id: Token.fingerprint(id, given.value),
      providerId: id,
      alias: given.alias ?? `token-${index + 1}`,
      secret: given.value,
      weight: given.weight ?? 1,
      enabled: given.enabled ?? true,
      group: given.group,
      limits: given.limits === undefined ? undefined : Limits.of(given.limits),
      bearer: false
    }
  })
  return {
    id,
    name: options.provider.name,
    vendor: options.provider,
    baseUrl: (options.baseUrl ?? options.provider.baseUrl).replace(/\/+$/, ""),
    strategy: options.strategy ?? "round-robin",
    groupLimits: Object.fromEntries(
      Object.entries(options.groupLimits ?? {}).map(([name, limits]) => [name, Limits.of(limits)])
    ),
    tokens: new Map(tokens.map((token) => [token.id, token])),
    problems: []
  }
}
