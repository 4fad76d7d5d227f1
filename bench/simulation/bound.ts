/**
 * What a policy could serve at most that knows every limit, window, fault and arrival beforehand, spends nothing on
 * finding out, and may let a caller wait exactly as long as it is patient.
 *
 * Windows: exact. One admission of a window is a place; caller and place fit when some moment lies within the caller's
 * patience, within the window (cut short where the token's credit ends), and outside the outage. As all callers are
 * equally patient, a place that can be used in [a, e) fits exactly the callers who come in [a - patience, e): a run of
 * callers in the order of their coming, but for those whose whole patience falls into the outage, whom nobody can serve.
 * To match points with intervals, taking the points in order and giving each the fitting interval that ends first is
 * optimal (Glover 1967).
 *
 * Buckets: an upper bound. All buckets are poured into one, which holds and gains as much as all that are in use
 * together. Whatever the separate buckets can serve the one can, for it never holds less than they do in sum: it
 * overflows only when all are full. A single bucket is served best by whoever is served whenever there is something in
 * it, first come, first served: serving earlier only makes room, and with equal patience the first to come is the first
 * to go. What is gained over separate buckets is less than one request for each, once.
 */
import { type LimitSpec, minute, usedBefore, windowEnd, windowOf } from "./limits.js"
import { type Caller, oneWayMillis, type World } from "./world.js"

/** For each caller, in order, when the omniscient policy has it served, or `null`. */
export const omniscient = (world: World): ReadonlyArray<number | null> =>
  world.limits.every(({ kind }) => kind === "window") ? throughWindows(world) : throughBuckets(world)

/** When a limit can be used at all: while one of its tokens is good. */
const usableUntil = (world: World, index: number): number =>
  Math.max(0, ...world.tokens.filter((t) => t.limit === index && !t.revoked).map(({ spentAt }) => spentAt))

/** Times at which a caller's request can reach the vendor. */
const arrival = (caller: Caller) => caller.at + oneWayMillis
const deadline = ({ patience }: World, caller: Caller) => caller.at + oneWayMillis + patience

/** Whether nothing but the outage is left of a caller's patience. */
const isHopeless = (world: World, caller: Caller): boolean =>
  world.outage !== null && arrival(caller) >= world.outage.from && deadline(world, caller) < world.outage.until

interface Places {
  readonly from: number
  readonly until: number
  left: number
}

const throughWindows = (world: World): ReadonlyArray<number | null> => {
  const windows = world.limits
    .flatMap((limit, index) => windowsOf(limit, usableUntil(world, index), world))
    .sort((a, b) => a.from - b.from)
  // Ordered by their ends; with one length of window and few credits that end, they come nearly in order.
  const open: Array<Places> = []
  let next = 0
  return world.callers.map((caller) => {
    for (
      let window = windows[next];
      window !== undefined && window.from <= deadline(world, caller);
      window = windows[++next]
    ) {
      let place = open.length
      while (place > 0 && (open[place - 1]?.until ?? 0) > window.until) place--
      open.splice(place, 0, window)
    }
    while (open[0] !== undefined && (open[0].until <= arrival(caller) || open[0].left === 0)) open.shift()
    const window = isHopeless(world, caller) ? undefined : open[0]
    if (window === undefined) return null
    window.left--
    const at = Math.max(arrival(caller), window.from)
    const { outage } = world
    return outage !== null && at >= outage.from && at < outage.until ? outage.until : at
  })
}

const windowsOf = (limit: LimitSpec, usable: number, { ends, outage, patience }: World): ReadonlyArray<Places> => {
  const windows: Array<Places> = []
  const last = windowOf(limit, ends + patience + minute)
  for (let window = windowOf(limit, 0); window <= last; window++) {
    let from = windowEnd(limit, window - 1)
    let until = Math.min(windowEnd(limit, window), usable)
    // A window that begins or ends in the outage is of use only outside of it.
    if (outage !== null && from >= outage.from && from < outage.until) from = outage.until
    if (outage !== null && until > outage.from && until <= outage.until) until = outage.from
    if (from < until) windows.push({ from, until, left: limit.capacity - (from <= 0 ? usedBefore(limit) : 0) })
  }
  return windows
}

const throughBuckets = (world: World): ReadonlyArray<number | null> => {
  const { outage } = world
  const buckets = world.limits.map((limit, index) => ({ ...limit, until: usableUntil(world, index) }))
  const ends = [...new Set(buckets.map(({ until }) => until))].sort((a, b) => a - b)
  const sums = (from: number) => {
    const alive = buckets.filter(({ until }) => until > from)
    return {
      capacity: alive.reduce((sum, { capacity }) => sum + capacity, 0),
      perMilli: alive.reduce((sum, { perMinute }) => sum + perMinute / minute, 0)
    }
  }
  let at = 0
  let { capacity, perMilli } = sums(0)
  let level = capacity
  let died = ends.findIndex((end) => end > 0)
  /** Lets time pass up to `to`, past the ends of buckets on the way. */
  const pass = (to: number) => {
    for (let end = ends[died]; end !== undefined && end <= to; end = ends[++died]) {
      level = Math.min(capacity, level + (end - at) * perMilli)
      at = end
      ;({ capacity, perMilli } = sums(end))
    }
    level = Math.min(capacity, level + (to - at) * perMilli)
    at = to
  }
  return world.callers.map((caller) => {
    if (isHopeless(world, caller)) return null
    pass(Math.max(at, arrival(caller)))
    while (true) {
      if (outage !== null && at >= outage.from && at < outage.until) pass(outage.until)
      if (at > deadline(world, caller)) return null
      if (level + 1e-9 >= 1) break
      if (perMilli === 0) return null
      // Past the deadline or the death of a bucket, look again.
      const end = ends[died] ?? Number.POSITIVE_INFINITY
      const full = at + (1 - level) / perMilli
      if (Math.min(full, end) > deadline(world, caller)) return null
      pass(Math.min(full, end))
    }
    level -= 1
    return at
  })
}
