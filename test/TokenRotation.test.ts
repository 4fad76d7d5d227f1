import { describe, expect, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Exit, Fiber, Layer, Queue, Redacted, Ref, Schedule, TestClock } from "effect"
import * as Outcome from "../src/core/Outcome.js"
import { Exhausted } from "../src/RotationError.js"
import * as TokenRotation from "../src/TokenRotation.js"
import { classify, limited, makeMemory, revoked, rotationOf, secretOf, source } from "./support/rotation.js"

const facts = { headers: {}, now: 0 }
const refused = classify({ ...facts, status: 429 })
const broken = Outcome.failure({ blame: "token", scope: "token", code: "broken", why: "it is broken" })

const take = (provider?: string, options?: TokenRotation.AcquireOptions) =>
  Effect.flatMap(TokenRotation.TokenRotation, (rotation) => rotation.acquire(provider, options))

/** One attempt from acquire to verdict; answers the alias that was lent. */
const use = (outcome: Outcome.Outcome, options?: TokenRotation.AcquireOptions) =>
  Effect.scoped(Effect.flatMap(take("acme", options), (lease) => Effect.as(lease.settle(outcome), lease.token.alias)))

const states = Effect.flatMap(TokenRotation.TokenRotation, (rotation) =>
  Effect.map(rotation.pools, ([pool]) => Object.fromEntries(pool?.tokens.map((t) => [t.alias, t.state]) ?? []))
)

const inFlight = Effect.flatMap(TokenRotation.TokenRotation, (rotation) =>
  Effect.map(rotation.pools, ([pool]) => pool?.tokens.map((token) => token.inFlight))
)

