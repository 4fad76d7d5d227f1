/**
 * Finds within a sentence when to come back: lengths and points of time, in the words and languages of vendors.
 *
 * Every pattern asks for a word that speaks of coming back right before the time: the sentences name other times as well.
 *
 * @since 0.1.0
 */
import * as ResetTime from "./ResetTime.js"

/**
 * Milliseconds from now. `offsetMinutes` is the zone of dates that name none; where it is not known, Chinese messages mean
 * Beijing's time and all others Greenwich's.
 *
 * @since 0.1.0
 * @category readers
 */
export const find = (message: string, now: number, offsetMinutes: number | undefined): number | undefined => {
  const offset = offsetMinutes ?? (/[\u4e00-\u9fff]/.test(message) ? beijing : 0)
  return (
    ofDate(message, now, offset) ??
    ofWrittenDate(message, now, offset) ??
    ofChineseDate(message, now, offset) ??
    ofHttpDate(message, now) ??
    ofNumber(message, now) ??
    ofClock(message) ??
    ofLength(message) ??
    ofChinese(message) ??
    ofTimeOfDay(message, now)
  )
}

const beijing = 480

const day = 86_400_000

const back = "again|retry|resets?|until|available|access|renews?|refreshe?s?|replenish(?:es|ed)?"

const dateInSentence = new RegExp(
  `(?:${back}|将在|将于|请在|请于|于|重置时间|恢复时间)\\s{0,2}(?:on|at|after|in)?[:：]?\\s{0,2}` +
    "(\\d{4}-\\d{2}-\\d{2}(?:(?:T|\\s(?:at\\s)?|,\\s?)\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?)?\\s?(?:Z|UTC|GMT|[+-]\\d{2}:?\\d{2})?)",
  "i"
)

/** Chinese may put the word behind the time. */
const dateBeforeWord = /(\d{4}-\d{2}-\d{2}\s\d{2}:\d{2}(?::\d{2})?)\s?[后後](?:可|恢复|重置|再|重试|继续)/

