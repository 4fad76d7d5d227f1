import { Clock, Effect, Either } from "effect"
import { describe, expect, it } from "vitest"
import type * as ConfigSource from "../src/ConfigSource.js"
import type { Limits } from "../src/core/Limits.js"
import type { Usage } from "../src/core/Usage.js"
import * as Rotate from "../src/Rotate.js"
import type * as RotationConfig from "../src/RotationConfig.js"
import * as TokenRotation from "../src/TokenRotation.js"
import { rotationFrom, source, withSecrets } from "./support/rotation.js"
import { epoch, runVirtually } from "./support/virtual.js"

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

/** A made-up provider: `answers` says what it makes of the n-th request of a token at a time. */
const upstream = (answers: (at: number, alias: string) => Answer | string, serviceMillis = 100) => {
  const sent: Array<{ readonly at: number; readonly alias: string; readonly status: number }> = []
  let inFlight = 0
  let most = 0
  const transport: Rotate.Transport<Answer, string> = {
    send: ({ token }) =>
      Effect.gen(function* () {
        const at = (yield* Clock.currentTimeMillis) - epoch
        const answer = answers(at, token.alias)
        sent.push({ at, alias: token.alias, status: typeof answer === "string" ? 0 : answer.status })
        most = Math.max(most, ++inFlight)
        yield* Effect.sleep(serviceMillis)
        inFlight--
        return typeof answer === "string" ? yield* Effect.fail(answer) : answer
      }),
    head: (answer) => answer,
    peek: (answer) => Effect.succeed([answer, undefined]),
    discard: () => Effect.void,
    trouble: (error) => error
  }
  return { sent, transport, busiest: () => most }
}

const ok: Answer = { status: 200, headers: {} }

interface Token {
  readonly alias: string
  readonly group?: string
  readonly limits?: Partial<Limits>
}

const rotation = (
  tokens: ReadonlyArray<Token>,
  { groupLimits = {}, ...config }: Partial<RotationConfig.Service> & Pick<ConfigSource.Options, "groupLimits"> = {}
) => rotationFrom(source([], { tokens: withSecrets(tokens), groupLimits }), config)

/** Callers who come so many milliseconds apart; what became of each, and when. */
const callers = (count: number, everyMillis: number, request: Omit<Rotate.Request<Answer, string>, "provider">) =>
  Effect.forEach(
    Array.from({ length: count }, (_, i) => i),
    (i) =>
      Effect.gen(function* () {
        yield* Effect.sleep(1 + i * everyMillis)
        const result = yield* Effect.either(Rotate.run(request))
        const at = (yield* Clock.currentTimeMillis) - epoch
        if (Either.isLeft(result)) return { at, ended: "failed", error: null }
        if (result.right._tag === "TooLarge") return { at, ended: "too large", error: null }
        return result.right._tag === "Exhausted"
          ? { at, ended: "exhausted", error: result.right.error }
          : { at, ended: String(result.right.answer.status), error: null }
      }),
    { concurrency: "unbounded" }
  )

const most = (times: ReadonlyArray<number>, millis: number): number =>
  Math.max(0, ...times.map((at) => times.filter((other) => other > at - millis && other <= at).length))

const tally = (results: ReadonlyArray<{ readonly ended: string }>) => {
  const counts: Record<string, number> = {}
  for (const { ended } of results) counts[ended] = (counts[ended] ?? 0) + 1
  return counts
}

