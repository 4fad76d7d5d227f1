import { readFile, stat } from "node:fs/promises"
import { inspect } from "node:util"
import { describe, expect, it } from "vitest"
import {
  AutoTokenApiClient,
  ConfigError,
  configManager,
  LlmctlError,
  NoTokenError,
  TokenRotationManager,
  UnknownProviderError,
  UnknownTokenError
} from "../../src/index.js"
import { open } from "./door.js"

const ok = { kind: "ok" } as const
const states = () => TokenRotationManager.getStats().map(({ state }) => state)

describe("TokenRotationManager", () => {
  it("rests a token at the third error in a row, whichever way it is named", async () => {
    const { secretOf } = await open("anthropic", { a: ok, b: ok })
    const provider = configManager.getActiveProvider()
    const id = provider.tokens[0]?.id ?? ""
    TokenRotationManager.markTokenError(provider, secretOf("a"))
    TokenRotationManager.markTokenError("anthropic", "a")
    TokenRotationManager.markTokenSuccess(provider, id)
    TokenRotationManager.markTokenError(provider, id)
    TokenRotationManager.markTokenError(provider, "a", new Error("socket hang up"))
    expect(states()).toEqual(["ready", "ready"])
    TokenRotationManager.markTokenError({ id: "anthropic" }, secretOf("a"))
    expect(states()).toEqual(["open", "ready"])
    expect([1, 2, 3].map(() => TokenRotationManager.getNextToken(provider))).toEqual(Array(3).fill(secretOf("b")))
  })

  it("shares one pool with the automatic calls", async () => {
    const { provider, secretOf } = await open("anthropic", { a: { kind: "revoked" }, b: ok })
    await AutoTokenApiClient.call("/v1/messages", { method: "POST", body: { model: "m" } })
    expect(TokenRotationManager.getNextToken()).toBe(secretOf("b"))
    for (let i = 0; i < 3; i++) TokenRotationManager.markTokenError("anthropic", "b")
    const calls = provider.requests.length
    await expect(AutoTokenApiClient.call("/v1/messages", { method: "POST" })).rejects.toThrow(/b: .*back at/)
    expect(provider.requests).toHaveLength(calls)
  })

  it("charges an error that has a status to whoever caused it", async () => {
    await open("anthropic", { a: ok, b: ok, c: ok })
    const limited = Object.assign(new Error("429"), { status: 429, headers: new Headers({ "retry-after": "60" }) })
    TokenRotationManager.markTokenError("anthropic", "a", limited)
    TokenRotationManager.markTokenError("anthropic", "b", new Response(null, { status: 401 }))
    for (let i = 0; i < 5; i++) TokenRotationManager.markTokenError("anthropic", "c", { status: 400 })
    expect(states()).toEqual(["cooling", "isolated", "ready"])
  })

  it("says who can serve again and when, if nobody can now", async () => {
    await open("anthropic", { a: ok })
    for (let i = 0; i < 3; i++) TokenRotationManager.markTokenError("anthropic", "a")
    const error = (() => {
      try {
        return TokenRotationManager.getNextToken("anthropic")
      } catch (error) {
        return error
      }
    })()
    expect(error).toBeInstanceOf(NoTokenError)
    expect(error).toMatchObject({
      name: "NoTokenError",
      tokens: [{ alias: "a", until: expect.any(Date) }],
      cause: { message: expect.stringMatching(/^a: ./) }
    })
    TokenRotationManager.reset("anthropic", ["a"])
    expect(TokenRotationManager.getNextToken("anthropic")).toMatch(/^secret-of-a/)
  })

  it("throws errors whose stack is the caller's own, without frames of a fiber", async () => {
    await open("anthropic", { a: { kind: "revoked" } })
    TokenRotationManager.disableToken("anthropic", "a")
    const throwing: ReadonlyArray<() => unknown> = [
      () => TokenRotationManager.getNextToken("anthropic"),
      () => TokenRotationManager.getNextToken("nobody"),
      () => TokenRotationManager.markTokenError("anthropic", "nobody")
    ]
    for (const call of throwing) {
      const error = await Promise.resolve()
        .then(call)
        .catch((error: unknown) => error)
      if (!(error instanceof LlmctlError)) throw new Error("should have been thrown")
      expect(error.stack).toMatch(/TokenRotationManager\.test\.ts/)
      expect(error.stack).not.toMatch(/fiber|node_modules.effect/i)
    }
    const asked = AutoTokenApiClient.callAnthropic([], { model: "m", max_tokens: 1, provider: "nobody" })
    const refused = await asked.catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(UnknownProviderError)
    expect(refused instanceof Error && refused.stack).not.toMatch(/fiber|node_modules.effect/i)
  })

  it("never repeats a name that fits no token: it may be a secret", async () => {
    await open("anthropic", { a: ok })
    const mark = (provider: string) => () => TokenRotationManager.markTokenError(provider, "sk-somebody-elses")
    expect(mark("anthropic")).toThrow(UnknownTokenError)
    expect(mark("anthropic")).toThrow(/^(?!.*sk-somebody)/)
    expect(mark("nobody")).toThrow(UnknownProviderError)
  })
})

