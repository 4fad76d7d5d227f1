/**
 * `ctl tokens check`
 *
 * @since 0.1.0
 */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Act from "../Act.js"
import type { About } from "../CommandTree.js"
import * as Shared from "../SharedOptions.js"

/**
 * @since 0.1.0
 * @category help
 */
export const about: About = {
  summary: "asks the vendors, at no cost, which tokens are good",
  details: [
    "Sends each token to its own provider with a request that costs nothing. A token that is refused is held out, by that evidence; one that was held out for it and is good again is released. Rests for pace are left alone: a check says nothing of them. Without an alias it checks all that ctl tokens lists. Exit code 1: a token is bad."
  ],
  examples: [
    ["ctl tokens check", "every token"],
    ["ctl tokens check work --json", "one token, as JSON"]
  ]
}

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "check",
  {
    aliases: Args.text({ name: "alias" }).pipe(
      Args.withDescription("The tokens to check. Default: all."),
      Args.repeated
    ),
    provider: Shared.provider,
    json: Shared.json,
    config: Shared.config
  },
  (options) =>
    Act.withConfig(
      options.config,
      () => import("../actions/TokensCheck.js"),
      (action) => action.run(options)
    )
).pipe(Command.withDescription(about.summary))
