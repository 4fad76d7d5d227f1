/**
 * `ctl providers add`
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
  summary: "adds a provider to the config",
  details: ["The type says whose API it is. Give a base URL to reach it through a relay."],
  examples: [
    ["ctl providers add anthropic", "a vendor by its own name"],
    ["ctl providers add relay --type anthropic --base-url https://relay.example.com", "the same API at a relay"]
  ]
}

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "add",
  {
    id: Args.text({ name: "id" }).pipe(Args.withDescription("What to call it.")),
    type: text("type", "type", "Whose API it is. Default: the id."),
    name: text("name", "name", "The name to show. Default: the vendor's, or the id."),
    baseUrl: text("base-url", "url", "Where to reach it. Default: the vendor's own address."),
    strategy: Shared.oneOf(
      "strategy",
      ["round-robin", "weighted", "random", "least-used"],
      "How a token is chosen. Default: round-robin."
    ),
    config: Shared.config
  },
  (options) =>
    Act.withConfig(
      options.config,
      () => import("../actions/ProvidersAdd.js"),
      (action) => action.run(options),
      { begins: true }
    )
).pipe(Command.withDescription(about.summary))

function text(name: string, placeholder: string, description: string) {
  return Options.text(name).pipe(
    Options.withPseudoName(placeholder),
    Options.withDescription(description),
    Options.optional
  )
}
