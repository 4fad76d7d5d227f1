/**
 * What file system failures become, and the two system calls that need care everywhere.
 *
 * @since 0.1.0
 */
import * as FsPromises from "node:fs/promises"
import { StateStoreError } from "./RotationError.js"

const code = (cause: unknown): string | undefined =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : undefined

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "a file is where a directory should be",
  EISDIR: "a directory is where a file should be",
  EMFILE: "too many open files",
  ENOENT: "no such file or directory",
  ELOOP: "too many symbolic links"
}

/**
 * Says in words why the file system refused.
 *
 * @since 0.1.0
 * @category rendering
 */
export const describe = (cause: unknown): string => {
  const name = code(cause)
  return name === undefined ? "failed for an unknown reason" : (reasons[name] ?? `failed with ${name}`)
}

/**
 * Whether it refused for want of space.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isFull = (cause: unknown): boolean => ["ENOSPC", "EDQUOT"].includes(code(cause) ?? "")

/**
 * The failure as a `StateStoreError` about `path`.
 *
 * @since 0.1.0
 * @category errors
 */
export const unreadable = (path: string, cause: unknown): StateStoreError =>
  cause instanceof StateStoreError ? cause : new StateStoreError({ path, reason: describe(cause), cause })

/**
 * Evaluates; `undefined` when it fails with one of the codes.
 *
 * @since 0.1.0
 * @category combinators
 */
export const ignoring = <A>(codes: ReadonlyArray<string>, evaluate: () => A): A | undefined => {
  try {
    return evaluate()
  } catch (cause) {
    if (codes.includes(code(cause) ?? "")) return undefined
    throw cause
  }
}

/**
 * Makes the names in a directory durable. Windows has no such call, and needs none.
 *
 * @since 0.1.0
 * @category combinators
 */
export const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await FsPromises.open(directory, "r").catch(() => undefined)
  if (handle === undefined) return
  await handle.sync().catch(() => undefined)
  await handle.close()
}
