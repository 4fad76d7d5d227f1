/**
 * `ctl tokens why`
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { CommandFailed } from "../Failure.js"
import * as Report from "../Report.js"
import * as Json from "../render/Json.js"
import * as Why from "../render/Why.js"
import * as Selection from "../Selection.js"
import * as Session from "../Session.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly provider: Option.Option<string>
  readonly alias: string
  readonly json: boolean
}

/**
 * Says why a token rests, by which evidence, until when, and what would change it.
 *
 * @since 0.1.0
 * @category actions
 */
export const run = (options: Options) =>
  Effect.gen(function* () {
    const { problems, views } = yield* Session.inventory
    const problem = problems.find(
      ({ alias, providerId }) =>
        alias === options.alias && Option.getOrElse(options.provider, () => providerId) === providerId
    )
    if (problem !== undefined) return yield* unusable(problem)
    const { provider, token } = yield* Selection.token(views, options.provider, options.alias)
    yield* Report.data((clock, style) =>
      options.json ? Json.print(Json.why(provider, token, clock.now)) : Why.why(provider, token, clock, style)
    )
  })

const unusable = ({ alias, providerId, reason }: Session.Problem): CommandFailed =>
  new CommandFailed({
    reason: `Token "${alias}" of ${providerId} cannot be used at all: ${reason}`,
    remedy: `Put that right, or remove it with: ctl tokens remove ${alias} --provider ${providerId}`
  })
