import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Option, Schedule, TestClock } from "effect"
import { google } from "../src/providers/Google.js"
import * as Rotate from "../src/Rotate.js"
import * as RotationError from "../src/RotationError.js"
import * as TokenRotation from "../src/TokenRotation.js"
import { rotationOf } from "./support/rotation.js"

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

const answer = (status: number, headers: Readonly<Record<string, string>> = {}): Answer => ({ status, headers })

/** A transport that plays a script per token; a string stands for a connection that breaks, the last entry stays. */
const play = (scripts: Readonly<Record<string, ReadonlyArray<Answer | string>>>) => {
  const sent: Array<string> = []
  const discarded: Array<number> = []
  const transport: Rotate.Transport<Answer, string> = {
    send: (lease) =>
      Effect.suspend(() => {
        const { alias } = lease.token
        const turn = sent.filter((other) => other === alias).length
        sent.push(alias)
        const script = scripts[alias] ?? []
        const next = script[Math.min(turn, script.length - 1)] ?? answer(200)
        return typeof next === "string" ? Effect.fail(next) : Effect.succeed(next)
      }),
    head: (a) => a,
    peek: (a) => Effect.succeed([a, undefined]),
    discard: (a) => Effect.sync(() => void discarded.push(a.status)),
    trouble: (error) => error
  }
  return { sent, discarded, transport }
}

const statusOf = (result: Rotate.Result<Answer>) =>
  result._tag === "Answered" ? result.answer.status : { exhausted: Option.map(result.refusal, (a) => a.status) }

const view = Effect.flatMap(TokenRotation.TokenRotation, (rotation) =>
  Effect.map(rotation.pools, ([pool]) =>
    Object.fromEntries(pool?.tokens.map((t) => [t.alias, `${t.state}/${t.inFlight}`]) ?? [])
  )
)

