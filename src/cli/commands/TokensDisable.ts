/**
 * `ctl tokens disable`
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
  summary: "stops using a token without forgetting it",
  details: [
    "Written to the config; for a token that comes from an environment variable, to the shared state. Calls that are under way end normally."
  ],
  examples: [["ctl tokens disable work", "until: ctl tokens enable work"]]
}

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "disable",
  {
    alias: Args.text({ name: "alias" }).pipe(Args.withDescription("The token to disable.")),
    provider: Shared.provider,
    config: Shared.config
  },
  (options) =>
    Act.withConfig(
      options.config,
      () => import("../actions/TokensSwitch.js"),
      (action) => action.run({ ...options, enabled: false })
    )
).pipe(Command.withDescription(about.summary))
