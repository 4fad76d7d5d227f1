/**
 * `ctl tokens list`, which `ctl tokens` is short for.
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
  summary: "shows every token: its state and until when, its uses and errors",
  details: [
    "One table for each provider; the active provider is marked with *. Secrets are masked. Calls in flight are those of all programs that run, as they last told."
  ],
  examples: [
    ["ctl tokens", "every token of every provider"],
    ["ctl tokens --provider openai --json", "one provider, as JSON"]
  ]
}

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "list",
  { provider: Shared.provider, json: Shared.json, config: Shared.config },
  (options) =>
    Act.withConfig(
      options.config,
      () => import("../actions/TokensList.js"),
      (action) => action.run(options)
    )
).pipe(Command.withDescription(about.summary))