describe("a limit of the user's", () => {
  it("of 3 requests per minute lets the fourth wait until the minute is over, and never four into any minute", () => {
    const { sent, transport } = upstream(() => ok)
    const program = callers(9, 5_000, { transport, timeout: "5 minutes" })
    const results = runVirtually(Effect.provide(program, rotation([{ alias: "a", limits: { requestsPerMinute: 3 } }])))
    expect(tally(results)).toEqual({ "200": 9 })
    expect(sent.map(({ at }) => at)).toEqual([1, 5_001, 10_001, 60_001, 65_001, 70_001, 120_001, 125_001, 130_001])
  })

  it("of one request at a time lets them through one after another, as fast as they end", () => {
    const { busiest, sent, transport } = upstream(() => ok, 250)
    const program = callers(20, 1, { transport })
    const results = runVirtually(Effect.provide(program, rotation([{ alias: "a", limits: { concurrency: 1 } }])))
    expect(tally(results)).toEqual({ "200": 20 })
    expect(busiest()).toBe(1)
    expect(sent.at(-1)?.at).toBe(1 + 19 * 250)
  })

  it("of concurrency counts a streamed answer until its body ends", () => {
    const { sent, transport } = upstream(() => ok)
    const streaming: typeof transport = {
      ...transport,
      hold: (answer, finish) => {
        ends.push(finish({ _tag: "Success" }, usage(10)))
        return answer
      }
    }
    const ends: Array<Effect.Effect<void>> = []
    const program = Effect.gen(function* () {
      yield* Rotate.run({ transport: streaming })
      const second = yield* Effect.fork(Rotate.run({ transport: streaming }))
      yield* Effect.sleep("10 seconds")
      expect(sent.length).toBe(1)
      yield* ends[0] ?? Effect.void
      yield* Effect.sleep("1 seconds")
      expect(sent.length).toBe(2)
      yield* second
    })
    runVirtually(Effect.provide(program, rotation([{ alias: "a", limits: { concurrency: 1 } }])))
  })

  it("of usage per minute is kept by what answers said they used", () => {
    const { sent, transport } = upstream(() => ok)
    const using: typeof transport = {
      ...transport,
      open: (answer) => Effect.succeed({ answer, error: undefined, over: { usage: usage(400) } })
    }
    const program = callers(6, 1_000, { transport: using, timeout: "5 minutes" })
    const results = runVirtually(Effect.provide(program, rotation([{ alias: "a", limits: { usagePerMinute: 1_000 } }])))
    expect(tally(results)).toEqual({ "200": 6 })
    expect(
      most(
        sent.map(({ at }) => at),
        60_000
      )
    ).toBe(2)
  })

  it("of a group is shared by its tokens", () => {
    const group = [
      { alias: "a", group: "org" },
      { alias: "b", group: "org" }
    ]
    const of = (tokens: ReadonlyArray<{ readonly alias: string }>) => {
      const { sent, transport } = upstream(() => ok)
      const program = callers(12, 100, { transport, timeout: 0 })
      runVirtually(Effect.provide(program, rotation(tokens, { groupLimits: { org: { requestsPerMinute: 2 } } })))
      return sent.map(({ alias }) => alias)
    }
    expect(of(group)).toHaveLength(2)
    const withAnother = of([...group, { alias: "c" }])
    expect(withAnother).toHaveLength(12)
    expect(withAnother.filter((alias) => alias !== "c").length).toBeLessThanOrEqual(2)
  })
})

describe("a bucket that its vendor states", () => {
  it("is used to the full where answers take longer than it takes to fill", () => {
    const capacity = 10
    let level = capacity
    let last = 0
    // One a second; what is left is stated as it was when the request was let in, and told with the answer.
    const { sent, transport } = upstream((at) => {
      level = Math.min(capacity, level + (at - last) / 1_000)
      last = at
      const served = level >= 1
      if (served) level--
      const fullAt = Math.ceil((epoch + at) / 1_000 + capacity - level) * 1_000
      const headers = {
        "x-ratelimit-limit-requests": String(capacity),
        "x-ratelimit-remaining-requests": String(Math.floor(level)),
        "x-ratelimit-reset-requests": new Date(fullAt).toISOString()
      }
      return served ? { status: 200, headers } : { status: 429, headers: { ...headers, "retry-after": "1" } }
    }, 30_000)
    runVirtually(Effect.provide(callers(600, 800, { transport }), rotation([{ alias: "a" }])))
    const until = 600 * 800
    const served = sent.filter(({ at, status }) => status === 200 && at < until).length
    expect(served).toBeGreaterThanOrEqual(0.95 * (until / 1_000))
    expect(sent.length - served).toBeLessThanOrEqual(0.1 * served)
  })
})

describe("a limit nobody states", () => {
  it("is learnt from refusals, and then hardly touched", () => {
    const limit = 60
    const windows = new Map<number, number>()
    const { sent, transport } = upstream((at) => {
      const window = Math.floor(at / 60_000)
      const used = windows.get(window) ?? 0
      if (used >= limit) return { status: 429, headers: {} }
      windows.set(window, used + 1)
      return ok
    })
    const minutes = 8
    const every = 60_000 / (limit * 1.2)
    const program = callers(Math.floor((minutes * 60_000) / every), every, { transport })
    runVirtually(Effect.provide(program, rotation([{ alias: "a" }])))
    const late = sent.filter(({ at }) => at >= 3 * 60_000 && at < minutes * 60_000)
    const served = late.filter(({ status }) => status === 200).length
    expect(served).toBeGreaterThanOrEqual(0.9 * limit * (minutes - 3))
    expect(late.length - served).toBeLessThanOrEqual(0.3 * served)
  })
})

