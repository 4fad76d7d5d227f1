import { Clock, Effect, Either, Fiber, Layer, Option, Queue } from "effect"
import { describe, expect, it } from "vitest"
import * as Limits from "../src/core/Limits.js"
import * as Outcome from "../src/core/Outcome.js"
import * as TokenRotation from "../src/TokenRotation.js"
import { limited, makeMemory, rotationFrom, source, withSecrets } from "./support/rotation.js"
import { epoch, runAtOnce, runVirtually } from "./support/virtual.js"

/** One token. */
const config = (limits: Partial<Limits.Limits>) =>
  source([], { tokens: withSecrets([{ alias: "a", limits: Limits.of(limits) }]) })

const rotation = (limits: Partial<Limits.Limits> = {}) => rotationFrom(config(limits))

const use = (options: TokenRotation.AcquireOptions, outcome: Outcome.Outcome = Outcome.success, holds = 0) =>
  Effect.flatMap(TokenRotation.TokenRotation, ({ acquire }) =>
    Effect.scoped(
      Effect.gen(function* () {
        const lease = yield* acquire("acme", options)
        const at = (yield* Clock.currentTimeMillis) - epoch
        if (holds > 0) yield* Effect.sleep(holds)
        yield* lease.settle(outcome)
        return at
      })
    )
  )

const inFlight = Effect.flatMap(TokenRotation.TokenRotation, ({ pools }) =>
  Effect.map(pools, ([pool]) => pool?.tokens[0]?.inFlight)
)

