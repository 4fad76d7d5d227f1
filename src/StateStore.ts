/**
 * Where learnt state lives: named documents with an atomic read-change-write.
 *
 * The contract is compare-and-set that can create. `@effect/platform`'s own `KeyValueStore.modify` is neither atomic nor
 * able to create, so shared state never goes through it.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { StateStoreError } from "./RotationError.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The newest document under `key`. */
  readonly get: (key: string) => Effect.Effect<Option.Option<string>, StateStoreError>
  /**
   * A token that changes whenever the document does; `""` when there is none. Cheap enough to ask twice a second.
   */
  readonly version: (key: string) => Effect.Effect<string, StateStoreError>
  /**
   * Atomically replaces the document by what `change` makes of it. `change` must be pure: it is run again when another
   * writer was faster. Completes when the document is durable.
   */
  readonly modify: <A>(
    key: string,
    change: (current: Option.Option<string>) => readonly [A, string]
  ) => Effect.Effect<A, StateStoreError>
  /**
   * Moves a document that cannot be understood out of the way, so that a fresh one can begin and nothing is lost.
   * Returns where it went, for the message to the user.
   */
  readonly moveAside: (key: string) => Effect.Effect<string, StateStoreError>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class StateStore extends Context.Tag("llmctl/StateStore")<StateStore, Service>() {}
