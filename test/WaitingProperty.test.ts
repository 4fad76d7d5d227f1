import { Clock, Effect, Exit, Fiber, FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Outcome from "../src/core/Outcome.js"
import * as WaitQueue from "../src/core/WaitQueue.js"
import * as TokenRotation from "../src/TokenRotation.js"
import { limited, rotationFrom, source, withSecrets } from "./support/rotation.js"
import { epoch, runVirtually } from "./support/virtual.js"

/** One caller: what it asks for, and what becomes of what it is lent. Times are milliseconds. */
interface Caller {
  readonly at: number
  readonly patience: number
  readonly priority: WaitQueue.Priority
  readonly model: "big" | undefined
  readonly interruptAfter: number | null
  readonly holds: number
  readonly outcome: Outcome.Outcome
}

const outcomes: ReadonlyArray<Outcome.Outcome> = [
  Outcome.success,
  Outcome.success,
  Outcome.success,
  Outcome.abandoned,
  limited(3),
  limited(6, "model")
]

const caller: fc.Arbitrary<Caller> = fc.record({
  at: fc.integer({ min: 1, max: 60 }).map((n) => n * 250),
  patience: fc.constantFrom(0, 1_000, 5_000, 30_000),
  priority: fc.constantFrom("high", "normal", "normal", "low"),
  model: fc.constantFrom(undefined, undefined, "big"),
  interruptAfter: fc.option(
    fc.nat(40).map((n) => n * 250),
    { freq: 2 }
  ),
  holds: fc.constantFrom(0, 250, 1_000, 4_000),
  outcome: fc.constantFrom(...outcomes)
})

const token = fc.record({
  concurrency: fc.constantFrom(1, 1, 2),
  requestsPerMinute: fc.constantFrom(null, null, 3, 8)
})

interface Ended {
  readonly caller: Caller
  readonly index: number
  readonly how: "served" | "refused" | "interrupted"
  readonly at: number
  readonly retryAt: number | null
}

const rotation = (tokens: ReadonlyArray<{ readonly concurrency: number; readonly requestsPerMinute: number | null }>) =>
  rotationFrom(source([], { tokens: withSecrets(tokens.map((limits, i) => ({ alias: `t${i}`, limits }))) }))

const run = (callers: ReadonlyArray<Caller>) =>
  Effect.gen(function* () {
    const service = yield* TokenRotation.TokenRotation
    const ended: Array<Ended> = []
    const live = (each: Caller, index: number) =>
      Effect.gen(function* () {
        yield* Effect.sleep(each.at)
        const { model, patience, priority } = each
        const use = Effect.scoped(
          Effect.gen(function* () {
            const lease = yield* service.acquire("acme", { model, priority, timeout: patience })
            ended.push({
              caller: each,
              index,
              how: "served",
              at: (yield* Clock.currentTimeMillis) - epoch,
              retryAt: null
            })
            if (each.holds > 0) yield* Effect.sleep(each.holds)
            yield* lease.settle(each.outcome)
          })
        )
        const fiber = yield* Effect.fork(use)
        if (each.interruptAfter !== null) {
          yield* Effect.fork(Effect.zipRight(Effect.sleep(each.interruptAfter), Fiber.interrupt(fiber)))
        }
        const exit = yield* Fiber.await(fiber)
        if (ended.some((other) => other.index === index)) return
        const at = (yield* Clock.currentTimeMillis) - epoch
        if (Exit.isInterrupted(exit)) ended.push({ caller: each, index, how: "interrupted", at, retryAt: null })
        else if (Exit.isFailure(exit) && exit.cause._tag === "Fail" && exit.cause.error._tag === "Exhausted")
          ended.push({ caller: each, index, how: "refused", at, retryAt: since(exit.cause.error.retryAt) })
      })
    yield* Effect.forEach(callers, live, { concurrency: "unbounded", discard: true })
    const [pool] = yield* service.pools
    return { ended, pool }
  })

const since = (at: number | null) => (at === null ? null : at - epoch)

const rank = ({ at, priority }: Caller) => at - WaitQueue.headStart[priority]

const check = ({ ended, pool }: Effect.Effect.Success<ReturnType<typeof run>>, callers: ReadonlyArray<Caller>) => {
  expect(ended.map(({ index }) => index).sort((a, b) => a - b)).toEqual(callers.map((_, index) => index))
  expect(pool?.tokens.map(({ inFlight }) => inFlight)).toEqual(pool?.tokens.map(() => 0))
  for (const { at, caller, how, retryAt } of ended) {
    if (how === "served") expect(at).toBeLessThanOrEqual(caller.at + caller.patience)
    // Refused at once or at the deadline, with a time that is still to come; in between only if that is too late.
    if (how !== "refused") continue
    const deadline = caller.at + caller.patience
    expect(at).toBeLessThanOrEqual(deadline + 1)
    expect(retryAt === null || retryAt >= at).toBe(true)
    if (at !== caller.at && at < deadline) expect(retryAt === null || retryAt > deadline).toBe(true)
  }
  // Whoever stands behind another of the same wish is not served while the other still waits.
  const left = new Map(ended.map(({ at, index }) => [index, at]))
  for (const { at, caller, how } of ended) {
    if (how !== "served") continue
    const overtaken = callers.filter(
      (other, i) =>
        other.model === caller.model && other.at < caller.at && rank(other) <= rank(caller) && (left.get(i) ?? 0) > at
    )
    expect(overtaken).toEqual([])
  }
}

describe("the queue", () => {
  it("loses no waiter and no slot, keeps order and deadlines, whatever comes, goes and is interrupted", () => {
    fc.assert(
      fc.property(
        fc.array(caller, { minLength: 1, maxLength: 30, size: "max" }),
        fc.array(token, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(30, 37, 53, 2048),
        (callers, tokens, opsBeforeYield) => {
          check(runVirtually(Effect.provide(run(callers), rotation(tokens)), opsBeforeYield), callers)
        }
      ),
      { numRuns: 50 }
    )
  })

  it("gives back what a caller was lent that is interrupted at any step of its wait", () => {
    const tokens = [{ concurrency: 1, requestsPerMinute: null }]
    let interrupted = 0
    for (let opsBeforeYield = 30; opsBeforeYield < 70; opsBeforeYield++) {
      for (let steps = 0; steps < 4; steps++) {
        const program = Effect.gen(function* () {
          const service = yield* TokenRotation.TokenRotation
          const first = yield* Effect.scoped(
            Effect.gen(function* () {
              const lease = yield* service.acquire("acme")
              const waiting = yield* Effect.fork(Effect.scoped(service.acquire("acme")))
              yield* Effect.sleep(10)
              // From here on the one who waits is served and interrupted at once.
              yield* Effect.fork(
                Effect.zipRight(Effect.repeatN(Effect.yieldNow(), steps), Fiber.interruptFork(waiting))
              )
              yield* lease.settle(Outcome.success)
              return waiting
            })
          )
          const exit = yield* Fiber.await(first)
          yield* Effect.sleep(10)
          const [pool] = yield* service.pools
          expect(pool?.tokens[0]?.inFlight).toBe(0)
          yield* Effect.scoped(service.acquire("acme", { timeout: 0 }))
          return Exit.isInterrupted(exit)
        })
        if (runVirtually(Effect.provide(program, rotation(tokens)), opsBeforeYield)) interrupted++
      }
    }
    expect(interrupted).toBeGreaterThan(20)
  })
})
