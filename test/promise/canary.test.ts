/** A secret is put through every path of the promise door and must be found nowhere but where it was sent. */
import { createHash } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, describe, expect, it, vi } from "vitest"
import { AutoTokenApiClient, configManager, rotatingFetch, TokenRotationManager } from "../../src/index.js"
import { dispose } from "../../src/promise/runtime.js"
import { filesUnder, leaks, print } from "../support/leaks.js"
import { type Script, startScriptedProvider } from "../support/ScriptedProvider.js"

/** Letters that occur nowhere else. */
const secretOf = (prefix: string, n: number) =>
  prefix + createHash("sha256").update(`canary ${n}`).digest("base64url").slice(0, 40)

const cleanups: Array<() => Promise<unknown>> = []

afterEach(async () => {
  await dispose()
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A server at another origin that keeps whatever it is sent. */
const openThief = async () => {
  const stolen: Array<unknown> = []
  const server = createServer((request, response) => {
    stolen.push([request.url, request.headers])
    response.end("{}")
  })
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  cleanups.push(() => new Promise((done) => server.close(done).closeAllConnections()))
  // It listens on TCP.
  return { stolen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const prefixes = { anthropic: "sk-ant-api03-", openai: "sk-proj-", google: "AIza" }
const headers = { anthropic: "x-api-key", openai: "authorization", google: "x-goog-api-key" }
type Type = keyof typeof prefixes

/** One provider of each type, its tokens, by alias, doing as scripted. */
const open = async (types: ReadonlyArray<Type>, scripts: (secret: string) => Readonly<Record<string, Script>>) => {
  const aliases = Object.keys(scripts(""))
  const known = types.flatMap((type, t) =>
    aliases.map((alias, n) => ({ type, alias, value: secretOf(prefixes[type], t * aliases.length + n) }))
  )
  const provider = await startScriptedProvider({
    tokens: Object.fromEntries(known.map(({ alias, value }) => [value, scripts(value)[alias] ?? { kind: "ok" }]))
  })
  const directory = await mkdtemp(join(tmpdir(), "llmctl-canary-"))
  const providers = types.map((type) => ({
    id: type,
    name: type,
    type,
    baseUrl: type === "openai" ? `${provider.url}/v1` : provider.url,
    tokens: known.filter((token) => token.type === type).map(({ alias, value }) => ({ alias, value }))
  }))
  await writeFile(join(directory, "config.json"), JSON.stringify({ providers }), { mode: 0o600 })
  const before = process.env.LLMCTL_CONFIG_DIR
  process.env.LLMCTL_CONFIG_DIR = directory
  cleanups.push(async () => {
    if (before === undefined) delete process.env.LLMCTL_CONFIG_DIR
    else process.env.LLMCTL_CONFIG_DIR = before
    await provider.close()
    await rm(directory, { recursive: true, force: true })
  })
  return { provider, directory, secrets: known.map(({ value }) => value) }
}

/** Keeps what goes to the two outputs of the process meanwhile. */
const overhear = async (act: () => Promise<void>): Promise<string> => {
  const heard: Array<string> = []
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation((text) => {
      heard.push(String(text))
      return true
    })
  )
  try {
    await act()
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  return heard.join("")
}

const requests = {
  anthropic: ["/v1/messages", { model: "m", max_tokens: 1, messages: [{ role: "user", content: "hi" }] }],
  openai: ["/chat/completions", { model: "m", messages: [{ role: "user", content: "hi" }] }],
  google: ["/v1beta/models/gemini-2.5-flash:generateContent", { contents: [{ role: "user", parts: [{ text: "hi" }] }] }]
} as const

const attempt = <A>(act: () => A): A | unknown => {
  try {
    return act()
  } catch (error) {
    return error
  }
}

/** Every way a call to one provider can go, before and after its last token is refused, and all that can be seen of it. */
const exercise = async (type: Type): Promise<ReadonlyArray<string>> => {
  const seen: Array<string> = []
  const look = (value: unknown) => void seen.push(print(value))
  const [path, body] = requests[type]
  const info = configManager.getProviders().find(({ id }) => id === type)
  const url = `${info?.baseUrl}${path}`
  const plain = rotatingFetch({ provider: type })
  const init = { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } }
  const calls: ReadonlyArray<() => Promise<unknown>> = [
    () => AutoTokenApiClient.call(path, { method: "POST", body, provider: type }),
    () => plain(`${url}?key=of-the-caller`, init),
    () => plain(new Request(url, init)),
    () => AutoTokenApiClient.callAnthropic([{ role: "user", content: "hi" }], { model: "m", max_tokens: 1 }),
    () => AutoTokenApiClient.call("https://elsewhere.example/v1", { method: "POST", body }),
    () => AutoTokenApiClient.call(url, { method: "POST", body, signal: AbortSignal.timeout(1) })
  ]
  const aliases = TokenRotationManager.getStats(type).map(({ alias }) => alias)
  for (let round = 0; round < 2; round++) {
    await Promise.all(
      [...calls, ...calls].map(async (call) => {
        const result = await call().catch((error: unknown) => error)
        look(result)
        if (!(result instanceof Response)) return
        look([...result.headers])
        look(await result.text().catch((error: unknown) => error))
      })
    )
    look([TokenRotationManager.getStats(type), info])
    for (const alias of aliases) {
      look(attempt(() => TokenRotationManager.markTokenError(type, alias, new Response(null, { status: 401 }))))
    }
    // What it returns is the caller's own business; what it throws is ours.
    if (round === 1) look(attempt(() => TokenRotationManager.getNextToken(type)))
  }
  return seen
}

describe("The canary of the promise door", () => {
  it("is found where it was sent and nowhere else", async () => {
    const thief = await openThief()
    const { directory, provider, secrets } = await open(["anthropic", "openai", "google"], () => ({
      ok: { kind: "ok" },
      revoked: { kind: "revoked" },
      limited: { kind: "rateLimited", retryAfterSeconds: 600 },
      broke: { kind: "outOfCredit" },
      down: { kind: "overloaded" },
      cut: { kind: "reset", at: "before-headers" },
      torn: { kind: "reset", at: "mid-stream" },
      lured: { kind: "redirect", to: `${thief.url}/steal`, status: 307 },
      odd: { kind: "status", status: 400 }
    }))
    const seen: Array<string> = []
    const heard = await overhear(async () => {
      const all = await Promise.all((["anthropic", "openai", "google"] as const).map(exercise))
      seen.push(...all.flat(), print([TokenRotationManager, configManager, AutoTokenApiClient, rotatingFetch()]))
      await TokenRotationManager.flush()
    })
    const sent = provider.requests.flatMap(({ headers: all }) =>
      Object.values(headers).flatMap((name) => all[name]?.replace("Bearer ", "") ?? [])
    )
    expect(secrets.filter((secret) => !sent.includes(secret))).toEqual([])
    const elsewhere = provider.requests.map(({ body, headers: all, path, query }) => [
      path,
      query,
      body,
      Object.entries(all).filter(([name]) => !Object.values(headers).includes(name))
    ])
    const files = filesUnder(directory, ["config.json"])
    const everything = [...new Set(seen), heard, files, print(elsewhere), print(thief.stolen)].join("\n")
    expect(everything).toContain("revoked")
    expect(secrets.flatMap((secret) => leaks(everything, secret).slice(0, 3))).toEqual([])
    // Callers wait their thirty seconds for a provider that is down once every other token is refused.
  }, 120_000)

  it("is not learnt from a vendor that quotes the token it refuses", async () => {
    const quoting = (status: number, secret: string) => ({
      kind: "status" as const,
      status,
      headers: { "request-id": secret, "retry-after": "600", "x-note": `of ${secret}` },
      body: { type: "error", error: { type: secret, code: secret, message: `wrong key ${secret}`, param: secret } }
    })
    const { directory, provider, secrets } = await open(["anthropic"], (secret) =>
      Object.fromEntries([401, 403, 402, 429, 400, 404].map((status) => [`s${status}`, quoting(status, secret)]))
    )
    const seen: Array<string> = []
    const heard = await overhear(async () => {
      for (let i = 0; i < 12; i++) {
        const asked = AutoTokenApiClient.callAnthropic([{ role: "user", content: "hi" }], { model: "m", max_tokens: 1 })
        seen.push(print(await asked.catch((error: unknown) => error)), print(TokenRotationManager.getStats()))
      }
      await TokenRotationManager.flush()
    })
    expect(new Set(provider.requests.map(({ token }) => token))).toEqual(new Set(secrets))
    const everything = [...seen, heard, filesUnder(directory, ["config.json"])].join("\n")
    expect(secrets.flatMap((secret) => leaks(everything, secret).slice(0, 3))).toEqual([])
  })
})
