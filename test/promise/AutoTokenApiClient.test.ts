import { describe, expect, it } from "vitest"
import {
  AllTokensFailedError,
  ApiError,
  AutoTokenApiClient,
  configManager,
  TokenRotationManager,
  UnknownProviderError
} from "../../src/index.js"
import { open } from "./door.js"

const question = {
  model: "claude-3-sonnet-20240229",
  max_tokens: 1000,
  messages: [{ role: "user", content: "Hello!" }]
}
const ask = (init: object = {}) =>
  AutoTokenApiClient.call("https://api.anthropic.com/v1/messages", { method: "POST", body: question, ...init })

const ok = { kind: "ok" } as const

describe("AutoTokenApiClient", () => {
  it("runs what the README promises, word for word", async () => {
    const { provider, secretOf } = await open("anthropic", { a: ok })
    const response = await AutoTokenApiClient.call("https://api.anthropic.com/v1/messages", {
      method: "POST",
      body: { model: "claude-3-sonnet-20240229", max_tokens: 1000, messages: [{ role: "user", content: "Hello!" }] }
    })
    expect(response).toBeInstanceOf(Response)
    const result = await response.json()
    expect(result).toMatchObject({ type: "message", role: "assistant" })
    const reply = await AutoTokenApiClient.callAnthropic([{ role: "user", content: "Hello, Claude!" }], {
      model: "claude-3-sonnet-20240229",
      max_tokens: 1000,
      temperature: 0.7
    })
    expect(reply.content[0]?.type).toBe("text")
    const active = configManager.getActiveProvider()
    const token = TokenRotationManager.getNextToken(active)
    expect(token).toBe(secretOf("a"))
    TokenRotationManager.markTokenSuccess(active, token)
    TokenRotationManager.markTokenError(active, token)
    expect(provider.requests.map(({ body, headers }) => [body, headers["content-type"], headers["x-api-key"]])).toEqual(
      [
        [question, "application/json", token],
        [
          { ...question, temperature: 0.7, messages: [{ role: "user", content: "Hello, Claude!" }] },
          "application/json",
          token
        ]
      ]
    )
    expect(provider.requests[0]?.headers["anthropic-version"]).toBe("2023-06-01")
  })

  it("rotates past a revoked and a limited token, and the caller sees one answer", async () => {
    const { provider } = await open("anthropic", {
      a: { kind: "revoked" },
      b: { kind: "rateLimited", retryAfterSeconds: 60 },
      c: ok
    })
    expect((await ask()).status).toBe(200)
    expect((await ask()).status).toBe(200)
    expect(provider.requests).toHaveLength(4)
    expect(TokenRotationManager.getStats().map(({ alias, state }) => [alias, state])).toEqual([
      ["a", "isolated"],
      // Its limit is that of the model.
      ["b", "ready"],
      ["c", "ready"]
    ])
  })

  it("rejects, when all tokens fail, with what happened to each by alias and when the next is back", async () => {
    await open("anthropic", { a: { kind: "revoked" }, b: { kind: "rateLimited", retryAfterSeconds: 60 } })
    const error = await ask().then(
      () => undefined,
      (error: unknown) => error
    )
    if (!(error instanceof AllTokensFailedError)) throw new Error("should have been refused")
    expect(error.provider).toBe("anthropic")
    expect(error.attempts.map(({ alias, status }) => [alias, status])).toEqual([
      ["a", 401],
      ["b", 429]
    ])
    expect(error.retryAt?.getTime()).toBeGreaterThan(Date.now() + 50_000)
    expect(error.message).toMatch(/a: .*\n.*b: .*back at \d{4}-/)
    expect(error.cause).toMatchObject({
      message: "b was answered 429 rate_limit_error: a limit of pace was hit; the token is healthy"
    })
    expect(`${error.stack}`).not.toMatch(/FiberFailure|effect/)
    expect(JSON.stringify(error) + error.message).not.toContain("secret-of")
  })

  it("hands a fault of the request back as the response it was, and charges no token", async () => {
    const { provider } = await open("anthropic", { a: { kind: "status", status: 400, body: '{ "odd":  1 }' }, b: ok })
    const response = await ask()
    expect(response.status).toBe(400)
    expect(await response.text()).toBe('{ "odd":  1 }')
    expect(provider.requests).toHaveLength(1)
    expect(TokenRotationManager.getStats().map(({ state }) => state)).toEqual(["ready", "ready"])
  })

  it("rejects a refused message with what the vendor said, without the token it quotes", async () => {
    const { secretOf } = await open("anthropic", { a: ok })
    const { provider } = await open("anthropic", {
      a: {
        kind: "status",
        status: 400,
        body: { type: "error", error: { type: "invalid_request_error", message: `no field for ${secretOf("a")}` } },
        headers: { "request-id": "req_1" }
      }
    })
    const error = await AutoTokenApiClient.callAnthropic([{ role: "user", content: "?" }], {
      model: "none",
      max_tokens: 1
    }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({
      message: "anthropic answered 400: invalid_request_error: no field for [redacted]",
      status: 400,
      requestId: "req_1",
      body: { error: { type: "invalid_request_error" } }
    })
    expect(provider.requests).toHaveLength(1)
  })

  it("rejects with the signal's own reason, before, while waiting and while reading", async () => {
    const { provider } = await open("anthropic", { a: { kind: "hang" } })
    const reason = new Error("enough")
    await expect(ask({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(provider.requests).toHaveLength(0)
    const controller = new AbortController()
    const waiting = ask({ signal: controller.signal })
    await provider.received(1)
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    await provider.quiet()
    expect(provider.requests[0]?.end).toBe("left")
    const [token] = TokenRotationManager.getStats()
    expect(token).toMatchObject({ state: "ready", inFlight: 0, counts: { errors: 0, abandoned: 1 } })
  })

  it("chooses the provider by URL, sends a path to the active one, and no token to a stranger", async () => {
    const { provider } = await open("anthropic", { a: ok })
    expect((await AutoTokenApiClient.call("/v1/messages", { method: "POST", body: question })).status).toBe(200)
    const direct = await AutoTokenApiClient.call(new URL(`${provider.url}/v1/messages`), {
      method: "POST",
      body: question
    })
    expect(direct.status).toBe(200)
    const stranger = await AutoTokenApiClient.call("https://example.com/v1/messages?key=hush", {
      method: "POST"
    }).catch((error: unknown) => error)
    expect(stranger).toBeInstanceOf(UnknownProviderError)
    expect(String(stranger)).toMatch(/https:\/\/example.com belongs to no configured provider/)
    expect(String(stranger)).not.toContain("hush")
    await expect(AutoTokenApiClient.call("/v1/messages", { provider: "nobody" })).rejects.toBeInstanceOf(
      UnknownProviderError
    )
    expect(provider.requests).toHaveLength(2)
  })

  it("sends what is no plain data as fetch does, and keeps a content type that was set", async () => {
    const { provider } = await open("anthropic", { a: ok })
    const typed = { "Content-Type": "application/vnd.test+json" }
    await AutoTokenApiClient.call("/v1/messages", { method: "POST", body: [1, 2], headers: typed })
    await AutoTokenApiClient.call("/v1/messages", { method: "POST", body: new URLSearchParams({ a: "1" }) })
    await AutoTokenApiClient.call("/v1/messages", { method: "POST", body: JSON.stringify(question) })
    expect(provider.requests.map(({ body, headers }) => [body, headers["content-type"]])).toEqual([
      [[1, 2], "application/vnd.test+json"],
      ["a=1", "application/x-www-form-urlencoded;charset=UTF-8"],
      [question, "text/plain;charset=UTF-8"]
    ])
  })
})
