/** What is told of a run. */
import { omniscient } from "./bound.js"
import type { Attempt } from "./upstream.js"
import { oneWayMillis, type World } from "./world.js"

export interface Figures {
  readonly callers: number
  /** How many the omniscient policy serves. */
  readonly bound: number
  /** How many were served by an attempt sent within their patience. */
  readonly served: number
  /** Attempts that were refused or found nobody. */
  readonly wasted: number
  /** Milliseconds from arrival to the attempt that served, of those served. */
  readonly p50: number
  readonly p99: number
  readonly recovery: Recovery | null
  /** Real time of the whole run, for each caller. Not part of what a seed determines. */
  readonly microsPerCaller: number
}

export interface Recovery {
  /** Milliseconds from the end of the outage to the first second at 95 % of the steady goodput. */
  readonly millis: number
  /** The most attempts within one second of the minute after the outage, over the most within one second before it. */
  readonly peak: number
  /** The same, over the mean of the time before it. */
  readonly peakOverMean: number
}

export const measure = (run: {
  readonly world: World
  readonly attempts: ReadonlyArray<Attempt>
  readonly served: ReadonlySet<number>
  readonly realMillis: number
}): Figures => {
  const { attempts, served, world } = run
  const waits: Array<number> = []
  const good: Array<number> = []
  for (const { at, caller, status } of attempts) {
    if (status !== 200 || !served.has(caller)) continue
    const wait = at - (world.callers[caller]?.at ?? 0)
    // What a queue still holds when nobody comes any more is no goodput: the longer it lets wait, the more it would be.
    if (wait > world.patience || at >= world.ends) continue
    waits.push(wait)
    good.push(at)
  }
  waits.sort((a, b) => a - b)
  return {
    callers: world.callers.length,
    bound: omniscient(world).filter((at) => at !== null && at < world.ends).length,
    served: waits.length,
    wasted: attempts.filter(({ status }) => status !== 200).length,
    p50: quantile(waits, 0.5),
    p99: quantile(waits, 0.99),
    recovery: recoveryOf(
      world,
      attempts.map(({ at }) => at).sort((a, b) => a - b),
      good
    ),
    microsPerCaller: (run.realMillis * 1000) / world.callers.length
  }
}

const quantile = (sorted: ReadonlyArray<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

/** The steady time is from half a minute after the beginning to the outage. */
const recoveryOf = (world: World, sent: ReadonlyArray<number>, good: ReadonlyArray<number>): Recovery | null => {
  if (world.outage === null) return null
  const from = 30_000
  const before = world.outage.from - oneWayMillis
  const after = world.outage.until - oneWayMillis
  const perMilli = (times: ReadonlyArray<number>) => within(times, from, before) / (before - from)
  const steady = perMilli(good)
  // A second holds too few of a small pool's requests to tell a pace from: then as long as twenty take.
  const span = Math.max(1000, 20 / steady)
  let start = after
  while (start < after + 60_000 && within(good, start, start + span) < 0.95 * steady * span) start += 100
  const peak = most(sent, after, after + 60_000)
  return {
    millis: start - after,
    peak: peak / most(sent, from, before),
    peakOverMean: peak / (perMilli(sent) * 1000)
  }
}

/** How many of sorted times lie in [from, until). */
const within = (times: ReadonlyArray<number>, from: number, until: number): number =>
  position(times, until) - position(times, from)

const position = (times: ReadonlyArray<number>, at: number): number => {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) < at) low = middle + 1
    else high = middle
  }
  return low
}

/** The most within any second that begins with one of the times in [from, until). */
const most = (times: ReadonlyArray<number>, from: number, until: number): number => {
  let greatest = 0
  for (let first = position(times, from); (times[first] ?? until) < until; first++) {
    greatest = Math.max(greatest, position(times, (times[first] ?? 0) + 1000) - first)
  }
  return greatest
}
