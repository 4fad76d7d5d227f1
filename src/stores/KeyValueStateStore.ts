/**
 * Shared state over any `@effect/platform` `KeyValueStore`, for stores that have no compare-and-set of their own.
 *
 * Changes are serialised within this process. They go through the store's own `modify`, so they are safe between
 * processes exactly where that is atomic (`FileKeyValueStore`; not the stores platform ships), but for the very first
 * write of a key. Otherwise: one process only.
 *
 * @since 0.1.0
 */
import { createHash } from "node:crypto"
import type { PlatformError } from "@effect/platform/Error"
import * as KeyValueStore from "@effect/platform/KeyValueStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PartitionedSemaphore from "effect/PartitionedSemaphore"
import { StateStoreError } from "../RotationError.js"
import { StateStore } from "../StateStore.js"

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<StateStore, never, KeyValueStore.KeyValueStore> = Layer.effect(
  StateStore,
  Effect.gen(function* () {
    const store = yield* KeyValueStore.KeyValueStore
    const turns = yield* PartitionedSemaphore.make<string>({ permits: 1 })
    const named = <A, R>(key: string, effect: Effect.Effect<A, PlatformError, R>) =>
      Effect.mapError(effect, (cause) => new StateStoreError({ path: key, reason: cause.message, cause }))

    return {
      get: (key) => named(key, store.get(key)),
      version: (key) =>
        Effect.map(
          named(key, store.get(key)),
          Option.match({
            onNone: () => "",
            onSome: (text) => createHash("sha256").update(text).digest("hex").slice(0, 16)
          })
        ),
      modify: (key, change) => turns.withPermits(key, 1)(named(key, replace(store, key, change))),
      moveAside: (key) =>
        Effect.flatMap(turns.withPermits(key, 1)(named(key, moveAside(store, key))), (aside) =>
          aside === undefined
            ? Effect.fail(new StateStoreError({ path: key, reason: "there is no document to move" }))
            : Effect.succeed(aside)
        )
    }
  })
)

/**
 * State that lives as long as the layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerMemory: Layer.Layer<StateStore> = Layer.provide(layer, KeyValueStore.layerMemory)

const replace = <A>(
  store: KeyValueStore.KeyValueStore,
  key: string,
  change: (current: Option.Option<string>) => readonly [A, string]
): Effect.Effect<A, PlatformError> =>
  Effect.suspend(() => {
    let answer: { readonly value: A } | undefined
    const next = (current: Option.Option<string>): string => {
      const [value, text] = change(current)
      answer = { value }
      return text
    }
    const modified = store.modify(key, (text) => next(Option.some(text)))
    return Effect.flatMap(modified, () => {
      if (answer !== undefined) return Effect.succeed(answer.value)
      const [value, text] = change(Option.none())
      return Effect.as(store.set(key, text), value)
    })
  })

const moveAside = (store: KeyValueStore.KeyValueStore, key: string): Effect.Effect<string | undefined, PlatformError> =>
  Effect.gen(function* () {
    const current = yield* store.get(key)
    if (Option.isNone(current)) return undefined
    for (let n = 1; ; n++) {
      const aside = `${key}.unreadable-${n}`
      if (yield* store.has(aside)) continue
      yield* store.set(aside, current.value)
      yield* store.remove(key)
      return aside
    }
  })
