/**
 * A short lock between processes: a file beside the one that is edited, linked into place whole, and removed after.
 *
 * The lock of a process that died is taken over, and by exactly one: whoever wants it links its own claim to the name that
 * the dead lock's nonce gives, and then makes sure that the chain from the lock to its claim still stands. Nobody ever
 * removes or replaces a lock it does not hold, so there is no moment at which two believe they hold it.
 *
 * A process is dead when this machine says so. About other machines we know nothing: their locks are respected.
 *
 * @since 0.1.0
 */
import { randomUUID } from "node:crypto"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { kill, pid } from "node:process"
import { ignoring } from "./FileFailure.js"

/**
 * Who holds a lock.
 *
 * @since 0.1.0
 * @category models
 */
export interface Holder {
  readonly pid: number
  /** Host and process namespace: what the pid means something in. */
  readonly place: string
  /** When the process started, where that can be known: pids come round again. */
  readonly started: string
  readonly nonce: string
}

/**
 * @since 0.1.0
 * @category models
 */
export type Attempt =
  | { readonly _tag: "Held"; readonly release: () => void }
  | { readonly _tag: "Busy"; readonly holder: Holder; readonly lock: string }

/**
 * The name of the lock for edits of `path`.
 *
 * @since 0.1.0
 * @category getters
 */
export const lockPath = (path: string): string => `${path}.lock`

/**
 * Takes the lock for edits of `path`, or says who holds it. Synchronous; throws what the file system throws.
 *
 * @since 0.1.0
 * @category acquisition
 */
export const tryAcquire = (path: string): Attempt => {
  for (;;) {
    // Nothing to link: whoever let go just now swept it up while it was not yet written.
    const attempt = ignoring(["ENOENT"], () => tryOnce(path))
    if (attempt !== undefined) return attempt
    Fs.statSync(Path.dirname(path))
  }
}

const tryOnce = (path: string): Attempt => {
  const root = lockPath(path)
  const me: Holder = { pid, place: place(), started: started(pid), nonce: randomUUID() }
  const mine = `${root}-${me.nonce}.new`
  try {
    Fs.writeFileSync(mine, JSON.stringify(me), { flag: "wx", mode: 0o600, flush: true })
    for (let name = root; ; ) {
      if (linked(mine, name)) {
        const chain = chainTo(root, me.nonce)
        if (chain !== undefined) return { _tag: "Held", release: () => release(chain) }
        // The lock I wanted to succeed is gone, and my claim means nothing.
        Fs.rmSync(name, { force: true })
        name = root
        continue
      }
      const holder = readHolder(name)
      if (holder !== undefined && isAlive(holder)) return { _tag: "Busy", holder, lock: root }
      name = holder === undefined ? root : claim(root, holder)
    }
  } finally {
    Fs.rmSync(mine, { force: true })
  }
}

const linked = (from: string, to: string): boolean =>
  ignoring(["EEXIST"], () => {
    Fs.linkSync(from, to)
    return true
  }) ?? false

const claim = (root: string, holder: Holder): string => `${root}-${holder.nonce}`

/** The files from the lock to the claim with that nonce; `undefined` when the chain does not lead there. */
const chainTo = (root: string, nonce: string): ReadonlyArray<string> | undefined => {
  const chain = [root]
  for (let name = root; ; ) {
    const holder = readHolder(name)
    if (holder === undefined) return undefined
    if (holder.nonce === nonce) return chain
    name = claim(root, holder)
    chain.push(name)
  }
}

/** While it is still held, what the dead left behind; then the lock; then its claims, which now mean nothing. */
const release = (chain: ReadonlyArray<string>): void => {
  const root = chain[0] ?? ""
  const directory = Path.dirname(root)
  for (const name of Fs.readdirSync(directory)) {
    const file = Path.join(directory, name)
    if (!name.startsWith(`${Path.basename(root)}-`) || chain.includes(file)) continue
    const holder = readHolder(file)
    if (holder !== undefined && !isAlive(holder)) Fs.rmSync(file, { force: true })
  }
  for (const file of chain) Fs.rmSync(file, { force: true })
}

/** A lock without contents is what a lost power supply leaves; its holder is gone. */
const torn: Holder = { pid: 0, place: "", started: "", nonce: "torn" }

const readHolder = (file: string): Holder | undefined => {
  const text = ignoring(["ENOENT"], () => Fs.readFileSync(file, "utf8"))
  if (text === undefined) return undefined
  try {
    const { nonce, pid, place, started } = JSON.parse(text)
    return {
      pid: Number(pid),
      place: String(place),
      started: String(started),
      nonce: String(nonce).replace(/[^\w-]/g, "")
    }
  } catch {
    return torn
  }
}

const isAlive = (holder: Holder): boolean => {
  if (holder === torn) return false
  if (holder.place !== place()) return true
  try {
    kill(holder.pid, 0)
  } catch (cause) {
    return !(cause instanceof Error && "code" in cause && cause.code === "ESRCH")
  }
  return holder.started === "" || holder.started === started(holder.pid)
}

const place = (): string => {
  try {
    return `${Os.hostname()} ${Fs.readlinkSync("/proc/self/ns/pid")}`
  } catch {
    return Os.hostname()
  }
}

/** Ticks since boot, the 22nd field of Linux's `/proc/<pid>/stat`; the second one may hold spaces and parentheses. */
const started = (pid: number): string => {
  try {
    const stat = Fs.readFileSync(`/proc/${pid}/stat`, "latin1")
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? ""
  } catch {
    return ""
  }
}
