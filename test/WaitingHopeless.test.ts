import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Layer, Schedule, TestClock } from "effect"
import * as Outcome from "../src/core/Outcome.js"
import * as RotationConfig from "../src/RotationConfig.js"
import type { Exhausted, RequestTooLarge, UnknownProvider } from "../src/RotationError.js"
import * as TokenRotation from "../src/TokenRotation.js"
import { changing, limited, makeMemory, revoked, rotationOf, vendor, withSecrets } from "./support/rotation.js"

const down = Outcome.failure({ blame: "provider", scope: "provider", code: "down", why: "down" })

const patient = (aliases: ReadonlyArray<string>, concurrency: number | null = 1) =>
  rotationOf(
    [],
    {
      tokens: withSecrets(
        aliases.map((alias) => ({ alias, limits: { concurrency, requestsPerMinute: null, usagePerMinute: null } }))
      )
    },
    { acquireTimeout: "30 seconds" }
  )

interface End {
  readonly at: number
  readonly how: string | Exhausted | RequestTooLarge | UnknownProvider
}

/** Waits for a token and gives it back at once; when its wait was over, and by which token or why by none. */
const waits = (options: TokenRotation.AcquireOptions = {}) =>
  Effect.gen(function* () {
    const rotation = yield* TokenRotation.TokenRotation
    const acquired = Effect.scoped(
      Effect.flatMap(rotation.acquire("acme", options), (lease) =>
        Effect.as(lease.settle(Outcome.success), lease.token.alias)
      )
    )
    const fiber = yield* Effect.fork(
      Effect.gen(function* () {
        const how: End["how"] = yield* Effect.merge(acquired)
        return { how, at: yield* Clock.currentTimeMillis }
      })
    )
    yield* TestClock.adjust("1 seconds")
    return fiber
  })

/** Takes a token that is not given back before its verdict. */
const lend = Effect.flatMap(TokenRotation.TokenRotation, (rotation) => rotation.acquire("acme"))

const ended = (fiber: Fiber.Fiber<End>) =>
  Effect.map(Fiber.poll(fiber), (exit) =>
    exit._tag === "Some" && exit.value._tag === "Success" ? exit.value.value : null
  )

