/**
 * A token: one credential for one provider.
 *
 * Its secret is `Redacted` from the moment it is read. Everything that is remembered, printed or sent to another
 * process knows the token by `id`, a fingerprint from which the secret cannot be had back.
 *
 * @since 0.1.0
 */
import { createHash } from "node:crypto"
import * as Redacted from "effect/Redacted"
import type { Limits } from "./core/Limits.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Token {
  /** Fingerprint of provider id and secret: a replaced secret is a new token and starts clean. */
  readonly id: string
  readonly providerId: string
  /** What people call it; unique within the provider. */
  readonly alias: string
  readonly secret: Redacted.Redacted
  /** Share under the `weighted` strategy; positive. */
  readonly weight: number
  readonly enabled: boolean
  /** Tokens of one group share the vendor's limits (an organization, project or account). */
  readonly group: string | undefined
  /** What the user states of its limits, if anything. */
  readonly limits: Limits | undefined
  /** Sent as `Authorization: Bearer` whatever the provider's usual way is. */
  readonly bearer: boolean
}

/**
 * The fingerprint that stands for a secret: 16 hex digits of SHA-256 over provider id and secret.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fingerprint = (providerId: string, secret: Redacted.Redacted): string =>
  createHash("sha256")
    .update(`${providerId}\n${Redacted.value(secret)}`)
    .digest("hex")
    .slice(0, 16)

/**
 * The beginning of a secret by which its vendor is known, such as `sk-ant-api03-`; empty when it begins like anything.
 *
 * @since 0.1.0
 * @category getters
 */
export const prefixOf = (secret: Redacted.Redacted): string => knownPrefix.exec(Redacted.value(secret))?.[0] ?? ""

/**
 * What people may see of a secret: `sk-ant-…f3Qa`. A recognisable vendor prefix and the last four characters, and those
 * only when at least 24 characters stay hidden; otherwise `****`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const mask = (secret: Redacted.Redacted): string => {
  const text = Redacted.value(secret)
  const prefix = prefixOf(secret)
  return text.length - prefix.length - 4 >= 24 ? `${prefix}…${text.slice(-4)}` : "****"
}

/** Here rather than among the vendors: whoever prints a token need not load them all. A test holds the two together. */
const knownPrefix =
  /^(?:sk-ant-(?:(?:api|oat|admin)\d\d-)?|sk-(?:proj|svcacct|admin|service)-|sk-or-(?:v1-)?|sk-kimi-|sk-|gsk_|xai-|hf_|api_org_|pplx-|fw_|tgp_v1_|AIza)/
