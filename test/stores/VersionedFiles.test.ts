import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { build } from "esbuild"
import { beforeAll, describe, expect, it } from "vitest"
import { keyName } from "../../src/stores/KeyName.js"
import * as VersionedFiles from "../../src/stores/VersionedFiles.js"
import { temporaryDirectories } from "./temporary.js"
import { document, increment } from "./writer.js"

const directory = temporaryDirectories()
const list = (folder: string) => Fs.readdirSync(folder).sort()
const mode = (path: string) => (Fs.statSync(path).mode & 0o777).toString(8)

describe("a document in versioned files", () => {
  const filled = async (times: number) => {
    const root = directory()
    const files = VersionedFiles.make(root)
    for (let i = 1; i <= times; i++) await files.commit("k", () => `document ${i}`)
    return { files, root, folder: Path.join(root, "k") }
  }

  it("is private: files 600 in directories 700, whatever the umask", async () => {
    const old = process.umask(0)
    try {
      const { root, folder } = await filled(2)
      expect([mode(root), mode(folder), ...list(folder).map((name) => mode(Path.join(folder, name)))]).toEqual([
        "700",
        "700",
        "600",
        "600"
      ])
    } finally {
      process.umask(old)
    }
  })

  it("keeps a bounded history and no temporary file", async () => {
    const { files, folder } = await filled(200)
    expect(list(folder).length).toBeLessThanOrEqual(33)
    expect(list(folder).filter((name) => !name.startsWith("v"))).toEqual([])
    expect(files.get("k")).toBe("document 200")
  })

  it("sweeps up after killed writers", async () => {
    const { files, folder } = await filled(1)
    for (let i = 0; i < 50; i++) Fs.writeFileSync(Path.join(folder, `t1-dead${i}`), "half a docu")
    for (let i = 0; i < 40; i++) await files.commit("k", () => `later ${i}`)
    expect(list(folder).filter((name) => name.startsWith("t"))).toEqual([])
  })

  it("falls back to the version before one that lost its contents with the power, and never takes its number", async () => {
    for (const contents of ["", "\0\0\0\0", '{"half":\0\0']) {
      const { files, folder } = await filled(3)
      Fs.writeFileSync(Path.join(folder, "v4"), contents)
      expect(files.get("k")).toBe("document 3")
      await files.commit("k", (current) => `${current} and on`)
      expect(files.get("k")).toBe("document 3 and on")
      expect(list(folder)).toContain("v5")
      expect(Fs.readFileSync(Path.join(folder, "v4"), "utf8")).toBe(contents)
    }
  })

  it("begins anew when every version lost its contents", async () => {
    const { files, folder } = await filled(1)
    Fs.writeFileSync(Path.join(folder, "v1"), "")
    expect(files.get("k")).toBeUndefined()
    await files.commit("k", (current) => String(current))
    expect(files.get("k")).toBe("undefined")
  })

  it("gives nonsense back as it is, for the reader to report", async () => {
    const { files, folder } = await filled(3)
    Fs.writeFileSync(Path.join(folder, "v4"), '{"half":')
    expect(files.get("k")).toBe('{"half":')
  })

  it("reports what is not text by path, line and reason, and does not overwrite it", async () => {
    const { files, folder } = await filled(1)
    const path = Path.join(folder, "v2")
    Fs.writeFileSync(path, Buffer.from([0x61, 0x0a, 0x62, 0x0a, 0xff, 0xfe]))
    expect(() => files.get("k")).toThrow(`${path}:3: is not UTF-8 text`)
    await expect(files.commit("k", () => "new")).rejects.toThrow(`${path}:3: is not UTF-8 text`)
    expect(list(folder)).toEqual(["v1", "v2"])
    expect(files.moveAside("k")).toBe(Path.join(`${folder}.unreadable-1`, "v2"))
    await files.commit("k", (current) => String(current))
    expect(files.get("k")).toBe("undefined")
  })

  it("moves aside only what this process has read", async () => {
    const { files, root } = await filled(1)
    files.get("k")
    await VersionedFiles.make(root).commit("k", () => "by somebody else")
    expect(() => files.moveAside("k")).toThrow("another process has replaced the document; nothing was moved")
    expect(files.get("k")).toBe("by somebody else")
  })

  it("says in words why the file system refuses", async () => {
    const path = directory()
    Fs.writeFileSync(path, "")
    const files = VersionedFiles.make(path)
    await expect(files.commit("k", () => "x")).rejects.toThrow(
      `${Path.join(path, "k")}: a file is where a directory should be`
    )
  })

  it("takes no commit from a writer whose document was removed meanwhile", async () => {
    const { files, root } = await filled(5)
    const seen: Array<string | undefined> = []
    await VersionedFiles.make(root).commit("k", (current) => {
      seen.push(current)
      if (seen.length === 1) files.remove("k")
      return `after ${current}`
    })
    expect(seen).toEqual(["document 5", undefined])
    expect(files.get("k")).toBe("after undefined")
    expect(list(root)).toEqual(["k"])
  })

  it("gives different keys different names, safe on every file system", () => {
    const keys = ["", ".", "..", "a/b", "a%2fb", "A", "a", "con", "%63on", "é", "x".repeat(500), `${"x".repeat(500)}y`]
    const names = keys.map(keyName)
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(keys.length)
    for (const name of names) expect(name).toMatch(/^[a-z0-9%_-]{1,200}$/)
  })
})

