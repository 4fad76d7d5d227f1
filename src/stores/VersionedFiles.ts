/**
 * Documents that several processes change and that survive `kill -9` at any moment: a directory per key, a file
 * `v<N>` per version, and `link(2)` as the compare-and-set.
 *
 * A writer creates a temporary file, reads the newest version N, writes and syncs what comes after it, and links it to
 * `v<N+1>`. If somebody was faster the name is taken and it starts over. There is no lock, so nothing can go stale.
 *
 * The temporary file is named after a version that is not newer than the one its writer reads, and is created *before*
 * that reading. So whoever deletes old versions first deletes the temporary files that could still be linked to one of
 * them, and a writer that slept through all that finds its file gone and starts over, instead of being told that a
 * commit succeeded which nobody will ever read. The same holds when the whole directory is moved away. Deleting a
 * temporary file is therefore always safe, and the ones killed writers left behind go the same way.
 *
 * A document is written with a line end after it, so an empty file was never written whole: the power went. Only then
 * does the version before it count. Needs hard links (not FAT or exFAT).
 *
 * @since 0.1.0
 */
import { randomUUID } from "node:crypto"
import * as Fs from "node:fs"
import * as FsPromises from "node:fs/promises"
import * as Path from "node:path"
import { ignoring, syncDirectory, unreadable } from "../FileFailure.js"
import { StateStoreError } from "../RotationError.js"
import { keyName } from "./KeyName.js"
import { listVersions, read, type Snapshot } from "./VersionedFilesRead.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface VersionedFiles {
  /** The newest document. Synchronous; throws `StateStoreError`. */
  readonly get: (key: string) => string | undefined
  /** Changes whenever the document does; `""` when there is none. Synchronous, one look into a directory. */
  readonly version: (key: string) => string
  /**
   * Replaces the document by what `change` makes of it, which is run again when another writer was faster. `undefined`
   * and the document itself leave everything as it is. Settles when the document is durable.
   */
  readonly commit: (key: string, change: (current: string | undefined) => string | undefined) => Promise<void>
  /** Deletes the document; succeeds when there is none. */
  readonly remove: (key: string) => void
  /** Moves the document this process last read, with its history, beside the others; says where it went. */
  readonly moveAside: (key: string) => string
  /** How many keys hold a document. */
  readonly size: () => number
  readonly clear: () => void
}

/** Versions that stay readable behind the newest. */
const retained = 16

/** A temporary file this much older than a commit belongs to nobody who is still at it. */
const abandonedAfterMillis = 60_000

/**
 * The documents under `directory`, which is created when first written to.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (directory: string): VersionedFiles => {
  const place = (key: string) => Path.join(directory, keyName(key))
  const seen = new Map<string, string>()
  const remember = (key: string, snapshot: Snapshot): Snapshot => {
    seen.set(key, snapshot.version)
    return snapshot
  }
  const names = (): ReadonlyArray<string> => ignoring(["ENOENT"], () => Fs.readdirSync(directory)) ?? []

  const remove = (folder: string): void => {
    const gone = Path.join(directory, `.removed-${randomUUID()}`)
    // One step for whoever looks; the files follow at leisure, as do those of a process killed in between.
    ignoring(["ENOENT"], () => Fs.renameSync(folder, gone))
    for (const name of names()) {
      if (name.startsWith(".removed-")) Fs.rmSync(Path.join(directory, name), { recursive: true, force: true })
    }
  }

  return {
    get: (key) => failing(place(key), () => remember(key, read(place(key))).text),
    version: (key) => failing(place(key), () => read(place(key), "version only").version),
    commit: async (key, change) => {
      const folder = place(key)
      let floor = 0
      try {
        for (;;) {
          const tried = await attempt(folder, floor, (snapshot) => change(remember(key, snapshot).text))
          if (tried === "committed") seen.delete(key)
          if (tried === "committed" || tried === "unchanged") return
          floor = tried
        }
      } catch (cause) {
        throw unreadable(folder, cause)
      }
    },
    remove: (key) => failing(place(key), () => remove(place(key))),
    moveAside: (key) => failing(place(key), () => moveAside(place(key), seen.get(key))),
    size: () =>
      failing(directory, () => names().filter((name) => isKey(name) && holds(Path.join(directory, name))).length),
    clear: () =>
      failing(directory, () => {
        for (const name of names().filter(isKey)) remove(Path.join(directory, name))
      })
  }
}

const isKey = (name: string): boolean => !name.includes(".")

const holds = (folder: string): boolean => listVersions(folder).numbers.length > 0

const failing = <A>(path: string, evaluate: () => A): A => {
  try {
    return evaluate()
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** One try at the next version: how it ended, or the version number to start over with. */
const attempt = async (
  folder: string,
  floor: number,
  change: (snapshot: Snapshot) => string | undefined
): Promise<"committed" | "unchanged" | number> => {
  const temporary = Path.join(folder, `t${floor}-${randomUUID()}`)
  const handle = await create(folder, temporary)
  let next: string
  let base: Snapshot
  try {
    base = read(folder)
    // The directory is a new one, whose numbers began again.
    if (base.number < floor) return base.number
    const text = change(base)
    if (text === undefined || text === base.text) return "unchanged"
    await handle.writeFile(`${text}\n`)
    await handle.sync()
    next = Path.join(folder, `v${base.number + 1}`)
    if (!(await link(temporary, next))) return base.number
  } finally {
    await handle.close()
    await FsPromises.rm(temporary, { force: true })
  }
  await syncDirectory(folder)
  if (base.entries > 2 * retained) collect(folder, base.number + 1)
  return "committed"
}

