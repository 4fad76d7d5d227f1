/**
 * The config file as a file: read whole, replaced whole, private.
 *
 * @since 0.1.0
 */
import { randomUUID } from "node:crypto"
import * as Fs from "node:fs"
import * as Path from "node:path"
import * as Effect from "effect/Effect"
import { describe, ignoring, isFull } from "./FileFailure.js"
import { ConfigError } from "./RotationError.js"

/**
 * The text of the file; `undefined` when there is none. Throws `ConfigError`.
 *
 * @since 0.1.0
 * @category getters
 */
export const readText = (path: string): string | undefined => {
  const bytes = failing(path, "cannot be read", () => ignoring(["ENOENT"], () => Fs.readFileSync(path)))
  if (bytes === undefined) return undefined
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    const lossy = new TextDecoder("utf-8").decode(bytes)
    const line = lossy.slice(0, lossy.indexOf("\uFFFD")).split("\n").length
    throw new ConfigError({ path, line, reason: "the file is not UTF-8 text", remedy: "Save it as UTF-8." })
  }
}

/**
 * The file that is meant when `path` is a symbolic link, also one that points nowhere yet.
 *
 * @since 0.1.0
 * @category getters
 */
export const target = (path: string): string =>
  failing(path, "cannot be followed", () => {
    let file = path
    for (let links = 0; links < 40; links++) {
      const next = ignoring(["ENOENT", "EINVAL", "UNKNOWN"], () => Fs.readlinkSync(file))
      if (next === undefined) return file
      file = Path.resolve(Path.dirname(file), next)
    }
    throw new ConfigError({ path, reason: "too many symbolic links", remedy: "Make it a file." })
  })

/**
 * Creates the directory of a file that is to be written, for its owner only.
 *
 * @since 0.1.0
 * @category mutations
 */
export const prepare = (file: string): void =>
  failing(file, "cannot be written", () => {
    Fs.mkdirSync(Path.dirname(file), { recursive: true, mode: 0o700 })
  })

/**
 * Replaces the file by `text` in one step, for its owner only: after a crash it is the old one or the new one.
 *
 * @since 0.1.0
 * @category mutations
 */
export const replace = (file: string, text: string): void =>
  failing(file, "cannot be written", () => {
    const temporary = `${file}.${randomUUID()}.tmp`
    const descriptor = Fs.openSync(temporary, "wx", 0o600)
    try {
      try {
        Fs.writeFileSync(descriptor, text)
        // Somebody who edits as root must not lock the owner out.
        const old = Fs.statSync(file, { throwIfNoEntry: false })
        if (old !== undefined) ignoring(["EPERM", "EINVAL"], () => Fs.fchownSync(descriptor, old.uid, old.gid))
        Fs.fsyncSync(descriptor)
      } finally {
        Fs.closeSync(descriptor)
      }
      Fs.renameSync(temporary, file)
    } finally {
      Fs.rmSync(temporary, { force: true })
    }
    syncDirectory(Path.dirname(file))
  })

/**
 * Deletes the temporary files of writers that were killed: they hold secrets. Only for the holder of the lock.
 *
 * @since 0.1.0
 * @category mutations
 */
export const sweep = (file: string): void =>
  failing(file, "cannot be written", () => {
    const directory = Path.dirname(file)
    for (const name of Fs.readdirSync(directory)) {
      if (name.startsWith(`${Path.basename(file)}.`) && /\.[0-9a-f-]{36}\.tmp$/.test(name)) {
        Fs.rmSync(Path.join(directory, name), { force: true })
      }
    }
  })

/**
 * Changes whenever the file does; cheap.
 *
 * @since 0.1.0
 * @category getters
 */
export const stamp = (path: string): string => {
  try {
    const status = Fs.statSync(path, { bigint: true, throwIfNoEntry: false })
    return status === undefined
      ? "absent"
      : `${status.ino}.${status.size}.${status.mtimeNs}.${status.ctimeNs}.${status.mode}`
  } catch (cause) {
    return describe(cause)
  }
}

/**
 * The permission bits of a file that others than its owner have, as `chmod` writes them; `undefined` when there are none.
 *
 * @since 0.1.0
 * @category getters
 */
export const exposure = (path: string): string | undefined => {
  const mode = ignoring(["ENOENT", "EACCES"], () => Fs.statSync(path).mode) ?? 0
  return (mode & 0o077) === 0 ? undefined : (mode & 0o777).toString(8)
}

const syncDirectory = (directory: string): void => {
  // Windows has no such call, and needs none.
  const descriptor = ignoring(["EPERM", "EISDIR", "EACCES"], () => Fs.openSync(directory, "r"))
  if (descriptor === undefined) return
  try {
    ignoring(["EPERM", "EINVAL"], () => Fs.fsyncSync(descriptor))
  } finally {
    Fs.closeSync(descriptor)
  }
}

/**
 * Evaluates; what the file system has against it becomes a `ConfigError`.
 *
 * @since 0.1.0
 * @category errors
 */
export const failing = <A>(path: string, what: string, evaluate: () => A): A => {
  try {
    return evaluate()
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    throw new ConfigError({
      path,
      reason: `${what}: ${describe(cause)}`,
      remedy: isFull(cause)
        ? "Free some space, then try again. The file is as it was."
        : "Check who owns the file and its directory, or name another with --config or LLMCTL_CONFIG_DIR."
    })
  }
}

/**
 * Runs what throws `ConfigError` and nothing else, or has a bug.
 *
 * @since 0.1.0
 * @category errors
 */
export const attempt = <A>(evaluate: () => A): Effect.Effect<A, ConfigError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(evaluate())
    } catch (cause) {
      return cause instanceof ConfigError ? Effect.fail(cause) : Effect.die(cause)
    }
  })
