import { spawn } from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { inspect } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Either, Redacted, TestClock } from "effect"
import { build } from "esbuild"
import { beforeAll } from "vitest"
import { addProvider, addToken } from "../src/ConfigEdit.js"
import { configPath } from "../src/ConfigPath.js"
import * as ConfigStore from "../src/ConfigStore.js"
import type { Variables } from "../src/Environment.js"
import { temporaryDirectories } from "./stores/temporary.js"
import { vendors } from "./support/vendors.js"

const directory = temporaryDirectories()
const mode = (path: string) => (Fs.statSync(path).mode & 0o777).toString(8)

const open = (environment: Variables = {}, document?: unknown) => {
  const root = directory()
  const store = ConfigStore.make({
    providers: vendors,
    environment: { HOME: root, LLMCTL_CONFIG_DIR: root, ...environment }
  })
  if (document !== undefined) {
    Fs.mkdirSync(root, { mode: 0o700 })
    const text = typeof document === "string" ? document : JSON.stringify(document, null, 2)
    Fs.writeFileSync(store.path, text, { mode: 0o600 })
  }
  return { store, root }
}

const load = (store: ConfigStore.Service) => Effect.runSync(store.load)
const failure = (store: ConfigStore.Service) => Effect.runSync(Effect.flip(store.load)).message
/** What is known of every token, secrets laid open. */
const tokens = (loaded: ConfigStore.Loaded) =>
  loaded.providers.flatMap(({ id, tokens }) =>
    tokens.map(({ alias, bearer, secret }) => `${id} ${alias} ${Redacted.value(secret)}${bearer ? " bearer" : ""}`)
  )
const one = (fields: object) => ({ providers: [{ id: "a", type: "anthropic", ...fields }] })

describe("the path of the config", () => {
  it.each<readonly [Variables, boolean, string]>([
    [{ LLMCTL_CONFIG_DIR: "/own", XDG_CONFIG_HOME: "/xdg", HOME: "/home/u" }, false, "/own/config.json"],
    [{ LLMCTL_CONFIG_DIR: "~/own", HOME: "/home/u" }, false, "/home/u/own/config.json"],
    [{ LLMCTL_CONFIG_DIR: "", XDG_CONFIG_HOME: "/xdg", HOME: "/home/u" }, false, "/xdg/llmctl/config.json"],
    [{ XDG_CONFIG_HOME: "relative", HOME: "/home/u" }, false, "/home/u/.config/llmctl/config.json"],
    [{ HOME: "/home/u" }, false, "/home/u/.config/llmctl/config.json"],
    [{ APPDATA: "/roaming", XDG_CONFIG_HOME: "/xdg" }, true, "/roaming/llmctl/config.json"],
    [{ USERPROFILE: "/u" }, true, "/u/AppData/Roaming/llmctl/config.json"]
  ])("follows %j (Windows: %j)", (environment, windows, path) => {
    expect(configPath(environment, windows)).toBe(path)
  })

  it("is never relative to where the program stands, although HOME is empty", () => {
    const saved = process.env.HOME
    process.env.HOME = ""
    try {
      const { homedir } = Os.userInfo()
      expect(configPath({ HOME: "" }, false)).toBe(Path.join(homedir, ".config", "llmctl", "config.json"))
    } finally {
      if (saved === undefined) delete process.env.HOME
      else process.env.HOME = saved
    }
  })

  it("is the one that is asked for by name", () => {
    expect(ConfigStore.make({ providers: [], path: "my.json", environment: {} }).path).toBe(Path.resolve("my.json"))
  })
})

