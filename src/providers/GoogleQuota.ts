/**
 * What Google means by 429: one sentence serves for limits by the minute and the day, for plans that lack a model and for
 * spend caps. The quota's id tells.
 *
 * @since 0.1.0
 */
import type { Answer } from "../core/Answer.js"
import * as ErrorBody from "../core/ErrorBody.js"
import type { Saying } from "../core/Saying.js"

/**
 * @since 0.1.0
 * @category classification
 */
export const judge = ({ body, status }: Answer): Saying | undefined => {
  if (status !== 429) return undefined
  const violations = detailsOf(body.error.details).flatMap(({ violations }) =>
    Array.isArray(violations) ? violations.slice(0, 20).map(ErrorBody.members) : []
  )
  const { codes, message } = body
  if (violations.some(({ quotaValue }) => String(quotaValue) === "0") || /\blimit: 0\b(?!\.)/.test(message)) {
    return {
      sense: "not-entitled",
      why: "the project behind the token has a limit of 0 for this model: waiting does not help",
      evidence: ["a limit of 0"]
    }
  }
  if (codes.includes("model_capacity_exhausted")) return undefined
  if (
    /spending cap|spend(?:ing)? limit|spend-based|prepay|credits? (?:are|is) depleted|billing account/i.test(message)
  ) {
    return { sense: "billing", why: "the project's spending cap is reached", evidence: ["what its message is about"] }
  }
  const ids = [
    ...violations.map(({ quotaId }) => String(quotaId ?? "")),
    // Where there is no QuotaFailure, ErrorInfo names it.
    ...detailsOf(body.error.details).map(({ metadata }) => String(ErrorBody.members(metadata).quota_limit ?? "")),
    ...message.matchAll(/\bPer(?:Day|Minute)\b/g)
  ].join(" ")
  if (/PerDay|Daily/i.test(ids) || /per[ _]day|\bdaily\b/i.test(message)) {
    return {
      sense: "allowance",
      window: "pacific-day",
      why: "the project's quota of the day is used up; Google renews it at midnight in California",
      evidence: ["the id of a quota by the day"]
    }
  }
  if (
    /exhausted your capacity|quota will reset|individual quota reached/i.test(message) &&
    !codes.includes("rate_limit_exceeded")
  ) {
    return {
      sense: "allowance",
      code: codes.find((code) => code === "quota_exhausted"),
      evidence: ["what its message is about"]
    }
  }
  if (codes.includes("quota_exhausted")) return { sense: "allowance", code: "quota_exhausted" }
  if (/PerMinute/i.test(ids) || /per[ _]minute/i.test(message))
    return { sense: "rate-limit", window: "minute", evidence: ["a quota by the minute"] }
  return { sense: "rate-limit", code: codes.find((code) => /exhausted|exceeded/.test(code)) }
}

const detailsOf = (details: unknown): ReadonlyArray<ErrorBody.Members> =>
  Array.isArray(details) ? details.slice(0, 20).map(ErrorBody.members) : []
