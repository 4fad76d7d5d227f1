/**
 * The free check: asking a vendor, at no cost, whether a token is good.
 *
 * The token goes where its requests go, and nowhere else. What comes back is weighed with care: only an answer that
 * blames the token makes it bad, for what stands between (a relay that lacks the path, a limit, trouble) says nothing of it.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { authorize } from "./Authorize.js"
import type { ConfiguredProvider } from "./ConfiguredProvider.js"
import * as ErrorBody from "./core/ErrorBody.js"
import * as Outcome from "./core/Outcome.js"
import type { Proof } from "./core/Proof.js"
import type { FreeCheck } from "./Provider.js"
import * as ProviderUrl from "./ProviderUrl.js"
import type { Token } from "./Token.js"

/**
 * A request of the check, with the token in its headers: a GET that follows no redirect.
 *
 * @since 0.1.0
 * @category models
 */
export interface Request {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * What came back, the beginning of its body with it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | undefined
}

/**
 * Sends one request; fails with what went wrong below HTTP, as a short word.
 *
 * @since 0.1.0
 * @category models
 */
export type Send = (request: Request) => Effect.Effect<Answer, string>

/**
 * - `Good`: the vendor knows the token. `funds`: whether money or allowance is left, `null` when it does not say.
 * - `Bad`: it refuses it. `outcome` is what the token is charged with.
 * - `Unclear`: what came back says nothing of the token.
 * - `None`: there is no free check.
 *
 * @since 0.1.0
 * @category models
 */
export type Finding =
  | { readonly _tag: "Good"; readonly status: number; readonly funds: "left" | "spent" | null; readonly proof: Proof }
  | { readonly _tag: "Bad"; readonly status: number; readonly outcome: Outcome.Failure }
  | { readonly _tag: "Unclear"; readonly status: number | null; readonly why: string }
  | { readonly _tag: "None" }

/**
 * Checks a token. Never fails; a request that takes longer than ten seconds is given up.
 *
 * @since 0.1.0
 * @category running
 */
export const run = (provider: ConfiguredProvider, token: Token, send: Send): Effect.Effect<Finding> =>
  Effect.gen(function* () {
    const { freeCheck } = provider.vendor
    if (freeCheck === undefined) return none
    const first = yield* ask(provider, token, freeCheck.path, send)
    if (typeof first === "string") return unclear(null, first)
    const finding = weigh(provider, freeCheck, first, yield* Clock.currentTimeMillis)
    const { funds } = freeCheck
    if (finding._tag !== "Good" || funds === undefined) return finding
    const second = funds.path === undefined ? first : yield* ask(provider, token, funds.path, send)
    if (typeof second === "string" || !isServed(second)) return finding
    const isFunded = funds.left(membersOf(second))
    return isFunded === undefined
      ? finding
      : {
          ...finding,
          funds: isFunded ? ("left" as const) : ("spent" as const),
          proof: { isFunded, fundedCodes: funds.codes }
        }
  })

/**
 * What an answer to the check says of the token.
 *
 * @since 0.1.0
 * @category classification
 */
export const weigh = (provider: ConfiguredProvider, check: FreeCheck, answer: Answer, now: number): Finding => {
  const { body, headers, status } = answer
  const path = pathOf(provider, check.path)
  const outcome = provider.vendor.classify({ status, headers, body, now, path })
  if (isServed(answer) && outcome._tag !== "Failure") {
    const why = check.blocked?.(membersOf(answer))
    return why === undefined
      ? { _tag: "Good", status, funds: null, proof: { isFunded: false } }
      : { _tag: "Bad", status, outcome: refusal(status, "blocked", why) }
  }
  if (outcome._tag === "Failure" && outcome.blame === "token" && outcome.scope === "token") {
    return { _tag: "Bad", status, outcome }
  }
  // What a status means here is known of the vendor itself, not of what a user put in its place.
  if (status === 401 || (check.bad?.includes(status) === true && isVendors(provider))) {
    return { _tag: "Bad", status, outcome: refusal(status, `http_${status}`, "the vendor does not know the token") }
  }
  return unclear(status, outcome._tag === "Failure" ? outcome.why : "the answer tells nothing")
}

/** Placed as any request is; a check that lives elsewhere is for the vendor's own hosts alone. */
const place = (provider: ConfiguredProvider, path: string): Either.Either<ProviderUrl.Place, string> => {
  const origin = originOf(path)
  if (origin === undefined || origin === originOf(provider.vendor.baseUrl)) return ProviderUrl.place(provider, path)
  const url = new URL(path)
  return isVendors(provider) ? Either.right(url) : Either.left(ProviderUrl.foreign(provider, url))
}

const ask = (provider: ConfiguredProvider, token: Token, path: string, send: Send): Effect.Effect<Answer | string> => {
  const url = place(provider, path)
  return Either.isLeft(url)
    ? Effect.succeed(`its free check cannot be reached: ${url.left}`)
    : send({ url: url.right.href, headers: authorize(provider, token, { accept: "application/json" }) }).pipe(
        Effect.timeoutFail({ duration: "10 seconds", onTimeout: () => "timeout" }),
        Effect.catchAll((word) => Effect.succeed(`no answer came: ${word}`))
      )
}

const isVendors = ({ baseUrl, vendor }: ConfiguredProvider): boolean =>
  [vendor.baseUrl, ...(vendor.otherBaseUrls ?? []), ...(vendor.alsoAt ?? [])].some(
    (own) => originOf(own) === originOf(baseUrl) && own !== ""
  )

const originOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).origin : undefined)

const pathOf = (provider: ConfiguredProvider, path: string): string =>
  Either.match(place(provider, path), { onLeft: () => path, onRight: ({ pathname }) => pathname })

const isServed = ({ status }: Answer): boolean => status >= 200 && status < 300

const membersOf = ({ body }: Answer): ErrorBody.Members => ErrorBody.read(body).root

const none: Finding = { _tag: "None" }

const unclear = (status: number | null, why: string): Finding => ({ _tag: "Unclear", status, why })

const refusal = (status: number, code: string, why: string): Outcome.Failure =>
  Outcome.failure({
    blame: "token",
    retryOtherToken: true,
    scope: "token",
    cooldownMillis: "permanent",
    provenance: "documented",
    code,
    why,
    evidence: [`status ${status} to the free check`]
  })
