/**
 * Changing the config file from a command.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { ConfigDocument } from "../ConfigDocument.js"
import { ConfigStore } from "../ConfigStore.js"
import type { Provider } from "../Provider.js"
import type { ConfigError, UnknownProvider } from "../RotationError.js"
import { carried, carryOver } from "./CarryOver.js"
import { UsageError } from "./Failure.js"
import * as Report from "./Report.js"
import { clean } from "./render/DisplayText.js"
import type { Stdio } from "./Stdio.js"
import { nearest } from "./Suggestion.js"
import { Workspace } from "./Workspace.js"

/**
 * Edits the config after tokens of the environment were written down in it, and tells when that happened.
 *
 * @since 0.1.0
 * @category edits
 */
export const edit = <E>(
  change: (document: ConfigDocument, vendors: ReadonlyArray<Provider>) => Either.Either<ConfigDocument, E>
): Effect.Effect<void, E | ConfigError | UnknownProvider, ConfigStore | Workspace | Stdio> =>
  Effect.gen(function* () {
    const workspace = yield* Workspace
    const store = yield* ConfigStore
    const vendors = yield* workspace.vendors
    const first = (yield* store.document).providers.length === 0
    yield* store.edit((document) =>
      Either.flatMap(carryOver(document, vendors, workspace.environment), (current) => change(current, vendors))
    )
    if (!first) return
    const { left, taken } = carried(vendors, workspace.environment)
    if (taken.length > 0) {
      yield* Report.tell(
        () =>
          `From now on tokens are those of ${clean(store.path)}. Written down there by reference: ${taken.join(", ")}`
      )
    }
    if (left.length > 0) {
      yield* Report.warn(
        `the tokens listed in ${left.join(", ")} are no longer used. Add each with: ctl tokens add --from env:NAME`
      )
    }
  })

/**
 * The vendor of that type, or an error that names the nearest.
 *
 * @since 0.1.0
 * @category selection
 */
export const vendorOf = (type: string): Effect.Effect<Provider, UsageError, Workspace> =>
  Effect.gen(function* () {
    const workspace = yield* Workspace
    const vendor = yield* workspace.vendorOf(type)
    if (vendor !== undefined) return vendor
    const types = (yield* workspace.vendors).map((known) => known.type)
    const guess = nearest(type, types)
    return yield* new UsageError({
      reason: `There is no provider type "${type}"`,
      remedy: `${guess === undefined ? "" : `Did you mean "${guess}"? `}Say which with --type, one of: ${types.join(", ")}`
    })
  })
