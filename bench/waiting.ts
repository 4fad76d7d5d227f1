/**
 * What a decision costs when callers wait: the real service and loop under virtual time, over a vendor that serves 200
 * requests a second whatever the number of tokens, with a queue that stays as long as it is. The time is that of a whole
 * call: join the queue, be woken, lend, send, settle. Rounds are taken in turns, and the median is shown; the bar is
 * that neither 200 tokens for 3 nor 10,000 waiting callers for 10 make a call cost three times as much.
 */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { rotation } from "./simulation/rotation.js"
import type { Scenario } from "./simulation/scenarios.js"
import { begin, type Run } from "./simulation/simulate.js"
import type { World } from "./simulation/world.js"

export const name = "waiting"

const perSecond = 200
const roundSeconds = 3
const rounds = 9
const pools = [3, 200] as const
const queues = [10, 10_000] as const

const scenario: Scenario = {
  name: "waiting",
  size: 0,
  upstream: "bucket",
  dialect: "headers",
  load: 100,
  faults: false,
  outage: null,
  groups: null,
  isSlow: false,
  minutes: 0
}

/** All who shall wait come at once, and then one for each that is served. */
const worldOf = (tokens: number, waiting: number): World => {
  // Enough more than shall wait for every token to be in use.
  const first = waiting + perSecond + tokens
  const later = perSecond * (roundSeconds * (rounds + 2) + 10)
  return {
    tokens: Array.from({ length: tokens }, (_, index) => ({
      alias: `token-${index}`,
      group: index,
      limit: index,
      revoked: false,
      spentAt: Number.POSITIVE_INFINITY
    })),
    limits: Array.from({ length: tokens }, () => ({
      kind: "bucket",
      perMinute: (perSecond * 60) / tokens,
      capacity: Math.max(1, perSecond / tokens),
      phase: 0
    })),
    outage: null,
    ends: 0,
    patience: 3_600_000,
    callers: Array.from({ length: first + later }, (_, index) => ({
      index,
      at: index < first ? 1 : 1 + Math.round(((index - first) * 1000) / perSecond),
      service: 500
    }))
  }
}

interface Case {
  readonly run: Run
  readonly bytes: number
  readonly micros: Array<number>
}

const collected = (): number => {
  setFlagsFromString("--expose-gc")
  const collect: unknown = runInNewContext("gc")
  if (typeof collect === "function") collect()
  return process.memoryUsage().heapUsed
}

const start = (tokens: number, waiting: number): Case => {
  const world = worldOf(tokens, waiting)
  const before = collected()
  const run = begin(scenario, world, rotation({ maxWaiting: 20_000, acquireTimeout: "1 hour" }), 1)
  run.time.run(() => run.time.now() >= 2_000)
  return { run, bytes: collected() - before, micros: [] }
}

const measure = ({ micros, run }: Case): void => {
  const { attempts } = run.upstream
  const until = run.time.now() + roundSeconds * 1000
  const sent = attempts.length
  const began = performance.now()
  run.time.run(() => run.time.now() >= until)
  micros.push(((performance.now() - began) * 1000) / (attempts.length - sent))
}

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

export const run = (): void => {
  const cases = pools.flatMap((tokens) => queues.map((waiting) => ({ tokens, waiting, ...start(tokens, waiting) })))
  for (const each of cases) measure({ ...each, micros: [] })
  for (let round = 0; round < rounds; round++) for (const each of cases) measure(each)
  const cheapest = Math.min(...cases.map(({ micros }) => median(micros)))
  console.log("tokens   waiting    a call   over the cheapest")
  for (const { micros, run, tokens, waiting } of cases) {
    run.close()
    const cost = median(micros)
    console.log(
      [
        String(tokens).padStart(6),
        waiting.toLocaleString("en").padStart(10),
        `${cost.toFixed(0)} µs`.padStart(10),
        `${(cost / cheapest).toFixed(2)}x`.padStart(20)
      ].join("")
    )
  }
  for (const tokens of pools) {
    const [few, many] = queues.map((waiting) => cases.find((c) => c.tokens === tokens && c.waiting === waiting))
    if (few === undefined || many === undefined) continue
    const each = (many.bytes - few.bytes) / (many.waiting - few.waiting)
    console.log(`memory of a waiting caller, ${tokens} tokens: ${(each / 1024).toFixed(1)} KiB`)
  }
}
