/**
 * What other rotations were seen to get wrong, each as a test: the behaviours that span our modules. Those of one
 * module are tested beside it:
 *
 * - a success from before a rest ends it; a burst makes the next rest longer; a shorter rest replaces a longer one; a
 *   quota failure inside a running rest is dropped; a second 429 does not extend the first: `core/Settlement.test.ts`
 * - half-open lets a herd through, or its one probe is lost for good: `core/Circuit.test.ts`, `TokenRotation.test.ts`
 * - errors of siblings bench them all for what the provider did: `core/Corroboration.test.ts`
 * - two processes overwrite each other's rests and counts; a crash tears the file: `core/PoolState.test.ts`, `stores/`
 * - a schema error resets the config, keys included; an edit drops unknown fields: `ConfigStore.test.ts`
 * - every process begins with the first token: `core/Resume.test.ts`
 * - a stated wait is slept through although another token is free; retries stop before every token was tried; the
 *   same request is paid for twice after its answer began: `Rotate.test.ts`, `RotatingHttpClientStream.test.ts`
 * - the digits or words of a message decide; a wait in another form than whole seconds is ignored: `core/Classify.test.ts`
 * - five thousand waiting callers cost quadratic time: `Waiting.test.ts`
 */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Either, Exit, Layer, Redacted, Ref, TestClock } from "effect"
import * as Outcome from "../src/core/Outcome.js"
import * as TokenRotation from "../src/TokenRotation.js"
import { classify, makeMemory, rotationOf, secretOf, source } from "./support/rotation.js"

const facts = { headers: {}, now: 0 }
const answered = (status: number, headers: Readonly<Record<string, string>> = {}) =>
  classify({ ...facts, status, headers })

const acquire = Effect.flatMap(TokenRotation.TokenRotation, (rotation) => rotation.acquire("acme"))

const use = (outcome: Outcome.Outcome) =>
  Effect.scoped(Effect.flatMap(acquire, (lease) => Effect.as(lease.settle(outcome), lease.token.alias)))

const view = Effect.flatMap(TokenRotation.TokenRotation, ({ pools }) =>
  Effect.map(pools, ([pool]) => pool?.tokens ?? [])
)

const states = Effect.map(view, (tokens) => tokens.map(({ alias, state }) => `${alias} ${state}`))

const ten = Array.from({ length: 10 }, (_, i) => `t${i}`)

