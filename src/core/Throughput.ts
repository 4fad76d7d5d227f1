/**
 * Throughput: how many requests a pool lends for, as counted second by second within the last minute.
 *
 * A minute, because that is how long what a vendor gives out by the minute takes to even out, and because what was given
 * out a minute ago is the best guess at what comes now: windows begin at the same second of each minute. After an outage
 * it is counted anew: how fast a pool was while its provider was down says nothing.
 *
 * @since 0.1.0
 */

/**
 * @since 0.1.0
 * @category models
 */
export interface Throughput {
  /** Since when is counted. */
  readonly start: number
  /** The second that is counted now, from the epoch on, and how many there were in it. */
  readonly second: number
  readonly current: number
  /** How many there were in each of the sixty seconds before, at the second's place in its minute. */
  readonly minute: ReadonlyArray<number>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const begin = (now: number): Throughput => ({ start: now, second: secondOf(now), current: 0, minute: idle })

/**
 * One lease more.
 *
 * @since 0.1.0
 * @category transitions
 */
export const count = (self: Throughput, now: number): Throughput => {
  const { current, minute, second, start } = turn(self, now)
  return { start, second, current: current + 1, minute }
}

/**
 * @since 0.1.0
 * @category getters
 */
export const perSecond = (self: Throughput, now: number): number => rateOf(turn(self, now), seconds, now)

/**
 * The same of the latest seconds only, so many whole ones and the current one.
 *
 * @since 0.1.0
 * @category getters
 */
export const lately = (self: Throughput, within: number, now: number): number =>
  rateOf(turn(self, now), Math.min(seconds, within), now)

/**
 * How many a second are usual; 0 when nobody can tell yet. What began within the minute counts as it is now.
 *
 * @since 0.1.0
 * @category getters
 */
export const steady = (self: Throughput, now: number): number => {
  const turned = turn(self, now)
  return now - self.start < latest * 1_000 ? 0 : Math.max(rateOf(turned, seconds, now), rateOf(turned, latest, now))
}

/**
 * How long somebody would wait behind so many others at the pace of the last minute, in milliseconds; `null` when too little
 * is known.
 *
 * @since 0.1.0
 * @category getters
 */
export const waitBehind = (self: Throughput, waiting: number, now: number): number | null => {
  const rate = perSecond(self, now)
  return now - self.start < measuredMillis || rate <= 0 ? null : (waiting * 1_000) / rate
}

/**
 * The same if the next minute is as the last one was, second by second. Of a pool that was asked for more than it could
 * serve all the time; where nobody asks, nothing is given out.
 *
 * @since 0.1.0
 * @category getters
 */
export const waitInTurn = (self: Throughput, waiting: number, now: number): number | null => {
  if (now - self.start < seconds * 1_000) return waitBehind(self, waiting, now)
  const { minute, second } = turn(self, now)
  const perMinute = minute.reduce((sum, each) => sum + each, 0)
  if (perMinute === 0) return null
  const minutes = Math.floor(waiting / perMinute)
  let left = waiting - minutes * perMinute
  let passed = 0
  for (; passed < seconds && left > 0; passed++) {
    const served = minute[(second + passed) % seconds] ?? 0
    // Within a second they went evenly, for all that is known.
    if (served >= left) passed += left / served - 1
    left -= served
  }
  return minutes * seconds * 1_000 + Math.max(0, passed * 1_000 - (now % 1_000))
}

/**
 * How many are served in one go from then on, until a second in which nobody is, if the next minute is as the last one was.
 *
 * @since 0.1.0
 * @category getters
 */
export const inOneGo = (self: Throughput, inMillis: number, now: number): number => {
  const { minute, second } = turn(self, now)
  const begins = Math.floor((now + inMillis) / 1_000) - second
  let sum = 0
  for (let passed = 0; passed < seconds; passed++) {
    const served = minute[(second + begins + passed) % seconds] ?? 0
    if (served === 0) break
    sum += served
  }
  return sum
}

const secondOf = (now: number): number => Math.floor(now / 1_000)

const seconds = 60
const latest = 10
const measuredMillis = 20_000
const idle: ReadonlyArray<number> = Object.freeze(Array.from({ length: seconds }, () => 0))

/** The current second put in its place if it is over. A clock that is set back a little counts on where it was. */
const turn = (self: Throughput, now: number): Throughput => {
  const second = secondOf(now)
  if (self.second - second > seconds) return begin(now)
  if (second <= self.second) return self
  const minute = second - self.second > seconds ? idle.slice() : self.minute.slice()
  if (second - self.second <= seconds) {
    minute[self.second % seconds] = self.current
    for (let between = self.second + 1; between < second; between++) minute[between % seconds] = 0
  }
  return { start: self.start, second, current: 0, minute }
}

/** Within the last so many whole seconds and the current one. */
const rateOf = ({ current, minute, second, start }: Throughput, within: number, now: number): number => {
  let sum = current
  for (let ago = 1; ago <= within; ago++) sum += minute[(second - ago + seconds) % seconds] ?? 0
  const elapsed = Math.min(within * 1_000 + (now % 1_000), now - start)
  return (sum * 1_000) / Math.max(1_000, elapsed)
}
