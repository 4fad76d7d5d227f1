/**
 * `ctl providers`: the list, and everything that is done to providers.
 *
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as Act from "../Act.js"
import { node } from "../CommandTree.js"
import * as Shared from "../SharedOptions.js"
import * as Add from "./ProvidersAdd.js"
import * as List from "./ProvidersList.js"
import * as Remove from "./ProvidersRemove.js"
import * as Use from "./ProvidersUse.js"

const group = Command.make("providers", { json: Shared.json, config: Shared.config }, (options) =>
  Act.withConfig(
    options.config,
    () => import("../actions/ProvidersList.js"),
    (action) => action.run(options)
  )
).pipe(Command.withDescription(List.about.summary))

/**
 * @since 0.1.0
 * @category commands
 */
export const command = group.pipe(Command.withSubcommands([List.command, Add.command, Use.command, Remove.command]))

/**
 * @since 0.1.0
 * @category help
 */
export const tree = node(group, {
  about: List.about,
  children: [node(List.command, List), node(Add.command, Add), node(Use.command, Use), node(Remove.command, Remove)]
})
