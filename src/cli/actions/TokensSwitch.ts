/**
 * `ctl tokens enable` and `ctl tokens disable`
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as ConfigEdit from "../../ConfigEdit.js"
import { ConfigStore } from "../../ConfigStore.js"
import { TokenRotation } from "../../TokenRotation.js"
import * as ConfigSelection from "../ConfigSelection.js"
import * as Report from "../Report.js"
import { clean } from "../render/DisplayText.js"
import * as Selection from "../Selection.js"
import * as Session from "../Session.js"
import { Workspace } from "../Workspace.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly provider: Option.Option<string>
  readonly alias: string
  readonly enabled: boolean
}

/**
 * Takes a token into use or out of it. For a token of the config this is written there; one of the environment is held
 * out in the shared state. Enabling also takes back what is held against the token.
 *
 * @since 0.1.0
 * @category actions
 */
export const run = (options: Options) =>
  Effect.gen(function* () {
    const document = yield* (yield* ConfigStore).document
    const { alias, providerId } = document.providers.length > 0 ? yield* inConfig(options) : yield* inState(options)
    const verb = options.enabled ? "Enabled" : "Disabled"
    const opposite = options.enabled ? "disable" : "enable"
    yield* Report.tell(
      () => `${verb} ${clean(alias)} of ${clean(providerId)}. Programs that run see it within a second`
    )
    yield* Report.tell(() => `Undo with: ctl tokens ${opposite} ${clean(alias)} --provider ${clean(providerId)}`)
  })

const inConfig = (options: Options) =>
  Effect.gen(function* () {
    const store = yield* ConfigStore
    const vendors = yield* (yield* Workspace).vendors
    const { alias, providerId } = yield* ConfigSelection.token(
      yield* store.document,
      vendors,
      options.provider,
      options.alias
    )
    yield* store.edit((current) => ConfigEdit.setTokenEnabled(current, providerId, alias, options.enabled, vendors))
    if (options.enabled) yield* Session.changing(release(providerId, alias))
    return { alias, providerId }
  })

/** A token whose secret cannot be had is in no pool, and nothing is held against it. */
const release = (providerId: string, alias: string) =>
  Effect.gen(function* () {
    const rotation = yield* TokenRotation
    const view = (yield* rotation.pools).find(({ id }) => id === providerId)
    if (view?.tokens.some((token) => token.alias === alias)) yield* rotation.enable(providerId, alias)
  })

const inState = (options: Options) =>
  Session.changing(
    Effect.gen(function* () {
      const rotation = yield* TokenRotation
      const { provider, token } = yield* Selection.token(yield* rotation.pools, options.provider, options.alias)
      yield* options.enabled ? rotation.enable(provider.id, token.id) : rotation.disable(provider.id, token.id)
      return { alias: token.alias, providerId: provider.id }
    })
  )
