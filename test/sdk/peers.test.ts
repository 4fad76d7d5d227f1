/** What plug-ins that patch `fetch` or wrap models were seen to get wrong, with real SDKs over the rotating one. */
import OpenAI from "openai"
import { afterEach, describe, expect, it, vi } from "vitest"
import type { Behaviour } from "../support/ScriptedProvider.js"
import { clients } from "./clients.js"
import { rotating } from "./rotating.js"

afterEach(() => {
  vi.unstubAllGlobals()
})

const words = "At full capacity? Your quota is exhausted: 429 rate_limit_error, insufficient_quota, overloaded_error."

for (const { ask, name, streamed, type } of clients) {
  describe(`${name}, ${streamed ? "streaming" : "plain"}`, () => {
    it("is never sent again for words in an answer", async () => {
      const r = await rotating(type, { a: { kind: "ok", text: words }, b: { kind: "ok" } })
      expect(await ask(r)).toBe(words)
      expect(r.used()).toEqual(["a"])
      await r.provider.quiet()
      expect((await r.tokens()).a?.counts).toEqual({ uses: 1, successes: 1 })
    })

    it("is served many times at once, and a dead token is asked in that one burst only", async () => {
      const good: Behaviour = { kind: "ok", text: ["Hello", " there"] }
      const r = await rotating(type, { a: { kind: "revoked" }, b: good, c: good })
      // Google's SDK is handed its fetch by a global one, which each call would take away again.
      vi.stubGlobal("fetch", r.fetch)
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask(r)))
      expect(new Set(answers)).toEqual(new Set(["Hello there"]))
      const burst = r.used().filter((alias) => alias === "a").length
      await Promise.all(Array.from({ length: 5 }, () => ask(r)))
      expect(r.used().filter((alias) => alias === "a")).toHaveLength(burst)
      await r.provider.quiet()
      const { b, c, a } = await r.tokens()
      expect(a).toMatchObject({ state: "isolated", inFlight: 0 })
      expect((b?.counts.successes ?? 0) + (c?.counts.successes ?? 0)).toBe(25)
      expect([b?.inFlight, c?.inFlight]).toEqual([0, 0])
    })
  })
}

describe("A rotating fetch", () => {
  it("may become the global one and still calls what was there before", async () => {
    const r = await rotating("openai", { a: { kind: "ok", text: "Hello" } })
    vi.stubGlobal("fetch", r.bare)
    const client = new OpenAI({ apiKey: "rotated", baseURL: r.baseUrl, maxRetries: 0 })
    const reply = await client.chat.completions.create({ model: "gpt-5", messages: [{ role: "user", content: "Hi" }] })
    expect(reply.choices[0]?.message.content).toBe("Hello")
    expect(r.provider.requests).toHaveLength(1)
  })
})