describe("TokenRotation", () => {
  it.effect("lends the tokens in turn, with their secrets still wrapped", () =>
    Effect.gen(function* () {
      const lease = yield* take()
      expect(Redacted.value(lease.token.secret)).toBe(secretOf("a"))
      expect(String(lease.token.secret)).toBe("<redacted>")
      expect([yield* use(Outcome.success), yield* use(Outcome.success), yield* use(Outcome.success)]).toEqual([
        "b",
        "c",
        "a"
      ])
    }).pipe(Effect.scoped, Effect.provide(rotationOf(["a", "b", "c"])))
  )

  it.effect("names each request that it begins, as no caller would who counts its own", () =>
    Effect.gen(function* () {
      const { begin } = yield* TokenRotation.TokenRotation
      const names = yield* Effect.all([begin("acme"), begin("acme"), begin("nobody")])
      expect(new Set(names).size).toBe(3)
      for (const name of names) expect(name).not.toMatch(/^\d+$/)
    }).pipe(Effect.provide(rotationOf(["a"])))
  )

  it.effect("rests a token until the stated time and rotates past it meanwhile", () =>
    Effect.gen(function* () {
      yield* use(limited(5))
      expect(yield* states).toEqual({ a: "cooling", b: "ready" })
      expect([yield* use(Outcome.success), yield* use(Outcome.success)]).toEqual(["b", "b"])
      yield* TestClock.adjust("4999 millis")
      expect(yield* states).toEqual({ a: "cooling", b: "ready" })
      yield* TestClock.adjust("1 millis")
      expect(yield* states).toEqual({ a: "ready", b: "ready" })
    }).pipe(Effect.provide(rotationOf(["a", "b"])))
  )

  it.effect("opens the circuit at the third failure in a row, for 60 seconds, then sends exactly one probe", () =>
    Effect.gen(function* () {
      yield* use(refused)
      yield* use(refused)
      expect(yield* states).toEqual({ a: "ready" })
      yield* use(refused)
      expect(yield* states).toEqual({ a: "open" })
      yield* TestClock.adjust("60 seconds")
      expect(yield* states).toEqual({ a: "half-open" })
      const probe = yield* take()
      expect(yield* states).toEqual({ a: "probing" })
      expect(yield* Effect.flip(take())).toBeInstanceOf(Exhausted)
      yield* probe.settle(Outcome.success)
      expect(yield* states).toEqual({ a: "ready" })
    }).pipe(Effect.scoped, Effect.provide(rotationOf(["a"])))
  )

  it.effect("doubles the rest when the probe fails, and starts afresh after a recovery", () =>
    Effect.gen(function* () {
      for (let i = 0; i < 3; i++) yield* use(refused)
      yield* TestClock.adjust("60 seconds")
      yield* use(refused)
      yield* TestClock.adjust("95 seconds")
      expect(yield* states).toEqual({ a: "open" })
      yield* TestClock.adjust("25 seconds")
      expect(yield* states).toEqual({ a: "half-open" })
      yield* use(Outcome.success)
      for (let i = 0; i < 3; i++) yield* use(broken)
      yield* TestClock.adjust("60 seconds")
      expect(yield* states).toEqual({ a: "half-open" })
    }).pipe(Effect.provide(rotationOf(["a"])))
  )

  it.effect("takes the cooldown schedule and the threshold from the user", () =>
    Effect.gen(function* () {
      yield* use(refused)
      expect(yield* states).toEqual({ a: "open" })
      yield* TestClock.adjust("7 seconds")
      expect(yield* states).toEqual({ a: "half-open" })
    }).pipe(Effect.provide(rotationOf(["a"], {}, { failureThreshold: 1, cooldown: Schedule.spaced("7 seconds") })))
  )

  it.effect("isolates a revoked token until someone resets it", () =>
    Effect.gen(function* () {
      const rotation = yield* TokenRotation.TokenRotation
      yield* use(revoked)
      yield* TestClock.adjust(Duration.days(400))
      expect(yield* states).toEqual({ a: "isolated", b: "ready" })
      yield* rotation.reset("acme", ["a"])
      expect(yield* states).toEqual({ a: "ready", b: "ready" })
    }).pipe(Effect.provide(rotationOf(["a", "b"])))
  )

  it.effect("says per token what happened and when the next one is back", () =>
    Effect.gen(function* () {
      yield* use(revoked)
      yield* use(limited(90))
      const error = yield* Effect.flip(use(Outcome.success))
      expect(error).toMatchObject({ _tag: "Exhausted", retryAt: 90_000 })
      expect(error.message).toBe(
        [
          'No token of provider "acme" can serve now',
          "  a: answered 401",
          "  b: answered 429, back at 1970-01-01T00:01:30.000Z",
          "The next is back at 1970-01-01T00:01:30.000Z. See: ctl tokens"
        ].join("\n")
      )
    }).pipe(Effect.provide(rotationOf(["a", "b"])))
  )

  it.effect("counts the first verdict of a lease only", () =>
    Effect.gen(function* () {
      const lease = yield* take()
      yield* lease.settle(Outcome.success)
      yield* lease.settle(revoked)
      expect(yield* states).toEqual({ a: "ready" })
      expect(yield* inFlight).toEqual([0])
    }).pipe(Effect.scoped, Effect.provide(rotationOf(["a"])))
  )

  it.effect("abandons a lease that ends by interrupt, failure or defect, blaming nobody", () =>
    Effect.gen(function* () {
      const held = yield* Deferred.make<void>()
      const fiber = yield* Effect.fork(
        Effect.scoped(Effect.zipRight(Effect.zipRight(take(), Deferred.succeed(held, undefined)), Effect.never))
      )
      yield* Deferred.await(held)
      expect(yield* inFlight).toEqual([1])
      yield* Fiber.interrupt(fiber)
      yield* Effect.exit(Effect.scoped(Effect.zipRight(take(), Effect.die("bug"))))
      yield* Effect.exit(Effect.scoped(Effect.zipRight(take(), Effect.fail("no"))))
      expect(yield* inFlight).toEqual([0])
      const [pool] = yield* (yield* TokenRotation.TokenRotation).pools
      expect(pool?.tokens[0]?.counts).toEqual({
        uses: 3,
        successes: 0,
        errors: 0,
        excused: 0,
        abandoned: 3,
        rests: 0,
        usage: {}
      })
    }).pipe(Effect.provide(rotationOf(["a"])))
  )

  it.effect("gives the place of an interrupted probe back", () =>
    Effect.gen(function* () {
      for (let i = 0; i < 3; i++) yield* use(refused)
      yield* TestClock.adjust("60 seconds")
      yield* Effect.scoped(Effect.zipRight(take(), Effect.void))
      expect(yield* states).toEqual({ a: "half-open" })
      expect(yield* use(Outcome.success)).toBe("a")
      expect(yield* states).toEqual({ a: "ready" })
    }).pipe(Effect.provide(rotationOf(["a"])))
  )

  it.effect("rests one model of a token and leaves the token good for others", () =>
    Effect.gen(function* () {
      const byModel = classify({ ...facts, status: 429, headers: { "retry-after": "9", "x-scope": "model" } })
      yield* use(byModel, { model: "big" })
      expect(yield* Effect.flip(use(Outcome.success, { model: "big" }))).toMatchObject({ retryAt: 9_000 })
      expect(yield* use(Outcome.success, { model: "small" })).toBe("a")
      expect(yield* use(Outcome.success)).toBe("a")
    }).pipe(Effect.provide(rotationOf(["a"])))
  )

  it.effect("withToken marks by how the effect ends", () =>
    Effect.gen(function* () {
      const rotation = yield* TokenRotation.TokenRotation
      expect(yield* rotation.withToken("acme", (token) => Effect.succeed(token.alias))).toBe("a")
      const failed = yield* Effect.exit(
        rotation.withToken("acme", () => Effect.fail("gone"), { classify: () => revoked })
      )
      expect(failed).toEqual(Exit.fail("gone"))
      expect(yield* states).toEqual({ a: "ready", b: "isolated" })
    }).pipe(Effect.provide(rotationOf(["a", "b"])))
  )

  it.effect("manual marks share the pool: three errors in a row rest a token, a success starts the count again", () =>
    Effect.gen(function* () {
      const rotation = yield* TokenRotation.TokenRotation
      const token = yield* rotation.next("acme")
      expect(yield* inFlight).toEqual([0, 0])
      yield* rotation.markError("acme", token.id)
      yield* rotation.markError("acme", token.id)
      yield* rotation.markSuccess("acme", token.id)
      yield* rotation.markError("acme", token.id)
      yield* rotation.markError("acme", token.id)
      expect(yield* states).toEqual({ a: "ready", b: "ready" })
      yield* rotation.markError("acme", token.id)
      expect(yield* states).toEqual({ a: "open", b: "ready" })
      yield* rotation.markSuccess("acme", token.id)
      expect(yield* states).toEqual({ a: "open", b: "ready" })
    }).pipe(Effect.provide(rotationOf(["a", "b"])))
  )

  it.effect("holds a token out by hand and lends it again", () =>
    Effect.gen(function* () {
      const rotation = yield* TokenRotation.TokenRotation
      yield* rotation.disable("acme", "a")
      expect(yield* states).toEqual({ a: "isolated", b: "ready" })
      expect([yield* use(Outcome.success), yield* use(Outcome.success)]).toEqual(["b", "b"])
      yield* rotation.enable("acme", "a")
      expect(yield* states).toEqual({ a: "ready", b: "ready" })
      expect(yield* Effect.flip(rotation.disable("acme", "z"))).toMatchObject({ _tag: "UnknownToken" })
      expect(yield* Effect.flip(rotation.reset("nobody"))).toMatchObject({ _tag: "UnknownProvider" })
    }).pipe(Effect.provide(rotationOf(["a", "b"])))
  )

  it.effect("tells subscribers what happens", () =>
    Effect.gen(function* () {
      const rotation = yield* TokenRotation.TokenRotation
      const events = yield* rotation.events
      yield* use(limited(5))
      yield* TestClock.adjust("5 seconds")
      yield* use(Outcome.success)
      yield* use(Outcome.success)
      const seen = yield* Queue.takeAll(events)
      expect([...seen].map((event) => `${event._tag} ${event.alias}`)).toEqual([
        "AttemptFailed a",
        "Rested a",
        "Returned a"
      ])
    }).pipe(Effect.scoped, Effect.provide(rotationOf(["a", "b"])))
  )

  it.effect("remembers across restarts, by fingerprint and without a secret", () =>
    Effect.gen(function* () {
      const memory = yield* makeMemory
      const open = TokenRotation.layer.pipe(Layer.provide([source(["a", "b"]), memory.layer]), Layer.orDie)
      yield* Effect.provide(Effect.zipRight(use(revoked), use(limited(600))), open)
      const [document] = [...(yield* Ref.get(memory.documents)).values()]
      expect(document).not.toContain(secretOf("a"))
      expect(yield* Effect.provide(states, open)).toEqual({ a: "isolated", b: "cooling" })
      yield* TestClock.adjust("10 minutes")
      expect(yield* Effect.provide(states, open)).toEqual({ a: "isolated", b: "ready" })
    })
  )

  it.effect("a running program sees the reset of another process, and neither loses a count", () =>
    Effect.gen(function* () {
      const memory = yield* makeMemory
      const open = Layer.fresh(TokenRotation.layer.pipe(Layer.provide([source(["a"]), memory.layer]), Layer.orDie))
      const running = yield* Layer.build(open)
      yield* Effect.provide(use(revoked), running)
      yield* TestClock.adjust("1 seconds")
      yield* Effect.provide(
        Effect.flatMap(TokenRotation.TokenRotation, (rotation) => rotation.reset("acme")),
        open
      )
      yield* TestClock.adjust("1 seconds")
      expect(yield* Effect.provide(use(Outcome.success), running)).toBe("a")
      yield* Effect.provide(use(Outcome.success), open)
      yield* TestClock.adjust("1 seconds")
      const [pool] = yield* Effect.provide(
        Effect.flatMap(TokenRotation.TokenRotation, (rotation) => rotation.pools),
        running
      )
      expect(pool?.tokens[0]?.counts).toMatchObject({ uses: 3, successes: 2, errors: 1 })
    }).pipe(Effect.scoped)
  )
})
