/**
 * Attaching the token: the one place in the call path where a secret is unwrapped.
 *
 * @since 0.1.0
 */
import * as Redacted from "effect/Redacted"
import type { ConfiguredProvider } from "./ConfiguredProvider.js"
import type { Authorization } from "./Provider.js"
import type { Token } from "./Token.js"

/**
 * Every header that any provider reads a secret from. What a caller put there is dropped, so that neither a stand-in
 * key (`apiKey: "rotated"`) nor another vendor's secret travels along; and these names are redacted in spans and logs.
 *
 * @since 0.1.0
 * @category constants
 */
export const secretHeaders: ReadonlyArray<string> = [
  "authorization",
  "x-api-key",
  "api-key",
  "x-goog-api-key",
  "proxy-authorization",
  "cookie"
]

/**
 * The headers of an attempt: the caller's, without any secret of theirs, with this token and what the vendor needs.
 * Names are lower case.
 *
 * @since 0.1.0
 * @category combinators
 */
export const authorize = (
  provider: ConfiguredProvider,
  token: Token,
  headers: Readonly<Record<string, string>>
): Record<string, string> => {
  const out: Record<string, string> = {}
  for (const name of Object.keys(headers)) {
    const key = name.toLowerCase()
    const value = headers[name]
    if (value !== undefined && !secretHeaders.includes(key)) out[key] = value
  }
  for (const [name, value] of credentials(provider, token, out)) out[name] = value
  return out
}

/**
 * The headers that an attempt has besides, or instead of, those of the caller's, which are in lower case and without any
 * secret.
 *
 * @since 0.1.0
 * @category getters
 */
export const credentials = (
  { vendor }: ConfiguredProvider,
  token: Token,
  headers: Readonly<Record<string, string>>
): ReadonlyArray<readonly [name: string, value: string]> => {
  const out: Array<readonly [name: string, value: string]> = []
  for (const name in vendor.headers) {
    if (!(name.toLowerCase() in headers)) out.push([name.toLowerCase(), vendor.headers[name] ?? ""])
  }
  const secret = Redacted.value(token.secret)
  const form = token.bearer ? bearer : (vendor.authorization.find((a) => fits(a, secret)) ?? vendor.authorization[0])
  out.push([form.header, form.scheme === undefined ? secret : `${form.scheme} ${secret}`])
  for (const name in form.adds) out.push([name, extend(headers[name] ?? vendor.headers?.[name], form.adds[name] ?? "")])
  return out
}

/**
 * A text with every secret of the provider taken out: for what a vendor said, which may quote the token it refused.
 *
 * @since 0.1.0
 * @category combinators
 */
export const scrub = (provider: ConfiguredProvider, text: string): string =>
  [...provider.tokens.values()].reduce((clean, { secret }) => {
    const value = Redacted.value(secret)
    return value === "" ? clean : clean.replaceAll(value, "[redacted]")
  }, text)

const bearer: Authorization = { header: "authorization", scheme: "Bearer" }

const fits = (form: Authorization, secret: string): boolean =>
  form.prefix === undefined || secret.startsWith(form.prefix)

const extend = (present: string | undefined, value: string): string =>
  present === undefined || present === ""
    ? value
    : present.split(",").some((part) => part.trim() === value)
      ? present
      : `${present},${value}`