describe("without a config file", () => {
  it("finds tokens in the environment, each secret once, in the order of their numbers", () => {
    const { store } = open({
      OPENAI_API_KEY: "o",
      ANTHROPIC_API_KEY: " k ",
      ANTHROPIC_API_KEYS: "x, k ,,y,",
      ANTHROPIC_API_KEY_10: "ten",
      ANTHROPIC_API_KEY_9: "nine",
      ANTHROPIC_API_KEY_1: "",
      ANTHROPIC_API_KEY_FILE: "no",
      ANTHROPIC_AUTH_TOKEN: "relay",
      ANTHROPIC_BASE_URL: "https://relay.test/v1/"
    })
    const loaded = load(store)
    expect(tokens(loaded)).toEqual([
      "anthropic anthropic-api-key k",
      "anthropic anthropic-api-keys-1 x",
      "anthropic anthropic-api-keys-3 y",
      "anthropic anthropic-api-key-9 nine",
      "anthropic anthropic-api-key-10 ten",
      "anthropic anthropic-auth-token relay bearer",
      "openai openai-api-key o"
    ])
    expect(loaded).toMatchObject({ exists: false, activeProviderId: "anthropic", warnings: [] })
    expect(loaded.providers[0]).toMatchObject({
      name: "Anthropic",
      type: "anthropic",
      source: "environment",
      strategy: "round-robin",
      baseUrl: "https://relay.test/v1"
    })
  })

  it("has no providers when there is nothing", () => {
    expect(load(open().store)).toMatchObject({ providers: [], activeProviderId: undefined, exists: false })
  })

  it("does so too when the file holds no provider, and keeps the user's choice", () => {
    const { store } = open(
      { ANTHROPIC_API_KEY: "k", OPENAI_API_KEY: "o" },
      { providers: [], activeProviderId: "openai" }
    )
    expect(load(store)).toMatchObject({
      exists: true,
      activeProviderId: "openai",
      providers: [{ id: "anthropic" }, { id: "openai" }]
    })
  })

  it("says which variable cannot be used", () => {
    expect(failure(open({ OPENAI_API_KEY: "sk-CANARY x" }).store)).toBe(
      'environment: token "openai-api-key" of provider "openai" cannot be used, and there is no other: the environment variable OPENAI_API_KEY holds white space or control characters. Put that right, or add a token with: ctl tokens add'
    )
  })

  it("sends no token of a relay to the vendor because the relay's URL is wrong", () => {
    const { store } = open({ ANTHROPIC_API_KEY: "k", ANTHROPIC_BASE_URL: "relay.test", OPENAI_API_KEY: "o" })
    expect(tokens(load(store))).toEqual(["openai openai-api-key o"])
    expect(load(store).providers[0]?.problems).toMatchObject([
      {
        alias: "anthropic-api-key",
        reason: "the environment variable ANTHROPIC_BASE_URL must be a URL that begins with https:// or http://"
      }
    ])
  })
})

