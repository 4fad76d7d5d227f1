/**
 * Turns what a rule says into the outcome: how long, by which evidence, in which words.
 *
 * @since 0.1.0
 */
import type { Answer } from "./Answer.js"
import * as Hint from "./Hint.js"
import * as Outcome from "./Outcome.js"
import * as RateLimitHeaders from "./RateLimitHeaders.js"
import * as ResetTime from "./ResetTime.js"
import * as ResetWindow from "./ResetWindow.js"
import type { Saying } from "./Saying.js"
import * as Sense from "./Sense.js"

/**
 * How to read the times of a vendor.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly rateLimits?: ReadonlyArray<RateLimitHeaders.BucketHeaders>
  readonly offsetMinutes?: number
}

/**
 * The outcome of a saying.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (saying: Saying, answer: Answer, options: Options): Outcome.Outcome => {
  if (saying.sense === "abandoned") return Outcome.abandoned
  const buckets =
    saying.sense === "rate-limit" || saying.sense === "allowance" ? RateLimitHeaders.readAny(options, answer) : []
  const { because, ...said } =
    saying.sense === "rate-limit" && saying.final !== true ? refined(saying, buckets) : { ...saying, because: [] }
  const meaning = Sense.meanings[said.sense === "abandoned" ? "transient" : said.sense]
  const { cooldownMillis, provenance, source } = restOf(said, meaning, answer, buckets, options)
  const again = answer.headers["x-should-retry"]
  const hopeless = meaning.blame === "provider" && again === "false"
  return Outcome.failure({
    blame: meaning.blame,
    retryOtherToken: said.retryOtherToken ?? meaning.retryOtherToken,
    cooldownMillis: hopeless ? null : cooldownMillis,
    scope: hopeless ? null : said.scope === undefined ? meaning.scope : said.scope,
    provenance: hopeless ? "guess" : provenance,
    code: codeOf(said.code, answer.status),
    why: said.why ?? meaning.why,
    evidence: [
      `status ${answer.status}`,
      ...(said.code === undefined ? [] : [`code ${codeOf(said.code, answer.status)}`]),
      ...(said.evidence ?? []),
      ...because,
      ...(hopeless ? ["header x-should-retry: false"] : source === undefined ? [] : [source])
    ]
  })
}

/** What the headers of the limits say of a rate limit: that it is no matter of pace, or over which period it counts. */
const refined = (
  saying: Saying,
  buckets: ReadonlyArray<RateLimitHeaders.Quota>
): Saying & { readonly because: ReadonlyArray<string> } => {
  const exhausted = buckets.filter(RateLimitHeaders.isExhausted)
  // Where a real limit is used up as well, the 0 is that of something the request did not ask for.
  const nothing = buckets.some(({ limit, remaining }) => limit === 0 && (remaining ?? 0) === 0)
  if (nothing && !exhausted.some(({ limit }) => limit !== 0)) {
    return {
      ...saying,
      sense: "billing",
      rest: null,
      why: "the limit is 0: the plan behind the token includes none of this, so waiting does not help",
      because: ["a limit of 0 in the headers"]
    }
  }
  const month = exhausted.find(({ period }) => period === "month")
  if (month !== undefined) {
    return {
      ...saying,
      sense: "billing",
      scope: "group",
      why: "the allowance of the month is used up",
      because: [`nothing left of the ${month.kind} of the month`]
    }
  }
  const day = exhausted.find(({ period }) => period === "day")
  if (day !== undefined) {
    return {
      ...saying,
      sense: "allowance",
      why: "the allowance of the day is used up",
      because: [`nothing left of the ${day.kind} of the day`]
    }
  }
  const minute = exhausted.find(({ period }) => period === "minute")
  return minute === undefined
    ? { ...saying, because: [] }
    : { ...saying, window: saying.window ?? "minute", because: [`nothing left of the ${minute.kind} of the minute`] }
}

interface Rest {
  readonly cooldownMillis: number | "permanent" | null
  readonly provenance: Outcome.Provenance
  readonly source: string | undefined
}

const restOf = (
  saying: Saying,
  meaning: Sense.Meaning,
  answer: Answer,
  buckets: ReadonlyArray<RateLimitHeaders.Quota>,
  options: Options
): Rest => {
  const rest = saying.rest === undefined ? meaning.rest : saying.rest
  if (rest === "permanent") return { cooldownMillis: "permanent", provenance: "documented", source: undefined }
  if (typeof rest === "number") {
    return { cooldownMillis: Math.max(rest, ResetTime.shortestMillis), provenance: "documented", source: undefined }
  }
  if (rest === null) return { cooldownMillis: null, provenance: "guess", source: undefined }
  const hint = saying.hint ?? Hint.find(answer, meaning.paced === true ? buckets : [], options.offsetMinutes)
  const stated = hint === undefined ? undefined : ResetTime.bounded(hint.millis, meaning.blame)
  if (saying.window !== undefined) {
    const millis = ResetTime.bounded(ResetWindow.millisUntilEnd(saying.window, answer.now), meaning.blame)
    // Google states seconds where the quota of the day is meant: the window is the least.
    if (stated === undefined || (saying.window === "pacific-day" && stated < millis)) {
      return { cooldownMillis: millis, provenance: "documented", source: windows[saying.window] }
    }
  }
  return stated === undefined || hint === undefined
    ? { cooldownMillis: null, provenance: "guess", source: undefined }
    : { cooldownMillis: stated, provenance: "stated", source: `${hint.source}: ${seconds(hint.millis)}` }
}

const windows: Readonly<Record<ResetWindow.Window, string>> = {
  minute: "a documented window of one minute",
  day: "a documented window of 24 hours",
  month: "a documented window until the next month",
  "pacific-day": "a documented window until midnight in California"
}

const seconds = (millis: number): string => `${Math.round(millis) / 1000} s`

/** Known codes only, as one word: a vendor's own text could hold anything. */
const codeOf = (code: string | undefined, status: number): string =>
  code === undefined ? `http_${status}` : code.replaceAll(/[^\w.:-]+/g, "_")
