/**
 * Which URL a request really goes to. A token is sent to its own provider only, so every URL is placed here first.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import type { ConfiguredProvider } from "./ConfiguredProvider.js"

/**
 * Where a request goes, in the words of `URL`.
 *
 * @since 0.1.0
 * @category models
 */
export type Place = Readonly<Pick<URL, "href" | "origin" | "pathname" | "search">>

/**
 * Places a URL that a caller asked for:
 *
 * - a path goes below the configured base URL
 * - the vendor's own URL is carried over to the configured base URL, so that programs written against the vendor work
 *   through a relay unchanged
 * - a URL of the configured origin stays as it is, and so does one of another place of the vendor's that takes the same
 *   tokens, unless a relay is configured
 * - anything else is refused: the token must not go there
 *
 * A `key` in the query is dropped: that is where Gemini callers put a secret, and ours travels in a header.
 *
 * @since 0.1.0
 * @category combinators
 */
export const place = (self: ConfiguredProvider, asked: string): Either.Either<Place, string> => {
  const places = placesOf(self)
  const last =
    places.last?.asked === asked ? places.last : { asked, placed: Either.map(find(self, places, asked), placeOf) }
  places.last = last
  return last.placed
}

// Frozen: what is kept decides where the token goes.
const placeOf = ({ href, origin, pathname, search }: URL): Place => Object.freeze({ href, origin, pathname, search })

const find = (
  self: ConfiguredProvider,
  { base, official, others }: Places,
  asked: string
): Either.Either<URL, string> => {
  if (base === undefined) return Either.left(`the base URL of provider "${self.id}" is not a URL`)
  const url = asked.startsWith("/") ? undefined : parse(asked)
  if (url === undefined) {
    if (!asked.startsWith("/")) return Either.left("not a URL, nor a path that starts with /")
    const relative = parse(`${base.origin}${asked}`)
    return relative === undefined
      ? Either.left("not a URL, nor a path that starts with /")
      : Either.right(withoutKey(below(base, relative, official)))
  }
  if (url.origin === base.origin) return Either.right(withoutKey(url))
  if (official !== undefined && url.origin === official.origin)
    return Either.right(withoutKey(below(base, url, official)))
  const other = others.find(({ origin }) => origin === url.origin)
  if (other !== undefined) {
    const isRelayed = base.origin !== official?.origin && others.every(({ origin }) => origin !== base.origin)
    return Either.right(withoutKey(isRelayed ? below(base, url, other) : url))
  }
  return Either.left(foreign(self, url))
}

/**
 * Why a token of the provider must not go to this URL, in words.
 *
 * @since 0.1.0
 * @category getters
 */
export const foreign = (self: ConfiguredProvider, { origin }: URL): string =>
  `${origin} is not where provider "${self.id}" lives (${placesOf(self).base?.origin})`

/**
 * Whether a URL belongs to the provider: to its configured origin or to one of the vendor's own.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isOf = (self: ConfiguredProvider, asked: string): boolean => {
  const origin = parse(asked)?.origin
  const { base, official, others } = placesOf(self)
  return origin !== undefined && [base, official, ...others].some((own) => own?.origin === origin)
}

interface Places {
  /** As configured. */
  readonly base: URL | undefined
  /** The vendor's own. */
  readonly official: URL | undefined
  /** Where else the vendor takes the same tokens. */
  readonly others: ReadonlyArray<URL>
  /** What was asked for last: most programs ask for the same time and again. */
  last: { readonly asked: string; readonly placed: Either.Either<Place, string> } | undefined
}

/** Parsed once for each provider, and for each way it is configured. */
const placesOf = (self: ConfiguredProvider): Places => {
  const known = places.get(self)
  if (known !== undefined) return known
  const { alsoAt = [], baseUrl } = self.vendor
  const others = alsoAt.flatMap((at) => parse(at) ?? [])
  const parsed = { base: parse(self.baseUrl), official: parse(baseUrl), others, last: undefined }
  places.set(self, parsed)
  return parsed
}

const places = new WeakMap<ConfiguredProvider, Places>()

const parse = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined)

/** What is left stays as it was written: there is more than one way to escape, and signatures go by the letter. */
const withoutKey = (url: URL): URL => {
  if (url.search === "" || !url.searchParams.has("key")) return url
  const copy = new URL(url)
  const parts = url.search.slice(1).split("&")
  copy.search = parts.filter((part) => !new URLSearchParams(part).has("key")).join("&")
  return copy
}

/** Moves what comes after the vendor's base path below the configured base. A bare origin keeps the vendor's path. */
const below = (base: URL, url: URL, official: URL | undefined): URL => {
  const officialPath = trim(official?.pathname ?? "")
  const basePath = trim(base.pathname) === "" ? officialPath : trim(base.pathname)
  const starts = (prefix: string) => prefix !== "" && (url.pathname === prefix || url.pathname.startsWith(`${prefix}/`))
  const rest = starts(basePath)
    ? url.pathname.slice(basePath.length)
    : starts(officialPath)
      ? url.pathname.slice(officialPath.length)
      : url.pathname
  const path = `${basePath}${rest}`
  const isThere = url.origin === base.origin && url.pathname === path && url.hash === ""
  if (isThere && base.username === "" && base.password === "") return url
  const placed = new URL(base)
  placed.pathname = path
  placed.search = url.search
  return placed
}

const trim = (path: string): string => path.replace(/\/+$/, "")
