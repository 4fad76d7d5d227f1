import { describe, expect, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Layer, Queue, TestClock } from "effect"
import * as Outcome from "../src/core/Outcome.js"
import * as RotationConfig from "../src/RotationConfig.js"
import * as TokenRotation from "../src/TokenRotation.js"
import { limited, makeMemory, rotationOf, source } from "./support/rotation.js"

const often = { auditAfter: "10 minutes", auditInterval: "10 minutes" } as const

const take = Effect.flatMap(TokenRotation.TokenRotation, (rotation) => rotation.acquire("acme"))

const use = (outcome: Outcome.Outcome) =>
  Effect.scoped(Effect.flatMap(take, (lease) => Effect.as(lease.settle(outcome), lease.token.alias)))

const states = Effect.flatMap(TokenRotation.TokenRotation, (rotation) =>
  Effect.map(rotation.pools, ([pool]) => Object.fromEntries(pool?.tokens.map((t) => [t.alias, t.state]) ?? []))
)

describe("the audit of a long rest", () => {
  it.effect("is a caller's own request, once it is due and nobody else can serve it", () =>
    Effect.gen(function* () {
      const events = yield* Effect.flatMap(TokenRotation.TokenRotation, (rotation) => rotation.events)
      yield* use(limited(3_600))
      yield* TestClock.adjust("9 minutes")
      expect(yield* Effect.flip(use(Outcome.success))).toMatchObject({ _tag: "Exhausted", retryAt: 3_600_000 })
      yield* TestClock.adjust("3 minutes")
      yield* Queue.takeAll(events)
      expect(yield* use(Outcome.success)).toBe("a")
      expect((yield* Queue.takeAll(events)).pipe((all) => [...all])).toMatchObject([
        { _tag: "AuditPassed", alias: "a", until: 3_600_000, provenance: "stated", code: "http_429" }
      ])
      expect(yield* states).toEqual({ a: "ready" })
    }).pipe(Effect.scoped, Effect.provide(rotationOf(["a"], {}, often)))
  )

  it.effect("is asked for by twenty callers at once and sent by one of them", () =>
    Effect.gen(function* () {
      yield* use(limited(3_600))
      yield* TestClock.adjust("12 minutes")
      const asked = yield* Deferred.make<void>()
      const call = Effect.scoped(
        Effect.flatMap(take, (lease) => Effect.zipRight(Deferred.await(asked), lease.settle(limited(3_600))))
      )
      const fibers = yield* Effect.forEach(Array.from({ length: 20 }), () => Effect.fork(Effect.either(call)))
      yield* TestClock.adjust(0)
      yield* Deferred.succeed(asked, undefined)
      const ends = yield* Effect.forEach(fibers, Fiber.join)
      expect(ends.filter(({ _tag }) => _tag === "Right")).toHaveLength(1)
      yield* TestClock.adjust("9 minutes")
      expect(yield* Effect.either(call)).toMatchObject({ _tag: "Left" })
    }).pipe(Effect.provide(rotationOf(["a"], {}, often)))
  )

  it.effect("is sent by who waits, in the moment it falls due", () =>
    Effect.gen(function* () {
      yield* use(limited(25 * 60))
      yield* TestClock.adjust(Duration.seconds(24 * 60 + 40))
      // It was asked about at 24:40 and is audited again at 24:50, while somebody waits for its end at 25:00.
      yield* use(limited(20))
      const waiting = yield* Effect.fork(
        Effect.zipRight(
          use(Outcome.success),
          Effect.clockWith((c) => c.currentTimeMillis)
        )
      )
      yield* TestClock.adjust("9 seconds")
      expect(yield* Fiber.poll(waiting)).toMatchObject({ _tag: "None" })
      yield* TestClock.adjust("3 seconds")
      expect(yield* Fiber.join(waiting)).toBeLessThanOrEqual((24 * 60 + 52) * 1_000)
    }).pipe(
      Effect.provide(rotationOf(["a"], {}, { ...often, acquireTimeout: "30 seconds", auditInterval: "10 seconds" }))
    )
  )

  it.effect("gives its place back when its caller goes away", () =>
    Effect.gen(function* () {
      yield* use(limited(3_600))
      yield* TestClock.adjust("12 minutes")
      const gone = yield* Effect.fork(Effect.scoped(Effect.zipRight(take, Effect.never)))
      yield* TestClock.adjust(0)
      expect(yield* Effect.either(use(Outcome.success))).toMatchObject({ _tag: "Left" })
      yield* Fiber.interrupt(gone)
      expect(yield* use(Outcome.success)).toBe("a")
    }).pipe(Effect.provide(rotationOf(["a"], {}, often)))
  )

  it.effect("never comes where it is turned off, nor to a token that is handed out by hand", () =>
    Effect.gen(function* () {
      yield* use(limited(3_600))
      yield* TestClock.adjust("59 minutes")
      expect(yield* Effect.either(use(Outcome.success))).toMatchObject({ _tag: "Left" })
    }).pipe(Effect.provide(rotationOf(["a"], {}, { auditInterval: null })))
  )

  it.effect("that one process sent is not sent by another", () =>
    Effect.gen(function* () {
      const memory = yield* makeMemory
      const process = TokenRotation.layer.pipe(
        Layer.provide([source(["a"]), memory.layer, RotationConfig.layer({ ...often, acquireTimeout: 0 })])
      )
      const run = <A, E>(effect: Effect.Effect<A, E, TokenRotation.TokenRotation>) =>
        Effect.provide(effect, Layer.fresh(process))
      yield* run(use(limited(3_600)))
      yield* TestClock.adjust("12 minutes")
      expect(yield* run(use(limited(3_600)))).toBe("a")
      yield* TestClock.adjust("9 minutes")
      expect(yield* run(Effect.either(use(Outcome.success)))).toMatchObject({ _tag: "Left" })
      yield* TestClock.adjust("3 minutes")
      expect(yield* run(use(Outcome.success))).toBe("a")
      expect(yield* run(states)).toEqual({ a: "ready" })
    })
  )
})
