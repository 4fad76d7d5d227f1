/**
 * `ctl providers use`
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as ConfigEdit from "../../ConfigEdit.js"
import { ConfigStore } from "../../ConfigStore.js"
import * as Report from "../Report.js"
import { clean } from "../render/DisplayText.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly id: string
}

/**
 * Makes a provider the active one: the one used by whoever names none.
 *
 * @since 0.1.0
 * @category actions
 */
export const run = (options: Options) =>
  Effect.gen(function* () {
    const store = yield* ConfigStore
    const { activeProviderId, providers } = yield* store.load
    const fromEnvironment = providers.filter(({ source }) => source === "environment").map(({ id }) => id)
    yield* store.edit((document) => ConfigEdit.useProvider(document, options.id, fromEnvironment))
    yield* Report.tell(() => `${clean(options.id)} is now the active provider`)
    if (activeProviderId !== undefined && activeProviderId !== options.id) {
      yield* Report.tell(() => `Undo with: ctl providers use ${clean(activeProviderId)}`)
    }
  })
