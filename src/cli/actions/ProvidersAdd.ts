/**
 * `ctl providers add`
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ConfigEdit from "../../ConfigEdit.js"
import { baseUrlFault } from "../../ConfigRules.js"
import type { StrategyType } from "../../ConfigSchema.js"
import { ConfigStore } from "../../ConfigStore.js"
import * as ConfigChange from "../ConfigChange.js"
import { UsageError } from "../Failure.js"
import * as Report from "../Report.js"
import { clean } from "../render/DisplayText.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly id: string
  readonly type: Option.Option<string>
  readonly name: Option.Option<string>
  readonly baseUrl: Option.Option<string>
  readonly strategy: Option.Option<StrategyType>
}

/**
 * Adds a provider without tokens to the config.
 *
 * @since 0.1.0
 * @category actions
 */
export const run = (options: Options) =>
  Effect.gen(function* () {
    const store = yield* ConfigStore
    const vendor = yield* ConfigChange.vendorOf(Option.getOrElse(options.type, () => options.id))
    const baseUrl = Option.getOrUndefined(options.baseUrl)
    const fault = baseUrl === undefined ? undefined : baseUrlFault(baseUrl)
    if (fault !== undefined) {
      return yield* new UsageError({ reason: `--base-url ${fault}`, remedy: "See: ctl providers add --help" })
    }
    if (baseUrl === undefined && vendor.baseUrl === "") {
      return yield* new UsageError({
        reason: `A provider of type "${vendor.type}" has no address of its own`,
        remedy: "Say where it is with --base-url https://…"
      })
    }
    const provider = {
      id: options.id,
      type: vendor.type,
      name: Option.getOrElse(options.name, () => (options.id === vendor.type ? vendor.name : options.id)),
      baseUrl,
      strategy: Option.getOrUndefined(options.strategy)
    }
    yield* ConfigChange.edit((document): ConfigEdit.Edited<UsageError> => {
      const there = document.providers.some(({ id }) => id === options.id)
      return there ? Either.left(exists(options.id)) : ConfigEdit.addProvider(document, provider)
    })
    yield* Report.tell(() => `Added ${clean(options.id)} to ${clean(store.path)}`)
    yield* Report.tell(() => `Give it a token with: ctl tokens add --provider ${clean(options.id)}`)
  })

const exists = (id: string): UsageError =>
  new UsageError({
    reason: `There is a provider "${id}" already`,
    remedy: `Choose another id, or add a token to it with: ctl tokens add --provider ${id}`
  })
