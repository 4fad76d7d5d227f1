/**
 * Moments and lengths of time for people: local clock time with the date when it is another day, and how far away.
 *
 * @since 0.1.0
 */

/**
 * What rendering a moment depends on.
 *
 * @since 0.1.0
 * @category models
 */
export interface Clockwork {
  readonly now: number
  /** Minutes that local time is ahead of UTC at that moment. */
  readonly utcOffset: (epochMillis: number) => number
}

/**
 * A length of time in its two largest units: `45 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const length = (millis: number): string => {
  const seconds = Math.max(0, Math.round(millis / 1000))
  if (seconds === 0 && millis > 0) return "under 1 s"
  const index = units.findIndex(([, size]) => seconds >= size)
  const [unit, size] = units[index] ?? ["s", 1]
  const rest = units[index + 1]
  const first = `${Math.floor(seconds / size)} ${unit}`
  const remainder = rest === undefined ? 0 : Math.floor((seconds % size) / rest[1])
  return rest === undefined || remainder === 0 ? first : `${first} ${remainder} ${rest[0]}`
}

/**
 * Clock time, with the date when it is not today's: `14:03:20`, `2026-11-25 14:03:20`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const moment = (epochMillis: number, clock: Clockwork): string => {
  const text = local(epochMillis, clock)
  return text.slice(0, 10) === local(clock.now, clock).slice(0, 10) ? text.slice(11) : text
}

/**
 * A moment to come: `14:03:20 (in 42 s)`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const ahead = (epochMillis: number, clock: Clockwork): string =>
  `${moment(epochMillis, clock)} (in ${length(epochMillis - clock.now)})`

/**
 * A moment gone by, in its largest unit: `3 min ago`, `just now`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const ago = (epochMillis: number, clock: Clockwork): string => {
  const millis = clock.now - epochMillis
  return millis < 1000 ? "just now" : `${length(millis).split(" ").slice(0, 2).join(" ")} ago`
}

const units: ReadonlyArray<readonly [string, number]> = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1]
]

/** The last second of the year 9999; what lies beyond is shown as this. */
const lastMoment = 253_402_300_799_000

const local = (epochMillis: number, clock: Clockwork): string =>
  new Date(Math.min(epochMillis + clock.utcOffset(epochMillis) * 60_000, lastMoment))
    .toISOString()
    .slice(0, 19)
    .replace("T", " ")
