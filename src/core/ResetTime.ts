/**
 * Reads every notation in which a vendor says "not before": seconds, dates, epochs, Go and protobuf durations.
 *
 * All readers answer with milliseconds from now, and with nothing where the text is malformed, negative, past or
 * absurd: a wrong hint must cost no more than a missing one. The notations differ in form, so one reader serves them all
 * and `parseFloat("6m0s") === 6` cannot happen.
 *
 * @since 0.1.0
 */
import type { Blame } from "./Outcome.js"

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/**
 * The shortest rest. A stated 0 means "now", but a storm of requests without any pause helps nobody.
 *
 * @since 0.1.0
 * @category constants
 */
export const shortestMillis = 500

/**
 * The longest rest that a stated time can cause.
 *
 * Quota windows are at most a calendar month, and no vendor is known for a rate limit over more than a week. A vendor in
 * trouble knows least of all when it will be over, and resting it silences everything: six hours.
 *
 * @since 0.1.0
 * @category constants
 */
export const longestMillis: Readonly<Record<Blame, number>> = {
  quota: 31 * day,
  token: 31 * day,
  "rate-limit": 7 * day,
  model: 6 * hour,
  provider: 6 * hour,
  request: 0
}

/** Beyond a year nothing is meant by it: no vendor has such a window. */
const absurd = 366 * day

/** Numbers from here on are no lengths of time but points in it: seconds or milliseconds since 1970. */
const epochSeconds = 1_000_000_000
const epochMillis = 1_000_000_000_000

/**
 * A time for which a rest may last: neither no time at all nor more than the blame allows.
 *
 * @since 0.1.0
 * @category combinators
 */
export const bounded = (millis: number, blame: Blame): number =>
  Math.ceil(Math.min(Math.max(millis, shortestMillis), longestMillis[blame]))

/**
 * `retry-after-ms`: milliseconds, with fractions.
 *
 * @since 0.1.0
 * @category readers
 */
export const ofMillis = (text: string): number | undefined => longestOf(text, (part) => sensible(numberOf(part)))

/**
 * `retry-after`: seconds, with fractions, or a date. Of values that were joined (`5, 10`) the longest counts.
 *
 * @since 0.1.0
 * @category readers
 */
export const ofRetryAfter = (text: string, now: number): number | undefined =>
  longestOf(text, (part) => ofReset(part, now))

/**
 * The reset of one bucket: RFC 3339, an HTTP date, epoch seconds or milliseconds, seconds from now, or a duration.
 *
 * @since 0.1.0
 * @category readers
 */
export const ofReset = (text: string, now: number): number | undefined => {
  const number = numberOf(text)
  if (number !== undefined) {
    if (number >= epochMillis) return sensible(number - now)
    return number >= epochSeconds ? sensible(number * second - now) : sensible(number * second)
  }
  return ofDuration(text) ?? ofInstant(text, now)
}

/**
 * A Go or protobuf duration: `6m0s`, `20ms`, `1h16m19.2s`, `38.2s`; also with spaces and words, as people write it.
 *
 * @since 0.1.0
 * @category readers
 */
export const ofDuration = (text: string): number | undefined => {
  if (text.length > 80 || !wholeDuration.test(text)) return undefined
  let millis = 0
  for (const [, amount = "", unit = ""] of text.matchAll(durationPart)) millis += Number(amount) * unitMillis(unit)
  return sensible(millis)
}

/**
 * A date: RFC 3339, HTTP in its three forms, or without a zone, which then is `offsetMinutes` east of Greenwich.
 *
 * @since 0.1.0
 * @category readers
 */
export const ofInstant = (text: string, now: number, offsetMinutes = 0): number | undefined => {
  const trimmed = text.trim()
  const iso = isoDate.exec(trimmed)
  if (iso !== null) {
    const [, date, time = "00:00", zone] = iso
    const instant = Date.parse(`${date}T${time}${zone === undefined || /^[UG]/i.test(zone) ? "Z" : zone.toUpperCase()}`)
    return sensible(zone === undefined ? instant - offsetMinutes * minute - now : instant - now)
  }
  if (!httpDate.test(trimmed)) return undefined
  return sensible(Date.parse(/(?:GMT|UTC)$/.test(trimmed) ? trimmed : `${trimmed} GMT`) - now)
}

/**
 * A length of time that can be meant: neither negative nor beyond a year, and a number at all.
 *
 * @since 0.1.0
 * @category combinators
 */
export const sensible = (millis: number | undefined): number | undefined =>
  millis !== undefined && millis >= 0 && millis <= absurd ? millis : undefined

const numberOf = (text: string): number | undefined => {
  const trimmed = text.trim()
  return /^\d{1,20}(?:\.\d{1,20})?$/.test(trimmed) ? Number(trimmed) : undefined
}

/** Splits joined values, but not at the comma within a date. */
const longestOf = (text: string, read: (part: string) => number | undefined): number | undefined => {
  if (text.length > 400) return undefined
  let longest: number | undefined
  for (const part of text.split(/,(?!\s*\d{1,2}[ -][A-Za-z]{3})/)) {
    const millis = read(part)
    if (millis !== undefined && (longest === undefined || millis > longest)) longest = millis
  }
  return longest
}

const units = "milliseconds?|millis|ms|ns|us|µs|μs|seconds?|secs?|s|minutes?|mins?|min|m|hours?|hrs?|hr|h|days?|d"

/**
 * One amount and its unit, as the source of a regular expression; `SpokenTime` looks for it inside sentences.
 *
 * @since 0.1.0
 * @category constants
 */
export const durationSource = `\\d{1,12}(?:\\.\\d{1,12})?\\s{0,2}(?:${units})(?![a-z])`

const durationPart = new RegExp(`(\\d{1,12}(?:\\.\\d{1,12})?)\\s{0,2}(${units})(?![a-z])`, "gi")

const wholeDuration = new RegExp(`^\\s*(?:${durationSource}[\\s,]{0,2}(?:and\\s)?)+$`, "i")

const unitMillis = (unit: string): number => {
  const name = unit.toLowerCase()
  if (name === "ms" || name.startsWith("milli")) return 1
  if (name === "ns") return 1e-6
  if (name === "us" || name === "µs" || name === "μs") return 1e-3
  if (name.startsWith("s")) return second
  if (name.startsWith("m")) return minute
  return name.startsWith("h") ? hour : day
}

const isoDate =
  /^(\d{4}-\d{2}-\d{2})(?:(?:T|\s+(?:at\s+)?|,\s*)(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?))?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i

const httpDate =
  /^[A-Z][a-z]{2,8},? (?:\d{1,2}[ -][A-Z][a-z]{2}[ -]\d{2,4}|[A-Z][a-z]{2} {1,2}\d{1,2}) \d{2}:\d{2}:\d{2}(?: \d{4})?(?: GMT| UTC)?$/
