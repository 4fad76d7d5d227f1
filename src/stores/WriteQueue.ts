/**
 * The writers of one process, first come first served per key, and as many of them to a commit as have come together:
 * five hundred fibers that change one document cost a handful of commits. Each still sees what the one before it left.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { unreadable } from "../FileFailure.js"
import type { StateStoreError } from "../RotationError.js"
import type { VersionedFiles } from "./VersionedFiles.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface WriteQueue {
  /**
   * Atomically changes the document under `key`; a change to `undefined` leaves it as it is. An interrupt takes a
   * waiting change back; one whose commit is under way is waited for.
   */
  readonly modify: <A>(
    key: string,
    change: (current: string | undefined) => readonly [A, string | undefined]
  ) => Effect.Effect<A, StateStoreError>
}

interface Job {
  readonly apply: (current: string | undefined) => string | undefined
  readonly committed: () => void
  readonly failed: (error: StateStoreError) => void
}

interface Lane {
  waiting: Array<Job>
}

/** A change parses and prints the document; this many of them may hold up the event loop at once. */
const perCommit = 64

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (files: VersionedFiles): WriteQueue => {
  const lanes = new Map<string, Lane>()

  const drain = async (key: string, lane: Lane): Promise<void> => {
    // Let everybody who is about to write in this turn of the event loop join.
    await Promise.resolve()
    while (lane.waiting.length > 0) {
      const batch = lane.waiting.slice(0, perCommit)
      lane.waiting = lane.waiting.slice(perCommit)
      try {
        await files.commit(key, (current) => batch.reduce((text, job) => job.apply(text), current))
        for (const job of batch) job.committed()
      } catch (cause) {
        for (const job of batch) job.failed(unreadable(key, cause))
      }
    }
    lanes.delete(key)
  }

  const enqueue = (key: string, job: Job): Lane => {
    const existing = lanes.get(key)
    if (existing !== undefined) {
      existing.waiting.push(job)
      return existing
    }
    const lane: Lane = { waiting: [job] }
    lanes.set(key, lane)
    void drain(key, lane)
    return lane
  }

  return {
    modify: <A>(key: string, change: (current: string | undefined) => readonly [A, string | undefined]) =>
      Effect.async<A, StateStoreError>((resume) => {
        let result: Exit.Exit<A, StateStoreError> | undefined
        let settled = false
        let whenSettled = () => {}
        const settle = (exit: Exit.Exit<A, StateStoreError>): void => {
          settled = true
          whenSettled()
          resume(exit)
        }
        const job: Job = {
          apply: (current) => {
            try {
              const [value, next] = change(current)
              result = Exit.succeed(value)
              return next ?? current
            } catch (defect) {
              result = Exit.die(defect)
              return current
            }
          },
          committed: () => settle(result ?? Exit.failCause(Cause.die("a commit skipped its change"))),
          failed: (error) => settle(result !== undefined && Exit.isFailure(result) ? result : Exit.fail(error))
        }
        const lane = enqueue(key, job)
        return Effect.async<void>((done) => {
          const before = lane.waiting.length
          lane.waiting = lane.waiting.filter((other) => other !== job)
          whenSettled = () => done(Effect.void)
          if (settled || lane.waiting.length < before) whenSettled()
        })
      })
  }
}
