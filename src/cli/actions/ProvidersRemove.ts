/**
 * `ctl providers remove`
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as ConfigEdit from "../../ConfigEdit.js"
import { ConfigStore } from "../../ConfigStore.js"
import { configuredTokens } from "../../ConfigTokens.js"
import { CommandFailed } from "../Failure.js"
import * as Report from "../Report.js"
import { clean } from "../render/DisplayText.js"
import { Workspace } from "../Workspace.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly id: string
}

/**
 * Removes a provider and its tokens from the config, and says how to bring it back.
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
        reason: `${document.path} names no provider; those in use come from environment variables`,
        remedy: "Unset the variables of the provider you do not want"
      })
    }
    yield* store.edit((current) => ConfigEdit.removeProvider(current, options.id))
    const entry = document.providers.find(({ id }) => id === options.id)
    if (entry === undefined) return
    const undo = [
      `ctl providers add ${clean(entry.id)} --type ${clean(entry.type)}`,
      ...(entry.baseUrl ? [`--base-url ${clean(entry.baseUrl)}`] : []),
      ...(entry.tokenStrategy?.type ? [`--strategy ${entry.tokenStrategy.type}`] : [])
    ].join(" ")
    const tokens = configuredTokens(entry, vendors)
    const lost =
      tokens.length === 0
        ? ""
        : `, then ctl tokens add for each of: ${tokens.map(({ alias }) => clean(alias)).join(", ")} (their secrets are kept nowhere else)`
    yield* Report.tell(() => `Removed ${clean(options.id)} from ${clean(store.path)}`)
    yield* Report.tell(() => `Undo with: ${undo}${lost}`)
  })
