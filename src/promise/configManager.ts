/**
 * The configured providers, for people: no secrets.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as ConfigEdit from "../ConfigEdit.js"
import { ConfigStore } from "../ConfigStore.js"
import type { ConfiguredProvider } from "../ConfiguredProvider.js"
import { mask } from "../Token.js"
import { TokenRotation } from "../TokenRotation.js"
import { runPromise, runSync } from "./runtime.js"
import type { ProviderInfo } from "./types.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface ConfigManager {
  /** The provider that calls go to unless they say otherwise. Throws `UnknownProviderError` when none is configured. */
  readonly getActiveProvider: () => ProviderInfo
  readonly getProviders: () => ReadonlyArray<ProviderInfo>
  /** Makes a provider the active one, in the config file; resolves when calls go there. */
  readonly setActiveProvider: (id: string) => Promise<void>
  /** The config file, whether it is there or not. */
  readonly path: string
}

/**
 * Reads the config file, or the environment in its stead, as the calls do: a change on disk is seen within a second.
 *
 * @since 0.1.0
 * @category facade
 */
export const configManager: ConfigManager = Object.freeze({
  getActiveProvider: () =>
    runSync(
      Effect.map(
        Effect.flatMap(TokenRotation, (rotation) => rotation.provider()),
        info
      )
    ),
  getProviders: () =>
    runSync(
      Effect.map(
        Effect.flatMap(TokenRotation, (rotation) => rotation.providers),
        (all) => Object.freeze(all.map(info))
      )
    ),
  setActiveProvider: (id: string) =>
    runPromise(
      Effect.gen(function* () {
        const rotation = yield* TokenRotation
        const others = (yield* rotation.providers).map((provider) => provider.id)
        yield* (yield* ConfigStore).edit((document) => ConfigEdit.useProvider(document, id, others))
        // Only then do the calls of this process see it.
        yield* Effect.sleep(rotation.config.refreshInterval)
      })
    ),
  get path() {
    return runSync(Effect.map(ConfigStore, ({ path }) => path))
  }
})

const info = (provider: ConfiguredProvider): ProviderInfo =>
  Object.freeze({
    id: provider.id,
    name: provider.name,
    type: provider.vendor.type,
    baseUrl: provider.baseUrl,
    strategy: provider.strategy,
    tokens: Object.freeze(
      [...provider.tokens.values()].map(({ alias, enabled, id, secret }) =>
        Object.freeze({ alias, id, masked: mask(secret), enabled })
      )
    )
  })
