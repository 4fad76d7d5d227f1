/**
 * The first cut of classification, by status, headers and a few codes; vendors refine it.
 *
 * @since 0.1.0
 */
import * as Outcome from "../core/Outcome.js"
import type { Facts } from "../Provider.js"

/**
 * What an answer means where nothing better is known.
 *
 * @since 0.1.0
 * @category classification
 */
export const firstCut = ({ body, headers, now, status }: Facts): Outcome.Outcome => {
  if (status < 400) return Outcome.success
  const code = codeOf(body) ?? `http_${status}`
  const because = { code, evidence: [`status ${status}`] }
  const after = retryAfter(headers, now)
  if (status === 429) {
    return Outcome.failure({
      ...because,
      blame: /quota|billing|credit|balance/.test(code) ? "quota" : "rate-limit",
      retryOtherToken: true,
      scope: "token",
      cooldownMillis: after,
      provenance: after === null ? "guess" : "stated",
      why: "the rate limit was reached"
    })
  }
  if (status === 401) {
    return Outcome.failure({
      ...because,
      blame: "token",
      retryOtherToken: true,
      scope: "token",
      cooldownMillis: "permanent",
      provenance: "documented",
      why: "the token was refused"
    })
  }
  if (status === 402 || (status === 403 && /quota|billing|credit|balance/.test(code))) {
    return Outcome.failure({
      ...because,
      blame: "quota",
      retryOtherToken: true,
      scope: "token",
      why: "its credit is spent"
    })
  }
  if (status === 408 || status >= 500) {
    return Outcome.failure({
      ...because,
      blame: "provider",
      scope: "provider",
      cooldownMillis: after,
      why: "the provider is in trouble"
    })
  }
  return Outcome.failure({ ...because, blame: "request", why: "the request was refused" })
}

const codeOf = (body: unknown): string | null => {
  const text = typeof body === "string" ? body : body instanceof Uint8Array ? new TextDecoder().decode(body) : ""
  const found = /"(?:code|type|status)"\s*:\s*"([a-z_A-Z.-]{3,60}_[a-zA-Z_.-]+)"/.exec(text)
  return found?.[1] ?? null
}

const retryAfter = (headers: Readonly<Record<string, string>>, now: number): number | null => {
  const millis = Number(headers["retry-after-ms"] ?? Number.NaN)
  if (millis > 0) return millis
  const text = headers["retry-after"]
  if (text === undefined) return null
  const seconds = Number(text)
  if (seconds >= 0) return seconds * 1000
  const date = Date.parse(text)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}