/** "regain access on 2026-09-01 at 00:00 UTC", "您的限额将在 2026-08-31 22:30:00 重置", "2026-08-31 22:30:00 后可继续使用". */
const ofDate = (message: string, now: number, offset: number): number | undefined => {
  const point = (dateInSentence.exec(message) ?? dateBeforeWord.exec(message))?.[1]
  return point === undefined ? undefined : ResetTime.ofInstant(point, now, offset)
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

const writtenDate = new RegExp(
  `(?:${back})\\s(?:on|at|after)?\\s?(${months.join("|")})[a-z]{0,6}\\.?\\s(\\d{1,2})(?:st|nd|rd|th)?,?\\s(\\d{4})` +
    "(?:,?\\s(?:at\\s)?(\\d{1,2}):(\\d{2})(?::\\d{2})?\\s?([ap]m\\b)?(\\s?(?:UTC|GMT))?)?",
  "i"
)

/** "reset on September 2, 2026 at 2:00 AM", "try again at Sep 1st, 2026 2:00 PM". */
const ofWrittenDate = (message: string, now: number, offset: number): number | undefined => {
  const [found, month = "", date, year, hours = "0", minutes = "0", half, zone] = writtenDate.exec(message) ?? []
  if (found === undefined) return undefined
  const at = Date.UTC(
    Number(year),
    months.indexOf(month.toLowerCase()),
    Number(date),
    hourOf(hours, half),
    Number(minutes)
  )
  return ResetTime.sensible(at - (zone === undefined ? offset * 60_000 : 0) - now)
}

const chineseDate =
  /(?:将在|将于|请在|请于|于|重置时间|恢复时间)[:：]?\s?(\d{4})年(\d{1,2})月(\d{1,2})日\s?(?:(\d{1,2}):(\d{2}))?/

/** "将在 2026年8月31日 21:00 恢复". */
const ofChineseDate = (message: string, now: number, offset: number): number | undefined => {
  const [found, year, month, date, hours = "0", minutes = "0"] = chineseDate.exec(message) ?? []
  if (found === undefined) return undefined
  const at = Date.UTC(Number(year), Number(month) - 1, Number(date), Number(hours), Number(minutes))
  return ResetTime.sensible(at - offset * 60_000 - now)
}

const httpDate = new RegExp(
  `(?:${back})\\s(?:on|at|after)?:?\\s?([a-z]{3}, \\d{1,2} [a-z]{3} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT)`,
  "i"
)

/** "resets at Mon, 31 Aug 2026 12:10:00 GMT". */
const ofHttpDate = (message: string, now: number): number | undefined => {
  const found = httpDate.exec(message)?.[1]
  return found === undefined ? undefined : ResetTime.ofInstant(found, now)
}

const hourOf = (hours: string, half: string | undefined): number =>
  half === undefined ? Number(hours) : (Number(hours) % 12) + (half.toLowerCase() === "pm" ? 12 : 0)

/** "Retry-After: 25", "reset at 1788181200". */
const ofNumber = (message: string, now: number): number | undefined => {
  const found =
    /\bretry[-_]after["']?\s?[:=]\s?["']?(\d{1,13}(?:\.\d{1,9})?)\b(?!\s?[a-z])/i.exec(message) ??
    /\b(?:again|retry|resets?|until|available)\s(?:on|at|after)?:?\s?(\d{10}|\d{13})(?![\d.])/i.exec(message)
  return found?.[1] === undefined ? undefined : ResetTime.ofReset(found[1], now)
}

/** As .NET writes a length of time: hours, minutes and seconds, with days before a point. */
const clockInSentence =
  /(?:again|retry|wait|resets?|available|back|replenished)\s(?:in|after)\s(?:(\d{1,3})\.)?(\d{2}):(\d{2}):(\d{2})\b/i

const ofClock = (message: string): number | undefined => {
  const found = clockInSentence.exec(message)
  if (found === null) return undefined
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((part) => Number(part ?? 0))
  return ResetTime.sensible((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000)
}

const lengthInSentence = new RegExp(
  `(?:again|retry(?: (?:your|the) request)?|wait|resets?|available|allowed|back|refreshe?s?):?\\s{1,2}(?:again\\s)?(?:in|after|for)?:?\\s{0,2}` +
    `(?:about\\s|approximately\\s|less than\\s|~\\s?)?(${ResetTime.durationSource}(?:[\\s,]{0,2}(?:and\\s)?${ResetTime.durationSource}){0,5})`,
  "i"
)

/** "try again in an hour", "in less than a minute". */
const oneInSentence =
  /\b(?:again|retry|wait|resets?|available)\s(?:in\s)?(?:less than )?an?\s(second|minute|hour|day)\b/i

/** "try again in 6m54.72s", "retry after 38 seconds", "reset in 10 days 19 hours". */
const ofLength = (message: string): number | undefined => {
  const length = lengthInSentence.exec(message)?.[1]
  if (length !== undefined) return ResetTime.ofDuration(length.trim())
  const unit = oneInSentence.exec(message)?.[1]
  return unit === undefined ? undefined : ResetTime.ofDuration(`1 ${unit}`)
}

const chinesePart = "(\\d{1,9})\\s?个?(秒|分|小时|時間|天|s|m|h)(?:钟|in)?\\s?"

const chinese = new RegExp(
  `((?:${chinesePart}){1,4})(?:之|以)?[后後]|(?:等待|等候|请等|剩余时间[:：]?|还需)\\s?((?:${chinesePart}){1,4})`
)

const chineseMillis: Readonly<Record<string, number>> = {
  秒: 1000,
  s: 1000,
  分: 60_000,
  m: 60_000,
  小时: 3_600_000,
  時間: 3_600_000,
  h: 3_600_000,
  天: day
}

/** "请在 30 秒后重试", "1小时30分钟后", "请等待 45 秒". */
const ofChinese = (message: string): number | undefined => {
  const found = chinese.exec(message)
  if (found === null) return undefined
  let millis = 0
  for (const [, amount, unit = ""] of (found[1] ?? found[4] ?? "").matchAll(new RegExp(chinesePart, "g"))) {
    millis += Number(amount) * (chineseMillis[unit] ?? 0)
  }
  return ResetTime.sensible(millis)
}

const timeOfDay = new RegExp(
  `\\b(?:${back})\\b[^.\\d]{0,30}?\\b(?:(\\d{1,2}):(\\d{2})(?::\\d{2})?\\s?([ap]m)?|(\\d{1,2})\\s?([ap]m)|midnight)\\s?\\(?(?:UTC|GMT)\\b`,
  "i"
)

/** "resets at 18:00 UTC", "resets 5pm (UTC)", "try again tomorrow after 00:00 UTC"; without a zone it would be a guess. */
const ofTimeOfDay = (message: string, now: number): number | undefined => {
  const [found, clock = "0", minutes = "0", halfOfClock, hour, halfOfHour] = timeOfDay.exec(message) ?? []
  if (found === undefined) return undefined
  const today = Math.floor(now / day) * day
  const at = today + (hourOf(hour ?? clock, halfOfHour ?? halfOfClock) * 60 + Number(minutes)) * 60_000
  return ResetTime.sensible((/\btomorrow\b/i.test(found) || at <= now ? at + day : at) - now)
}
