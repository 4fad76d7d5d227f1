/**
 * What commands act on: the config file, and the pools over it and over the shared state beside it. Everything heavy is
 * loaded when a command first needs it, so that help and mistakes do not pay for it.
 *
 * @since 0.1.0
 */
import * as Path from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import type { ConfigStore, Service as ConfigStoreService } from "../ConfigStore.js"
import type { Variables } from "../Environment.js"
import type { Provider } from "../Provider.js"
import type { ConfigError, StateStoreError } from "../RotationError.js"
import type { TokenRotation } from "../TokenRotation.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Pools {
  readonly layer: Layer.Layer<TokenRotation, ConfigError>
  /** What the state store last failed to write, since the layer was built. */
  readonly failure: Effect.Effect<Option.Option<StateStoreError>>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  readonly vendors: Effect.Effect<ReadonlyArray<Provider>>
  /** The vendor that a `type` of the config means. */
  readonly vendorOf: (type: string) => Effect.Effect<Provider | undefined>
  readonly environment: Variables
  /** The config at that path, or at the usual place. */
  readonly config: (path: Option.Option<string>) => Layer.Layer<ConfigStore>
  readonly pools: (store: ConfigStoreService) => Effect.Effect<Pools>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Workspace extends Context.Tag("llmctl/cli/Workspace")<Workspace, Service>() {}

/**
 * The user's own: the config file, with the state in files in the directory `state` beside it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (environment: Variables): Service => {
  const index = Effect.promise(() => import("../providers/index.js"))
  const vendors = Effect.map(index, ({ all }) => all)
  return {
    vendors,
    vendorOf: (type) => Effect.map(index, ({ byType }) => byType(type)),
    environment,
    config: (path) =>
      Layer.unwrapEffect(
        Effect.gen(function* () {
          const ConfigStore = yield* Effect.promise(() => import("../ConfigStore.js"))
          return ConfigStore.layer({
            providers: yield* vendors,
            environment,
            path: Option.getOrUndefined(path)
          })
        })
      ),
    pools: (store) => Effect.flatMap(Effect.promise(loadPools), (modules) => openPools(store, modules))
  }
}

const loadPools = async () => {
  const [ConfigSource, ConfigStore, FileStateStore, StateStore, TokenRotation] = await Promise.all([
    import("../ConfigSource.js"),
    import("../ConfigStore.js"),
    import("../stores/FileStateStore.js"),
    import("../StateStore.js"),
    import("../TokenRotation.js")
  ])
  return { ConfigSource, ConfigStore, FileStateStore, StateStore, TokenRotation }
}

const openPools = (store: ConfigStoreService, modules: Awaited<ReturnType<typeof loadPools>>): Effect.Effect<Pools> =>
  Effect.gen(function* () {
    const { ConfigSource, ConfigStore, FileStateStore, StateStore, TokenRotation } = modules
    const failure = yield* Ref.make(Option.none<StateStoreError>())
    const files = FileStateStore.layer({ directory: Path.join(Path.dirname(store.path), "state") })
    // Rotation goes on in memory when its store fails; a command that was asked to change the state must not.
    const watched = Layer.effect(
      StateStore.StateStore,
      Effect.map(StateStore.StateStore, (inner) =>
        StateStore.StateStore.of({
          ...inner,
          modify: (key, change) =>
            Effect.tapError(inner.modify(key, change), (error) => Ref.set(failure, Option.some(error)))
        })
      )
    ).pipe(Layer.provide(files))
    const source = ConfigSource.layerConfigStore.pipe(Layer.provide(Layer.succeed(ConfigStore.ConfigStore, store)))
    return {
      layer: TokenRotation.layer.pipe(Layer.provide([source, watched])),
      failure: Ref.get(failure)
    }
  })
