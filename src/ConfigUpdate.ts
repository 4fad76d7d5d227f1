/**
 * Edits of the config file between processes: read, change, replace, under a short lock.
 *
 * @since 0.1.0
 */
import { pid } from "node:process"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as ConfigDocument from "./ConfigDocument.js"
import * as ConfigFile from "./ConfigFile.js"
import * as FileLock from "./FileLock.js"
import { ConfigError } from "./RotationError.js"

class Busy extends Data.TaggedError("Busy")<{ readonly pid: number; readonly lock: string }> {}

/**
 * Replaces the document at `path` by what `change` makes of it. Other processes that edit wait their turn; the part that
 * must not be disturbed is synchronous, so nothing of this process can come between, not even an interrupt.
 *
 * @since 0.1.0
 * @category mutations
 */
export const edit = <E>(
  path: string,
  change: (document: ConfigDocument.ConfigDocument) => Either.Either<ConfigDocument.ConfigDocument, E>
): Effect.Effect<void, ConfigError | E> =>
  Effect.flatten(ConfigFile.attempt(() => editNow(path, change))).pipe(
    Effect.retry({
      while: (error) => error instanceof Busy,
      schedule: Schedule.exponential("5 millis").pipe(
        Schedule.union(Schedule.spaced("50 millis")),
        Schedule.jittered,
        Schedule.upTo("10 seconds")
      )
    }),
    Effect.catchIf(
      (error): error is Busy => error instanceof Busy,
      ({ lock, pid }) =>
        Effect.fail(
          new ConfigError({
            path,
            reason: `process ${pid} is editing it and does not finish`,
            remedy: `If that process is long gone, delete ${lock}.`
          })
        )
    )
  )

const editNow = <E>(
  path: string,
  change: (document: ConfigDocument.ConfigDocument) => Either.Either<ConfigDocument.ConfigDocument, E>
): Effect.Effect<void, ConfigError | E | Busy> => {
  const file = ConfigFile.target(path)
  ConfigFile.prepare(file)
  const lock = ConfigFile.failing(file, "cannot be locked", () => FileLock.tryAcquire(file))
  if (lock._tag === "Busy") return Effect.fail(new Busy({ pid: lock.holder.pid, lock: lock.lock }))
  try {
    ConfigFile.sweep(file)
    const text = ConfigFile.readText(file)
    const document = text === undefined ? Either.right(ConfigDocument.empty(path)) : ConfigDocument.decode(path, text)
    const next = Either.flatMap(document, change)
    if (Either.isLeft(next)) return Effect.fail(next.left)
    const written = Redacted.value(next.right.text)
    if (written === text) return Effect.void
    // An editor that knows nothing of the lock may have saved meanwhile.
    if (ConfigFile.readText(file) !== text) return Effect.fail(new Busy({ pid, lock: FileLock.lockPath(file) }))
    ConfigFile.replace(file, written)
    return Effect.void
  } finally {
    lock.release()
  }
}
