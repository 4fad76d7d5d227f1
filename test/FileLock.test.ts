import { spawnSync } from "node:child_process"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { describe, expect, it } from "vitest"
import * as FileLock from "../src/FileLock.js"
import { temporaryDirectories } from "./stores/temporary.js"

const directory = temporaryDirectories()
const file = () => {
  const root = directory()
  Fs.mkdirSync(root)
  return Path.join(root, "f")
}
const list = (path: string) => Fs.readdirSync(Path.dirname(path)).sort()
const holder = (path: string): FileLock.Holder => JSON.parse(Fs.readFileSync(path, "utf8"))
/** What this process would write, with another pid. */
const holderLike = (fields: Partial<FileLock.Holder>) => {
  const path = file()
  FileLock.tryAcquire(path)
  return JSON.stringify({ ...holder(`${path}.lock`), ...fields })
}
const dead = spawnSync(process.execPath, ["-e", ""]).pid

describe("a file lock", () => {
  it("is held by one, and free again after", () => {
    const path = file()
    const first = FileLock.tryAcquire(path)
    const second = FileLock.tryAcquire(path)
    expect([first._tag, second._tag]).toEqual(["Held", "Busy"])
    expect(second._tag === "Busy" && second.holder.pid).toBe(process.pid)
    expect(list(path)).toEqual(["f.lock"])
    if (first._tag === "Held") first.release()
    expect(list(path)).toEqual([])
    expect(FileLock.tryAcquire(path)._tag).toBe("Held")
  })

  it.each([
    ["a process that died", () => holderLike({ pid: dead, nonce: "d" })],
    ["a process whose number came round again", () => holderLike({ started: "1", nonce: "d" })],
    ["a power failure", () => ""]
  ])("is taken over from %s, by one only", (_, contents) => {
    const path = file()
    Fs.writeFileSync(`${path}.lock`, contents())
    const first = FileLock.tryAcquire(path)
    expect([first._tag, FileLock.tryAcquire(path)._tag]).toEqual(["Held", "Busy"])
    if (first._tag === "Held") first.release()
    expect(list(path)).toEqual([])
  })

  it("is taken over from one that died taking it over", () => {
    const path = file()
    Fs.writeFileSync(`${path}.lock`, holderLike({ pid: dead, nonce: "d1" }))
    Fs.writeFileSync(`${path}.lock-d1`, holderLike({ pid: dead, nonce: "d2" }))
    Fs.writeFileSync(`${path}.lock-d2.new`, holderLike({ pid: dead, nonce: "d2" }))
    const first = FileLock.tryAcquire(path)
    expect([first._tag, FileLock.tryAcquire(path)._tag]).toEqual(["Held", "Busy"])
    if (first._tag === "Held") first.release()
    expect(list(path)).toEqual([])
  })

  it("of another machine is respected", () => {
    const path = file()
    Fs.writeFileSync(`${path}.lock`, holderLike({ pid: dead, place: "elsewhere" }))
    expect(FileLock.tryAcquire(path)._tag).toBe("Busy")
  })
})
