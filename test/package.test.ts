/** The package as its users get it: packed, installed where nothing else is, run and type-checked from there. */
import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type ScriptedProvider, startScriptedProvider } from "./support/scripted/Server.js"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const tsc = join(root, "node_modules", "typescript", "bin", "tsc")

const exec = promisify(execFile)

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs to the end and says how it ended; a program that does not end by itself within a minute is killed. */
const run = async (
  command: string,
  args: ReadonlyArray<string>,
  cwd: string,
  env: NodeJS.ProcessEnv = {}
): Promise<Ran> =>
  exec(command, args, { cwd, env: { ...process.env, ...env }, timeout: 60_000 }).then(
    ({ stderr, stdout }) => ({ code: 0, stdout, stderr }),
    (error: Ran & { readonly code?: number }) => ({
      code: error.code ?? -1,
      stdout: error.stdout,
      stderr: error.stderr
    })
  )

const succeed = async (...args: Parameters<typeof run>): Promise<string> => {
  const ran = await run(...args)
  assert.strictEqual(ran.code, 0, `${args[0]} ${args[1].join(" ")}\n${ran.stdout}\n${ran.stderr}`)
  return ran.stdout
}

/** What the README shows, to the letter. */
const snippet = `import { AutoTokenApiClient, TokenRotationManager, configManager } from 'llmctl';
const response = await AutoTokenApiClient.call('https://api.anthropic.com/v1/messages', {
  method: 'POST',
  body: { model: 'claude-3-sonnet-20240229', max_tokens: 1000, messages: [{ role: 'user', content: 'Hello!' }] }
});
const result = await response.json();
const reply = await AutoTokenApiClient.callAnthropic([{ role: 'user', content: 'Hello, Claude!' }],
  { model: 'claude-3-sonnet-20240229', max_tokens: 1000, temperature: 0.7 });
const provider = configManager.getActiveProvider();
const token = TokenRotationManager.getNextToken(provider);
TokenRotationManager.markTokenSuccess(provider, token);
TokenRotationManager.markTokenError(provider, token);
`

const secret = "sk-ant-api03-installed"

let home: string
let provider: ScriptedProvider
let packed: ReadonlyArray<string>

const installed = (...path: ReadonlyArray<string>) => join(home, "node_modules", "llmctl", ...path)

beforeAll(async () => {
  if (!existsSync(join(root, "dist", "cli", "bin.js"))) {
    await succeed(process.execPath, ["--import", "tsx", "build.ts"], root)
  }
  home = await mkdtemp(join(tmpdir(), "llmctl-package-"))
  provider = await startScriptedProvider({ tokens: { [secret]: { kind: "ok", text: "Hi." } } })
  const pack = await succeed("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", home], root)
  const [{ filename, files }] = JSON.parse(pack)
  packed = files.map((file: { readonly path: string }) => file.path)
  await writeFile(join(home, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }))
  // Offline: the promise door and `ctl` need no other package.
  await succeed("npm", ["i", `./${filename}`, "--offline", "--ignore-scripts", "--no-audit", "--no-fund"], home)
  await mkdir(join(home, "config"))
  await writeFile(
    join(home, "config", "config.json"),
    JSON.stringify({
      providers: [
        { id: "anthropic", name: "Anthropic", type: "anthropic", baseUrl: provider.url, tokens: [{ value: secret }] }
      ],
      activeProviderId: "anthropic"
    })
  )
}, 240_000)

afterAll(async () => {
  await provider?.close()
  if (home) await rm(home, { recursive: true, force: true })
})

const env = () => ({ LLMCTL_CONFIG_DIR: join(home, "config") })

/** Runs a program next to the installed package and returns what it printed. */
const runModule = async (name: string, text: string): Promise<string> => {
  await writeFile(join(home, name), text)
  return succeed(process.execPath, [name], home, env())
}

const compile = async (folder: string, text: string, options: Record<string, unknown>): Promise<string> => {
  await mkdir(join(home, folder), { recursive: true })
  await writeFile(join(home, folder, "main.ts"), text)
  const compilerOptions = {
    target: "ES2022",
    lib: ["ES2022", "DOM", "DOM.Iterable"],
    module: "NodeNext",
    moduleResolution: "NodeNext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    types: [],
    ...options
  }
  await writeFile(join(home, folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }))
  const { code, stdout } = await run(process.execPath, [tsc, "-p", folder], home)
  return code === 0 ? "" : stdout
}