describe("Rotate", () => {
  it.effect("rotates at once past a revoked and a limited token, and discards what they answered", () =>
    Effect.gen(function* () {
      const { discarded, sent, transport } = play({ a: [answer(401)], b: [answer(429, { "retry-after": "60" })] })
      expect(statusOf(yield* Rotate.run({ transport }))).toBe(200)
      expect(sent).toEqual(["a", "b", "c"])
      expect(discarded).toEqual([401, 429])
      expect(yield* view).toEqual({ a: "isolated/0", b: "cooling/0", c: "ready/0" })
    }).pipe(Effect.provide(rotationOf(["a", "b", "c"])))
  )

  it.effect("hands a request fault back at once and hurts nobody", () =>
    Effect.gen(function* () {
      for (const status of [400, 404, 413, 422]) {
        const { sent, transport } = play({ a: [answer(status)], b: [answer(status)] })
        expect(statusOf(yield* Rotate.run({ transport }))).toBe(status)
        expect(sent.length).toBe(1)
      }
      expect(yield* view).toEqual({ a: "ready/0", b: "ready/0" })
    }).pipe(Effect.provide(rotationOf(["a", "b"])))
  )

  it.effect("waits for a model that is busy, and not for one that nobody has", () =>
    Effect.gen(function* () {
      const unknown = play({ a: [answer(404)], b: [answer(404)] })
      const peek = (a: Answer) => Effect.succeed([a, '{"error":{"message":"models/x is not found"}}'] as const)
      const transport = { ...unknown.transport, peek }
      expect(statusOf(yield* Rotate.run({ transport, model: "x" }))).toBe(404)
      expect(unknown.sent).toEqual(["a"])
      const busy = play({ a: [answer(200)], b: [answer(503), answer(200)] })
      const fiber = yield* Effect.fork(Rotate.run({ transport: busy.transport, model: "y" }))
      yield* TestClock.adjust("4 seconds")
      expect(statusOf(yield* Fiber.join(fiber))).toBe(200)
      expect(busy.sent).toHaveLength(2)
    }).pipe(Effect.provide(rotationOf(["a", "b"], { provider: google })))
  )

  it.effect("waits trouble of the provider out instead of rotating through the pool", () =>
    Effect.gen(function* () {
      const { sent, transport } = play({ a: [answer(503)], b: [answer(503)], c: [answer(200)] })
      const fiber = yield* Effect.fork(Rotate.run({ transport }))
      yield* TestClock.adjust("0 seconds")
      expect(sent).toEqual(["a"])
      yield* TestClock.adjust("4 seconds")
      expect(statusOf(yield* Fiber.join(fiber))).toBe(200)
      expect(sent).toEqual(["a", "b", "c"])
      expect(yield* view).toEqual({ a: "ready/0", b: "ready/0", c: "ready/0" })
    }).pipe(Effect.provide(rotationOf(["a", "b", "c"])))
  )

  it.effect("hands the provider's answer on when the retry schedule ends", () =>
    Effect.gen(function* () {
      const { sent, transport } = play({ a: [answer(503)] })
      const fiber = yield* Effect.fork(Rotate.run({ transport }))
      yield* TestClock.adjust("1 minute")
      expect(statusOf(yield* Fiber.join(fiber))).toBe(503)
      expect(sent.length).toBe(4)
    }).pipe(Effect.provide(rotationOf(["a"])))
  )

  it.effect("takes the retry schedule from the user", () =>
    Effect.gen(function* () {
      const { sent, transport } = play({ a: ["ECONNREFUSED"] })
      expect(yield* Effect.exit(Rotate.run({ transport }))).toEqual(Exit.fail("ECONNREFUSED"))
      expect(sent.length).toBe(1)
    }).pipe(Effect.provide(rotationOf(["a"], {}, { retry: Schedule.stop })))
  )

  it.effect("blames no token for a connection that breaks, and tries again", () =>
    Effect.gen(function* () {
      const { transport } = play({ a: ["ECONNRESET", answer(200)] })
      const fiber = yield* Effect.fork(Rotate.run({ transport }))
      yield* TestClock.adjust("1 second")
      expect(statusOf(yield* Fiber.join(fiber))).toBe(200)
      expect(yield* view).toEqual({ a: "ready/0" })
    }).pipe(Effect.provide(rotationOf(["a"])))
  )

  it.effect("tries each token once and then says what each met", () =>
    Effect.gen(function* () {
      const { discarded, sent, transport } = play({ a: [answer(401)], b: [answer(402)], c: [answer(429)] })
      const result = yield* Rotate.run({ transport })
      expect(sent).toEqual(["a", "b", "c"])
      expect(discarded).toEqual([401, 402])
      expect(statusOf(result)).toEqual({ exhausted: Option.some(429) })
      expect(result._tag === "Exhausted" && result.error.attempts.map((a) => [a.alias, a.status])).toEqual([
        ["a", 401],
        ["b", 402],
        ["c", 429]
      ])
    }).pipe(Effect.provide(rotationOf(["a", "b", "c"])))
  )

  it.effect("uses every token of a large pool before it gives up, whatever the retry budget", () =>
    Effect.gen(function* () {
      const aliases = Array.from({ length: 300 }, (_, i) => `t${i}`)
      const { sent, transport } = play(Object.fromEntries(aliases.map((alias) => [alias, [answer(401)]])))
      yield* Rotate.run({ transport })
      expect(new Set(sent).size).toBe(300)
    }).pipe(
      Effect.provide(
        rotationOf(
          Array.from({ length: 300 }, (_, i) => `t${i}`),
          {},
          { retryBudget: { ratio: 0, perSecond: 0, cap: 0 } }
        )
      )
    )
  )

  it.effect("does not retry what the budget has not paid for", () =>
    Effect.gen(function* () {
      const { sent, transport } = play({ a: [answer(503)], b: [answer(503)] })
      expect(statusOf(yield* Rotate.run({ transport }))).toBe(503)
      expect(sent.length).toBe(1)
    }).pipe(Effect.provide(rotationOf(["a", "b"], {}, { retryBudget: { ratio: 0, perSecond: 0, cap: 0 } })))
  )

  it.effect("sends a request that cannot be replayed once", () =>
    Effect.gen(function* () {
      const { sent, transport } = play({ a: [answer(429)] })
      expect(statusOf(yield* Rotate.run({ transport, replayable: false }))).toBe(429)
      expect(sent).toEqual(["a"])
    }).pipe(Effect.provide(rotationOf(["a", "b"])))
  )

  it.effect("an interrupt stops the loop, blames nobody and leaks no lease", () =>
    Effect.gen(function* () {
      const reached = yield* Deferred.make<void>()
      const { transport } = play({})
      const stuck: typeof transport = {
        ...transport,
        send: () => Effect.zipRight(Deferred.succeed(reached, undefined), Effect.never)
      }
      const fiber = yield* Effect.fork(Rotate.run({ transport: stuck }))
      yield* Deferred.await(reached)
      expect(yield* view).toEqual({ a: "ready/1" })
      expect(Exit.isInterrupted(yield* Fiber.interrupt(fiber))).toBe(true)
      expect(yield* view).toEqual({ a: "ready/0" })
    }).pipe(Effect.provide(rotationOf(["a"])))
  )

  it.effect("discards what it kept when the provider is gone meanwhile", () => {
    const { discarded, transport } = play({ a: [answer(401)] })
    let taken = 0
    return Effect.gen(function* () {
      const error = yield* Effect.flip(Rotate.run({ transport }))
      expect(error).toMatchObject({ _tag: "UnknownProvider" })
      expect(discarded).toEqual([401])
    }).pipe(
      Effect.updateService(TokenRotation.TokenRotation, (rotation) => ({
        ...rotation,
        take: (...asked) =>
          taken++ === 0
            ? rotation.take(...asked)
            : Effect.fail(new RotationError.UnknownProvider({ providerId: "acme", known: [] }))
      })),
      Effect.provide(rotationOf(["a", "b"]))
    )
  })

  it.effect("keeps the lease of a held answer until its body ends", () =>
    Effect.gen(function* () {
      const { transport } = play({})
      let finish: Parameters<NonNullable<typeof transport.hold>>[1] | undefined
      const holding: typeof transport = {
        ...transport,
        hold: (a, end) => {
          finish = end
          return a
        }
      }
      yield* Rotate.run({ transport: holding })
      expect(yield* view).toEqual({ a: "ready/1" })
      yield* finish?.({ _tag: "Success" }) ?? Effect.void
      expect(yield* view).toEqual({ a: "ready/0" })
    }).pipe(Effect.provide(rotationOf(["a"])))
  )
})
