/** Tools through real SDKs: a call and its arguments arrive whole, whoever served, plain and streaming. */
import { createAnthropic } from "@ai-sdk/anthropic"
import Anthropic from "@anthropic-ai/sdk"
import { GoogleGenAI } from "@google/genai"
import { generateText, jsonSchema, stepCountIs, streamText, tool } from "ai"
import OpenAI from "openai"
import { afterEach, describe, expect, it, vi } from "vitest"
import type { Script } from "../support/ScriptedProvider.js"
import { type Rotating, rotating } from "./rotating.js"

afterEach(() => {
  vi.unstubAllGlobals()
})

const parameters = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"]
} as const

/** The first token is revoked: its stream breaks off before the tool call, or it is refused at once. */
const scripts = (streamed: boolean): Readonly<Record<string, Script>> => ({
  a: streamed ? { kind: "streamError", at: "before-content", error: "revoked" } : { kind: "revoked" },
  b: { kind: "ok", text: "It is sunny." }
})

const expectServed = async (r: Rotating, calls: number) => {
  expect(r.used()).toEqual(["a", ...Array.from({ length: calls }, () => "b")])
  await r.provider.quiet()
  expect(await r.tokens()).toMatchObject({
    a: { state: "isolated", inFlight: 0, counts: { errors: 1 } },
    b: { inFlight: 0, counts: { successes: calls } }
  })
}

const expectCity = (input: unknown) => expect(input).toMatchObject({ city: expect.any(String) })

describe("Tools", () => {
  for (const streamed of [false, true]) {
    const how = streamed ? "streaming" : "plain"

    it(`work with @anthropic-ai/sdk, ${how}`, async () => {
      const r = await rotating("anthropic", scripts(streamed))
      const client = new Anthropic({ apiKey: "rotated", baseURL: r.baseUrl, maxRetries: 0, fetch: r.fetch })
      const tools = [
        { name: "weather", description: "The weather", input_schema: { ...parameters, required: ["city"] } }
      ]
      const asked = { model: "claude-opus-5", max_tokens: 64, tools }
      const ask = (messages: Array<Anthropic.MessageParam>) =>
        streamed
          ? client.messages.stream({ ...asked, messages }).finalMessage()
          : client.messages.create({ ...asked, messages })
      const messages: Array<Anthropic.MessageParam> = [{ role: "user", content: "How is it in Oslo?" }]
      const call = await ask(messages)
      const [use] = call.content
      if (use?.type !== "tool_use") throw new Error("no tool was used")
      expectCity(use.input)
      const result = { type: "tool_result" as const, tool_use_id: use.id, content: "sunny" }
      const reply = await ask([
        ...messages,
        { role: "assistant", content: call.content },
        { role: "user", content: [result] }
      ])
      expect(reply.content).toMatchObject([{ type: "text", text: "It is sunny." }])
      await expectServed(r, 2)
    })

    it(`work with openai, ${how}`, async () => {
      const r = await rotating("openai", scripts(streamed))
      const client = new OpenAI({ apiKey: "rotated", baseURL: r.baseUrl, maxRetries: 0, fetch: r.fetch })
      const request = {
        model: "gpt-5",
        messages: [{ role: "user" as const, content: "How is it in Oslo?" }],
        tools: [{ type: "function" as const, function: { name: "weather", parameters: { ...parameters } } }]
      }
      const completion = streamed
        ? await client.chat.completions.stream(request).finalChatCompletion()
        : await client.chat.completions.create(request)
      const call = completion.choices[0]?.message.tool_calls?.[0]
      if (call?.type !== "function") throw new Error("no function was called")
      expectCity(JSON.parse(call.function.arguments))
      await expectServed(r, 1)
    })

    it(`work with ai, ${how}`, async () => {
      const r = await rotating("anthropic", scripts(streamed))
      const cities: Array<unknown> = []
      const weather = tool({
        inputSchema: jsonSchema<{ city: string }>({ ...parameters, required: ["city"] }),
        execute: async (input) => {
          cities.push(input)
          return "sunny"
        }
      })
      const request = {
        model: createAnthropic({ apiKey: "rotated", baseURL: `${r.baseUrl}/v1`, fetch: r.fetch })("claude-opus-5"),
        prompt: "How is it in Oslo?",
        tools: { weather },
        stopWhen: stepCountIs(3),
        maxRetries: 0
      }
      expect(await (streamed ? streamText(request).text : generateText(request).then(({ text }) => text))).toBe(
        "It is sunny."
      )
      expect(cities).toHaveLength(1)
      expectCity(cities[0])
      await expectServed(r, 2)
    })

    it(`work with @google/genai, ${how}`, async () => {
      const r = await rotating("google", scripts(streamed))
      vi.stubGlobal("fetch", r.fetch)
      const { models } = new GoogleGenAI({ apiKey: "rotated", httpOptions: { baseUrl: r.baseUrl } })
      const request = {
        model: "gemini-2.5-flash",
        contents: "How is it in Oslo?",
        config: { tools: [{ functionDeclarations: [{ name: "weather", parametersJsonSchema: parameters }] }] }
      }
      const calls: Array<unknown> = []
      if (streamed) {
        for await (const { functionCalls } of await models.generateContentStream(request)) {
          calls.push(...(functionCalls ?? []).map(({ args }) => args))
        }
      } else calls.push(...((await models.generateContent(request)).functionCalls ?? []).map(({ args }) => args))
      expect(calls).toHaveLength(1)
      expectCity(calls[0])
      await expectServed(r, 1)
    })
  }
})
