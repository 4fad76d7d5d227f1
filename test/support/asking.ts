import * as Gate from "../../src/core/Gate.js"
import * as GateLearning from "../../src/core/GateLearning.js"
import * as Window from "../../src/core/Window.js"

export interface Limit {
  /** Whether a request of this size is served now; if not, in how many milliseconds to come back. */
  readonly admit: (now: number, size: number) => number | null
}

const minute = 60_000

export const windows = (options: {
  readonly limitAt: (now: number) => number
  readonly millis?: number
  readonly phase?: number
}): Limit => {
  const { limitAt, millis = minute, phase = 7_300 } = options
  let current = -1
  let used = 0
  return {
    admit: (now, size) => {
      const window = Math.floor((now - phase) / millis)
      if (window !== current) used = 0
      current = window
      if (used + size > limitAt(now)) return (window + 1) * millis + phase - now
      used += size
      return null
    }
  }
}

export const bucket = (perMinute: number, capacity: number): Limit => {
  let level = capacity
  let at = 0
  return {
    admit: (now, size) => {
      level = Math.min(capacity, level + ((now - at) * perMinute) / minute)
      at = now
      if (level < size) return ((size - level) * minute) / perMinute
      level -= size
      return null
    }
  }
}

/** So many within any minute. */
export const slidingLog = (limit: number): Limit => {
  let times: ReadonlyArray<number> = []
  return {
    admit: (now) => {
      times = times.filter((at) => at > now - minute)
      if (times.length >= limit) return (times[0] ?? now) + minute - now
      times = [...times, now]
      return null
    }
  }
}

/** The same limit, that states this wait, whatever it is. */
export const stating = (millis: number, limit: Limit): Limit => ({
  admit: (now, size) => (limit.admit(now, size) === null ? null : millis)
})

export const roundTrip = 50

export type Learn = Pick<typeof GateLearning, "refuse" | "serve">

/** What is learnt where no window is ever known. */
export const paceAlone: Learn = {
  refuse: (gate, refusal) => ({ ...GateLearning.refuse({ ...gate, window: null }, refusal), window: null }),
  serve: (gate, pass, { now }) => Gate.serve(gate, pass, now)
}

/** A token that is asked as often as its gate and its rests let it, by a vendor that says at most when to come back. */
export const ask = (
  limit: Limit,
  options: {
    readonly minutes: number
    readonly every: number
    readonly round?: (seconds: number) => number
    /** Whether the vendor does not even say when to come back. */
    readonly isSilent?: boolean
    /** How long an answer takes, in milliseconds, where it is none that refuses. */
    readonly service?: number
    readonly sizeAt?: (now: number) => number
    /** Processes that share the token and know nothing of one another. */
    readonly processes?: number
    readonly learn?: Learn | undefined
  }
) => {
  const {
    every,
    isSilent = false,
    learn = GateLearning,
    minutes,
    processes: count = 1,
    round = Math.ceil,
    service = 0,
    sizeAt = () => 1
  } = options
  const processes = Array.from({ length: count }, () => ({ gate: Gate.open, rests: 0, served: [] as number[] }))
  const answers: Array<{ readonly at: number; readonly run: () => void }> = []
  const served: Array<{ readonly at: number; readonly size: number }> = []
  const refused: Array<number> = []
  for (let now = 0; now < minutes * minute; now += every) {
    while (answers[0] !== undefined && answers[0].at <= now) answers.shift()?.run()
    for (const process of processes) {
      if (now < process.rests || Gate.opensAt(process.gate, now) > now) continue
      const [pass, next] = Gate.pass(process.gate, true, now)
      process.gate = next
      const size = sizeAt(now)
      const wait = limit.admit(now, size)
      if (wait === null) {
        served.push({ at: now, size })
        process.served.push(now)
      } else refused.push(now)
      const at = now + roundTrip + (wait === null ? service : 0)
      const run = () => {
        process.gate = Gate.giveBack(process.gate, pass, null)
        if (wait === null) {
          process.gate = learn.serve(process.gate, pass, { sentAt: now, now: at })
          return
        }
        const millis = isSilent ? null : round(wait / 1_000) * 1_000
        if (millis !== null) process.rests = at + millis
        const lately = process.served.filter((each) => each > at - minute).length
        process.gate = learn.refuse(process.gate, { pass, millis, served: lately, now: at })
      }
      const place = answers.findIndex((other) => other.at > at)
      answers.splice(place < 0 ? answers.length : place, 0, { at, run })
    }
  }
  const sum = (from: number, until: number) =>
    served.reduce((total, { at, size }) => (at >= from && at < until ? total + size : total), 0)
  return {
    gates: processes.map(({ gate }) => gate),
    isKnown: processes.some(({ gate: { window } }) => window !== null && Window.isKnown(window)),
    served,
    refused,
    /** What was served within [from, until), in minutes. */
    between: (from: number, until: number) => sum(from * minute, until * minute),
    of: { served: (index: number, phase: number) => sum(index * minute + phase, (index + 1) * minute + phase) }
  }
}