describe("The tarball", () => {
  it("brings what its users need and nothing else", () => {
    const strangers = packed.filter(
      (path) => !/^(dist|docs)\/|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(path)
    )
    assert.deepStrictEqual(strangers, [])
    for (const path of ["LICENSE", "README.md", "CHANGELOG.md", "dist/THIRD-PARTY.txt", "dist/cli/bin.js"]) {
      assert.include(packed, path)
    }
  })

  it("installs alone: no other package comes along", async () => {
    const names = (await readdir(join(home, "node_modules"))).filter((name) => !name.startsWith("."))
    assert.deepStrictEqual(names, ["llmctl"])
  })

  it("has a file behind every door, and types behind every module", async () => {
    const { exports, bin } = JSON.parse(await readFile(installed("package.json"), "utf8"))
    const targets = Object.values(exports as Record<string, null | string | Record<string, string>>)
      .flatMap((target) => (target === null ? [] : typeof target === "string" ? [target] : Object.values(target)))
      .concat(Object.values(bin as Record<string, string>))
      .filter((target) => !target.includes("*"))
    assert.isAtLeast(targets.length, 5)
    assert.deepStrictEqual(
      targets.filter((target) => !existsSync(installed(target))),
      []
    )
    const untyped = packed.filter(
      (path) => /^dist\/(?!cli\/).*\.js$/.test(path) && !packed.includes(path.replace(/\.js$/, ".d.ts"))
    )
    assert.deepStrictEqual(untyped, [])
  })
})

describe("The promise door, with nothing else installed", () => {
  it("runs the README's lines as they stand, and the program ends", async () => {
    provider.clearRequests()
    const report = "console.log(JSON.stringify({ ok: response.ok, result, content: reply.content, token }))"
    const told = JSON.parse(await runModule("snippet.mjs", `${snippet}${report}\n`))
    assert.strictEqual(told.ok, true)
    assert.deepStrictEqual(told.result.content, [{ type: "text", text: "Hi." }])
    assert.deepStrictEqual(told.content, [{ type: "text", text: "Hi." }])
    assert.strictEqual(told.token, secret)
    assert.deepStrictEqual(
      provider.requests.map(({ path, token }) => [path, token]),
      [
        ["/v1/messages", secret],
        ["/v1/messages", secret]
      ]
    )
  })

  it("gives a token synchronously, before anything was awaited", async () => {
    const printed = await runModule(
      "sync.mjs",
      `import { TokenRotationManager, configManager } from "llmctl"
       console.log(TokenRotationManager.getNextToken(configManager.getActiveProvider()))`
    )
    assert.strictEqual(printed, `${secret}\n`)
  })

  it("type-checks under the strictest settings, its declarations included", async () => {
    const strict = { skipLibCheck: false }
    assert.strictEqual(await compile("strict", snippet, strict), "")
    assert.strictEqual(
      await compile("bundler", snippet, { ...strict, module: "ESNext", moduleResolution: "Bundler" }),
      ""
    )
  })

  it("refuses in types what it would refuse at run time", async () => {
    const wrong = `import { AutoTokenApiClient } from "llmctl"\nawait AutoTokenApiClient.call(1)\n`
    assert.match(await compile("wrong", wrong, {}), /^wrong\/main\.ts\(2,.* error TS2/)
  })

  it("keeps its inner modules to itself", async () => {
    const printed = await runModule(
      "inner.mjs",
      `for (const path of ["llmctl/index", "llmctl/cli/bin", "llmctl/promise/runtime"]) {
         await import(path).then(() => console.log(path, "opened"), (error) => console.log(error.code))
       }`
    )
    assert.strictEqual(printed, "ERR_PACKAGE_PATH_NOT_EXPORTED\n".repeat(3))
  })
})

describe("ctl, with nothing else installed", () => {
  it("says its version", async () => {
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"))
    const told = await succeed(join(home, "node_modules", ".bin", "ctl"), ["--version"], home, env())
    assert.strictEqual(told.trim(), version)
  })
})

describe("The Effect door, next to its peers", () => {
  beforeAll(async () => {
    await mkdir(join(home, "effectful", "node_modules", "@effect"), { recursive: true })
    for (const name of ["effect", "@effect/platform"]) {
      await symlink(join(root, "node_modules", name), join(home, "effectful", "node_modules", name))
    }
    // Copied, not linked: a link would lead the package's own imports to where its peers are not.
    const pack = join(home, (await readdir(home)).find((name) => name.endsWith(".tgz")) ?? "")
    await mkdir(join(home, "effectful", "node_modules", "llmctl"))
    await succeed("tar", ["-xzf", pack, "--strip-components=1"], join(home, "effectful", "node_modules", "llmctl"))
  })

  const program = `import { TokenRotation } from "llmctl/effect"
import * as Direct from "llmctl/TokenRotation"
const same: boolean = TokenRotation.layer === Direct.layer
export const shown: string = String(same)
`

  it("is one with the modules behind it", async () => {
    await writeFile(
      join(home, "effectful", "main.mjs"),
      `import { TokenRotation } from "llmctl/effect"
       import * as Direct from "llmctl/TokenRotation"
       console.log(TokenRotation.layer === Direct.layer)`
    )
    assert.strictEqual(await succeed(process.execPath, ["effectful/main.mjs"], home), "true\n")
  })

  it("type-checks", async () => {
    assert.strictEqual(await compile("effectful", program, { skipLibCheck: true }), "")
  })
})
