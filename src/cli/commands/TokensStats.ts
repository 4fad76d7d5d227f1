/**
 * `ctl tokens stats`
 *
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as Act from "../Act.js"
import type { About } from "../CommandTree.js"
import * as Shared from "../SharedOptions.js"

/**
 * @since 0.1.0
 * @category help
 */
export const about: About = {
  summary: "shows totals: uses, shares, success rates, rests",
  details: [
    "Errors are failures charged to the token, its quota or its pace; excused ones were somebody else's fault; abandoned calls ended without a verdict. The success rate is over all attempts with a verdict. Rests count how often a token was left alone."
  ],
  examples: [
    ["ctl tokens stats", "totals of every provider"],
    ["ctl tokens stats --json", "the same, as JSON"]
  ]
}

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "stats",
  { provider: Shared.provider, json: Shared.json, config: Shared.config },
  (options) =>
    Act.withConfig(
      options.config,
      () => import("../actions/TokensStats.js"),
      (action) => action.run(options)
    )
).pipe(Command.withDescription(about.summary))