describe("A rotation", () => {
  it.effect.each(["round-robin", "weighted", "least-used"] as const)(
    "spreads a hundred calls at once evenly under %s, although none has succeeded yet",
    (strategy) =>
      Effect.gen(function* () {
        const leases = yield* Effect.all(
          Array.from({ length: 100 }, () => acquire),
          { concurrency: "unbounded" }
        )
        expect((yield* view).map(({ inFlight }) => inFlight)).toEqual(Array(10).fill(10))
        yield* Effect.forEach(leases, (lease) => lease.settle(Outcome.success))
      }).pipe(Effect.scoped, Effect.provide(rotationOf(ten, { strategy })))
  )

  it.effect("hurts no token for faults of the request, and takes none of them for a success", () =>
    Effect.gen(function* () {
      yield* use(answered(429))
      yield* use(answered(429))
      for (const status of [400, 404, 413, 422, 400, 400]) yield* use(answered(status))
      expect(yield* view).toMatchObject([{ state: "ready", failures: 2, counts: { errors: 2, excused: 6 } }])
      yield* use(answered(429))
      expect(yield* states).toEqual(["a open"])
    }).pipe(Effect.provide(rotationOf(["a"])))
  )

  it.effect("opens no circuit while the provider is down, however long", () =>
    Effect.gen(function* () {
      for (let i = 0; i < 50; i++) {
        yield* use(answered([500, 502, 503, 529][i % 4] ?? 500))
        // Its own circuit lets one probe through every few seconds.
        yield* TestClock.adjust("6 seconds")
      }
      expect(yield* states).toEqual(["a ready", "b ready"])
    }).pipe(Effect.provide(rotationOf(["a", "b"])))
  )

  it.effect("counts errors in a row, not in a lifetime", () =>
    Effect.gen(function* () {
      for (let i = 0; i < 20; i++) {
        yield* TestClock.adjust("2 minutes")
        yield* use(answered(429))
        yield* use(answered(429))
        yield* use(Outcome.success)
      }
      expect(yield* states).toEqual(["a ready"])
    }).pipe(Effect.provide(rotationOf(["a"])))
  )

  it.effect("asks nothing of a token before the stated time, and tells the time that is left", () =>
    Effect.gen(function* () {
      yield* use(answered(429, { "retry-after": "14400" }))
      for (let minute = 0; minute < 240; minute += 30) {
        const refused = yield* Effect.either(use(Outcome.success))
        expect(Either.isLeft(refused) && "retryAt" in refused.left && refused.left.retryAt).toBe(14_400_000)
        yield* TestClock.adjust("30 minutes")
      }
      expect(yield* use(Outcome.success)).toBe("a")
    }).pipe(Effect.provide(rotationOf(["a"], {}, { auditInterval: null })))
  )

  it.effect("does not hold its own refusal against anybody", () =>
    Effect.gen(function* () {
      yield* use(answered(429, { "retry-after": "60" }))
      const before = yield* view
      for (let i = 0; i < 10; i++) expect(Exit.isFailure(yield* Effect.exit(use(Outcome.success)))).toBe(true)
      expect(yield* view).toEqual(before)
    }).pipe(Effect.provide(rotationOf(["a"])))
  )

  it.effect("does not move on because somebody looked", () =>
    Effect.gen(function* () {
      const rotation = yield* TokenRotation.TokenRotation
      const looked: Array<string> = []
      for (let i = 0; i < 6; i++) {
        yield* rotation.pools
        yield* rotation.stats
        yield* rotation.provider("acme")
        looked.push(yield* use(Outcome.success))
      }
      expect(looked).toEqual(["a", "b", "c", "a", "b", "c"])
    }).pipe(Effect.provide(rotationOf(["a", "b", "c"])))
  )

  it.effect("lets a person release what a server benched for weeks", () =>
    Effect.gen(function* () {
      const rotation = yield* TokenRotation.TokenRotation
      yield* use(answered(429, { "retry-after": String(18 * 86_400) }))
      yield* rotation.reset("acme", ["a"])
      expect(yield* use(Outcome.success)).toBe("a")
    }).pipe(Effect.provide(rotationOf(["a"])))
  )
})

describe("What is known of a token", () => {
  const life = (aliases: ReadonlyArray<string>, memory: Effect.Effect.Success<typeof makeMemory>) =>
    TokenRotation.layer.pipe(Layer.provide([source(aliases), memory.layer]), Layer.orDie)

  it.effect("stays with it when the list is reordered or another one is removed", () =>
    Effect.gen(function* () {
      const memory = yield* makeMemory
      yield* Effect.provide(use(answered(401)), life(["a", "b", "c"], memory))
      expect(yield* Effect.provide(states, life(["c", "b", "a"], memory))).toEqual(["c ready", "b ready", "a isolated"])
      expect(yield* Effect.provide(states, life(["b", "a"], memory))).toEqual(["b ready", "a isolated"])
      expect(yield* Effect.provide(states, life(["b", "c"], memory))).toEqual(["b ready", "c ready"])
    })
  )

  it.effect("is not held against another secret under the same alias, nor lost when an alias changes", () =>
    Effect.gen(function* () {
      const memory = yield* makeMemory
      const named = (alias: string, secret: string) =>
        TokenRotation.layer.pipe(
          Layer.provide([source([], { tokens: [{ alias, value: Redacted.make(secretOf(secret)) }] }), memory.layer]),
          Layer.orDie
        )
      yield* Effect.provide(use(answered(401)), named("work", "old"))
      expect(yield* Effect.provide(states, named("work", "new"))).toEqual(["work ready"])
      expect(yield* Effect.provide(states, named("renamed", "old"))).toEqual(["renamed isolated"])
      const documents = [...(yield* Ref.get(memory.documents)).values()].join()
      expect(documents).not.toContain(secretOf("old"))
    })
  )
})
