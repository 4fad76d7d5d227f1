import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Logger, Option, Ref, TestClock } from "effect"
import * as Outcome from "../src/core/Outcome.js"
import { StateStoreError } from "../src/RotationError.js"
import { StateStore } from "../src/StateStore.js"
import * as TokenRotation from "../src/TokenRotation.js"
import { makeMemory, source } from "./support/rotation.js"

/** One attempt that succeeds; answers the alias that was lent. */
const use = Effect.scoped(
  Effect.gen(function* () {
    const lease = yield* (yield* TokenRotation.TokenRotation).acquire("acme")
    yield* lease.settle(Outcome.success)
    return lease.token.alias
  })
)

/** Hears what is told to people. */
const listener = () => {
  const said: Array<string> = []
  return {
    said,
    logger: Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ message }) => void said.push(String(message)))
    )
  }
}

describe("The learnt state", () => {
  it.effect("that cannot be read is moved aside, with its line and reason told, and begins afresh", () =>
    Effect.gen(function* () {
      const memory = yield* makeMemory
      yield* Ref.set(memory.documents, new Map([["state/acme", '{"version":1,\n"members":{"x":'] as const]))
      const open = TokenRotation.layer.pipe(Layer.provide([source(["a"]), memory.layer]), Layer.orDie)
      const { logger, said } = listener()
      expect(yield* use.pipe(Effect.provide(open), Effect.provide(logger))).toBe("a")
      expect(said).toEqual([
        'The learnt state of provider "acme" cannot be read: line 2: the document ends too early. It was moved to state/acme.broken; rotation starts with fresh state.'
      ])
      const documents = yield* Ref.get(memory.documents)
      expect(documents.get("state/acme.broken")).toBe('{"version":1,\n"members":{"x":')
      expect(JSON.parse(documents.get("state/acme") ?? "")).toMatchObject({ version: 1 })
    })
  )

  it.effect("of a newer version is left alone, and calls are served", () =>
    Effect.gen(function* () {
      const memory = yield* makeMemory
      const newer = JSON.stringify({ version: 2, members: [], more: true })
      yield* Ref.set(memory.documents, new Map([["state/acme", newer] as const]))
      const { logger, said } = listener()
      const program = Effect.gen(function* () {
        const service = yield* TokenRotation.TokenRotation
        for (let i = 0; i < 3; i++) {
          yield* use
          yield* service.flush
          yield* TestClock.adjust("1 second")
        }
      })
      const open = TokenRotation.layer.pipe(Layer.provide([source(["a"]), memory.layer]), Layer.orDie)
      yield* program.pipe(Effect.provide(open), Effect.provide(logger))
      expect([...(yield* Ref.get(memory.documents))]).toEqual([["state/acme", newer]])
      expect(said).toEqual([expect.stringContaining("was written by a newer llmctl")])
    })
  )

  it.effect(
    "may be impossible to store: calls are served, it is said once, and all is written when it works again",
    () =>
      Effect.gen(function* () {
        const memory = yield* makeMemory
        const broken = yield* Ref.make(true)
        const store = Layer.effect(
          StateStore,
          Effect.map(StateStore, (inner) => {
            const unless = <A>(effect: Effect.Effect<A, StateStoreError>) =>
              Effect.flatMap(Ref.get(broken), (isBroken) =>
                isBroken ? Effect.fail(new StateStoreError({ path: "/state", reason: "the disk is full" })) : effect
              )
            return StateStore.of({
              ...inner,
              version: (key) => unless(inner.version(key)),
              get: (key) => unless(inner.get(key)),
              modify: (key, change) => unless(inner.modify(key, change))
            })
          })
        ).pipe(Layer.provide(memory.layer))
        const { logger, said } = listener()
        const program = Effect.gen(function* () {
          const service = yield* TokenRotation.TokenRotation
          for (let i = 0; i < 5; i++) {
            expect(yield* use).toBe("a")
            yield* service.flush
            yield* TestClock.adjust("1 second")
          }
          expect(said.toSorted()).toEqual([
            "Shared state was not read: /state: the disk is full",
            "What was learnt could not be written and stays in memory: /state: the disk is full"
          ])
          yield* Ref.set(broken, false)
          // The next change is enough.
          yield* use
          yield* TestClock.adjust("1 second")
          expect((yield* Ref.get(memory.documents)).has("state/acme")).toBe(true)
        })
        const open = TokenRotation.layer.pipe(Layer.provide([source(["a"]), store]), Layer.orDie)
        yield* program.pipe(Effect.provide(open), Effect.provide(logger))
        const written = JSON.parse((yield* Ref.get(memory.documents)).get("state/acme") ?? "")
        expect(Object.values(written.members)).toMatchObject([{ counts: { uses: 6, successes: 6 } }])
        expect(said).toHaveLength(2)
      })
  )

  it.effect("is written once, though a flush comes while it is being written, and the flush waits for that", () =>
    Effect.gen(function* () {
      const memory = yield* makeMemory
      const durable = yield* Effect.makeLatch(false)
      const slow = Layer.effect(
        StateStore,
        Effect.map(StateStore, (inner) =>
          StateStore.of({ ...inner, modify: (key, change) => Effect.zipLeft(inner.modify(key, change), durable.await) })
        )
      ).pipe(Layer.provide(memory.layer))
      const counts = Effect.map(Ref.get(memory.documents), (documents) =>
        Object.values(JSON.parse(documents.get("state/acme") ?? "").members)
      )
      const program = Effect.gen(function* () {
        yield* use
        yield* TestClock.adjust("1 second")
        expect(yield* counts).toMatchObject([{ counts: { uses: 1, successes: 1 } }])
        const idle = yield* Effect.fork((yield* TokenRotation.TokenRotation).flush)
        yield* use
        const flush = yield* Effect.fork((yield* TokenRotation.TokenRotation).flush)
        yield* TestClock.adjust("1 second")
        for (const fiber of [idle, flush]) expect(Option.isNone(yield* Fiber.poll(fiber))).toBe(true)
        yield* durable.open
        yield* Fiber.joinAll([idle, flush])
        expect(yield* counts).toMatchObject([{ counts: { uses: 2, successes: 2 } }])
      })
      const open = TokenRotation.layer.pipe(Layer.provide([source(["a"]), slow]), Layer.orDie)
      yield* Effect.provide(program, open)
    })
  )

  it.effect("tells other processes what is in flight, and takes it back", () =>
    Effect.gen(function* () {
      const memory = yield* makeMemory
      const open = TokenRotation.layer.pipe(Layer.provide([source(["a", "b"]), memory.layer]), Layer.orDie)
      const seen = Effect.map(
        Effect.flatMap(TokenRotation.TokenRotation, ({ pools }) => pools),
        ([pool]) => pool?.tokens.map(({ inFlight }) => inFlight)
      )
      const other = yield* Layer.build(open)
      yield* Effect.gen(function* () {
        const rotation = yield* TokenRotation.TokenRotation
        const lease = yield* rotation.acquire("acme")
        yield* TestClock.adjust("1 second")
        expect(yield* seen).toEqual([1, 0])
        expect(yield* Effect.provide(seen, other)).toEqual([1, 0])
        yield* Effect.provide(
          Effect.flatMap(TokenRotation.TokenRotation, (their) => their.acquire("acme")),
          other
        )
        yield* TestClock.adjust("1 second")
        expect(yield* seen).toEqual([1, 1])
        yield* lease.settle(Outcome.success)
        yield* TestClock.adjust("1 second")
        expect(yield* Effect.provide(seen, other)).toEqual([0, 1])
      }).pipe(Effect.provide(open))
    }).pipe(Effect.scoped)
  )
})
