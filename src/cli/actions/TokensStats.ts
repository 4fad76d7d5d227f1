/**
 * `ctl tokens stats`
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Statistics from "../../Statistics.js"
import * as Report from "../Report.js"
import * as Json from "../render/Json.js"
import * as Stats from "../render/Stats.js"
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
 * Prints totals, shares and rates.
 *
 * @since 0.1.0
 * @category actions
 */
export const run = (options: Options) =>
  Effect.gen(function* () {
    const { views: known } = yield* Session.inventory
    const views = yield* Selection.providers(known, options.provider)
    const all = views.map(Statistics.make)
    yield* Report.data((clock, style, columns) =>
      options.json ? Json.print(Json.stats(all, clock.now)) : Stats.stats(all, style, columns)
    )
    if (views.every(({ tokens }) => tokens.length === 0)) return yield* Selection.noToken(views)
  })
