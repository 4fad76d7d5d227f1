/**
 * `ctl tokens`
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Report from "../Report.js"
import * as Json from "../render/Json.js"
import * as Tokens from "../render/Tokens.js"
import * as Selection from "../Selection.js"
import * as Session from "../Session.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly provider: Option.Option<string>
  readonly json: boolean
}

/**
 * Prints the pools; fails when there is no token in them at all.
 *
 * @since 0.1.0
 * @category actions
 */
export const run = (options: Options) =>
  Effect.gen(function* () {
    const { problems, views } = yield* Session.inventory
    const chosen = yield* Selection.providers(views, options.provider)
    yield* Report.data((clock, style, columns) =>
      options.json
        ? Json.print(Json.tokens(chosen, problems, clock.now))
        : Tokens.tokens(chosen, problems, clock, style, columns)
    )
    if (chosen.every(({ tokens }) => tokens.length === 0)) return yield* Selection.noToken(chosen)
  })
