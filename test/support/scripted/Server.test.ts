import { afterEach, assert, describe, it } from "vitest"
import type { Options, ScriptedProvider } from "./Server.js"
import { startScriptedProvider } from "./Server.js"

const opened: Array<ScriptedProvider> = []

const start = async (options: Options = {}) => {
  const provider = await startScriptedProvider(options)
  opened.push(provider)
  return provider
}

afterEach(async () => {
  for (const provider of opened.splice(0)) await provider.close()
})

const post = (provider: ScriptedProvider, token: string, extra: Record<string, unknown> = {}, init: RequestInit = {}) =>
  fetch(`${provider.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": token, "anthropic-version": "2023-06-01", "content-type": "application/json" },
    body: JSON.stringify({ model: "m", max_tokens: 5, messages: [{ role: "user", content: "Hi" }], ...extra }),
    ...init
  })

const generate = (provider: ScriptedProvider, action: string, headers: Record<string, string> = {}) =>
  fetch(`${provider.url}/v1beta/models/gemini-3-pro:${action}`, {
    method: "POST",
    headers,
    body: JSON.stringify({ contents: [{ parts: [{ text: "Hi" }] }] })
  })

const fails = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => assert.fail("expected a rejection"),
    (error: unknown) => error
  )

describe("Gemini", () => {
  const auth = { "x-goog-api-key": "good" }

  it("answers plain, as events and as a growing array", async () => {
    const provider = await start({ tokens: { good: { kind: "ok", text: ["One, ", "two."] } } })
    const plain = await (await generate(provider, "generateContent", auth)).json()
    assert.strictEqual(plain.candidates[0].content.parts[0].text, "One, two.")
    assert.strictEqual(plain.usageMetadata.totalTokenCount, 19)
    const events = (await (await generate(provider, "streamGenerateContent?alt=sse", auth)).text())
      .split("\r\n\r\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line.slice("data: ".length)))
    assert.deepStrictEqual(
      events.map((event) => event.candidates[0].content.parts[0].text),
      ["One, ", "two.", ""]
    )
    assert.strictEqual(events.at(-1).candidates[0].finishReason, "STOP")
    const array = await (await generate(provider, "streamGenerateContent", auth)).json()
    assert.strictEqual(array.length, 3)
  })

  it("calls an unknown key a bad request, a missing one forbidden, and hints in the body", async () => {
    const provider = await start({ tokens: { busy: { kind: "rateLimited", retryAfterMillis: 38_200 } } })
    const unknown = await generate(provider, "generateContent", { "x-goog-api-key": "nobody" })
    assert.strictEqual(unknown.status, 400)
    assert.strictEqual((await unknown.json()).error.details[0].reason, "API_KEY_INVALID")
    const wrongPlace = await generate(provider, "generateContent", { authorization: "Bearer busy" })
    assert.strictEqual(wrongPlace.status, 403)
    const busy = await generate(provider, "generateContent", { "x-goog-api-key": "busy" })
    assert.strictEqual(busy.status, 429)
    assert.isNull(busy.headers.get("retry-after"))
    assert.strictEqual((await busy.json()).error.details[1].retryDelay, "38.2s")
  })
})

describe("Scripts", () => {
  it("run in sequence and stay with the last; a new script counts from its next request", async () => {
    const provider = await start({ tokens: { a: [{ kind: "overloaded" }, { kind: "rateLimited" }, { kind: "ok" }] } })
    const statuses: Array<number> = []
    for (let each = 0; each < 4; each++) statuses.push((await post(provider, "a")).status)
    provider.script("a", { kind: "revoked" })
    statuses.push((await post(provider, "a")).status)
    assert.deepStrictEqual(statuses, [529, 429, 200, 200, 401])
  })

  it("count a limit per window, shared by the tokens of one bucket", async () => {
    let now = Date.UTC(2026, 7, 31, 12)
    const limit = { kind: "limit", requests: 2, windowMillis: 10_000, bucket: "org" } as const
    const provider = await start({ tokens: { a: limit, b: { ...limit, hint: "millis" } }, now: () => now })
    const first = await post(provider, "a")
    assert.strictEqual(first.headers.get("anthropic-ratelimit-requests-remaining"), "1")
    assert.strictEqual(first.headers.get("anthropic-ratelimit-requests-reset"), "2026-08-31T12:00:10Z")
    now += 2_500
    assert.strictEqual((await post(provider, "b")).status, 200)
    const refused = await post(provider, "b")
    assert.strictEqual(refused.status, 429)
    assert.strictEqual(refused.headers.get("retry-after-ms"), "7500")
    assert.strictEqual(refused.headers.get("retry-after"), "8")
    now += 7_500
    assert.strictEqual((await post(provider, "a")).status, 200)
  })

  it("hint with a date, or not at all", async () => {
    const now = Date.UTC(2026, 7, 31, 12)
    const provider = await start({
      tokens: { dated: { kind: "rateLimited", retryAfterDate: now + 90_000 }, silent: { kind: "rateLimited" } },
      now: () => now
    })
    assert.strictEqual((await post(provider, "dated")).headers.get("retry-after"), "Mon, 31 Aug 2026 12:01:30 GMT")
    assert.isNull((await post(provider, "silent")).headers.get("retry-after"))
  })

  it("may differ by model", async () => {
    const provider = await start({ tokens: { a: { kind: "byModel", models: { big: { kind: "rateLimited" } } } } })
    assert.strictEqual((await post(provider, "a", { model: "big" })).status, 429)
    assert.strictEqual((await post(provider, "a", { model: "small" })).status, 200)
  })

  it("stand still during an outage", async () => {
    const provider = await start({ tokens: { a: [{ kind: "rateLimited" }, { kind: "ok" }] } })
    provider.startOutage()
    assert.strictEqual((await post(provider, "a")).status, 529)
    provider.startOutage({ kind: "status", status: 503, body: "<html>down</html>", headers: { server: "edge" } })
    const down = await post(provider, "a")
    assert.strictEqual(await down.text(), "<html>down</html>")
    assert.strictEqual(down.headers.get("server"), "edge")
    provider.endOutage()
    assert.strictEqual((await post(provider, "a")).status, 429)
  })
})

describe("Faults of the wire", () => {
  it("reset before headers, after them, and in the middle of a body or a stream", async () => {
    const provider = await start()
    provider.script("a", { kind: "reset", at: "before-headers" })
    await fails(post(provider, "a"))
    for (const stream of [false, true]) {
      provider.script("a", { kind: "reset", at: "after-headers" })
      const headed = await post(provider, "a", { stream })
      assert.strictEqual(headed.status, 200)
      await fails(headed.text())
      provider.script("a", { kind: "reset", at: "mid-stream" })
      const begun = await post(provider, "a", { stream })
      const reader = begun.body?.getReader()
      const text = new TextDecoder().decode((await reader?.read())?.value)
      assert.include(text, "msg_01")
      await fails(
        (async () => {
          while (!(await reader?.read())?.done);
        })()
      )
    }
    await provider.quiet()
    assert.deepStrictEqual(
      provider.requests.map((request) => request.end),
      Array.from({ length: 5 }, () => "reset")
    )
  })

  it("hang until released, or until the client leaves", async () => {
    const provider = await start({ tokens: { a: { kind: "hang" }, b: { kind: "hang", at: "mid-stream" } } })
    const first = post(provider, "a")
    await provider.received(1)
    assert.strictEqual(provider.openRequests(), 1)
    provider.release()
    assert.strictEqual((await first).status, 200)
    const second = await post(provider, "b", { stream: true })
    await provider.received(2)
    await second.body?.cancel()
    await provider.quiet()
    const controller = new AbortController()
    const third = post(provider, "a", {}, { signal: controller.signal })
    await provider.received(3)
    controller.abort()
    await fails(third)
    await provider.quiet()
    assert.deepStrictEqual(
      provider.requests.map((request) => request.end),
      ["answered", "left", "left"]
    )
  })

  it("answer slowly, and redirect elsewhere", async () => {
    const elsewhere = await start({ unknown: { kind: "ok" } })
    const provider = await start({
      tokens: {
        slow: { kind: "slow", millis: 1, text: ["a", "b"] },
        moved: { kind: "redirect", to: `${elsewhere.url}/v1/messages` }
      }
    })
    assert.include(await (await post(provider, "slow", { stream: true })).text(), "message_stop")
    const moved = await post(provider, "moved", {}, { redirect: "manual" })
    assert.strictEqual(moved.status, 307)
    assert.strictEqual((await post(provider, "moved")).status, 200)
    assert.strictEqual(elsewhere.requests.length, 1)
  })

  it("leave no socket behind when closed, and log what no vendor serves", async () => {
    const provider = await start({ tokens: { a: { kind: "hang" } } })
    const lost = await fetch(`${provider.url}/nowhere?x=1`, { headers: { "api-key": "secret" } })
    assert.strictEqual(lost.status, 404)
    await lost.text()
    assert.deepInclude(provider.requests[0], { path: "/nowhere", query: "x=1", token: "secret", dialect: undefined })
    const hanging = fails(post(provider, "a"))
    await provider.received(2)
    assert.isAtLeast(provider.openSockets(), 1)
    await provider.close()
    await hanging
    assert.strictEqual(provider.openSockets(), 0)
  })
})
