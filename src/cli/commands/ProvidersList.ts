/**
 * `ctl providers list`, which `ctl providers` is short for.
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
  summary: "shows the providers and how many of their tokens can be used now",
  examples: [["ctl providers", "every provider; the active one is marked with *"]]
}

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make("list", { json: Shared.json, config: Shared.config }, (options) =>
  Act.withConfig(
    options.config,
    () => import("../actions/ProvidersList.js"),
    (action) => action.run(options)
  )
).pipe(Command.withDescription(about.summary))
