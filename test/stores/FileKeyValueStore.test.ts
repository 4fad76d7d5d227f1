import * as Fs from "node:fs"
import * as Path from "node:path"
import { KeyValueStore } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import * as FileKeyValueStore from "../../src/stores/FileKeyValueStore.js"
import { temporaryDirectories } from "./temporary.js"

const directory = temporaryDirectories()
const check = <A, E>(title: string, body: (root: string) => Effect.Effect<A, E, KeyValueStore.KeyValueStore>) =>
  it.effect(title, () => {
    const root = directory()
    return Effect.provide(body(root), FileKeyValueStore.layer({ directory: root }))
  })

const add = (text: string) => String(Number(text) + 1)
const at500 = { concurrency: "unbounded" } as const

describe("FileKeyValueStore", () => {
  check("sets, gets, counts, removes and clears", () =>
    Effect.gen(function* () {
      const store = yield* KeyValueStore.KeyValueStore
      expect([yield* store.size, yield* store.isEmpty, yield* store.get("a")]).toEqual([0, true, Option.none()])
      yield* store.remove("a")
      yield* store.set("a", "1")
      yield* store.set("b", "")
      expect([yield* store.size, yield* store.has("b"), yield* store.get("b")]).toEqual([2, true, Option.some("")])
      yield* store.remove("a")
      expect([yield* store.size, yield* store.get("a")]).toEqual([1, Option.none()])
      yield* store.clear
      expect(yield* store.size).toBe(0)
    })
  )

  check("leaves what is not its own when it clears", (root) =>
    Effect.gen(function* () {
      const store = yield* KeyValueStore.KeyValueStore
      yield* store.set("a", "1")
      Fs.writeFileSync(Path.join(root, "notes.txt"), "mine")
      yield* store.clear
      expect(Fs.readdirSync(root)).toEqual(["notes.txt"])
    })
  )

  check("keeps bytes", () =>
    Effect.gen(function* () {
      const store = yield* KeyValueStore.KeyValueStore
      const bytes = Uint8Array.from([0, 255, 10, 13])
      yield* store.set("a", bytes)
      expect(yield* store.getUint8Array("a")).toEqual(Option.some(bytes))
      yield* store.modifyUint8Array("a", (now) => now.map((byte) => byte ^ 255))
      expect(yield* store.getUint8Array("a")).toEqual(Option.some(Uint8Array.from([255, 0, 245, 242])))
    })
  )

  check("modifies atomically, and leaves a missing key missing", () =>
    Effect.gen(function* () {
      const store = yield* KeyValueStore.KeyValueStore
      expect(yield* store.modify("a", add)).toEqual(Option.none())
      expect(yield* store.has("a")).toBe(false)
      yield* store.set("a", "0")
      yield* Effect.all(
        Array.from({ length: 500 }, () => store.modify("a", add)),
        at500
      )
      expect(yield* store.get("a")).toEqual(Option.some("500"))
    })
  )

  check("modifies atomically through a schema too", () =>
    Effect.gen(function* () {
      const store = (yield* KeyValueStore.KeyValueStore).forSchema(Schema.Struct({ n: Schema.Number }))
      expect(yield* store.modify("a", ({ n }) => ({ n: n + 1 }))).toEqual(Option.none())
      yield* store.set("a", { n: 0 })
      yield* Effect.all(
        Array.from({ length: 100 }, () => store.modify("a", ({ n }) => ({ n: n + 1 }))),
        at500
      )
      expect(yield* store.get("a")).toEqual(Option.some({ n: 100 }))
    })
  )

  check("names the place and the reason when the file system refuses", (root) =>
    Effect.gen(function* () {
      Fs.writeFileSync(root, "")
      const store = yield* KeyValueStore.KeyValueStore
      const error = yield* Effect.flip(store.set("a", "1"))
      expect(error.message).toContain(Path.join(root, "a"))
      expect(error.message).toContain("a file is where a directory should be")
    })
  )
})
