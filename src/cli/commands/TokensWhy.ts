/**
 * `ctl tokens why`
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
  summary: "says why a token rests, by which evidence, until when, and what would change it",
  examples: [["ctl tokens why work", "all that is held against one token"]]
}

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "why",
  {
    alias: Args.text({ name: "alias" }).pipe(Args.withDescription("The token to explain.")),
    provider: Shared.provider,
    json: Shared.json,
    config: Shared.config
  },
  (options) =>
    Act.withConfig(
      options.config,
      () => import("../actions/TokensWhy.js"),
      (action) => action.run(options)
    )
).pipe(Command.withDescription(about.summary))
