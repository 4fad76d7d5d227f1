/**
 * Which tokens a command means.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { UnknownProvider, UnknownToken } from "../RotationError.js"
import type { ProviderView, TokenView } from "../View.js"
import { CommandFailed, NoToken, UsageError } from "./Failure.js"
import { nearest } from "./Suggestion.js"

/**
 * A token and where it is.
 *
 * @since 0.1.0
 * @category models
 */
export interface Selected {
  readonly provider: ProviderView
  readonly token: TokenView
}

/**
 * The provider of that id, or all of them.
 *
 * @since 0.1.0
 * @category selection
 */
export const providers = (
  views: ReadonlyArray<ProviderView>,
  id: Option.Option<string>
): Effect.Effect<ReadonlyArray<ProviderView>, UnknownProvider> => {
  if (Option.isNone(id)) return Effect.succeed(views)
  const found = views.find((view) => view.id === id.value)
  return found === undefined
    ? Effect.fail(new UnknownProvider({ providerId: id.value, known: views.map((view) => view.id) }))
    : Effect.succeed([found])
}

/**
 * The token of that alias or id, in the given provider or wherever it is.
 *
 * @since 0.1.0
 * @category selection
 */
export const token = (
  views: ReadonlyArray<ProviderView>,
  id: Option.Option<string>,
  aliasOrId: string
): Effect.Effect<Selected, UnknownProvider | UnknownToken | CommandFailed | UsageError | NoToken> =>
  Effect.gen(function* () {
    const among = yield* providers(views, id)
    const all = among.flatMap((provider) => provider.tokens.map((one): Selected => ({ provider, token: one })))
    if (all.length === 0) return yield* noToken(among)
    const found = all.filter((one) => one.token.alias === aliasOrId)
    const [first, second] = found.length > 0 ? found : all.filter((one) => one.token.id === aliasOrId)
    if (first === undefined) return yield* unknown(among, aliasOrId)
    if (second === undefined) return first
    return yield* new UsageError({
      reason: `Several providers have a token "${aliasOrId}": ${found.map((one) => one.provider.id).join(", ")}`,
      remedy: "Say which with --provider <id>"
    })
  })

/**
 * Some tokens of a provider.
 *
 * @since 0.1.0
 * @category models
 */
export interface Chosen {
  readonly provider: ProviderView
  readonly tokens: ReadonlyArray<TokenView>
}

/**
 * The named tokens by provider, or all of them when none is named; every name is looked up before anything is done.
 *
 * @since 0.1.0
 * @category selection
 */
export const tokens = (
  views: ReadonlyArray<ProviderView>,
  id: Option.Option<string>,
  aliases: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<Chosen>, UnknownProvider | UnknownToken | CommandFailed | UsageError | NoToken> =>
  Effect.gen(function* () {
    const among = yield* providers(views, id)
    const named = yield* Effect.forEach(aliases, (alias) => token(among, id, alias))
    const chosen = among
      .map((provider): Chosen => {
        const ids = named.filter((one) => one.provider.id === provider.id).map((one) => one.token.id)
        const isMeant = (one: TokenView) => aliases.length === 0 || ids.includes(one.id)
        return { provider, tokens: provider.tokens.filter(isMeant) }
      })
      .filter((one) => one.tokens.length > 0)
    return chosen.length === 0 ? yield* noToken(among) : chosen
  })

/**
 * What a command that needs a token ends with when there is none at all.
 *
 * @since 0.1.0
 * @category errors
 */
export const noToken = (views: ReadonlyArray<ProviderView>): NoToken => {
  const id = views.find(({ active }) => active)?.id ?? views[0]?.id
  return new NoToken({
    reason: id === undefined ? "No provider and no token is configured" : `Provider "${id}" has no tokens`,
    remedy:
      id === undefined
        ? "Add one with: ctl tokens add --provider anthropic, or set ANTHROPIC_API_KEY (or another provider's variable)"
        : `Add one with: ctl tokens add --provider ${id}`
  })
}

const unknown = (among: ReadonlyArray<ProviderView>, aliasOrId: string): UnknownToken | CommandFailed => {
  const guess = nearest(
    aliasOrId,
    among.flatMap(({ tokens }) => tokens.map(({ alias }) => alias))
  )
  const [only, other] = among
  if (guess === undefined && only !== undefined && other === undefined) {
    return new UnknownToken({ providerId: only.id, token: aliasOrId })
  }
  return new CommandFailed({
    reason: `There is no token "${aliasOrId}"`,
    remedy: guess === undefined ? "List them with: ctl tokens" : `Did you mean "${guess}"? List them with: ctl tokens`
  })
}