describe("several processes", () => {
  const writer = Path.join(directory(), "writer.mjs")
  beforeAll(() =>
    build({
      entryPoints: [Path.join(import.meta.dirname, "writer.ts")],
      outfile: writer,
      bundle: true,
      platform: "node",
      format: "esm",
      treeShaking: true
    }).then(() => undefined)
  )

  const start = (
    ...args: ReadonlyArray<string>
  ): { readonly child: ChildProcess; readonly acknowledged: Promise<number> } => {
    const child = spawn(process.execPath, [writer, ...args], { stdio: ["ignore", "pipe", "inherit"] })
    let count = 0
    child.stdout?.on("data", (data: Buffer) => {
      count += data.length
    })
    return { child, acknowledged: new Promise((resolve) => child.on("close", () => resolve(count))) }
  }

  const meanwhile = (root: string, times: number) => spawnSync(process.execPath, [writer, root, String(times)])
  const count = (files: VersionedFiles.VersionedFiles): number => JSON.parse(files.get("k") ?? "").count

  it("do not let a writer that slept believe in a commit nobody reads", async () => {
    const root = directory()
    const files = VersionedFiles.make(root)
    await files.commit("k", increment)
    let runs = 0
    await files.commit("k", (current) => {
      // By the time this writer links, version 2 has come and gone.
      if (++runs === 1) meanwhile(root, 60)
      return increment(current)
    })
    expect([runs, count(files)]).toEqual([2, 62])
  })

  it("do not let it either when the numbers began again while it slept", async () => {
    const root = directory()
    const files = VersionedFiles.make(root)
    for (let i = 0; i < 100; i++) await files.commit("k", increment)
    let runs = 0
    await files.commit("k", (current) => {
      runs++
      if (runs === 1) files.remove("k")
      if (runs === 1) meanwhile(root, 1)
      if (runs === 2) meanwhile(root, 60)
      return increment(current)
    })
    expect([runs, count(files)]).toEqual([3, 62])
  })

  it("lose nothing between them", async () => {
    const root = directory()
    const counts = await Promise.all([start(root, "300"), start(root, "300")].map((process) => process.acknowledged))
    expect(counts).toEqual([300, 300])
    expect(JSON.parse(VersionedFiles.make(root).get("k") ?? "").count).toBe(600)
  })

  it("can be killed at any moment: the document is the old or the new one, with every acknowledged change", async () => {
    const kills = 300
    const root = directory()
    const files = VersionedFiles.make(root)
    let acknowledged = 0
    let killed = 0
    const whole = (): number => {
      const text = files.get("k")
      if (text === undefined) return 0
      const { count } = JSON.parse(text)
      expect(text).toBe(JSON.stringify(document(count)))
      return count
    }
    const lane = async (): Promise<void> => {
      while (killed < kills) {
        const { child, acknowledged: count } = start(root)
        // Kill at the n-th sign of life, so that the moments spread over the whole loop.
        let left = killed++ % 5
        child.stdout?.on("data", () => {
          if (left-- === 0) child.kill("SIGKILL")
        })
        const seen = await count
        acknowledged += seen
        expect(whole()).toBeGreaterThanOrEqual(acknowledged)
      }
    }
    await Promise.all([lane(), lane(), lane()])
    // Each kill may hide one increment that was durable but not yet acknowledged.
    expect(whole() - acknowledged).toBeLessThanOrEqual(killed)
    await files.commit("k", increment)
    expect(list(Path.join(root, "k")).length).toBeLessThan(120)
  }, 60_000)
})
