/** What answers say they used is counted for the token that served, by model, whoever asks and however it is sent. */
import { describe, expect, it } from "vitest"
import type { Behaviour } from "../support/ScriptedProvider.js"
import { clients } from "./clients.js"
import { rotating } from "./rotating.js"

const used = { input: 100, output: 20, cacheRead: 30, cacheWrite: 5 }
const served: Behaviour = { kind: "ok", text: ["Hello", " there"], usage: used }
// OpenAI and Google count what the cache served as input, and nothing that it took.
const counted = {
  anthropic: used,
  openai: { ...used, input: 70, cacheWrite: 0 },
  google: { ...used, input: 70, cacheWrite: 0 }
}
const models = { anthropic: "claude-opus-5", openai: "gpt-5", google: "gemini-2.5-flash" }

describe("Usage", () => {
  for (const { ask, name, streamed, type } of clients) {
    it(`is counted for ${name}, ${streamed ? "streaming" : "plain"}, on the token that served`, async () => {
      const r = await rotating(type, { a: { kind: "status", status: 401 }, b: [served, served] })
      await ask(r)
      await ask(r)
      await r.provider.quiet()
      const twice = Object.fromEntries(Object.entries(counted[type]).map(([part, n]) => [part, 2 * n]))
      expect(await r.usage()).toEqual({ a: {}, b: { [models[type]]: twice } })
    })
  }

  it("counts what a stream had said before it broke", async () => {
    const r = await rotating("anthropic", { a: { kind: "reset", at: "mid-stream" } })
    await clients
      .find(({ name, streamed }) => streamed && name === "@anthropic-ai/sdk")
      ?.ask(r)
      .catch(() => {})
    await r.provider.quiet()
    expect(await r.usage()).toMatchObject({ a: { "claude-opus-5": { input: expect.any(Number), output: 1 } } })
  })
})
