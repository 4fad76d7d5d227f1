/**
 * `ctl tokens remove`
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
  summary: "removes a token from the config",
  details: ["Asks nothing, and says how to undo it. What was counted and learnt of the token goes with it."],
  examples: [["ctl tokens remove work", "removes the token called work"]]
}

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "remove",
  {
    alias: Args.text({ name: "alias" }).pipe(Args.withDescription("The token to remove.")),
    provider: Shared.provider,
    config: Shared.config
  },
  (options) =>
    Act.withConfig(
      options.config,
      () => import("../actions/TokensRemove.js"),
      (action) => action.run(options)
    )
).pipe(Command.withDescription(about.summary))
