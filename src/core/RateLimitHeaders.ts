/**
 * The dialects in which vendors' headers say what is left of a limit, as data, and one reader for all of them.
 *
 * @since 0.1.0
 */
import * as ResetTime from "./ResetTime.js"

/**
 * What a bucket counts over, where the vendor documents it.
 *
 * @since 0.1.0
 * @category models
 */
export type Period = "second" | "minute" | "hours" | "day" | "week" | "month"

/**
 * - `at-once`: a window, full again at its reset and not before
 * - `continuous`: a bucket that is filled all the time and would be full at its reset
 *
 * @since 0.1.0
 * @category models
 */
export type Refill = "at-once" | "continuous"

/**
 * The header names, in lower case, of one limit.
 *
 * @since 0.1.0
 * @category models
 */
export interface BucketHeaders {
  /** What is counted: `requests`, `tokens`, `input-tokens`… */
  readonly kind: string
  readonly period?: Period
  readonly limit?: string
  readonly remaining?: string
  /** Any notation of `ResetTime.ofReset`. */
  readonly reset?: string
  /** How it fills up again; absent: at once, when it resets. */
  readonly refill?: Refill
  /** The share that is used, 0 to 1 and beyond, where the vendor states no numbers. */
  readonly used?: string
}

/**
 * What a vendor says of one limit.
 *
 * @since 0.1.0
 * @category models
 */
export interface Quota {
  readonly kind: string
  readonly period?: Period
  readonly limit?: number
  readonly remaining?: number
  /** The share used, where that is all the vendor says. */
  readonly used?: number
  /** Epoch milliseconds. */
  readonly resetAt?: number
  /** In how many milliseconds a bucket is full, where that is stated as a length and not as a point in time. */
  readonly fullIn?: number
  readonly refill: Refill
}

/**
 * What the headers of an answer say of its vendor's limits, or in the names that gateways and CDNs use where the vendor's
 * own are not there.
 *
 * @since 0.1.0
 * @category getters
 */
export const readAny = (
  { rateLimits = openai }: { readonly rateLimits?: ReadonlyArray<BucketHeaders> },
  {
    headers,
    now,
    sentAt = now
  }: { readonly headers: Readonly<Record<string, string>>; readonly now: number; readonly sentAt?: number | undefined }
): ReadonlyArray<Quota> => {
  if (!namesAny(namesOf(rateLimits), headers)) return []
  const own = read(rateLimits, headers, now, sentAt)
  // SambaNova has both kinds of names at once; who has a dialect of its own says it all there.
  if (own.length > 0) return rateLimits === openai ? [...own, ...quotasOf(byPeriod, headers, now, sentAt)] : own
  const copied = rateLimits === openai ? [] : read(openai, headers, now, sentAt)
  return copied.length > 0 ? copied : read(plain, headers, now, sentAt)
}

/** Answers of many vendors name none of these headers, and a glance at each of theirs tells so. */
const namesAny = (names: ReadonlySet<string>, headers: Readonly<Record<string, string>>): boolean => {
  for (const name in headers) if (names.has(name)) return true
  return false
}

/** Every name that is looked for in the answers of a vendor. */
const namesOf = (rateLimits: ReadonlyArray<BucketHeaders>): ReadonlySet<string> => {
  const known = names.get(rateLimits)
  if (known !== undefined) return known
  const all = new Set(["ratelimit"])
  for (const { limit, remaining, reset, used } of [...rateLimits, ...openai, ...plain]) {
    for (const name of [limit, remaining, reset, used]) if (name !== undefined) all.add(name)
  }
  names.set(rateLimits, all)
  return all
}

const names = new WeakMap<ReadonlyArray<BucketHeaders>, ReadonlySet<string>>()

/**
 * What headers of these names say. Buckets of which nothing is said are left out.
 *
 * @since 0.1.0
 * @category getters
 */
export const read = (
  buckets: ReadonlyArray<BucketHeaders>,
  headers: Readonly<Record<string, string>>,
  now: number,
  /** When the request was sent, in epoch milliseconds. */
  sentAt: number = now
): ReadonlyArray<Quota> => {
  const found = quotasOf(buckets, headers, now, sentAt)
  const structured = headers.ratelimit
  return structured === undefined ? found : [...found, ...ofStructured(structured, headers["ratelimit-policy"], now)]
}

const quotasOf = (
  buckets: ReadonlyArray<BucketHeaders>,
  headers: Readonly<Record<string, string>>,
  now: number,
  sentAt: number
): ReadonlyArray<Quota> => {
  const found: Array<Quota> = []
  for (const bucket of buckets) {
    const quota = readBucket(bucket, headers, now, sentAt)
    if (quota !== undefined) found.push(quota)
  }
  return found
}

/**
 * Whether nothing is left of it.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isExhausted = (quota: Quota): boolean => quota.remaining !== undefined && quota.remaining <= 0

/**
 * One bucket each of requests and tokens, as OpenAI names them; half the trade copies it.
 *
 * @since 0.1.0
 * @category dialects
 */
