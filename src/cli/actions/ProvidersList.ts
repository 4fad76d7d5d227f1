/**
 * `ctl providers`
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { NoToken } from "../Failure.js"
import * as Report from "../Report.js"
import * as Json from "../render/Json.js"
import * as Providers from "../render/Providers.js"
import * as Session from "../Session.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly json: boolean
}

/**
 * Prints the providers; fails when there is none.
 *
 * @since 0.1.0
 * @category actions
 */
export const run = (options: Options) =>
  Effect.gen(function* () {
    const { views } = yield* Session.inventory
    yield* Report.data((clock, style, columns) =>
      options.json
        ? Json.print(Json.providers(views, clock.now))
        : views.length === 0
          ? ""
          : Providers.providers(views, style, columns)
    )
    if (views.length > 0) return
    return yield* new NoToken({
      reason: "No provider is configured",
      remedy: "Add one with: ctl providers add anthropic, or set ANTHROPIC_API_KEY (or another provider's variable)"
    })
  })
