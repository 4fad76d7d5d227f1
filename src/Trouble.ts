/**
 * What went wrong below HTTP, as a short word.
 *
 * @since 0.1.0
 */
import type { ConfiguredProvider } from "./ConfiguredProvider.js"

/**
 * The system's word for it, from whichever depth of the cause it is at: `ECONNRESET`; `timeout` when the answer stopped
 * coming, else `network`. Never a URL or a header.
 *
 * @since 0.1.0
 * @category getters
 */
export const word = (error: unknown): string => at(error, 0)

/**
 * The same in words, for whoever reads the error: where it happened, and what to look at.
 *
 * @since 0.1.0
 * @category getters
 */
export const describe = (error: unknown, provider: Pick<ConfiguredProvider, "baseUrl" | "id">): string => {
  const code = word(error)
  const where = URL.canParse(provider.baseUrl) ? new URL(provider.baseUrl).origin : provider.baseUrl
  const known = Object.hasOwn(meanings, code) ? meanings[code] : undefined
  if (known === undefined) return `${code}: the connection to ${where} failed`
  return `${code}: ${known} ${where}; see whether the base URL of provider "${provider.id}" is right`
}

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
  return "cause" in error ? at(error.cause, depth + 1) : "network"
}
