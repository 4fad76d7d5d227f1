/**
 * `ctl tokens reset`
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import { TokenRotation } from "../../TokenRotation.js"
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

const reset = ({ aliases, provider }: Options) =>
  Effect.gen(function* () {
    const rotation = yield* TokenRotation
    const chosen = yield* Selection.tokens(yield* rotation.pools, provider, aliases)
    yield* Effect.forEach(chosen, ({ provider: { id }, tokens }) =>
      rotation.reset(id, aliases.length === 0 ? undefined : tokens.map((token) => token.id))
    )
    return chosen
  })
