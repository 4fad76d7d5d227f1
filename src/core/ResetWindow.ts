/**
 * Windows that vendors document but do not state: when they end next.
 *
 * @since 0.1.0
 */

/**
 * - `minute`, `day`: from now on, for rolling windows and for buckets whose reset is not stated
 * - `month`: the first of the next month, 00:00 UTC
 * - `pacific-day`: the next midnight in California, where Google's daily quotas begin anew
 *
 * @since 0.1.0
 * @category models
 */
export type Window = "minute" | "day" | "month" | "pacific-day"

const hour = 3_600_000
const day = 24 * hour

/**
 * Milliseconds until the window ends.
 *
 * @since 0.1.0
 * @category getters
 */
export const millisUntilEnd = (window: Window, now: number): number => {
  switch (window) {
    case "minute":
      return 60_000
    case "day":
      return day
    case "month": {
      const date = new Date(now)
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) - now
    }
    case "pacific-day":
      return nextPacificMidnight(now) - now
  }
}

/**
 * The next midnight in California. On the days the clock changes it does so at 2:00, so the midnight before still has
 * the old offset.
 */
const nextPacificMidnight = (now: number): number => {
  const local = now - pacificOffset(now)
  const next = Math.floor(local / day) * day + day
  const summer = next + 7 * hour
  return pacificOffset(summer) === 7 * hour ? summer : next + 8 * hour
}

/** Hours behind Greenwich, in milliseconds: 7 from the second Sunday of March to the first Sunday of November, else 8. */
const pacificOffset = (instant: number): number => {
  const year = new Date(instant).getUTCFullYear()
  const summerBegins = sunday(year, 2, 2) + 10 * hour
  const summerEnds = sunday(year, 10, 1) + 9 * hour
  return instant >= summerBegins && instant < summerEnds ? 7 * hour : 8 * hour
}

/** The n-th Sunday of a month, 00:00 UTC. */
const sunday = (year: number, month: number, n: number): number => {
  const first = Date.UTC(year, month, 1)
  return first + (((7 - new Date(first).getUTCDay()) % 7) + 7 * (n - 1)) * day
}