describe("who waits", () => {
  it("is served although whoever made that possible, or noticed it, is interrupted at whatever step of it", () => {
    const served = new Map<number, number>()
    for (let opsBeforeYield = 30; opsBeforeYield < 100; opsBeforeYield++) {
      for (let steps = 0; steps < 8; steps++) {
        const program = Effect.gen(function* () {
          const memory = yield* makeMemory
          const open = Layer.fresh(TokenRotation.layer.pipe(Layer.provide([config({}), memory.layer]), Layer.orDie))
          const reset = Effect.flatMap(TokenRotation.TokenRotation, (service) => service.reset("acme", ["a"]))
          yield* Effect.gen(function* () {
            const service = yield* TokenRotation.TokenRotation
            yield* use({}, limited(20))
            yield* Effect.sleep(100)
            const waiting = yield* Effect.forEach(["high", "normal"] as const, (priority) =>
              Effect.fork(use({ priority, timeout: "1 minute" }))
            )
            // Others look for what was learnt elsewhere before the queue itself does.
            yield* Effect.sleep(350)
            const isHere = steps % 2 === 0
            if (!isHere) yield* Effect.provide(reset, open)
            const acting = yield* Effect.fork(isHere ? reset : service.pools)
            yield* Effect.repeatN(Effect.yieldNow(), steps >> 1)
            yield* Fiber.interrupt(acting)
            for (const at of yield* Effect.forEach(waiting, Fiber.join)) {
              if (isHere) expect([450, 20_000]).toContain(at)
              served.set(at, (served.get(at) ?? 0) + 1)
            }
            expect(yield* inFlight).toBe(0)
          }).pipe(Effect.provide(open))
        })
        runVirtually(program, opsBeforeYield)
      }
    }
    // Most at once; the rest when the queue looks next, or when the rest is over that nobody took back.
    expect([450, 500, 900, 20_000]).toEqual(expect.arrayContaining([...served.keys()]))
    expect(served.get(450)).toBeGreaterThan(700)
  })

  it("uses or gives back what it is lent in the very moment of giving up", () => {
    const ends = { served: 0, late: 0 }
    for (let opsBeforeYield = 30; opsBeforeYield < 60; opsBeforeYield++) {
      for (let steps = 0; steps < 12; steps++) {
        const program = Effect.gen(function* () {
          const service = yield* TokenRotation.TokenRotation
          const lease = yield* service.acquire("acme")
          const waiting = yield* Effect.fork(Effect.either(use({ timeout: "1 seconds" })))
          yield* Effect.sleep("1 seconds")
          yield* Effect.repeatN(Effect.yieldNow(), steps)
          yield* lease.settle(Outcome.success)
          const end = yield* Fiber.join(waiting)
          ends[Either.isRight(end) ? "served" : "late"]++
          expect(yield* inFlight).toBe(0)
          expect(yield* use({ timeout: 0 })).toBe(1_000)
        })
        runAtOnce(Effect.provide(Effect.scoped(program), rotation({ concurrency: 1 })), opsBeforeYield)
      }
    }
    expect(Math.min(ends.served, ends.late)).toBeGreaterThan(10)
  })

  it("is told of like any other who is lent a token: by its events, and in what is remembered", () => {
    const program = Effect.gen(function* () {
      const memory = yield* makeMemory
      const open = Layer.fresh(TokenRotation.layer.pipe(Layer.provide([config({}), memory.layer]), Layer.orDie))
      yield* Effect.gen(function* () {
        const service = yield* TokenRotation.TokenRotation
        yield* use({}, limited(5))
        for (let i = 0; i < 3; i++) yield* service.markError("acme", "a")
        const waiting = yield* Effect.fork(use({ timeout: "2 minutes" }, Outcome.success, 100_000))
        yield* Effect.sleep("50 seconds")
        const events = yield* service.events
        yield* Effect.sleep("20 seconds")
        expect(Array.from(yield* Queue.takeAll(events), ({ _tag }) => _tag)).toContain("CircuitHalfOpened")
        // It is out still, so nothing but that it was lent can have been written.
        const other = yield* Effect.provide(
          Effect.flatMap(TokenRotation.TokenRotation, ({ pools }) => pools),
          open
        )
        expect(other[0]?.tokens[0]).toMatchObject({ inFlight: 1, state: "probing", counts: { uses: 2 } })
        yield* Fiber.join(waiting)
      }).pipe(Effect.provide(open))
    })
    runVirtually(Effect.scoped(program))
  })

  it("for the first of its like is served at once, however overloaded the pool is for others", () => {
    const program = Effect.gen(function* () {
      const big = { model: "big" }
      // One a second is served of two that come, for longer than a minute.
      for (let i = 0; i < 150; i++) {
        yield* Effect.fork(Effect.either(use({ ...big, timeout: "2 seconds" }, Outcome.success, 1_000)))
        yield* Effect.sleep(500)
      }
      yield* Effect.sleep("5 seconds")
      yield* Effect.fork(use(big, limited(3, "model"), 1_000))
      const waiting = yield* Effect.replicateEffect(Effect.fork(use({ ...big, priority: "high" })), 12)
      yield* Effect.sleep("2 seconds")
      const now = (yield* Clock.currentTimeMillis) - epoch
      const refused = yield* Effect.flip(use(big))
      expect(refused).toMatchObject({ _tag: "Exhausted", because: "overloaded" })
      expect(yield* use({ model: "small" })).toBe(now)
      expect(yield* use({ model: "small", timeout: 0 })).toBe(now)
      expect((yield* Effect.forEach(waiting, Fiber.poll)).every(Option.isNone)).toBe(true)
      yield* Effect.forEach(waiting, Fiber.join)
      expect(yield* inFlight).toBe(0)
    })
    runVirtually(Effect.provide(program, rotation({ concurrency: 1 })))
  })

  it("is kept from a long queue still after a pause in which all who came were turned away", () => {
    const program = Effect.gen(function* () {
      // Ten a second are served of twenty that come, until the only token rests for longer than anybody waits.
      const ask = (outcome: Outcome.Outcome = Outcome.success) =>
        Effect.fork(Effect.either(use({ timeout: "10 seconds" }, outcome, 100)))
      const come = (seconds: number) => Effect.repeatN(Effect.zipRight(ask(), Effect.sleep(50)), seconds * 20 - 1)
      yield* come(50)
      yield* ask(limited(40))
      yield* come(45)
      const refused = yield* Effect.flip(use({ timeout: "10 seconds" }))
      expect(refused).toMatchObject({ _tag: "Exhausted", because: "overloaded" })
    })
    runVirtually(Effect.provide(program, rotation({ concurrency: 1 })))
  })
})
