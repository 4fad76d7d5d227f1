import { Clock, Effect, Fiber } from "effect"
import { describe, expect, it } from "vitest"
import type { Limits } from "../src/core/Limits.js"
import * as Outcome from "../src/core/Outcome.js"
import * as RequestOptions from "../src/RequestOptions.js"
import * as Rotate from "../src/Rotate.js"
import * as TokenRotation from "../src/TokenRotation.js"
import { rotationFrom, source, withSecrets } from "./support/rotation.js"
import { epoch, runVirtually } from "./support/virtual.js"

const over = <A, E>(
  limits: Readonly<Record<string, Partial<Limits>>>,
  program: Effect.Effect<A, E, TokenRotation.TokenRotation>
): A =>
  runVirtually(
    Effect.provide(
      program,
      rotationFrom(
        source([], { tokens: withSecrets(Object.entries(limits).map(([alias, limits]) => ({ alias, limits }))) })
      )
    )
  )

/** Acquires and gives back at once; which token, and when. */
const use = (options: TokenRotation.AcquireOptions) =>
  Effect.scoped(
    Effect.gen(function* () {
      const rotation = yield* TokenRotation.TokenRotation
      const { token } = yield* rotation.acquire("acme", options)
      return `${token.alias} at ${(yield* Clock.currentTimeMillis) - epoch}`
    })
  )

describe("the size of a request", () => {
  it("sends it to the tokens that are large enough, now or as soon as one has room", () => {
    const program = Effect.all([use({ usage: 800 }), use({ usage: 800 }), use({ usage: 800, timeout: "2 minutes" })])
    expect(
      over({ a: { usagePerMinute: 500 }, b: { usagePerMinute: 1_000 }, c: { usagePerMinute: 900 } }, program)
    ).toEqual(["b at 0", "c at 0", "b at 60000"])
  })

  it("tells who has no time for that when there is room, and by which token", () => {
    const program = Effect.zipRight(use({ usage: 800 }), Effect.flip(use({ usage: 800, timeout: "20 seconds" })))
    const error = over({ a: { usagePerMinute: 500 }, b: { usagePerMinute: 1_000 } }, program)
    if (error._tag !== "Exhausted") throw error
    expect([error.retryAt, error.tokens.map(({ alias, until, why }) => [alias, why, until])]).toEqual([
      epoch + 60_000,
      [
        ["a", "its limit is smaller than the request", null],
        ["b", "it has no room yet for a request of this size", epoch + 60_000]
      ]
    ])
  })

  it("that no token is large enough for fails at once, whoever waits, and takes no time from them", () => {
    const program = Effect.gen(function* () {
      yield* use({ usage: 1_000 })
      const waiting = yield* Effect.fork(use({ usage: 1_000, timeout: "2 minutes" }))
      yield* Effect.sleep("1 seconds")
      const error = yield* Effect.flip(use({ usage: 1_001, timeout: "2 minutes" }))
      const at = (yield* Clock.currentTimeMillis) - epoch
      const ambient = yield* Effect.flip(RequestOptions.provide({ usage: 3_000 })(use({})))
      const service = yield* TokenRotation.TokenRotation
      const byHand = yield* Effect.flip(service.next("acme", { usage: 2_000 }))
      return [[error, ambient, byHand].map(({ _tag }) => _tag), at, yield* Fiber.join(waiting)]
    })
    expect(over({ a: { usagePerMinute: 1_000 }, b: { usagePerMinute: 300 } }, program)).toEqual([
      ["RequestTooLarge", "RequestTooLarge", "RequestTooLarge"],
      1_000,
      "a at 60000"
    ])
  })

  it("wakes who waits for room exactly when there is, by a settle too", () => {
    const program = Effect.gen(function* () {
      const rotation = yield* TokenRotation.TokenRotation
      const first = yield* rotation.acquire("acme", { usage: 900 })
      const waiting = yield* Effect.fork(use({ usage: 500, timeout: "2 minutes" }))
      yield* Effect.sleep("7 seconds")
      yield* first.settle(Outcome.success, { usage: { input: 100, output: 0, cacheRead: 0, cacheWrite: 0 } })
      return yield* Fiber.join(waiting)
    })
    expect(over({ a: { usagePerMinute: 1_000 } }, Effect.scoped(program))).toBe("a at 7000")
  })

  it("found out to be too large after a refusal is told with it, and with what the vendor said", () => {
    const said = { status: 429, headers: { "retry-after": "1" } }
    let sent = 0
    const transport: Rotate.Transport<typeof said, never> = {
      // What the answer's headers would say.
      send: (lease) =>
        Effect.as(
          Effect.zipRight(
            Effect.sync(() => sent++),
            lease.hear([
              {
                kind: "tokens",
                unit: "usage",
                limit: 1_000,
                remaining: 900,
                resetAt: epoch + 60_000,
                periodMillis: null,
                refill: "at-once"
              }
            ])
          ),
          said
        ),
      head: (answer) => answer,
      peek: (answer) => Effect.succeed([answer, undefined]),
      discard: () => Effect.void,
      trouble: (error) => error
    }
    const result = over({ a: {} }, Rotate.run({ transport, usage: 2_000 }))
    expect(result).toMatchObject({
      _tag: "TooLarge",
      error: { usage: 2_000, limit: 1_000, reason: "limit_stated", attempts: [{ alias: "a", status: 429 }] },
      refusal: { _tag: "Some", value: said }
    })
    expect(sent).toBe(1)
  })
})
