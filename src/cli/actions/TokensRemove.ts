/**
 * `ctl tokens remove`
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as ConfigEdit from "../../ConfigEdit.js"
import { ConfigStore } from "../../ConfigStore.js"
import * as ConfigSelection from "../ConfigSelection.js"
import { CommandFailed } from "../Failure.js"
import * as Report from "../Report.js"
import { clean } from "../render/DisplayText.js"
import { Workspace } from "../Workspace.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly provider: Option.Option<string>
  readonly alias: string
}

/**
 * Removes a token from the config, and says how to bring it back.
 *
 * @since 0.1.0
 * @category actions
 */
export const run = (options: Options) =>
  Effect.gen(function* () {
    const store = yield* ConfigStore
    const vendors = yield* (yield* Workspace).vendors
    const document = yield* store.document
    if (document.providers.length === 0) {
      return yield* new CommandFailed({
        reason: `${document.path} holds no tokens; those in use come from environment variables`,
        remedy: `Unset the variable, or hold the token out with: ctl tokens disable ${clean(options.alias)}`
      })
    }
    const { alias, group, providerId, weight } = yield* ConfigSelection.token(
      document,
      vendors,
      options.provider,
      options.alias
    )
    yield* store.edit((current) => ConfigEdit.removeToken(current, providerId, alias, vendors))
    const undo = [
      `ctl tokens add ${clean(alias)} --provider ${clean(providerId)}`,
      ...(weight === 1 ? [] : [`--weight ${weight}`]),
      ...(group === undefined ? [] : [`--group ${clean(group)}`])
    ].join(" ")
    yield* Report.tell(() => `Removed ${clean(alias)} from ${clean(providerId)} in ${clean(store.path)}`)
    yield* Report.tell(() => `Undo with: ${undo} (it asks for the secret, which is kept nowhere else)`)
  })