describe("a config file", () => {
  it("alone says what the providers it names use", () => {
    const { store } = open({ ANTHROPIC_API_KEY: "k", OPENAI_API_KEY: "o" }, one({ tokens: [{ value: "mine" }] }))
    expect(tokens(load(store))).toEqual(["a token-1 mine"])
  })

  it("may refer to variables and files, and what cannot be found does not harm the others", () => {
    const { root, store } = open(
      { KEY: " from-env \n" },
      one({
        tokens: ["env:KEY", "file:key", "file:~/key2", "env:GONE", "file:gone", "from-env", "file:blank"].map(
          (value) => ({ value })
        )
      })
    )
    Fs.writeFileSync(Path.join(root, "key"), "from-file\n")
    Fs.writeFileSync(Path.join(root, "key2"), "from-home\r\n")
    Fs.writeFileSync(Path.join(root, "blank"), "\n")
    const loaded = load(store)
    expect(tokens(loaded)).toEqual(["a key from-env", "a token-2 from-file", "a token-3 from-home"])
    expect(loaded.providers[0]?.problems.map(({ alias, reason }) => `${alias}: ${reason}`)).toEqual([
      "gone: the environment variable GONE is not set",
      `token-5: the file ${root}/gone cannot be read: no such file or directory`,
      'token-6: is the same secret as "key"',
      `token-7: the file ${root}/blank is empty`
    ])
  })

  it("with nothing that can be used is an error that names the first reason and its line", () => {
    const { store } = open({}, one({ tokens: [{ value: "env:GONE" }, { value: "env:GONE_TOO" }] }))
    expect(failure(store)).toBe(
      `${store.path}:7: providers[0].tokens[0]: token "gone" of provider "a" cannot be used, and there is no other: the environment variable GONE is not set. Put that right, or add a token with: ctl tokens add`
    )
  })

  it("takes the base URL from the entry, else from its envVars", () => {
    const envVars = { ANTHROPIC_BASE_URL: "https://relay.test/", ANTHROPIC_AUTH_TOKEN: "r" }
    const baseUrl = (fields: object) =>
      load(open({ ANTHROPIC_BASE_URL: "https://other.test" }, one(fields)).store).providers[0]?.baseUrl
    expect(baseUrl({ envVars })).toBe("https://relay.test")
    expect(baseUrl({ envVars, baseUrl: "https://own.test/v1//" })).toBe("https://own.test/v1")
    expect(baseUrl({ apiKey: "k" })).toBeUndefined()
  })

  it("has as active provider the one chosen, else the first with tokens", () => {
    const providers = [
      { id: "a", type: "anthropic" },
      { id: "b", type: "openai", apiKey: "k" },
      { id: "c", type: "openai", apiKey: "k" }
    ]
    expect(load(open({}, { providers }).store).activeProviderId).toBe("b")
    expect(load(open({}, { providers, activeProviderId: "c" }).store).activeProviderId).toBe("c")
    const { store } = open({}, { providers, activeProviderId: "gone" })
    expect(load(store)).toMatchObject({
      activeProviderId: "b",
      warnings: [
        `${store.path}: activeProviderId is "gone", and there is no such provider. Choose one with: ctl providers use <id>`
      ]
    })
  })

  it("that others may read is warned about if it holds secrets", () => {
    const { store } = open({ KEY: "k" }, one({ apiKey: "k" }))
    Fs.chmodSync(store.path, 0o644)
    expect(load(store).warnings).toEqual([
      `${store.path} holds secrets, and its mode is 644: others may read it. Run: chmod 600 ${store.path}`
    ])
    Fs.writeFileSync(store.path, JSON.stringify(one({ apiKey: "env:KEY" })))
    expect(load(store).warnings).toEqual([])
  })

  it.each([
    [
      '{\n  "providers": [\n',
      ":2: the document ends too early. Correct that line, or move the file away to begin with a new one."
    ],
    ['{\n\n  "providers": 1}', ":3: providers must be an array of providers. Correct it in that file."]
  ])("that cannot be read is reported by path and line, and no edit touches it: %j", (text, message) => {
    const { store } = open({}, text)
    expect(failure(store)).toBe(`${store.path}${message}`)
    const edited = Effect.runSync(
      Effect.flip(store.edit((document) => addProvider(document, { id: "a", type: "anthropic" })))
    )
    expect(edited.message).toBe(`${store.path}${message}`)
    expect(Fs.readFileSync(store.path, "utf8")).toBe(text)
    expect(Fs.readdirSync(Path.dirname(store.path))).toEqual(["config.json"])
  })

  it("that is no UTF-8, or no file, is reported too", () => {
    const { store } = open({}, "{}")
    Fs.writeFileSync(store.path, Buffer.from([0x7b, 0x0a, 0xff]))
    expect(failure(store)).toBe(`${store.path}:2: the file is not UTF-8 text. Save it as UTF-8.`)
    Fs.rmSync(store.path)
    Fs.mkdirSync(store.path)
    expect(failure(store)).toBe(
      `${store.path}: cannot be read: a directory is where a file should be. Check who owns the file and its directory, or name another with --config or LLMCTL_CONFIG_DIR.`
    )
  })

  it("has a version that changes with it and with the files it refers to", () => {
    const { root, store } = open({}, one({ tokens: [{ value: "file:key" }, { value: "k" }] }))
    const seen = new Set<string>()
    const look = () => seen.add(Effect.runSync(store.version))
    load(store)
    look()
    look()
    expect(seen.size).toBe(1)
    Fs.writeFileSync(Path.join(root, "key"), "a")
    look()
    Fs.writeFileSync(Path.join(root, "key"), "ab")
    look()
    Effect.runSync(store.edit((document) => addProvider(document, { id: "b", type: "openai" })))
    look()
    Fs.rmSync(store.path)
    look()
    expect(seen.size).toBe(5)
  })

  it("shows no secret to whoever prints what was loaded", () => {
    const { store } = open({}, one({ tokens: [{ value: "sk-CANARY" }] }))
    expect(`${inspect(load(store), { depth: 20 })}${JSON.stringify(load(store))}`).not.toContain("CANARY")
  })
})

const add = (value: string) => (document: Parameters<typeof addToken>[0]) =>
  addToken(document, "a", { value: Redacted.make(value) }, vendors)

