/**
 * Shared state in files, the default: any number of processes of one machine, safe against `kill -9`, files of mode 0600
 * in directories of mode 0700.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { unreadable } from "../FileFailure.js"
import type { StateStoreError } from "../RotationError.js"
import { StateStore } from "../StateStore.js"
import * as VersionedFiles from "./VersionedFiles.js"
import * as WriteQueue from "./WriteQueue.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Holds a directory per key; created when first written to. */
  readonly directory: string
}

/**
 * A `StateStore` over the versioned files of a directory. Reads are synchronous.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<StateStore> =>
  Layer.sync(StateStore, () => {
    const files = VersionedFiles.make(options.directory)
    const queue = WriteQueue.make(files)
    const reading = <A>(evaluate: () => A): Effect.Effect<A, StateStoreError> =>
      Effect.try({ try: evaluate, catch: (cause) => unreadable(options.directory, cause) })
    return {
      get: (key) => reading(() => Option.fromNullable(files.get(key))),
      version: (key) => reading(() => files.version(key)),
      modify: (key, change) => queue.modify(key, (current) => change(Option.fromNullable(current))),
      moveAside: (key) => reading(() => files.moveAside(key))
    }
  })
