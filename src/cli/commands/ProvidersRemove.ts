/**
 * `ctl providers remove`
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
  summary: "removes a provider and its tokens from the config",
  details: ["Asks nothing, and says how to undo it."],
  examples: [["ctl providers remove relay", "removes the provider called relay"]]
}

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "remove",
  {
    id: Args.text({ name: "id" }).pipe(Args.withDescription("The provider to remove.")),
    config: Shared.config
  },
  (options) =>
    Act.withConfig(
      options.config,
      () => import("../actions/ProvidersRemove.js"),
      (action) => action.run(options)
    )
).pipe(Command.withDescription(about.summary))
