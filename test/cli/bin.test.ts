/** The real process: what only it can show. Each run starts Node anew, so there are few. */
import { spawn } from "node:child_process"
import { closeSync, existsSync, openSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { fileURLToPath, pathToFileURL } from "node:url"
import { afterEach, assert, describe, it } from "vitest"
import { canary, config, directory, readConfig, removeDirectories } from "./harness.js"
import { hasTerminals, inTerminal } from "./pty.js"

afterEach(removeDirectories)

const root = fileURLToPath(new URL("../../", import.meta.url))
const require = createRequire(import.meta.url)
const tsx = pathToFileURL(require.resolve("tsx")).href
const { version } = require("../../package.json")

interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** What users run, if it was built from these sources (as `npm test` does); else the sources, which start slower. */
const bin = (() => {
  const sources = readdirSync(`${root}src`, { recursive: true, encoding: "utf8" }).map((name) => `${root}src/${name}`)
  const built = `${root}dist/cli/bin.js`
  return changedAt(built) > Math.max(...sources.map(changedAt)) ? [built] : ["--import", tsx, `${root}src/cli/bin.ts`]
})()

const environment = (home: string) => ({
  PATH: process.env.PATH,
  HOME: home,
  LLMCTL_CONFIG_DIR: home,
  TZ: "UTC",
  TSX_TSCONFIG_PATH: `${root}tsconfig.json`
})

const ctl = (
  home: string,
  words: ReadonlyArray<string>,
  options: { readonly stdin?: string; readonly interrupted?: string } = {}
) =>
  new Promise<Ended>((resolve) => {
    const child = spawn(process.execPath, [...bin, ...words], { env: environment(home) })
    let stdout = ""
    let stderr = ""
    child.stdout.on("data", (data) => (stdout += data))
    child.stderr.on("data", (data) => {
      stderr += data
    })
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr }))
    if (options.interrupted === undefined) child.stdin.end(options.stdin)
    else {
      // Once it has answered it is certain to be waiting for more.
      child.stdin.write(options.interrupted)
      child.stdout.once("data", () => child.kill("SIGINT"))
    }
  })

const working = { providers: [{ id: "anthropic", type: "anthropic", tokens: [{ value: canary(1), alias: "work" }] }] }

describe("The process ctl", () => {
  it("prints its version", async () => {
    assert.deepStrictEqual(await ctl(directory(), ["--version"]), { exitCode: 0, stdout: `${version}\n`, stderr: "" })
  })

  it("prints data on standard output and nothing else anywhere", async () => {
    const home = directory()
    config(home, working)
    const { exitCode, stderr, stdout } = await ctl(home, ["tokens", "--json"])
    assert.deepStrictEqual([exitCode, stderr], [0, ""])
    assert.strictEqual(JSON.parse(stdout).providers[0].tokens[0].alias, "work")
  })

  it("exits 2 for a mistake, 1 for a failure, 4 without a token, and says each once", async () => {
    const home = directory()
    assert.deepStrictEqual(await ctl(home, ["tokens", "lst"]), {
      exitCode: 2,
      stdout: "",
      stderr: 'error: ctl tokens has no command "lst". Did you mean: ctl tokens list? See: ctl tokens --help\n'
    })
    const none = await ctl(home, ["tokens"])
    assert.deepStrictEqual([none.exitCode, none.stdout, none.stderr.split("\n").length], [4, "", 2])
    const path = config(home, '{ "providers": 5 }')
    const broken = await ctl(home, ["tokens"])
    assert.deepStrictEqual([broken.exitCode, broken.stdout], [1, ""])
    assert.isTrue(broken.stderr.startsWith(`error: ${path}:1: providers must be an array`), broken.stderr)
  })

  it.runIf(existsSync("/dev/full"))("says that the disk is full where its output goes, and exits 1", async () => {
    const home = directory()
    config(home, working)
    const full = openSync("/dev/full", "w")
    const child = spawn(process.execPath, [...bin, "tokens"], {
      env: environment(home),
      stdio: ["ignore", full, "pipe"]
    })
    let said = ""
    child.stderr?.on("data", (data) => {
      said += data
    })
    const exitCode = await new Promise((resolve) => child.on("close", resolve))
    closeSync(full)
    assert.deepStrictEqual(
      [exitCode, said],
      [1, "error: Standard output cannot be written: ENOSPC. See whether its disk is full\n"]
    )
  })

  it("warns on standard error only, and once", async () => {
    const home = directory()
    config(home, working)
    writeFileSync(`${home}/state`, "a file where a directory should be")
    const { exitCode, stderr, stdout } = await ctl(home, ["tokens", "--json"])
    assert.deepStrictEqual([exitCode, JSON.parse(stdout).version], [0, 1])
    assert.match(stderr, /^warning: Shared state was not read: .*\n$/)
  })

  it("reads a secret from standard input", async () => {
    const home = directory()
    const { exitCode, stdout } = await ctl(home, ["tokens", "add", "work", "-p", "anthropic"], {
      stdin: `${canary(1)}\n`
    })
    assert.deepStrictEqual([exitCode, stdout], [0, ""])
    assert.strictEqual(readConfig(home).providers[0].tokens[0].value, canary(1))
  })

  it("exits 130 when it is interrupted", async () => {
    const line = `${JSON.stringify({ id: 1, provider: "anthropic", status: 200 })}\n`
    const { exitCode, stderr, stdout } = await ctl(directory(), ["explain", "--stdin"], { interrupted: line })
    assert.deepStrictEqual([exitCode, stderr, JSON.parse(stdout).id], [130, "", 1])
  })
})

