/**
 * `ctl tokens`: the list, and everything that is done to tokens.
 *
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as Act from "../Act.js"
import { node } from "../CommandTree.js"
import * as Shared from "../SharedOptions.js"
import * as Add from "./TokensAdd.js"
import * as Check from "./TokensCheck.js"
import * as Disable from "./TokensDisable.js"
import * as Enable from "./TokensEnable.js"
import * as List from "./TokensList.js"
import * as Remove from "./TokensRemove.js"
import * as Reset from "./TokensReset.js"
import * as Stats from "./TokensStats.js"
import * as Why from "./TokensWhy.js"

const group = Command.make(
  "tokens",
  { provider: Shared.provider, json: Shared.json, config: Shared.config },
  (options) =>
    Act.withConfig(
      options.config,
      () => import("../actions/TokensList.js"),
      (action) => action.run(options)
    )
).pipe(Command.withDescription(List.about.summary))

/**
 * @since 0.1.0
 * @category commands
 */
export const command = group.pipe(
  Command.withSubcommands([
    List.command,
    Stats.command,
    Why.command,
    Check.command,
    Reset.command,
    Add.command,
    Remove.command,
    Enable.command,
    Disable.command
  ])
)

/**
 * @since 0.1.0
 * @category help
 */
export const tree = node(group, {
  about: List.about,
  children: [
    node(List.command, List),
    node(Stats.command, Stats),
    node(Why.command, Why),
    node(Check.command, Check),
    node(Reset.command, Reset),
    node(Add.command, Add),
    node(Remove.command, Remove),
    node(Enable.command, Enable),
    node(Disable.command, Disable)
  ]
})
