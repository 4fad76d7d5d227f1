import { describe, expect, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Exit, Fiber, Layer, Ref, TestClock } from "effect"
import * as Outcome from "../src/core/Outcome.js"
import * as RotationConfig from "../src/RotationConfig.js"
import * as TokenRotation from "../src/TokenRotation.js"
import {
  changing,
  limited,
  makeMemory,
  revoked,
  rotationFrom,
  rotationOf,
  source,
  vendor,
  withSecrets
} from "./support/rotation.js"

const patient = (aliases: ReadonlyArray<string>, config: Partial<RotationConfig.Service> = {}) =>
  rotationOf(aliases, {}, { acquireTimeout: "30 seconds", ...config })

const use = (outcome: Outcome.Outcome, options?: TokenRotation.AcquireOptions) =>
  Effect.flatMap(TokenRotation.TokenRotation, (rotation) =>
    Effect.scoped(
      Effect.flatMap(rotation.acquire("acme", options), (lease) => Effect.as(lease.settle(outcome), lease.token.alias))
    )
  )

/** Forks a caller that writes its name down when it was served. */
const caller = (log: Ref.Ref<ReadonlyArray<string>>, name: string, options?: TokenRotation.AcquireOptions) =>
  Effect.fork(Effect.tap(use(Outcome.success, options), () => Ref.update(log, (names) => [...names, name])))

const settle = Effect.zipRight(TestClock.adjust(0), Effect.yieldNow())

