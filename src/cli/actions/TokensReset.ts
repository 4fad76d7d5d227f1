/**
 * `ctl tokens reset`
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import { TokenRotation } from "../../TokenRotation.js"
import type { ProviderView, TokenView } from "../../View.js"
import * as Report from "../Report.js"
import { clean } from "../render/DisplayText.js"
import * as Selection from "../Selection.js"
import * as Session from "../Session.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly provider: Option.Option<string>
  readonly aliases: ReadonlyArray<string>
}

/**
 * Takes back what is held against the named tokens; against all that `ctl tokens` lists when none is named.
 *
 * @since 0.1.0
 * @category actions
 */
export const run = (options: Options) =>
  Effect.gen(function* () {
    const chosen = yield* Session.changing(reset(options))
    yield* Effect.forEach(chosen, ({ provider, tokens }) =>
      Report.tell(() => `Reset in ${clean(provider.id)}: ${tokens.map(({ alias }) => clean(alias)).join(", ")}`)
    )
  })

interface Chosen {
  readonly provider: ProviderView
  readonly tokens: ReadonlyArray<TokenView>
}

const reset = (options: Options) =>
  Effect.gen(function* () {
    const rotation = yield* TokenRotation
    const views = yield* Selection.providers(yield* rotation.pools, options.provider)
    const everything = options.aliases.length === 0
    // All names are looked up before anything is changed.
    const named = yield* Effect.forEach(options.aliases, (alias) => Selection.token(views, options.provider, alias))
    const chosen = views
      .map((provider): Chosen => {
        const ids = named.filter((one) => one.provider.id === provider.id).map(({ token }) => token.id)
        return { provider, tokens: everything ? provider.tokens : provider.tokens.filter(({ id }) => ids.includes(id)) }
      })
      .filter(({ tokens }) => tokens.length > 0)
    if (chosen.length === 0) return yield* Selection.noToken(views)
    yield* Effect.forEach(chosen, ({ provider, tokens }) =>
      rotation.reset(provider.id, everything ? undefined : tokens.map(({ id }) => id))
    )
    return chosen
  })
