/** The real process: what only it can show. Each run starts Node anew, so there are few. */
import { spawn } from "node:child_process"
import { createRequire } from "node:module"
import { fileURLToPath, pathToFileURL } from "node:url"
import { afterEach, assert, describe, it } from "vitest"
import { canary, config, directory, readConfig, removeDirectories } from "./harness.js"

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

const ctl = (
  home: string,
  words: ReadonlyArray<string>,
  options: { readonly stdin?: string; readonly interrupted?: string } = {}
) =>
  new Promise<Ended>((resolve) => {
    const child = spawn(process.execPath, ["--import", tsx, `${root}src/cli/bin.ts`, ...words], {
      env: {
        PATH: process.env.PATH,
        HOME: home,
        LLMCTL_CONFIG_DIR: home,
        TZ: "UTC",
        TSX_TSCONFIG_PATH: `${root}tsconfig.json`
      }
    })
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
