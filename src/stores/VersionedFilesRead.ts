/**
 * Reading a directory of versions: which there are, and what the newest says.
 *
 * @since 0.1.0
 */
import * as Fs from "node:fs"
import * as Path from "node:path"
import { ignoring } from "../FileFailure.js"
import { StateStoreError } from "../RotationError.js"

/**
 * A document as one look found it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Snapshot {
  /** 0 when there is none. */
  readonly number: number
  readonly path: string
  /** Number and time of the newest file: a directory that begins anew, or a file edited by hand, shows too. */
  readonly version: string
  readonly text: string | undefined
  /** How many files lie in the directory. */
  readonly entries: number
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Listing {
  /** Newest first. */
  readonly numbers: ReadonlyArray<number>
  readonly temporaries: ReadonlyArray<{ readonly name: string; readonly floor: number }>
}

/**
 * What lies in a directory of versions; nothing when it does not exist.
 *
 * @since 0.1.0
 * @category getters
 */
export const listVersions = (folder: string): Listing => {
  const numbers: Array<number> = []
  const temporaries: Array<{ readonly name: string; readonly floor: number }> = []
  for (const name of ignoring(["ENOENT"], () => Fs.readdirSync(folder)) ?? []) {
    const match = /^(?:v([1-9]\d{0,14})|t(\d{1,15})-.+)$/.exec(name)
    if (match?.[1] !== undefined) numbers.push(Number(match[1]))
    else if (match?.[2] !== undefined) temporaries.push({ name, floor: Number(match[2]) })
  }
  return { numbers: numbers.sort((a, b) => b - a), temporaries }
}

/**
 * The newest document of a directory. Starts over when a version is deleted between the listing and the reading.
 *
 * @since 0.1.0
 * @category getters
 */
export const read = (folder: string, depth: "all" | "version only" = "all"): Snapshot => {
  for (;;) {
    const { numbers, temporaries } = listVersions(folder)
    const newest = numbers[0]
    if (newest === undefined)
      return { number: 0, path: folder, version: "", text: undefined, entries: temporaries.length }
    const entries = numbers.length + temporaries.length
    const snapshot = readNewest(folder, newest, numbers, entries, depth)
    if (snapshot !== undefined) return snapshot
  }
}

const readNewest = (
  folder: string,
  newest: number,
  numbers: ReadonlyArray<number>,
  entries: number,
  depth: "all" | "version only"
): Snapshot | undefined => {
  const path = Path.join(folder, `v${newest}`)
  const status = Fs.statSync(path, { bigint: true, throwIfNoEntry: false })
  if (status === undefined) return undefined
  const snapshot: Snapshot = { number: newest, path, version: `${newest}.${status.mtimeNs}`, text: undefined, entries }
  if (depth === "version only") return snapshot
  for (const number of numbers) {
    const file = Path.join(folder, `v${number}`)
    const bytes = ignoring(["ENOENT"], () => Fs.readFileSync(file))
    if (bytes === undefined) return undefined
    if (!isTorn(bytes)) return { ...snapshot, text: decode(file, bytes) }
  }
  // Nothing but files that lost their contents with the power: there is nothing in them to keep.
  return snapshot
}

/** What a lost power supply leaves of a file: nothing, or zeros where the contents had not reached the disk. */
const isTorn = (bytes: Uint8Array): boolean => bytes.length === 0 || bytes[bytes.length - 1] === 0

const decode = (path: string, bytes: Uint8Array): string => {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.endsWith("\n") ? text.slice(0, -1) : text
  } catch {
    throw new StateStoreError({ path, line: badLine(bytes), reason: "is not UTF-8 text" })
  }
}

const badLine = (bytes: Uint8Array): number => {
  const lossy = new TextDecoder("utf-8").decode(bytes)
  return lossy.slice(0, lossy.indexOf("\uFFFD")).split("\n").length
}
