/**
 * One acquire and settle at 10, 1,000 and 100,000 tokens, per strategy and load, next to the two rotations people write
 * by hand: an index over a bare array, and a filter over all tokens.
 *
 * All cases are measured in turns, round by round, and the median of the rounds is shown: what else the machine does
 * hits every case alike. The last column is the bar: 100,000 tokens may cost at most three times what ten cost.
 */
import * as Headroom from "../src/core/Headroom.js"
import * as Lending from "../src/core/Lending.js"
import type { Profile } from "../src/core/Member.js"
import * as Operation from "../src/core/Operation.js"
import * as Outcome from "../src/core/Outcome.js"
import type * as Pool from "../src/core/Pool.js"
import * as Settlement from "../src/core/Settlement.js"
import type { Statement } from "../src/core/Statement.js"
import type { Strategy } from "../src/core/Strategy.js"

export const name = "rotation"

const sizes = [10, 1_000, 100_000] as const
const rounds = 15
const roundMillis = 25

/** Does one call; returns something, so that nothing is optimised away. */
type Case = () => unknown

const profiles = (size: number, group?: (index: number) => string): ReadonlyArray<Profile> =>
  Array.from({ length: size }, (_, i) => ({
    id: `token-${i}`,
    alias: `token-${i}`,
    weight: i % 3 === 0 ? 5 : 1,
    enabled: true,
    group: group?.(i)
  }))

const policy: Settlement.Policy = {
  threshold: 3,
  circuitMillis: 60_000,
  quotaMillis: 3_600_000,
  modelMillis: 600_000,
  corroboration: { tokens: 3, share: 0.5, windowMillis: 10_000, restMillis: 5_000 }
}

const rateLimit = (millis: number, scope: Outcome.Scope = "token"): Outcome.Outcome =>
  Outcome.failure({
    blame: "rate-limit",
    retryOtherToken: true,
    cooldownMillis: millis,
    scope,
    provenance: "stated",
    code: "rate_limited",
    why: "too fast"
  })

/** A pool that is used again and again, one millisecond of its own clock after another. */
const use = (
  start: Pool.Pool,
  options: {
    readonly model?: string
    readonly outcome?: (call: number) => Outcome.Outcome
    readonly hears?: (call: number) => Statement
  } = {}
): Case => {
  let pool = start
  let call = 0
  return () => {
    const now = ++call
    const step = Lending.acquire(pool, {
      now,
      random: (call * 0.618_034) % 1,
      model: options.model,
      probeMillis: 60_000
    })
    pool = step.pool
    if (step.lease === null) return null
    if (options.hears !== undefined) pool = Headroom.hear(pool, step.lease, [options.hears(call)], now)
    const outcome = options.outcome?.(call) ?? Outcome.success
    pool = Settlement.settle(pool, step.lease, { now, outcome, policy }).pool
    return step.lease
  }
}

/** Puts every third token to rest for an hour, for one model or for all. */
const resting = (start: Pool.Pool, size: number, model: string | undefined): Pool.Pool => {
  let pool = start
  for (let i = 0; i < size; i += 3) {
    const step = Lending.acquire(pool, { now: 0, random: 0, model, probeMillis: 60_000 })
    if (step.lease === null) break
    const outcome = rateLimit(3_600_000_000, model === undefined ? "token" : "token+model")
    pool = Settlement.settle(step.pool, step.lease, { now: 0, outcome, policy }).pool
  }
  return pool
}

const bareIndex = (size: number): Case => {
  const tokens = profiles(size)
  let index = 0
  return () => tokens[index++ % tokens.length]
}

const filterAll = (size: number): Case => {
  const tokens = profiles(size).map((profile) => ({ ...profile, until: 0 }))
  let call = 0
  return () => {
    const ready = tokens.filter(({ enabled, until }) => enabled && until <= call)
    return ready[call++ % ready.length]
  }
}

const strategies: ReadonlyArray<Strategy> = ["round-robin", "weighted", "random", "least-used"]

const loads: ReadonlyArray<readonly [string, (strategy: Strategy, size: number) => Case]> = [
  ["all succeed", (strategy, size) => use(Operation.fresh("bench", profiles(size), strategy, 0))],
  [
    // A token rests for half as many calls as there are tokens: the agenda is never empty, and somebody always can serve.
    "1 in 10 rests",
    (strategy, size) =>
      use(Operation.fresh("bench", profiles(size), strategy, 0), {
        outcome: (call) => (call % 10 === 0 ? rateLimit(Math.min(size * 5, 50_000)) : Outcome.success)
      })
  ],
  [
    "a third resting",
    (strategy, size) => use(resting(Operation.fresh("bench", profiles(size), strategy, 0), size, undefined))
  ],
  [
    "a limited model",
    (strategy, size) =>
      use(resting(Operation.fresh("bench", profiles(size), strategy, 0), size, "opus"), { model: "opus" })
  ],
  [
    // Five tokens share what a vendor grants an organization, and one call in twenty meets its limit.
    "groups of five",
    (strategy, size) =>
      use(
        Operation.fresh(
          "bench",
          profiles(size, (i) => `org-${Math.floor(i / 5)}`),
          strategy,
          0
        ),
        { outcome: (call) => (call % 20 === 0 ? rateLimit(Math.min(size * 2, 50_000), "group") : Outcome.success) }
      )
  ],
  [
    // Every answer says what is left, and one in ten that nothing is.
    "gates",
    (strategy, size) =>
      use(Operation.fresh("bench", profiles(size), strategy, 0), {
        model: "opus",
        hears: (call) => ({
          kind: "requests",
          unit: "requests",
          periodMillis: null,
          limit: 50,
          remaining: call % 10 === 0 ? 0 : 40,
          resetAt: call + Math.min(size * 5, 50_000),
          refill: call % 2 === 0 ? "at-once" : "continuous"
        })
      })
  ]
]

const timeOf = (call: Case): number => {
  const start = performance.now()
  let calls = 0
  let end = start
  while (end - start < roundMillis) {
    for (let i = 0; i < 50; i++) call()
    calls += 50
    end = performance.now()
  }
  return ((end - start) * 1_000_000) / calls
}

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const shown = (nanos: number): string =>
  nanos >= 1_000_000
    ? `${(nanos / 1_000_000).toFixed(1)} ms`
    : nanos >= 10_000
      ? `${(nanos / 1_000).toFixed(0)} µs`
      : `${nanos.toFixed(0)} ns`

/** Measures the sizes of one row in turns. */
const row = (label: string, make: (size: number) => Case): void => {
  const cases = sizes.map((size) => ({ call: make(size), times: [] as Array<number> }))
  for (const { call } of cases) timeOf(call)
  for (let round = 0; round < rounds; round++) for (const { call, times } of cases) times.push(timeOf(call))
  const medians = cases.map(({ times }) => median(times))
  const ratio = (medians[2] ?? Number.NaN) / (medians[0] ?? Number.NaN)
  console.log(
    [label.padEnd(32), ...medians.map((nanos) => shown(nanos).padStart(10)), `${ratio.toFixed(2)}x`.padStart(12)].join(
      ""
    )
  )
}

export const run = (): void => {
  console.log(
    ["".padEnd(32), ...sizes.map((size) => size.toLocaleString("en").padStart(10)), "100k / 10".padStart(12)].join("")
  )
  for (const [load, make] of loads) {
    for (const strategy of strategies) row(`${strategy}, ${load}`, (size) => make(strategy, size))
  }
  row("bare array, index++ % n", bareIndex)
  row("bare array, filter over all", filterAll)
}
