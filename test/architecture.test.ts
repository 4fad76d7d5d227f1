import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import { breaches, type Source } from "./support/Architecture.js"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")

const sourcesUnder = (folder: string): ReadonlyArray<Source> =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }))

describe("The sources", () => {
  it("keep to the import matrix and the rules of the house", () => {
    const sources = ["src", "test", "examples", "bench"]
      .filter((folder) => existsSync(join(root, folder)))
      .flatMap(sourcesUnder)
    assert.isAbove(sources.filter(({ path }) => path.startsWith("src/")).length, 10)
    assert.strictEqual(breaches(sources).join("\n"), "")
  })
})

const found = (path: string, text: string): string => breaches([{ path, text }]).join("\n")

const documented = "/** Is.\n * @since 0.1.0\n */\n"

describe("The checker names", () => {
  const bad: ReadonlyArray<readonly [name: string, path: string, text: string, breach: string]> = [
    [
      "a core that runs programs",
      "src/core/A.ts",
      'import * as Effect from "effect/Effect"',
      "core imports data modules"
    ],
    ["a core that holds state", "src/core/A.ts", 'import type { Ref } from "effect/Ref"', "core imports data modules"],
    ["a core that imports a service", "src/core/A.ts", 'import { b } from "../Rotate.js"', "may not import services"],
    ["a core that imports Node", "src/core/A.ts", 'import { createHash } from "node:crypto"', "nothing of Node"],
    [
      "a provider that imports a service",
      "src/providers/A.ts",
      'export * from "../Rotate.js"',
      "may not import services"
    ],
    ["a service that imports a store", "src/A.ts", 'const a = () => import("./stores/B.js")', "may not import stores"],
    ["a store that imports the cli", "src/stores/A.ts", 'import { b } from "../cli/B.js"', "may not import cli"],
    ["a gateway that imports the promises", "src/gateway/A.ts", 'import "../promise/B.js"', "may not import promise"],
    ["a type import across layers", "src/A.ts", 'type A = import("./cli/B.js").B', "may not import cli"],
    ["a module that goes through a door", "src/cli/A.ts", 'import { b } from "../index.js"', "promise door"],
    ["a module that imports a test", "src/A.ts", 'import "../test/support/B.js"', "outside src"],
    ["the barrel of effect", "src/A.ts", 'import { Effect } from "effect"', "barrel"],
    ["the barrel of the platform", "src/A.ts", 'import { HttpClient } from "@effect/platform"', "barrel"],
    [
      "Node's platform in a service",
      "src/A.ts",
      'import "@effect/platform-node/NodeContext"',
      "where a process starts"
    ],
    ["Node's platform in a command", "src/cli/A.ts", 'import "@effect/platform-node-shared/NodeFileSystem"', "process"],
    ["the cli's package elsewhere", "src/stores/A.ts", 'import "@effect/cli/Options"', "is for the cli"],
    ["a package nobody declared", "src/A.ts", 'import chalk from "chalk"', "no dependency"],
    ["a queue that costs O(n²)", "src/A.ts", 'import * as S from "effect/SynchronizedRef"', "O(n²)"],
    ["a semaphore", "src/A.ts", "const s = Effect.makeSemaphore(1)", "makeSemaphore"],
    ["an unwrapped secret", "src/A.ts", "const a = list.map(Redacted.value)", "line 1: unwraps a secret"],
    ["a secret unwrapped by another name", "src/A.ts", 'import { value as v } from "effect/Redacted"', "by name"],
    ["the wall clock", "src/A.ts", "const a = Date.now()", "Date.now"],
    ["the wall clock in disguise", "src/A.ts", "const a = new Date()", "new Date()"],
    ["chance", "src/A.ts", "const a = Math.random()", "Math.random"],
    ["the console", "src/A.ts", 'console.log("a")', "console"],
    ["the process", "src/stores/A.ts", "const a = process.env.HOME", "process"],
    ["the process by import", "src/A.ts", 'import { env } from "node:process"', "node:process"],
    ["a timer", "src/A.ts", "setTimeout(() => {}, 1)", "setTimeout"],
    ["the console where only a timer is allowed", "src/PeekBody.ts", "console.log(setTimeout)", "uses console"],
    ["an undocumented export", "src/A.ts", "/** Is. */\nexport const a = 1", "export a has no doc comment"],
    ["an undocumented type", "src/A.ts", "export interface A {}", "export A has no doc comment"],
    ["a long module", "src/A.ts", "\n".repeat(301), "the limit is 300"],
    ["a long test", "test/a.test.ts", "\n".repeat(401), "the limit is 400"],
    ["a loose end", "src/A.ts", `// TO${"DO"}: later`, "loose end"]
  ]
  for (const [name, path, text, breach] of bad) {
    it(name, () => assert.include(found(path, text), breach))
  }

  it("a cycle, whichever module it is entered by", () => {
    const cycle = breaches([
      { path: "src/C.ts", text: 'import "./A.js"' },
      { path: "src/B.ts", text: 'import type { C } from "./C.js"' },
      { path: "src/A.ts", text: 'import { b } from "./B.js"' }
    ])
    assert.deepStrictEqual(cycle, ["import cycle: src/A.ts -> src/B.ts -> src/C.ts -> src/A.ts"])
  })

  it("a folder that has no place", () => {
    assert.throws(() => found("src/utils/A.ts", 'import "./B.js"'), "no place in the import matrix")
  })
})

describe("The checker lets pass", () => {
  const good: ReadonlyArray<readonly [name: string, path: string, text: string]> = [
    ["data modules in the core", "src/core/A.ts", 'import * as Option from "effect/Option"\nimport "./B.js"'],
    ["stores over services", "src/stores/A.ts", 'import "../StateStore.js"\nimport { open } from "node:fs/promises"'],
    ["Node's platform where a process starts", "src/cli/bin.ts", 'import "@effect/platform-node/NodeRuntime"'],
    ["the secret where it is attached", "src/Authorize.ts", "const a = Redacted.value(secret)"],
    [
      "a date from a number, and words that only look like globals",
      "src/A.ts",
      "const a = new Date(now), b = it.process"
    ],
    ["a type and a value under one comment", "src/A.ts", `${documented}export type A = 1\nexport const A = 1`],
    ["a loose end with an issue", "src/A.ts", `// TO${"DO"}(#12): later`],
    ["300 lines", "src/A.ts", "\n".repeat(300)]
  ]
  for (const [name, path, text] of good) {
    it(name, () => assert.strictEqual(found(path, text), ""))
  }
})