describe("an outage", () => {
  const until = 20_000 + 30_000
  const outage = () => upstream((at) => (at >= 30_000 && at < until ? { status: 503, headers: {} } : ok))

  it("of 20 seconds costs an attempt a second, hurts no token, and fails nobody who had the time", () => {
    const { sent, transport } = outage()
    const tokens = ["a", "b", "c"].map((alias) => ({ alias }))
    const program = Effect.gen(function* () {
      const results = yield* callers(600, 100, { transport })
      const service = yield* TokenRotation.TokenRotation
      return { results, pools: yield* service.pools }
    })
    const { pools, results } = runVirtually(Effect.provide(program, rotation(tokens)))
    expect(tally(results)).toEqual({ "200": 600 })
    const during = sent.filter(({ at }) => at >= 32_000 && at < until).map(({ at }) => at)
    expect(during.length).toBeGreaterThan(10)
    expect(during.length).toBeLessThanOrEqual(26)
    expect(pools[0]?.tokens.map(({ counts, state }) => [state, counts.errors, counts.rests])).toEqual(
      tokens.map(() => ["ready", 0, 0])
    )
    // Ten a second came before: nothing beyond 1.3 times that in any five seconds, and all of it within three.
    const after = sent.filter(({ at }) => at >= until).map(({ at }) => at)
    expect(most(after, 5_000)).toBeLessThanOrEqual(65 + 1)
    expect(after.filter((at) => at >= until + 3_000 && at < until + 8_000).length).toBeGreaterThanOrEqual(47)
  })

  it("fails those whose time ends in it by then, with a time to come back at", () => {
    const { transport } = outage()
    const program = callers(400, 100, { transport, timeout: "5 seconds" })
    const results = runVirtually(Effect.provide(program, rotation([{ alias: "a" }])))
    const failed = results.flatMap(({ at, ended, error }, i) =>
      ended === "200" ? [] : [{ at, error, came: 1 + i * 100 }]
    )
    expect(failed.length).toBeGreaterThan(50)
    for (const { at, came } of failed) expect(at).toBeLessThanOrEqual(came + 5_000 + 101 + 4_000)
    const told = failed.flatMap(({ at, error }) => (error === null ? [] : [(error.retryAt ?? Infinity) - epoch - at]))
    expect(told.length).toBeGreaterThan(50)
    for (const ahead of told) expect(ahead >= 0 && ahead <= 6_000).toBe(true)
  })
})

describe("more callers than can be served", () => {
  it("are told so at once when the queue is long, with a time that holds", () => {
    const { transport } = upstream(() => ok)
    const limits = { concurrency: 1 }
    const program = callers(1_600, 50, { transport })
    const results = runVirtually(Effect.provide(program, rotation([{ alias: "a", limits }])))
    const overloaded = results.flatMap(({ at, error }, i) =>
      error?.because === "overloaded" ? [{ waited: at - (1 + i * 50), ahead: (error.retryAt ?? 0) - epoch - at }] : []
    )
    expect(overloaded.length).toBeGreaterThan(100)
    for (const { ahead, waited } of overloaded) {
      expect(waited).toBeLessThanOrEqual(1)
      // Three hundred wait at most, ten a second are served.
      expect(ahead > 0 && ahead < 30_500).toBe(true)
    }
    // Ten a second can be served.
    expect(tally(results)["200"]).toBeGreaterThanOrEqual(0.97 * 800)
  })

  it("are turned away beyond maxWaiting", () => {
    const { transport } = upstream(() => ok, 1_000)
    const program = callers(10, 1, { transport })
    const results = runVirtually(
      Effect.provide(program, rotation([{ alias: "a", limits: { concurrency: 1 } }], { maxWaiting: 4 }))
    )
    expect(tally(results)).toEqual({ "200": 5, exhausted: 5 })
    expect(results.flatMap(({ error }) => error?.because ?? [])).toEqual(Array(5).fill("queue-full"))
    const whys = results.flatMap(({ error }) => error?.tokens.map(({ state, why }) => `${state}: ${why}`) ?? [])
    expect(whys).toEqual(Array(5).fill("in use: a call that is under way has to end first"))
  })
})

const usage = (units: number): Usage => ({ input: units, output: 0, cacheRead: 0, cacheWrite: 0 })