const create = async (folder: string, file: string): Promise<FsPromises.FileHandle> => {
  for (;;) {
    try {
      return await FsPromises.open(file, "wx", 0o600)
    } catch (cause) {
      if (!isCode(cause, "ENOENT")) throw cause
      await FsPromises.mkdir(folder, { recursive: true, mode: 0o700 })
      await syncDirectory(Path.dirname(folder))
    }
  }
}

const link = async (temporary: string, next: string): Promise<boolean> => {
  try {
    await FsPromises.link(temporary, next)
    return true
  } catch (cause) {
    // Gone: swept away as too old, or moved away with the directory.
    if (isCode(cause, "ENOENT")) return false
    // Network file systems may repeat a request that had succeeded: then the second name is ours.
    if (isCode(cause, "EEXIST")) return (await FsPromises.stat(temporary).catch(() => undefined))?.nlink === 2
    if (isCode(cause, "EPERM") || isCode(cause, "ENOTSUP") || isCode(cause, "EOPNOTSUPP")) {
      throw new StateStoreError({ path: next, reason: "this file system has no hard links, which shared state needs" })
    }
    throw cause
  }
}

const isCode = (cause: unknown, code: string): boolean =>
  typeof cause === "object" && cause !== null && "code" in cause && cause.code === code

/** Deletes versions behind the retained ones; first the temporary files that could still be linked to one of them. */
const collect = (folder: string, newest: number): void => {
  const last = newest - retained
  const { numbers, temporaries } = listVersions(folder)
  const committed = modified(Path.join(folder, `v${newest}`))
  for (const { name, floor } of temporaries) {
    const file = Path.join(folder, name)
    if (floor < last || modified(file) + abandonedAfterMillis < committed) Fs.rmSync(file, { force: true })
  }
  for (const number of numbers) {
    if (number <= last) Fs.rmSync(Path.join(folder, `v${number}`), { force: true })
  }
}

const modified = (file: string): number => Fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0

const moveAside = (folder: string, expected: string | undefined): string => {
  const { version, path } = read(folder, "version only")
  if (version === "" || (expected !== undefined && version !== expected)) {
    throw new StateStoreError({ path, reason: "another process has replaced the document; nothing was moved" })
  }
  for (let n = 1; ; n++) {
    const aside = `${folder}.unreadable-${n}`
    if (Fs.existsSync(aside)) continue
    const moved = ignoring(["ENOTEMPTY", "EEXIST"], () => {
      Fs.renameSync(folder, aside)
      return Path.join(aside, Path.basename(path))
    })
    if (moved !== undefined) return moved
  }
}
