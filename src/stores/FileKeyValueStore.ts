/**
 * An `@effect/platform` `KeyValueStore` over the same versioned files: what platform's own file layer is not, namely
 * atomic (`modify` too, across processes), private (0600 in 0700) and whole after a crash.
 *
 * @since 0.1.0
 */
import { type PlatformError, SystemError } from "@effect/platform/Error"
import * as KeyValueStore from "@effect/platform/KeyValueStore"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { unreadable } from "../FileFailure.js"
import type { Options } from "./FileStateStore.js"
import * as VersionedFiles from "./VersionedFiles.js"
import * as WriteQueue from "./WriteQueue.js"

const failure = (method: string, path: string, cause: unknown): PlatformError => {
  const error = unreadable(path, cause)
  return new SystemError({
    reason: "Unknown",
    module: "KeyValueStore",
    method,
    pathOrDescriptor: error.path,
    description: error.reason,
    cause: error
  })
}

/**
 * A `KeyValueStore` whose every write is atomic and durable. Bytes are kept as Base64, as platform's own string stores
 * do. `remove` of a missing key succeeds.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<KeyValueStore.KeyValueStore> =>
  Layer.sync(KeyValueStore.KeyValueStore, () => make(VersionedFiles.make(options.directory), options.directory))

const make = (files: VersionedFiles.VersionedFiles, directory: string): KeyValueStore.KeyValueStore => {
  const queue = WriteQueue.make(files)
  const attempt = <A>(method: string, evaluate: () => A) =>
    Effect.try({ try: evaluate, catch: (cause) => failure(method, directory, cause) })
  const change = <A>(
    method: string,
    key: string,
    f: (current: string | undefined) => readonly [A, string | undefined]
  ): Effect.Effect<A, PlatformError> =>
    Effect.mapError(queue.modify(key, f), (cause) => failure(method, directory, cause))

  const store = KeyValueStore.makeStringOnly({
    get: (key) => attempt("get", () => Option.fromNullable(files.get(key))),
    set: (key, value) => change("set", key, () => [undefined, value]),
    remove: (key) => attempt("remove", () => files.remove(key)),
    clear: attempt("clear", files.clear),
    size: attempt("size", files.size),
    modify: (key, f) => change("modify", key, (text) => twice(text === undefined ? undefined : f(text))),
    modifyUint8Array: (key, f) =>
      change("modifyUint8Array", key, (text) => {
        const bytes = text === undefined ? undefined : f(toBytes(text))
        return [Option.fromNullable(bytes), bytes && Encoding.encodeBase64(bytes)]
      })
  })

  return {
    ...store,
    // The one `make` gives goes through `get` and `set`, past any `modify` that is atomic.
    forSchema: <A, I, R>(schema: Schema.Schema<A, I, R>): KeyValueStore.SchemaStore<A, R> => {
      const json = Schema.parseJson(schema)
      const modify = (
        key: string,
        f: (value: A) => A
      ): Effect.Effect<Option.Option<A>, PlatformError | ParseResult.ParseError, R> =>
        Effect.gen(function* () {
          for (;;) {
            const current = yield* store.get(key)
            if (Option.isNone(current)) return Option.none()
            const next = f(yield* Schema.decodeUnknown(json)(current.value))
            const text = yield* Schema.encode(json)(next)
            const done = yield* change("modify", key, (now) =>
              now === current.value ? [true, text] : [false, undefined]
            )
            if (done) return Option.some(next)
          }
        })
      return { ...store.forSchema(schema), modify }
    }
  }
}

const twice = (text: string | undefined) => [Option.fromNullable(text), text] as const

const toBytes = (text: string): Uint8Array =>
  Either.getOrElse(Encoding.decodeBase64(text), () => new TextEncoder().encode(text))
