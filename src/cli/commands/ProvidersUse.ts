/**
 * `ctl providers use`
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
  summary: "makes a provider the active one",
  details: ["The active provider is the one used by whoever names none."],
  examples: [["ctl providers use openai", "from now on openai is used by default"]]
}

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "use",
  {
    id: Args.text({ name: "id" }).pipe(Args.withDescription("The provider to use.")),
    config: Shared.config
  },
  (options) =>
    Act.withConfig(
      options.config,
      () => import("../actions/ProvidersUse.js"),
      (action) => action.run(options)
    )
).pipe(Command.withDescription(about.summary))