describe.skipIf(!hasTerminals)("In a terminal, ctl", () => {
  const typed = canary(1)
  const add = [process.execPath, ...bin, "tokens", "add", "work", "-p", "anthropic"]

  it("asks for a secret that it does not show, however long it is and however narrow the terminal", async () => {
    const home = directory()
    const [exitCode, screen] = await inTerminal(add, {
      env: environment(home),
      feed: [["(not shown)", `${typed.repeat(3)}\r`]],
      columns: 60
    })
    assert.strictEqual(exitCode, 0, screen)
    assert.isTrue(screen.startsWith("Secret of work for anthropic (not shown): \r\nAdded work"), screen)
    assert.notInclude(screen, "CANARY")
    assert.strictEqual(readConfig(home).providers[0].tokens[0].value, typed.repeat(3))
  })

  it("changes nothing when the prompt is left, and exits 130", async () => {
    const home = directory()
    const [exitCode, screen] = await inTerminal(add, {
      env: environment(home),
      feed: [["(not shown)", `${typed}\u0003`]]
    })
    assert.deepStrictEqual([exitCode, screen.includes("Nothing was changed")], [130, true], screen)
    assert.notInclude(screen, "CANARY")
    assert.isFalse(existsSync(`${home}/config.json`))
  })

  it("uses colour, unless NO_COLOR is set", async () => {
    const home = directory()
    config(home, working)
    const show = (env: Readonly<Record<string, string>>) =>
      inTerminal([process.execPath, ...bin, "tokens"], { env: { ...environment(home), TERM: "xterm", ...env } })
    const [[code, colourful], [, plain]] = await Promise.all([show({}), show({ NO_COLOR: "1" })])
    assert.strictEqual(code, 0)
    assert.include(colourful, "\u001b[32mready\u001b[39m")
    assert.notInclude(plain, "\u001b")
    assert.include(plain, "ready")
  })
})

describe("A program that runs", () => {
  it("sees what ctl does within a second of it", { timeout: 60_000 }, async () => {
    const home = directory()
    const tokens = ["a", "b"].map((alias) => ({ value: `${canary(1)}-${alias}`, alias }))
    config(home, { providers: [{ id: "anthropic", type: "anthropic", tokens }] })
    const child = spawn(process.execPath, ["--import", tsx, `${root}test/cli/program.ts`], { env: environment(home) })
    let given: ReadonlyArray<string> = []
    child.stdout.on("data", (data) => {
      given = [...given, ...String(data).trim().split("\n")]
    })
    /** What it is given from now on, until `enough`; fails after a second. */
    const within = async (enough: (last: ReadonlyArray<string>) => boolean) => {
      const begun = given.length
      const late = Date.now() + 1_000
      while (!enough(given.slice(begun).slice(-4))) {
        assert.isBelow(Date.now(), late, `still given ${given.slice(-4).join(", ")}`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }
    const only = (alias: string) => (last: ReadonlyArray<string>) =>
      last.length === 4 && last.every((one) => one === alias)
    try {
      while (given.length === 0) await new Promise((resolve) => child.stdout.once("data", resolve))
      assert.strictEqual((await ctl(home, ["tokens", "disable", "a"])).exitCode, 0)
      await within(only("b"))
      assert.strictEqual((await ctl(home, ["tokens", "disable", "b"])).exitCode, 0)
      await within(only("none"))
      assert.strictEqual((await ctl(home, ["tokens", "enable", "a"])).exitCode, 0)
      await within(only("a"))
    } finally {
      child.kill()
    }
  })
})
