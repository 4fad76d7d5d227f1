/**
 * `ctl tokens add`
 *
 * @since 0.1.0
 */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Act from "../Act.js"
import type { About } from "../CommandTree.js"
import * as Shared from "../SharedOptions.js"

/**
 * @since 0.1.0
 * @category help
 */
export const about: About = {
  summary: "adds a token to the config",
  details: [
    "The secret is read from standard input, or asked for without being shown; it is never taken from the command line. With --from the config gets a reference instead of the secret. A provider that is not configured yet is added when its id is a known type."
  ],
  examples: [
    ["ctl tokens add work", "asks for the secret"],
    ["pass show anthropic | ctl tokens add work --weight 2", "takes it from standard input"],
    ["ctl tokens add ci --from env:ANTHROPIC_CI_KEY", "refers to an environment variable"],
    ["ctl tokens add team --provider openai --from file:~/.secrets/openai", "refers to a file"]
  ]
}

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "add",
  {
    alias: Args.text({ name: "alias" }).pipe(
      Args.withDescription("What to call it. Default: the variable's name, or token-1, token-2…"),
      Args.optional
    ),
    provider: Shared.provider,
    weight: Shared.number("weight", {
      min: 0.001,
      max: 1_000_000,
      whole: false,
      description: "Its share under the weighted strategy. Default: 1."
    }),
    group: Options.text("group").pipe(
      Options.withPseudoName("name"),
      Options.withDescription("Tokens of one group share the vendor's limits: an organization, project or account."),
      Options.optional
    ),
    from: Options.text("from").pipe(
      Options.withPseudoName("reference"),
      Options.withDescription("env:NAME or file:PATH, in place of the secret."),
      Options.optional
    ),
    config: Shared.config
  },
  (options) =>
    Act.withConfig(
      options.config,
      () => import("../actions/TokensAdd.js"),
      (action) => action.run(options),
      { begins: true }
    )
).pipe(Command.withDescription(about.summary))
