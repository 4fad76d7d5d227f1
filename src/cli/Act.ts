/**
 * From parsed options to an action: loads the action's module, opens the config it is to work on, and runs it.
 *
 * @since 0.1.0
 */
import { existsSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ConfigStore } from "../ConfigStore.js"
import { CommandFailed } from "./Failure.js"
import { clean } from "./render/DisplayText.js"
import { Workspace } from "./Workspace.js"

/**
 * A file that `--config` names must be there, unless the command begins it: a slip in its path would else show what the
 * environment holds.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withConfig = <Module, A, E, R>(
  config: Option.Option<string>,
  load: () => Promise<Module>,
  run: (module: Module) => Effect.Effect<A, E, R>,
  options: { readonly begins?: boolean } = {}
): Effect.Effect<void, E | CommandFailed, Workspace | Exclude<R, ConfigStore>> =>
  Effect.gen(function* () {
    const workspace = yield* Workspace
    if (Option.isSome(config) && options.begins !== true && !existsSync(config.value)) {
      return yield* new CommandFailed({
        reason: `There is no config file ${clean(config.value)}`,
        remedy: "Correct --config, or leave it away for the usual place"
      })
    }
    const module = yield* Effect.promise(load)
    yield* Effect.provide(run(module), workspace.config(config))
  })