describe("waiting for a token", () => {
  it.effect("serves callers in the order they came, exactly when the token returns", () =>
    Effect.gen(function* () {
      const log = yield* Ref.make<ReadonlyArray<string>>([])
      yield* use(limited(5))
      for (const name of ["one", "two", "three"]) {
        yield* caller(log, name)
        yield* settle
      }
      yield* TestClock.adjust("4999 millis")
      expect(yield* Ref.get(log)).toEqual([])
      yield* TestClock.adjust("1 millis")
      expect(yield* Ref.get(log)).toEqual(["one", "two", "three"])
    }).pipe(Effect.provide(patient(["a"])))
  )

  it.effect("wakes a later caller in time who can be served before the next look at what the first waits for", () =>
    Effect.gen(function* () {
      const log = yield* Ref.make<ReadonlyArray<string>>([])
      yield* use(limited(20, "model"), { model: "big" })
      yield* caller(log, "big", { model: "big" })
      yield* TestClock.adjust("100 millis")
      yield* use(limited(0.2, "model"), { model: "small" })
      yield* caller(log, "small", { model: "small" })
      yield* TestClock.adjust("199 millis")
      expect(yield* Ref.get(log)).toEqual([])
      yield* TestClock.adjust("1 millis")
      expect(yield* Ref.get(log)).toEqual(["small"])
    }).pipe(Effect.provide(patient(["a"])))
  )

  it.effect("serves all who can be at the very moment, although none of them is done", () =>
    Effect.gen(function* () {
      const rotation = yield* TokenRotation.TokenRotation
      yield* use(limited(5))
      const done = yield* Deferred.make<void>()
      const hold = Effect.scoped(Effect.zipRight(rotation.acquire("acme"), Deferred.await(done)))
      const callers = yield* Effect.forEach(["one", "two", "three"], () => Effect.fork(hold))
      yield* TestClock.adjust("5 seconds")
      expect((yield* rotation.pools)[0]?.tokens[0]?.inFlight).toBe(3)
      yield* Deferred.succeed(done, undefined)
      yield* Effect.forEach(callers, Fiber.join)
    }).pipe(Effect.provide(patient(["a"])))
  )

  it.effect("lets high priority stand ten seconds ahead and low behind, and overtakes nobody for ever", () =>
    Effect.gen(function* () {
      const log = yield* Ref.make<ReadonlyArray<string>>([])
      yield* use(limited(25))
      yield* caller(log, "low, early", { priority: "low" })
      yield* TestClock.adjust("12 seconds")
      yield* caller(log, "normal")
      yield* TestClock.adjust("1 seconds")
      yield* caller(log, "high", { priority: "high" })
      yield* TestClock.adjust("9 seconds")
      yield* caller(log, "normal, late")
      yield* TestClock.adjust("3 seconds")
      expect(yield* Ref.get(log)).toEqual(["high", "low, early", "normal", "normal, late"])
    }).pipe(Effect.provide(patient(["a"])))
  )

  it.effect("fails at once, with an honest time, when the wait would be longer than the caller has", () =>
    Effect.gen(function* () {
      yield* use(limited(31))
      expect(yield* Effect.flip(use(Outcome.success))).toMatchObject({ _tag: "Exhausted", retryAt: 31_000 })
      yield* TestClock.adjust("2 seconds")
      const served = yield* Effect.fork(use(Outcome.success))
      yield* TestClock.adjust("29 seconds")
      expect(yield* Fiber.join(served)).toBe("a")
      yield* use(revoked)
      expect(yield* Effect.flip(use(Outcome.success))).toMatchObject({ retryAt: null })
    }).pipe(Effect.provide(patient(["a"])))
  )

  it.effect("keeps each caller's own deadline", () =>
    Effect.gen(function* () {
      yield* use(limited(10, "model"), { model: "big" })
      const short = yield* Effect.fork(Effect.flip(use(Outcome.success, { model: "big", timeout: "9 seconds" })))
      yield* TestClock.adjust("0 seconds")
      expect(yield* Fiber.join(short)).toMatchObject({ _tag: "Exhausted", retryAt: 10_000 })
      expect(yield* use(Outcome.success, { model: "small" })).toBe("a")
    }).pipe(Effect.provide(patient(["a"])))
  )

  it.effect("does not let a caller who cannot be served yet hold up one who can", () =>
    Effect.gen(function* () {
      const log = yield* Ref.make<ReadonlyArray<string>>([])
      yield* use(limited(20, "model"), { model: "big" })
      yield* caller(log, "big", { model: "big" })
      yield* settle
      yield* caller(log, "small", { model: "small" })
      yield* settle
      expect(yield* Ref.get(log)).toEqual(["small"])
      yield* TestClock.adjust("20 seconds")
      expect(yield* Ref.get(log)).toEqual(["small", "big"])
    }).pipe(Effect.provide(patient(["a"])))
  )

  it.effect("an interrupted caller leaves no trace", () =>
    Effect.gen(function* () {
      const rotation = yield* TokenRotation.TokenRotation
      const log = yield* Ref.make<ReadonlyArray<string>>([])
      yield* use(limited(5))
      const gone = yield* caller(log, "gone")
      yield* settle
      yield* caller(log, "there")
      yield* settle
      expect(Exit.isInterrupted(yield* Fiber.interrupt(gone))).toBe(true)
      yield* TestClock.adjust("5 seconds")
      expect(yield* Ref.get(log)).toEqual(["there"])
      const [pool] = yield* rotation.pools
      expect(pool?.tokens[0]).toMatchObject({ inFlight: 0, counts: { uses: 2, abandoned: 0 } })
    }).pipe(Effect.provide(patient(["a"])))
  )

  it.effect("serves who has no time at all while others wait for what is not free", () =>
    Effect.gen(function* () {
      const rotation = yield* TokenRotation.TokenRotation
      yield* use(limited(20, "model"), { model: "big" })
      const big = yield* Effect.fork(use(Outcome.success, { model: "big" }))
      yield* settle
      expect(yield* use(Outcome.success, { model: "small", timeout: 0 })).toBe("a")
      expect((yield* rotation.next("acme")).alias).toBe("a")
      expect(yield* Effect.flip(rotation.next("acme", { model: "big" }))).toMatchObject({ retryAt: 20_000 })
      yield* TestClock.adjust("20 seconds")
      expect(yield* Fiber.join(big)).toBe("a")
    }).pipe(Effect.provide(patient(["a"])))
  )

  it.effect("lends who waits a token that is added meanwhile", () =>
    Effect.gen(function* () {
      const tokens = (...aliases: ReadonlyArray<string>) => ({
        provider: vendor,
        tokens: withSecrets(aliases.map((alias) => ({ alias })))
      })
      const { change, source } = yield* changing(tokens("a"))
      yield* Effect.gen(function* () {
        const rotation = yield* TokenRotation.TokenRotation
        yield* use(limited(20))
        const waiting = yield* Effect.fork(use(Outcome.success))
        yield* TestClock.adjust("1 seconds")
        yield* change(tokens("a", "b"))
        yield* TestClock.adjust("1 seconds")
        expect(yield* Fiber.join(waiting)).toBe("b")
        const [pool] = yield* rotation.pools
        expect(pool?.tokens.map(({ inFlight }) => inFlight)).toEqual([0, 0])
      }).pipe(Effect.provide(rotationFrom(source)))
    })
  )

  it.effect("bounds how many may wait, and says so to the rest", () =>
    Effect.gen(function* () {
      yield* use(limited(5))
      const first = yield* Effect.fork(use(Outcome.success))
      yield* settle
      expect(yield* Effect.flip(use(Outcome.success))).toMatchObject({ _tag: "Exhausted" })
      yield* TestClock.adjust("5 seconds")
      expect(yield* Fiber.join(first)).toBe("a")
    }).pipe(Effect.provide(patient(["a"], { maxWaiting: 1 })))
  )

  it.effect("serves who can be served at once although as many wait as may, and turns away who cannot", () =>
    Effect.gen(function* () {
      yield* use(limited(20, "model"), { model: "big" })
      const big = yield* Effect.fork(use(Outcome.success, { model: "big" }))
      yield* settle
      expect(yield* use(Outcome.success, { model: "small" })).toBe("a")
      expect(yield* Effect.flip(use(Outcome.success, { model: "big" }))).toMatchObject({ because: "queue-full" })
      yield* TestClock.adjust("20 seconds")
      expect(yield* Fiber.join(big)).toBe("a")
    }).pipe(Effect.provide(patient(["a"], { maxWaiting: 1 })))
  )

  it.effect("serves five thousand waiting callers without delay once they can be served", () =>
    Effect.gen(function* () {
      yield* use(limited(5))
      const callers = yield* Effect.forEach(Array.from({ length: 5_000 }), () => Effect.fork(use(Outcome.success)))
      yield* TestClock.adjust("5 seconds")
      const exits = yield* Effect.forEach(callers, Fiber.await)
      expect(exits.every(Exit.isSuccess)).toBe(true)
    }).pipe(Effect.provide(patient(["a"])))
  )

  it.effect("wakes when another process resets the token", () =>
    Effect.gen(function* () {
      const memory = yield* makeMemory
      const open = Layer.fresh(
        TokenRotation.layer.pipe(
          Layer.provide([source(["a"]), memory.layer]),
          Layer.provide(RotationConfig.layer({ acquireTimeout: Duration.seconds(30) })),
          Layer.orDie
        )
      )
      const running = yield* Layer.build(open)
      yield* Effect.provide(use(limited(20)), running)
      yield* TestClock.adjust("1 seconds")
      const waiting = yield* Effect.fork(Effect.provide(use(Outcome.success), running))
      yield* TestClock.adjust("1 seconds")
      yield* Effect.provide(
        Effect.flatMap(TokenRotation.TokenRotation, (rotation) => rotation.reset("acme")),
        open
      )
      yield* TestClock.adjust("1 seconds")
      expect(yield* Fiber.poll(waiting)).toMatchObject({ _tag: "Some" })
      expect(yield* Fiber.join(waiting)).toBe("a")
    }).pipe(Effect.scoped)
  )
})
