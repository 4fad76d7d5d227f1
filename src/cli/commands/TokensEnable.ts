/**
 * `ctl tokens enable`
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
  summary: "uses a token again that was disabled or held out",
  details: ["Also takes back what is held against it. Programs that run see it within a second."],
  examples: [["ctl tokens enable work", "after its key was renewed, or when it was disabled by hand"]]
}

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "enable",
  {
    alias: Args.text({ name: "alias" }).pipe(Args.withDescription("The token to enable.")),
    provider: Shared.provider,
    config: Shared.config
  },
  (options) =>
    Act.withConfig(
      options.config,
      () => import("../actions/TokensSwitch.js"),
      (action) => action.run({ ...options, enabled: true })
    )
).pipe(Command.withDescription(about.summary))
