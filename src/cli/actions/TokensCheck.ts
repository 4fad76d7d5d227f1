/**
 * `ctl tokens check`
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { ConfiguredProvider } from "../../ConfiguredProvider.js"
import * as FreeCheck from "../../FreeCheck.js"
import * as FreeCheckFetch from "../../FreeCheckFetch.js"
import { TokenRotation } from "../../TokenRotation.js"
import { CommandFailed } from "../Failure.js"
import * as Report from "../Report.js"
import * as Check from "../render/Check.js"
import { clean } from "../render/DisplayText.js"
import * as Json from "../render/Json.js"
import * as Selection from "../Selection.js"
import * as Session from "../Session.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly provider: Option.Option<string>
  readonly aliases: ReadonlyArray<string>
  readonly json: boolean
}

/**
 * Checks the named tokens, or all of them, and keeps what came of it.
 *
 * @since 0.1.0
 * @category actions
 */
export const run = (options: Options) =>
  Effect.gen(function* () {
    const checked = yield* Session.changing(check(options))
    yield* Report.data((clock, style, columns) =>
      options.json ? Json.print(Check.json(checked, clock.now)) : Check.text(checked, clock, style, columns)
    )
    const bad = checked.flatMap(({ tokens }) => tokens).filter(({ finding }) => finding._tag === "Bad")
    const [first] = bad
    if (first === undefined) return
    return yield* new CommandFailed({
      reason: `Refused by the vendor: ${bad.map(({ token }) => clean(token.alias)).join(", ")}`,
      remedy: `See why with: ctl tokens why ${clean(first.token.alias)}. Replace what is revoked: ctl tokens remove, ctl tokens add`
    })
  })

const check = (options: Options) =>
  Effect.gen(function* () {
    const rotation = yield* TokenRotation
    const views = yield* rotation.pools
    const chosen = yield* Selection.tokens(views, options.provider, options.aliases)
    const providers = new Map((yield* rotation.providers).map((provider) => [provider.id, provider]))
    const send = FreeCheckFetch.make(globalThis.fetch)
    const asked = yield* Effect.forEach(chosen, ({ provider, tokens }) =>
      Effect.map(
        Effect.forEach(
          tokens,
          (token) => Effect.map(find(providers.get(provider.id), token.id, send), (finding) => ({ finding, token })),
          {
            concurrency: 8
          }
        ),
        (found) => ({ provider, tokens: found })
      )
    )
    const kept = yield* Effect.forEach(asked, ({ provider, tokens }) =>
      Effect.map(
        Effect.forEach(tokens, ({ finding, token }) =>
          Effect.map(keep(provider.id, token, finding), (ended) => ({ ended, finding, token }))
        ),
        (all) => ({ provider, tokens: all, path: providers.get(provider.id)?.vendor.freeCheck?.path ?? null })
      )
    )
    const after = new Map((yield* rotation.pools).map((view) => [view.id, new Map(view.tokens.map((t) => [t.id, t]))]))
    return kept.map(
      (one): Check.Checked => ({
        ...one,
        tokens: one.tokens.map((each) => ({
          ...each,
          token: after.get(one.provider.id)?.get(each.token.id) ?? each.token
        }))
      })
    )
  })

const find = (provider: ConfiguredProvider | undefined, tokenId: string, send: FreeCheck.Send) => {
  const token = provider?.tokens.get(tokenId)
  return provider === undefined || token === undefined
    ? Effect.succeed<FreeCheck.Finding>({ _tag: "None" })
    : FreeCheck.run(provider, token, send)
}

/** What is held out already is not charged again. */
const keep = (providerId: string, token: Selection.Selected["token"], finding: FreeCheck.Finding) =>
  Effect.gen(function* () {
    const rotation = yield* TokenRotation
    if (finding._tag === "Good") return yield* rotation.markGood(providerId, token.id, finding.proof)
    if (finding._tag === "Bad" && token.state !== "isolated") {
      yield* rotation.markError(providerId, token.id, finding.outcome)
    }
    return []
  })
