import { KeyValueStore } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Layer, Option } from "effect"
import { StateStore } from "../../src/StateStore.js"
import * as FileKeyValueStore from "../../src/stores/FileKeyValueStore.js"
import * as FileStateStore from "../../src/stores/FileStateStore.js"
import * as KeyValueStateStore from "../../src/stores/KeyValueStateStore.js"
import { temporaryDirectories } from "./temporary.js"

const directory = temporaryDirectories()

const increment = (current: Option.Option<string>): readonly [number, string] => {
  const next = Number(Option.getOrElse(current, () => "0")) + 1
  return [next, String(next)]
}

const keys = ["", ".", "..", "a/b", "a%2fb", "A", "a", "con", "ключ", "x".repeat(400), `${"x".repeat(400)}y`, "a\nb"]

const suite = (name: string, layer: () => Layer.Layer<StateStore>) =>
  describe(name, () => {
    const check = <A, E>(title: string, body: Effect.Effect<A, E, StateStore>) =>
      it.effect(title, () => Effect.provide(body, layer()))

    check(
      "has nothing under a key nobody wrote",
      Effect.gen(function* () {
        const store = yield* StateStore
        expect(yield* store.get("k")).toEqual(Option.none())
        expect(yield* store.version("k")).toBe("")
      })
    )

    check(
      "creates a document and gives it back as written",
      Effect.gen(function* () {
        const store = yield* StateStore
        for (const text of ["", "\n", "one\ntwo\n", "\u0000", "\uFEFFü😀"]) {
          expect(yield* store.modify("k", () => ["answer", text])).toBe("answer")
          expect(yield* store.get("k")).toEqual(Option.some(text))
        }
      })
    )

    check(
      "keeps every key apart, whatever it is made of",
      Effect.gen(function* () {
        const store = yield* StateStore
        for (const key of keys) yield* store.modify(key, () => [undefined, JSON.stringify(key)])
        for (const key of keys) expect(yield* store.get(key)).toEqual(Option.some(JSON.stringify(key)))
      })
    )

    check(
      "loses none of 500 concurrent changes and hands each its own answer",
      Effect.gen(function* () {
        const store = yield* StateStore
        const answers = yield* Effect.all(
          Array.from({ length: 500 }, () => store.modify("k", increment)),
          { concurrency: "unbounded" }
        )
        expect(answers.sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1))
        expect(yield* store.get("k")).toEqual(Option.some("500"))
      })
    )

    check(
      "changes its version with the document, and only then",
      Effect.gen(function* () {
        const store = yield* StateStore
        const seen = new Set<string>([yield* store.version("k")])
        for (let i = 0; i < 40; i++) {
          yield* store.modify("k", increment)
          const version = yield* store.version("k")
          expect(yield* store.version("k")).toBe(version)
          seen.add(version)
        }
        expect(seen.size).toBe(41)
        const before = yield* store.version("k")
        yield* store.modify("k", (current) => [undefined, Option.getOrThrow(current)])
        expect(yield* store.version("k")).toBe(before)
      })
    )

    check(
      "moves a document aside so that a fresh one can begin, every time to another place",
      Effect.gen(function* () {
        const store = yield* StateStore
        const places = new Set<string>()
        for (let i = 0; i < 3; i++) {
          yield* store.modify("k", () => [undefined, `broken ${i}`])
          places.add(yield* store.moveAside("k"))
          expect(yield* store.get("k")).toEqual(Option.none())
        }
        expect(places.size).toBe(3)
        expect(yield* store.modify("k", increment)).toBe(1)
      })
    )

    check(
      "refuses to move a document that is not there",
      Effect.gen(function* () {
        const store = yield* StateStore
        expect((yield* Effect.flip(store.moveAside("k")))._tag).toBe("StateStoreError")
      })
    )

    check(
      "lets a change that throws die alone",
      Effect.gen(function* () {
        const store = yield* StateStore
        const bad = store.modify("k", () => {
          throw new Error("bug")
        })
        const exits = yield* Effect.all(
          [store.modify("k", increment), bad, store.modify("k", increment)].map(Effect.exit),
          {
            concurrency: "unbounded"
          }
        )
        expect(exits.map(Exit.isSuccess)).toEqual([true, false, true])
        expect(
          Exit.isFailure(exits[1] ?? Exit.void) && Cause.isDie((exits[1] as Exit.Failure<never, never>).cause)
        ).toBe(true)
        expect(yield* store.get("k")).toEqual(Option.some("2"))
      })
    )

    check(
      "goes on when writers are interrupted at any point",
      Effect.gen(function* () {
        const store = yield* StateStore
        let expected = 0
        for (let i = 0; i < 30; i++) {
          const fibers = yield* Effect.forEach(Array.from({ length: 10 }), () =>
            Effect.fork(store.modify("k", increment))
          )
          for (let j = 0; j < i % 7; j++) yield* Effect.promise(() => new Promise<void>(setImmediate))
          const exits = yield* Effect.forEach(fibers, (fiber, n) =>
            n % 2 === 0 ? Fiber.interrupt(fiber) : Fiber.await(fiber)
          )
          expected += exits.filter(Exit.isSuccess).length
        }
        const count = Number(Option.getOrElse(yield* store.get("k"), () => "0"))
        expect(count).toBeGreaterThanOrEqual(expected)
        expect(count).toBeLessThanOrEqual(300)
        expect(yield* store.modify("k", increment)).toBe(count + 1)
      })
    )
  })

suite("FileStateStore", () => FileStateStore.layer({ directory: directory() }))
suite("KeyValueStateStore.layerMemory", () => KeyValueStateStore.layerMemory)
suite("KeyValueStateStore over FileKeyValueStore", () =>
  Layer.provide(KeyValueStateStore.layer, FileKeyValueStore.layer({ directory: directory() })))
suite("KeyValueStateStore over a store of strings", () =>
  Layer.provide(
    KeyValueStateStore.layer,
    KeyValueStore.layerStorage(() => {
      const map = new Map<string, string>()
      return {
        getItem: (key: string) => map.get(key) ?? null,
        setItem: (key: string, value: string) => map.set(key, value),
        removeItem: (key: string) => map.delete(key),
        clear: () => map.clear(),
        key: () => null,
        length: 0
        // The methods the layer uses; `Storage` also wants an index signature.
      } as unknown as Storage
    })
  ))