describe("an edit of the config file", () => {
  it("makes file and directory for the owner only", () => {
    const old = process.umask(0)
    try {
      const { root, store } = open()
      Effect.runSync(store.edit((document) => addProvider(document, { id: "a", type: "anthropic" })))
      Effect.runSync(store.edit(add("k")))
      expect([mode(root), mode(store.path), Fs.readdirSync(root)]).toEqual(["700", "600", ["config.json"]])
      expect(tokens(load(store))).toEqual(["a token-1 k"])
    } finally {
      process.umask(old)
    }
  })

  it("narrows the mode of a file that was open to others", () => {
    const { store } = open({}, one({}))
    Fs.chmodSync(store.path, 0o666)
    Effect.runSync(store.edit(add("k")))
    expect(mode(store.path)).toBe("600")
  })

  it("follows a symbolic link, also one that points nowhere yet", () => {
    for (const document of [one({}), undefined]) {
      const { root, store } = open({}, {})
      const real = Path.join(root, "dotfiles", "llm.json")
      Fs.mkdirSync(Path.dirname(real))
      if (document !== undefined) Fs.writeFileSync(real, JSON.stringify(document))
      Fs.rmSync(store.path)
      Fs.symlinkSync("dotfiles/llm.json", store.path)
      Effect.runSync(
        store.edit((current) => addProvider(current, { id: "b", type: "openai", baseUrl: "https://x.test" }))
      )
      expect(Fs.lstatSync(store.path).isSymbolicLink()).toBe(true)
      expect(Fs.readFileSync(real, "utf8")).toContain('"b"')
      expect(Fs.readdirSync(Path.dirname(real))).toEqual(["llm.json"])
    }
  })

  it("that fails changes nothing", () => {
    const { root, store } = open({}, one({}))
    const before = Fs.readFileSync(store.path, "utf8")
    expect(Effect.runSync(Effect.flip(store.edit(() => Either.left("no" as const))))).toBe("no")
    expect(() =>
      Effect.runSync(
        store.edit(() => {
          throw new Error("bug")
        })
      )
    ).toThrow("bug")
    expect([Fs.readFileSync(store.path, "utf8"), Fs.readdirSync(root)]).toEqual([before, ["config.json"]])
  })

  it("sweeps up the secrets of writers that were killed", () => {
    const { root, store } = open({}, one({}))
    Fs.writeFileSync(Path.join(root, "config.json.00000000-0000-0000-0000-000000000000.tmp"), "sk-CANARY")
    Fs.writeFileSync(Path.join(root, "config.json.backup.tmp"), "mine")
    Effect.runSync(store.edit(add("k")))
    expect(Fs.readdirSync(root).sort()).toEqual(["config.json", "config.json.backup.tmp"])
  })

  it.effect("gives up after ten seconds when another process holds on, and says which", () =>
    Effect.gen(function* () {
      const { store } = open({}, one({}))
      const holder = { pid: 1, place: "another machine", started: "", nonce: "n" }
      Fs.writeFileSync(`${store.path}.lock`, JSON.stringify(holder))
      const fiber = yield* Effect.fork(Effect.flip(store.edit(add("k"))))
      yield* TestClock.adjust("11 seconds")
      expect((yield* fiber).message).toBe(
        `${store.path}: process 1 is editing it and does not finish. If that process is long gone, delete ${store.path}.lock.`
      )
    })
  )

  const editor = Path.join(directory(), "editor.mjs")
  beforeAll(() =>
    build({
      entryPoints: [Path.join(import.meta.dirname, "config-editor.ts")],
      outfile: editor,
      bundle: true,
      platform: "node",
      format: "esm"
    }).then(() => undefined)
  )
  const run = (path: string, name: string, times: number, killAfter = Number.POSITIVE_INFINITY) =>
    new Promise<number>((resolve) => {
      const child = spawn(process.execPath, [editor, path, name, String(times)], {
        stdio: ["ignore", "pipe", "inherit"]
      })
      let done = 0
      child.stdout.on("data", (data: Buffer) => {
        done += data.length
        if (done >= killAfter) child.kill("SIGKILL")
      })
      child.on("close", () => resolve(done))
    })
  const count = (store: ConfigStore.Service, name: string) =>
    tokens(load(store)).filter((token) => token.startsWith(`a ${name}-`)).length

  it("is not lost when two processes edit a hundred times each", async () => {
    const { root, store } = open({}, one({}))
    expect(await Promise.all([run(store.path, "x", 100), run(store.path, "y", 100)])).toEqual([100, 100])
    expect([count(store, "x"), count(store, "y")]).toEqual([100, 100])
    expect(Fs.readdirSync(root)).toEqual(["config.json"])
  })

  it("is not lost when editors are killed, and their locks do not stay", async () => {
    const { root, store } = open({}, one({}))
    const lane = async (lane: number): Promise<void> => {
      for (let i = 0; i < 12; i++) {
        const name = `${lane}x${i}`
        const acknowledged = await run(store.path, name, 1000, 1 + (i % 4))
        expect(count(store, name)).toBeGreaterThanOrEqual(acknowledged)
      }
    }
    await Promise.all([lane(0), lane(1), lane(2)])
    Effect.runSync(store.edit(add("last")))
    expect(Fs.readdirSync(root)).toEqual(["config.json"])
  }, 60_000)
})
