/**
 * The rotation most programs want: tokens from the config file or the environment, what is learnt in files beside it.
 *
 * @since 0.1.0
 */
import * as Path from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ConfigSource from "../ConfigSource.js"
import * as ConfigStore from "../ConfigStore.js"
import { all } from "../providers/index.js"
import type { ConfigError } from "../RotationError.js"
import * as TokenRotation from "../TokenRotation.js"
import * as FileStateStore from "./FileStateStore.js"

/**
 * `TokenRotation` over `config.json` (`path`, else where the environment says) with its state in `state/` beside it.
 * The environment is read when the layer is built, not when this is called.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options: Partial<Pick<ConfigStore.Options, "path" | "environment">> = {}
): Layer.Layer<TokenRotation.TokenRotation | ConfigStore.ConfigStore, ConfigError> =>
  Layer.unwrapEffect(
    Effect.sync(() => {
      const store = ConfigStore.make({ providers: all, ...options })
      const directory = Path.join(Path.dirname(store.path), "state")
      return TokenRotation.layer.pipe(
        Layer.provide([ConfigSource.layerConfigStore, FileStateStore.layer({ directory })]),
        Layer.provideMerge(Layer.succeed(ConfigStore.ConfigStore, store))
      )
    })
  )
