/**
 * When to come back, by the best evidence an answer holds.
 *
 * `retry-after-ms`, then `retry-after`, then the reset of the exhausted bucket, then a field of the body, then what the
 * message says. A malformed or past hint gives way to the next.
 *
 * @since 0.1.0
 */
import type { Answer } from "./Answer.js"
import { isMembers, type Members, members } from "./ErrorBody.js"
import * as RateLimitHeaders from "./RateLimitHeaders.js"
import * as ResetTime from "./ResetTime.js"
import * as SpokenTime from "./SpokenTime.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Hint {
  readonly millis: number
  /** Where it was found, in words. */
  readonly source: string
}

/**
 * The best hint, or nothing. `buckets` are left out where a limit of pace has nothing to do with the failure.
 *
 * @since 0.1.0
 * @category getters
 */
export const find = (
  answer: Answer,
  buckets: ReadonlyArray<RateLimitHeaders.Quota>,
  offsetMinutes: number | undefined
): Hint | undefined => ofHeaders(answer) ?? ofBuckets(buckets, answer.now) ?? ofBody(answer, offsetMinutes)

/**
 * What `retry-after-ms` and `retry-after` say. Zero is an answer: now.
 *
 * @since 0.1.0
 * @category getters
 */
export const ofHeaders = ({ headers, now }: Answer): Hint | undefined => {
  for (const name of ["retry-after-ms", "x-ms-retry-after-ms"]) {
    const text = headers[name]
    const millis = text === undefined ? undefined : ResetTime.ofMillis(text)
    if (millis !== undefined) return { millis, source: `header ${name}` }
  }
  for (const name of ["retry-after", "x-retry-after", "x-ratelimit-retry-after"]) {
    const text = headers[name]
    const millis = text === undefined ? undefined : ResetTime.ofRetryAfter(text, now)
    if (millis !== undefined) return { millis, source: `header ${name}` }
  }
  return undefined
}

/**
 * The latest reset among the exhausted buckets. A reset without a remainder belongs to a bucket that is taken for empty
 * only where no other is known to be.
 *
 * @since 0.1.0
 * @category getters
 */
export const ofBuckets = (buckets: ReadonlyArray<RateLimitHeaders.Quota>, now: number): Hint | undefined => {
  const exhausted = buckets.filter(RateLimitHeaders.isExhausted)
  const meant =
    exhausted.length > 0
      ? exhausted
      : buckets.filter(({ remaining, used }) => remaining === undefined && used === undefined)
  let latest: RateLimitHeaders.Quota | undefined
  for (const each of meant) if (each.resetAt !== undefined && each.resetAt > (latest?.resetAt ?? 0)) latest = each
  return latest?.resetAt === undefined
    ? undefined
    : { millis: latest.resetAt - now, source: `reset of the exhausted ${latest.kind} limit` }
}

/**
 * What a field of the body or the words of its message say.
 *
 * @since 0.1.0
 * @category getters
 */
export const ofBody = ({ body, now }: Answer, offsetMinutes: number | undefined): Hint | undefined =>
  ofFields(body.error, now) ??
  (body.error === body.root ? undefined : ofFields(body.root, now)) ??
  ofMessage(body.message, now, offsetMinutes)

const ofMessage = (message: string, now: number, offsetMinutes: number | undefined): Hint | undefined => {
  const millis = SpokenTime.find(message, now, offsetMinutes)
  return millis === undefined ? undefined : { millis, source: "time stated in the message" }
}

const ofFields = (error: Members, now: number): Hint | undefined => {
  const found = (name: string, millis: number | undefined): Hint | undefined =>
    millis === undefined ? undefined : { millis, source: `${name} in the body` }
  const details = Array.isArray(error.details) ? error.details.slice(0, 20) : []
  for (const detail of details.filter(isMembers)) {
    const hint =
      found("RetryInfo", ofProtobuf(detail.retryDelay)) ??
      found("quotaResetDelay", lengthOf(members(detail.metadata).quotaResetDelay)) ??
      found("quotaResetTimeStamp", pointOf(members(detail.metadata).quotaResetTimeStamp, now))
    if (hint !== undefined) return hint
  }
  const metadata = members(error.metadata)
  return (
    found("resets_in_seconds", secondsOf(error.resets_in_seconds)) ??
    found("resets_at", pointOf(error.resets_at, now)) ??
    found("reset_at", pointOf(error.reset_at, now)) ??
    found("availability.retry_after", secondsOf(members(error.availability).retry_after)) ??
    found("retry_after_ms", millisOf(error.retry_after_ms)) ??
    found("retry_after", afterOf(error.retry_after, now)) ??
    found("retry_after_seconds", secondsOf(error.retry_after_seconds)) ??
    found("retryAfterMs", millisOf(error.retryAfterMs)) ??
    found("retryAfter", afterOf(error.retryAfter, now)) ??
    found("retryAfterSeconds", secondsOf(error.retryAfterSeconds)) ??
    found("retry_delay", ofProtobuf(error.retry_delay)) ??
    found("resetAt", pointOf(error.resetAt, now)) ??
    found("reset_time", pointOf(error.reset_time, now)) ??
    found("resetsAt", pointOf(error.resetsAt, now)) ??
    found("reset_after", secondsOf(error.reset_after)) ??
    found("reset_in", secondsOf(error.reset_in)) ??
    found("retry_after", secondsOf(members(error.details).retry_after)) ??
    found("retry_after_seconds", secondsOf(members(error.details).retry_after_seconds)) ??
    found("resets_at", pointOf(metadata.resets_at, now)) ??
    found("retry_after", secondsOf(metadata.retry_after)) ??
    found("retry_after_seconds", secondsOf(metadata.retry_after_seconds)) ??
    // Hugging Face, while it loads a model.
    found("estimated_time", secondsOf(error.estimated_time)) ??
    // OpenRouter repeats the headers of the limit it hit.
    found("X-RateLimit-Reset", pointOf(members(metadata.headers)["X-RateLimit-Reset"], now))
  )
}

/** `38.2s`, or the message form `{seconds, nanos}`. */
const ofProtobuf = (value: unknown): number | undefined =>
  isMembers(value)
    ? ResetTime.sensible((Number(value.seconds ?? 0) || 0) * 1000 + (Number(value.nanos ?? 0) || 0) / 1e6)
    : lengthOf(value)

const lengthOf = (value: unknown): number | undefined =>
  typeof value === "string" ? (ResetTime.ofDuration(value) ?? secondsOf(value)) : secondsOf(value)

const secondsOf = (value: unknown): number | undefined => {
  const number = typeof value === "string" && /^\d{1,12}(?:\.\d{1,9})?$/.test(value) ? Number(value) : value
  if (typeof number === "number") return ResetTime.sensible(number * 1000)
  return typeof value === "string" ? ResetTime.ofDuration(value) : undefined
}

/** A length or, as some servers have it, the point in time. */
const afterOf = (value: unknown, now: number): number | undefined => secondsOf(value) ?? pointOf(value, now)

const millisOf = (value: unknown): number | undefined =>
  typeof value === "number" ? ResetTime.sensible(value) : undefined

const pointOf = (value: unknown, now: number): number | undefined =>
  typeof value === "number" || typeof value === "string" ? ResetTime.ofReset(String(value), now) : undefined