export const openai: ReadonlyArray<BucketHeaders> = ["requests", "tokens"].map((kind) => ({
  kind,
  limit: `x-ratelimit-limit-${kind}`,
  remaining: `x-ratelimit-remaining-${kind}`,
  reset: `x-ratelimit-reset-${kind}`,
  refill: "continuous"
}))

/** OpenAI's names with the period behind them, as Cerebras has them. */
const byPeriod: ReadonlyArray<BucketHeaders> = (["minute", "day"] as const).flatMap((period) =>
  ["requests", "tokens"].map((kind) => ({
    kind,
    period,
    limit: `x-ratelimit-limit-${kind}-${period}`,
    remaining: `x-ratelimit-remaining-${kind}-${period}`,
    reset: `x-ratelimit-reset-${kind}-${period}`
  }))
)

/**
 * The plain headers that gateways and CDNs add: with and without `x-`.
 *
 * @since 0.1.0
 * @category dialects
 */
export const plain: ReadonlyArray<BucketHeaders> = [
  ...["x-ratelimit", "ratelimit", "x-rate-limit"].flatMap((name) =>
    ["reset", "reset-after"].map((reset) => ({
      kind: "requests",
      limit: `${name}-limit`,
      remaining: `${name}-remaining`,
      reset: `${name}-${reset}`
    }))
  ),
  ...byPeriod
]

const readBucket = (
  bucket: BucketHeaders,
  headers: Readonly<Record<string, string>>,
  now: number,
  sentAt: number
): Quota | undefined => {
  const value = (name: string | undefined) => (name === undefined ? undefined : headers[name])
  const limit = count(value(bucket.limit))
  const remaining = count(value(bucket.remaining))
  const used = count(value(bucket.used))
  const text = value(bucket.reset)
  const reset = text === undefined ? undefined : ResetTime.ofRetryAfter(text, now)
  if (limit === undefined && remaining === undefined && used === undefined && reset === undefined) return undefined
  const { refill = "at-once" } = bucket
  const resetAt = reset !== undefined ? now + reset : refill === "continuous" ? pastReset(text, sentAt) : undefined
  return {
    kind: bucket.kind,
    refill,
    ...(bucket.period === undefined ? {} : { period: bucket.period }),
    ...(limit === undefined ? {} : { limit }),
    ...(remaining === undefined ? {} : { remaining }),
    ...(used === undefined ? {} : { used }),
    ...(resetAt === undefined ? {} : { resetAt }),
    ...(reset !== undefined && refill === "continuous" && isLength(reset, text, now) ? { fullIn: reset } : {})
  }
}

/** A bucket that is full by the time its answer comes had less when that was stated. */
const pastReset = (text: string | undefined, sentAt: number): number | undefined => {
  const reset = text === undefined ? undefined : ResetTime.ofRetryAfter(text, sentAt)
  return reset === undefined ? undefined : sentAt + reset
}

/** What was read is a length if it is the same whenever it is read. */
const isLength = (read: number, text: string | undefined, now: number): boolean =>
  text !== undefined && ResetTime.ofRetryAfter(text, now - 1) === read

/** The first number of a value: `100`, `100, 100;w=60`, `-1` (vendors overdraw). */
const count = (text: string | undefined): number | undefined => {
  const found = text === undefined ? null : /^\s*"?(-?\d{1,18}(?:\.\d{1,9})?)(?![\w.])/.exec(text)
  return found === null ? undefined : Math.max(0, Number(found[1]))
}

/** IETF `RateLimit: "api";r=0;t=211` and its older form `limit=100, remaining=0, reset=50`. */
const ofStructured = (text: string, policy: string | undefined, now: number): ReadonlyArray<Quota> => {
  const found: Array<Quota> = []
  const older = /\bremaining\s*=\s*(\d{1,12})/i.exec(text)
  const items = older === null ? text.slice(0, 1000).split(",") : [text.slice(0, 1000)]
  for (const item of items) {
    const remaining = count((older ?? /;\s*r\s*=\s*(\d{1,12})/.exec(item))?.[1])
    const seconds = count(/(?:;\s*t|\breset)\s*=\s*(\d{1,12})/i.exec(item)?.[1])
    const reset = seconds === undefined ? undefined : ResetTime.sensible(seconds * 1000)
    if (remaining === undefined && reset === undefined) continue
    const name = /^\s*"([\w -]{1,40})"/.exec(item)?.[1]
    const limit = count((/\blimit\s*=\s*(\d{1,12})/i.exec(item) ?? /;\s*q\s*=\s*(\d{1,12})/.exec(policy ?? ""))?.[1])
    found.push({
      kind: name ?? "requests",
      refill: "at-once",
      ...(limit === undefined ? {} : { limit }),
      ...(remaining === undefined ? {} : { remaining }),
      ...(reset === undefined ? {} : { resetAt: now + reset })
    })
  }
  return found
}
