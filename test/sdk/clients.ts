/** The real SDKs, each asked the same question in its own words. */
import { createAnthropic } from "@ai-sdk/anthropic"
import Anthropic from "@anthropic-ai/sdk"
import { GoogleGenAI } from "@google/genai"
import { generateText, streamText } from "ai"
import OpenAI from "openai"
import { vi } from "vitest"
import type { Rotating } from "./rotating.js"

export interface Question {
  readonly signal?: AbortSignal
  /** Told of every piece of text as it comes. */
  readonly onText?: (text: string) => void
}

export interface Client {
  readonly name: string
  readonly type: "anthropic" | "openai" | "google"
  readonly streamed: boolean
  /** The whole text; rejects with what the SDK's user would see. */
  readonly ask: (rotating: Rotating, question?: Question) => Promise<string>
}

const messages = [{ role: "user" as const, content: "Hello!" }]

const anthropic = ({ baseUrl, fetch }: Rotating) =>
  new Anthropic({ apiKey: "rotated", baseURL: baseUrl, maxRetries: 0, fetch })

const openai = ({ baseUrl, fetch }: Rotating) =>
  new OpenAI({ apiKey: "rotated", baseURL: baseUrl, maxRetries: 0, fetch })

const vercel = ({ baseUrl, fetch }: Rotating) =>
  createAnthropic({ apiKey: "rotated", baseURL: `${baseUrl}/v1`, fetch })("claude-opus-5")

/** Google's SDK has no hook: it calls the global `fetch`. */
const google = async <A>(rotating: Rotating, use: (client: GoogleGenAI) => Promise<A>): Promise<A> => {
  vi.stubGlobal("fetch", rotating.fetch)
  try {
    return await use(new GoogleGenAI({ apiKey: "rotated", httpOptions: { baseUrl: rotating.baseUrl } }))
  } finally {
    vi.unstubAllGlobals()
  }
}

const options = ({ signal }: Question) => (signal === undefined ? {} : { signal })

const collect = async (
  pieces: AsyncIterable<string | null | undefined>,
  onText: (text: string) => void = () => {}
): Promise<string> => {
  let whole = ""
  for await (const piece of pieces) {
    if (!piece) continue
    whole += piece
    onText(piece)
  }
  return whole
}

async function* map<A>(source: AsyncIterable<A>, f: (a: A) => string | null | undefined) {
  for await (const each of source) yield f(each)
}

export const clients: ReadonlyArray<Client> = [
  {
    name: "@anthropic-ai/sdk",
    type: "anthropic",
    streamed: false,
    ask: async (rotating, question = {}) => {
      const reply = await anthropic(rotating).messages.create(
        { model: "claude-opus-5", max_tokens: 64, messages },
        options(question)
      )
      return reply.content.map((block) => (block.type === "text" ? block.text : "")).join("")
    }
  },
  {
    name: "@anthropic-ai/sdk",
    type: "anthropic",
    streamed: true,
    ask: async (rotating, question = {}) =>
      collect(
        map(
          await anthropic(rotating).messages.create(
            { model: "claude-opus-5", max_tokens: 64, messages, stream: true },
            options(question)
          ),
          (event) =>
            event.type === "content_block_delta" && event.delta.type === "text_delta" ? event.delta.text : undefined
        ),
        question.onText
      )
  },
  {
    name: "openai",
    type: "openai",
    streamed: false,
    ask: async (rotating, question = {}) => {
      const reply = await openai(rotating).chat.completions.create({ model: "gpt-5", messages }, options(question))
      return reply.choices[0]?.message.content ?? ""
    }
  },
  {
    name: "openai",
    type: "openai",
    streamed: true,
    ask: async (rotating, question = {}) =>
      collect(
        map(
          await openai(rotating).chat.completions.create(
            { model: "gpt-5", messages, stream: true, stream_options: { include_usage: true } },
            options(question)
          ),
          (chunk) => chunk.choices[0]?.delta.content
        ),
        question.onText
      )
  },
  {
    name: "openai responses",
    type: "openai",
    streamed: true,
    ask: async (rotating, question = {}) =>
      collect(
        map(
          await openai(rotating).responses.create({ model: "gpt-5", input: "Hello!", stream: true }, options(question)),
          (event) => {
            // This SDK hands errors on as events.
            if (event.type === "response.failed") throw new Error(event.response.error?.message)
            if (event.type === "error") throw new Error(event.message)
            return event.type === "response.output_text.delta" ? event.delta : undefined
          }
        ),
        question.onText
      )
  },
  {
    name: "ai",
    type: "anthropic",
    streamed: false,
    ask: async (rotating, { signal } = {}) =>
      (
        await generateText({
          model: vercel(rotating),
          prompt: "Hello!",
          maxRetries: 0,
          ...(signal === undefined ? {} : { abortSignal: signal })
        })
      ).text
  },
  {
    name: "ai",
    type: "anthropic",
    streamed: true,
    ask: async (rotating, { onText, signal } = {}) => {
      let failed: { readonly error: unknown } | undefined
      const result = streamText({
        model: vercel(rotating),
        prompt: "Hello!",
        maxRetries: 0,
        onError: (failure) => {
          failed = failure
        },
        ...(signal === undefined ? {} : { abortSignal: signal })
      })
      const text = await collect(result.textStream, onText)
      if (failed !== undefined) throw failed.error
      signal?.throwIfAborted()
      return text
    }
  },
  {
    name: "@google/genai",
    type: "google",
    streamed: false,
    ask: (rotating, { signal } = {}) =>
      google(
        rotating,
        async (client) =>
          (
            await client.models.generateContent({
              model: "gemini-2.5-flash",
              contents: "Hello!",
              ...(signal === undefined ? {} : { config: { abortSignal: signal } })
            })
          ).text ?? ""
      )
  },
  {
    name: "@google/genai",
    type: "google",
    streamed: true,
    ask: (rotating, { onText, signal } = {}) =>
      google(rotating, async (client) =>
        collect(
          map(
            await client.models.generateContentStream({
              model: "gemini-2.5-flash",
              contents: "Hello!",
              ...(signal === undefined ? {} : { config: { abortSignal: signal } })
            }),
            (chunk) => chunk.text
          ),
          onText
        )
      )
  }
]
