/**
 * What went wrong below HTTP, as a short word.
 *
 * @since 0.1.0
 */
import type { ConfiguredProvider } from "./ConfiguredProvider.js"
import * as Outcome from "./core/Outcome.js"

/**
 * The system's word for it, from whichever depth of the cause it is at: `ECONNRESET`; `timeout` when the answer stopped
 * coming, else `network`. Never a URL or a header.
 *
 * @since 0.1.0
 * @category getters
 */
export const word = (error: unknown): string => at(error, 0)

/**
 * The same in words, for whoever reads the error: what happened, where, and what to look at.
 *
 * @since 0.1.0
 * @category getters
 */
export const describe = (error: unknown, provider: Place): string => {
  const code = word(error)
  return `${code}: ${explain(code, provider)}`
}

/**
 * What such a word means for the attempt: no answer came, so nobody's token is at fault; nor is the provider, if the
 * request never left.
 *
 * @since 0.1.0
 * @category constructors
 */
export const failure = (code: string, why: string): Outcome.Failure =>
  unsendable.has(code)
    ? Outcome.failure({ blame: "request", code, why: unsent, evidence: [`it was not sent: ${code}`] })
    : Outcome.failure({
        blame: "provider",
        scope: "provider",
        code,
        why,
        evidence: [`the connection failed: ${code}`]
      })

/**
 * The words for such a word.
 *
 * @since 0.1.0
 * @category getters
 */
export const explain = (code: string, { baseUrl, id }: Place): string => {
  if (unsendable.has(code)) return unsent
  const where = URL.canParse(baseUrl) ? new URL(baseUrl).origin : baseUrl
  const known = Object.hasOwn(meanings, code) ? meanings[code] : undefined
  if (known === undefined) return `the connection to ${where} failed`
  return `${known} ${where}; see whether the base URL of provider "${id}" is right`
}

/**
 * The error of a `fetch` with the same in words as its cause. Its own message is `fetch`'s: clients go by it. Of a request
 * that cannot be sent, what `fetch` says tells more.
 *
 * @since 0.1.0
 * @category combinators
 */
export const explained = (error: unknown, provider: Place): unknown => {
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) return error
  const { cause, message } = error
  if (unsendable.has(word(cause))) return error
  return new TypeError(message, {
    cause: Object.assign(new Error(describe(cause, provider), { cause }), { code: word(cause) })
  })
}

type Place = Pick<ConfiguredProvider, "baseUrl" | "id">

const unsent = "the request cannot be sent as it is"

/**
 * What of the request itself (a header that `fetch` forbids, a length that is not the body's, a file that changed under
 * its Blob) or of the caller's own dispatcher keeps it from being sent, whoever it is for.
 */
const unsendable: ReadonlySet<string> = new Set([
  "UND_ERR_INVALID_ARG",
  "UND_ERR_NOT_SUPPORTED",
  "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH",
  "UND_ERR_CLOSED",
  "UND_ERR_DESTROYED",
  "NotReadableError"
])

/** Where trying again will hardly help. */
const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens at",
  ENOTFOUND: "there is no host at",
  EHOSTUNREACH: "there is no way to",
  ENETUNREACH: "there is no way to",
  CERT_HAS_EXPIRED: "the certificate has expired at",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is not trusted at",
  SELF_SIGNED_CERT_IN_CHAIN: "the certificate is not trusted at",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the certificate is not trusted at",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is another host's at"
}

const at = (error: unknown, depth: number): string => {
  if (typeof error !== "object" || error === null || depth > 5) return "network"
  if ("code" in error && typeof error.code === "string") return error.code
  if (error instanceof DOMException && error.name === "TimeoutError") return "timeout"
  if (error instanceof DOMException && error.name === "NotReadableError") return error.name
  return "cause" in error ? at(error.cause, depth + 1) : "network"
}
