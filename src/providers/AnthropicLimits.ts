/**
 * Anthropic's limits in headers: buckets that fill continuously for API keys, windows of 5 hours and 7 days for
 * subscriptions.
 *
 * @since 0.1.0
 */
import type { Answer } from "../core/Answer.js"
import type { BucketHeaders } from "../core/RateLimitHeaders.js"
import * as ResetTime from "../core/ResetTime.js"
import type { Saying } from "../core/Saying.js"

/**
 * @since 0.1.0
 * @category dialects
 */
export const buckets: ReadonlyArray<BucketHeaders> = ["requests", "tokens", "input-tokens", "output-tokens"].map(
  (kind) => ({
    kind,
    period: "minute",
    limit: `anthropic-ratelimit-${kind}-limit`,
    remaining: `anthropic-ratelimit-${kind}-remaining`,
    reset: `anthropic-ratelimit-${kind}-reset`,
    refill: "continuous"
  })
)

/**
 * What a refusal means that names windows of a subscription.
 *
 * 5 hours and 7 days are the account's, any further window a model family's. Of several that reject, the last to reset
 * decides; a warning is no rejection.
 *
 * @since 0.1.0
 * @category classification
 */
export const judge = ({ body, headers, now, path, status }: Answer): Saying | undefined => {
  if (status !== 429 || path.includes("/oauth/usage") || /required for/i.test(body.message)) return undefined
  const rejected = Object.keys(headers).flatMap((name) => {
    const window = /^anthropic-ratelimit-unified-(.{1,40})-status$/.exec(name)?.[1]
    return window !== undefined && window !== "overage" && isRejected(headers[name]) ? [window] : []
  })
  if (rejected.length === 0 && !isRejected(headers[`${prefix}status`])) return undefined
  const claim = headers[`${prefix}representative-claim`] ?? ""
  const modelOnly =
    rejected.length > 0 ? rejected.every((window) => !/^(?:5h|7d)$/.test(window)) : /^seven_day_./.test(claim)
  const resets = rejected.flatMap((window) => resetOf(headers, `${window}-reset`, now) ?? [])
  const millis = resets.length > 0 ? Math.max(...resets) : resetOf(headers, "reset", now)
  const stated = headers["retry-after"]
  const after = stated === undefined ? undefined : ResetTime.ofRetryAfter(stated, now)
  const longest = Math.max(millis ?? -1, after ?? -1)
  return {
    sense: modelOnly ? "allowance" : "billing",
    scope: modelOnly ? "token+model" : "token",
    why: modelOnly
      ? "the subscription's window for this family of models is used up"
      : "a window of the subscription is used up, for all models",
    evidence: [rejected.length > 0 ? `rejected windows: ${rejected.join(", ")}` : "rejected by the unified limit"],
    ...(longest < 0 ? {} : { hint: { millis: longest, source: "reset of the rejected window" } })
  }
}

/**
 * The same in words.
 *
 * @since 0.1.0
 * @category help
 */
export const note =
  "a 429 that names windows of a subscription (`anthropic-ratelimit-unified-…`) is charged to the quota until the last rejected window resets: all models for `5h` and `7d`, one model for any other"

const prefix = "anthropic-ratelimit-unified-"

const isRejected = (value: string | undefined): boolean => value?.trim().toLowerCase() === "rejected"

const resetOf = (headers: Answer["headers"], name: string, now: number): number | undefined => {
  const text = headers[`${prefix}${name}`]
  return text === undefined ? undefined : ResetTime.ofReset(text, now)
}
