/**
 * From parsed options to an action: loads the action's module, opens the config it is to work on, and runs it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { ConfigStore } from "../ConfigStore.js"
import { Workspace } from "./Workspace.js"

/**
 * @since 0.1.0
 * @category combinators
 */
export const withConfig = <Module, A, E, R>(
  config: Option.Option<string>,
  load: () => Promise<Module>,
  run: (module: Module) => Effect.Effect<A, E, R>
): Effect.Effect<void, E, Workspace | Exclude<R, ConfigStore>> =>
  Effect.gen(function* () {
    const workspace = yield* Workspace
    const module = yield* Effect.promise(load)
    yield* Effect.provide(run(module), workspace.config(config))
  })
