/**
 * `ctl tokens reset`
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
  summary: "takes back what is held against tokens, so that they are used again",
  details: [
    "Ends cooldowns, closes circuits, and releases tokens that were held out. Counts stay: they are history. Programs that run see it within a second. Without an alias it resets all that ctl tokens lists."
  ],
  examples: [
    ["ctl tokens reset work", "one token"],
    ["ctl tokens reset --provider openai", "all tokens of one provider"]
  ]
}

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "reset",
  {
    aliases: Args.text({ name: "alias" }).pipe(
      Args.withDescription("The tokens to reset. Default: all."),
      Args.repeated
    ),
    provider: Shared.provider,
    config: Shared.config
  },
  (options) =>
    Act.withConfig(
      options.config,
      () => import("../actions/TokensReset.js"),
      (action) => action.run(options)
    )
).pipe(Command.withDescription(about.summary))