describe("configManager", () => {
  it("gives a frozen provider without secrets, the same one in every form", async () => {
    const { secretOf, directory } = await open("anthropic", { a: ok })
    const provider = configManager.getActiveProvider()
    expect(provider).toMatchObject({ id: "anthropic", type: "anthropic", strategy: "round-robin" })
    expect(provider.tokens).toEqual([{ alias: "a", id: expect.any(String), masked: "…mnop", enabled: true }])
    expect(Object.isFrozen(provider) && Object.isFrozen(provider.tokens[0])).toBe(true)
    expect(inspect(configManager, { depth: 9 }) + inspect(provider, { depth: 9 })).not.toContain(secretOf("a"))
    expect(configManager.getProviders()).toEqual([provider])
    expect(configManager.path).toBe(`${directory}/config.json`)
  })

  it("leaves the file alone however much is called", async () => {
    const { directory } = await open("anthropic", { a: { kind: "revoked" }, b: ok })
    const before = [
      await readFile(`${directory}/config.json`, "utf8"),
      (await stat(`${directory}/config.json`)).mtimeMs
    ]
    for (let i = 0; i < 5; i++) await AutoTokenApiClient.call("/v1/messages", { method: "POST", body: { model: "m" } })
    TokenRotationManager.markTokenError("anthropic", "b")
    await TokenRotationManager.flush()
    expect([
      await readFile(`${directory}/config.json`, "utf8"),
      (await stat(`${directory}/config.json`)).mtimeMs
    ]).toEqual(before)
  })

  it("asks which provider is meant when there are some and none has tokens", async () => {
    const { configure, provider } = await open("anthropic", { a: ok })
    const empty = (id: string) => ({ id, name: id, type: "anthropic", baseUrl: provider.url, tokens: [] })
    await configure({ providers: [empty("one"), empty("two")] })
    expect(() => configManager.getActiveProvider()).toThrow("(known: one, two). Choose one with: ctl providers use one")
  })

  it("makes another provider the active one", async () => {
    const { configure, provider } = await open("anthropic", { a: ok })
    await configure({
      providers: ["one", "two"].map((id) => ({ id, name: id, type: "anthropic", baseUrl: provider.url, apiKey: id })),
      activeProviderId: "one"
    })
    expect(configManager.getActiveProvider().id).toBe("one")
    await configManager.setActiveProvider("two")
    expect(configManager.getActiveProvider().id).toBe("two")
    await expect(configManager.setActiveProvider("three")).rejects.toBeInstanceOf(UnknownProviderError)
  })

  it("names the place of a broken config, and works once it is mended", async () => {
    const { configure, directory } = await open("anthropic", { a: ok })
    await configure({ providers: "none" })
    expect(() => configManager.getActiveProvider()).toThrow(ConfigError)
    expect(() => configManager.getActiveProvider()).toThrow(`${directory}/config.json`)
    await configure({ providers: [{ id: "mended", name: "m", type: "anthropic", apiKey: "k" }] })
    expect(configManager.getActiveProvider().id).toBe("mended")
  })

  it("throws a plain error when nothing is configured", async () => {
    const { configure } = await open("anthropic", { a: ok })
    await configure({ providers: [] })
    const saved = process.env.ANTHROPIC_API_KEY
    delete process.env.ANTHROPIC_API_KEY
    expect(() => configManager.getActiveProvider()).toThrow(UnknownProviderError)
    expect(() => configManager.getActiveProvider()).toThrow(
      "No provider is configured. Add one with: ctl providers add"
    )
    if (saved !== undefined) process.env.ANTHROPIC_API_KEY = saved
  })
})
