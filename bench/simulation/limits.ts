/** The limits of the modelled vendors, as they are enforced. Times are milliseconds since the run began. */

export interface LimitSpec {
  readonly kind: "window" | "bucket"
  readonly perMinute: number
  /** Of a window: all of a minute's requests. Of a bucket: how many fit in. */
  readonly capacity: number
  /** Where in the minute its windows begin. */
  readonly phase: number
}

export interface Limit {
  readonly spec: LimitSpec
  /** Takes one request, or says no. */
  readonly admit: (now: number) => boolean
  readonly remaining: (now: number) => number
  /** When it is whole again: the end of the window, the bucket full. */
  readonly wholeAt: (now: number) => number
  /** When the next request would be admitted. */
  readonly opensAt: (now: number) => number
}

export const minute = 60_000

export const makeLimit = (spec: LimitSpec): Limit => (spec.kind === "window" ? makeWindow(spec) : makeBucket(spec))

/** The number of the window that `now` is in; it ends at `windowEnd`. */
export const windowOf = ({ phase }: LimitSpec, now: number): number => Math.floor((now - phase) / minute)

export const windowEnd = ({ phase }: LimitSpec, window: number): number => (window + 1) * minute + phase

/** A run begins in the midst of things: what has passed of a token's first window has had its share of requests. */
export const usedBefore = (spec: LimitSpec): number =>
  Math.round(spec.capacity * (1 - windowEnd(spec, windowOf(spec, 0)) / minute))

const makeWindow = (spec: LimitSpec): Limit => {
  let window = windowOf(spec, 0)
  let used = usedBefore(spec)
  const look = (now: number) => {
    const current = windowOf(spec, now)
    if (current === window) return
    window = current
    used = 0
  }
  const wholeAt = (now: number) => windowEnd(spec, windowOf(spec, now))
  const remaining = (now: number) => {
    look(now)
    return spec.capacity - used
  }
  return {
    spec,
    remaining,
    wholeAt,
    opensAt: (now) => (remaining(now) > 0 ? now : wholeAt(now)),
    admit: (now) => {
      if (remaining(now) <= 0) return false
      used++
      return true
    }
  }
}

const makeBucket = (spec: LimitSpec): Limit => {
  const perMilli = spec.perMinute / minute
  let level = spec.capacity
  let at = 0
  const look = (now: number) => {
    level = Math.min(spec.capacity, level + (now - at) * perMilli)
    at = now
    return level
  }
  return {
    spec,
    // A hair above, so that a bucket refilled by many small sums holds what one large sum would.
    remaining: (now) => Math.floor(look(now) + 1e-9),
    wholeAt: (now) => now + (spec.capacity - look(now)) / perMilli,
    opensAt: (now) => now + Math.max(0, 1 - look(now)) / perMilli,
    admit: (now) => {
      if (look(now) + 1e-9 < 1) return false
      level -= 1
      return true
    }
  }
}
