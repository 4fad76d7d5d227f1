/**
 * Which of the configured providers a URL is for.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import type { ConfiguredProvider } from "./ConfiguredProvider.js"
import * as ProviderUrl from "./ProviderUrl.js"

/**
 * The URL belongs to none of the configured providers, so no token may go there.
 *
 * @since 0.1.0
 * @category errors
 */
export class ForeignUrl extends Data.TaggedError("ForeignUrl")<{
  /** Origin only: the rest of a URL may hold secrets. */
  readonly origin: string
  readonly known: ReadonlyArray<{ readonly id: string; readonly baseUrl: string }>
}> {
  override get message(): string {
    const known = this.known.map(({ baseUrl, id }) => `${id} at ${baseUrl}`).join(", ")
    return (
      `${this.origin} belongs to no configured provider (${known === "" ? "none is configured" : known}), ` +
      "so no token was sent there. Add one with: ctl providers add"
    )
  }
}

/**
 * The provider of a URL: a path is for the active provider; of several that live at the URL's origin the active one is
 * preferred, then the first with a token, then the first.
 *
 * @since 0.1.0
 * @category getters
 */
export const choose = (
  providers: ReadonlyArray<ConfiguredProvider>,
  activeProviderId: string | undefined,
  url: string
): Either.Either<ConfiguredProvider, ForeignUrl> => {
  const active = providers.find(({ id }) => id === activeProviderId)
  if (active !== undefined && url.startsWith("/")) return Either.right(active)
  const fitting = providers.filter((provider) => ProviderUrl.isOf(provider, url))
  const chosen =
    fitting.find(({ id }) => id === activeProviderId) ?? fitting.find(({ tokens }) => tokens.size > 0) ?? fitting[0]
  return chosen !== undefined
    ? Either.right(chosen)
    : Either.left(
        new ForeignUrl({
          origin: URL.canParse(url) ? new URL(url).origin : "This URL",
          known: providers.map(({ baseUrl, id }) => ({ id, baseUrl }))
        })
      )
}