describe("a wait that has turned hopeless", () => {
  it.scoped("is over when the last token is revoked, or held out by hand", () =>
    Effect.gen(function* () {
      const rotation = yield* TokenRotation.TokenRotation
      const [a] = [yield* lend, yield* lend]
      const waiting = [yield* waits(), yield* waits({ timeout: "2 minutes", priority: "high" })]
      yield* a.settle(revoked)
      yield* TestClock.adjust("1 millis")
      for (const fiber of waiting) expect(yield* ended(fiber)).toBeNull()
      yield* rotation.disable("acme", "b")
      yield* TestClock.adjust("1 millis")
      for (const fiber of waiting) {
        expect(yield* ended(fiber)).toMatchObject({
          at: 2_001,
          how: {
            _tag: "Exhausted",
            because: "resting",
            retryAt: null,
            tokens: [{ state: "isolated" }, { state: "isolated" }]
          }
        })
      }
    }).pipe(Effect.provide(patient(["a", "b"])))
  )

  it.scoped("is over for those whose time ends before the rest, whoever stands before them", () =>
    Effect.gen(function* () {
      const lease = yield* lend
      const long = yield* waits({ timeout: "60 seconds" })
      const short = [yield* waits({ timeout: "40 seconds" }), yield* waits({ timeout: "20 seconds" })]
      const other = yield* waits({ model: "other", timeout: "10 seconds" })
      const enough = yield* waits({ timeout: "45 seconds" })
      yield* lease.settle(limited(42))
      yield* TestClock.adjust("1 millis")
      for (const fiber of [...short, other]) {
        expect(yield* ended(fiber)).toMatchObject({ at: 5_000, how: { _tag: "Exhausted", retryAt: 47_000 } })
      }
      yield* TestClock.adjust("42 seconds")
      for (const fiber of [long, enough]) expect(yield* ended(fiber)).toEqual({ at: 47_000, how: "a" })
    }).pipe(Effect.provide(patient(["a"])))
  )

  it.scoped("is over by the limit that a request is found to exceed, and by no other's", () =>
    Effect.gen(function* () {
      const lease = yield* lend
      const large = yield* waits({ usage: 2_000 })
      const small = yield* waits({ usage: 900 })
      const usual = yield* waits()
      const statement = { kind: "tokens", unit: "usage", periodMillis: null, refill: "at-once" } as const
      yield* lease.hear([{ ...statement, limit: 1_000, remaining: 950, resetAt: 20_000 }])
      yield* TestClock.adjust("1 millis")
      expect(yield* ended(large)).toMatchObject({
        at: 3_000,
        how: { _tag: "RequestTooLarge", usage: 2_000, limit: 1_000, reason: "limit_stated", whose: 'token "a"' }
      })
      for (const fiber of [small, usual]) expect(yield* ended(fiber)).toBeNull()
      yield* lease.settle(Outcome.success)
      yield* TestClock.adjust("18 seconds")
      for (const fiber of [small, usual]) expect(yield* ended(fiber)).toMatchObject({ how: "a" })
    }).pipe(Effect.provide(patient(["a"])))
  )

  it.scoped("is over when the config takes the last token out, or another process holds it out", () =>
    Effect.gen(function* () {
      const tokens = (...aliases: ReadonlyArray<string>) => ({
        provider: vendor,
        id: "acme",
        tokens: withSecrets(aliases.map((alias) => ({ alias })))
      })
      const { change, source } = yield* changing(tokens("a", "b"))
      const memory = yield* makeMemory
      const open = Layer.fresh(
        TokenRotation.layer.pipe(
          Layer.provide([source, memory.layer, RotationConfig.layer({ acquireTimeout: "30 seconds" })]),
          Layer.orDie
        )
      )
      const running = yield* Layer.build(open)
      yield* Effect.gen(function* () {
        const [a, b] = [yield* lend, yield* lend]
        yield* a.settle(limited(20))
        yield* b.settle(limited(25))
        const waiting = yield* waits()
        yield* change(tokens("b"))
        yield* TestClock.adjust("1 seconds")
        expect(yield* ended(waiting)).toBeNull()
        const byOther = Effect.flatMap(TokenRotation.TokenRotation, (rotation) => rotation.disable("acme", "b"))
        yield* Effect.provide(byOther, open)
        yield* TestClock.adjust("1 seconds")
        const end = yield* ended(waiting)
        expect(end).toMatchObject({ how: { _tag: "Exhausted", retryAt: null, tokens: [{ alias: "b" }] } })
        expect(end?.at).toBeLessThanOrEqual(3_000)
      }).pipe(Effect.provide(running))
    })
  )

  it.scoped("leaves no trace of it in the queue", () =>
    Effect.gen(function* () {
      const rotation = yield* TokenRotation.TokenRotation
      const lease = yield* lend
      const waiting = yield* waits()
      yield* lease.settle(revoked)
      yield* TestClock.adjust("1 millis")
      expect(yield* ended(waiting)).toMatchObject({ at: 1_000 })
      yield* rotation.enable("acme", "a")
      expect(yield* Effect.flatMap(waits({ timeout: 0 }), Fiber.join)).toEqual({ at: 1_001, how: "a" })
    }).pipe(Effect.provide(patient(["a"])))
  )
})

describe("a wait that may still have an end", () => {
  it.scoped("goes on through an outage, but not through a rest that the provider states beyond it", () =>
    Effect.gen(function* () {
      const rotation = yield* TokenRotation.TokenRotation
      const big = yield* rotation.acquire("acme", { model: "big" })
      yield* big.settle(limited(20, "model"))
      const waiting = yield* waits({ model: "big" })
      for (const lease of yield* Effect.replicateEffect(lend, 5)) yield* lease.settle(down)
      yield* TestClock.adjust("1 seconds")
      expect(yield* rotation.isTroubled("acme")).toBe(true)
      expect(yield* ended(waiting)).toBeNull()
      yield* rotation.markError("acme", "a", { ...down, cooldownMillis: 60_000, provenance: "stated" })
      yield* TestClock.adjust("1 millis")
      expect(yield* ended(waiting)).toMatchObject({ at: 2_000, how: { _tag: "Exhausted", retryAt: 62_000 } })
    }).pipe(
      Effect.provide(rotationOf(["a"], {}, { acquireTimeout: "30 seconds", recovery: Schedule.spaced("60 seconds") }))
    )
  )

  it.scoped("goes on while the probe of the only token is out", () =>
    Effect.gen(function* () {
      const rotation = yield* TokenRotation.TokenRotation
      for (let i = 0; i < 3; i++) yield* rotation.markError("acme", "a")
      const probe = yield* Effect.fork(rotation.acquire("acme", { timeout: "70 seconds" }))
      const waiting = yield* waits({ timeout: "70 seconds" })
      yield* TestClock.adjust("61 seconds")
      expect(yield* ended(waiting)).toBeNull()
      yield* (yield* Fiber.join(probe)).settle(Outcome.success)
      yield* TestClock.adjust("1 seconds")
      expect(yield* ended(waiting)).toMatchObject({ how: "a" })
    }).pipe(Effect.provide(patient(["a"], null)))
  )
})
