/** Vercel's `ai` over a pool of tokens: one line changes. Run it with: npx tsx examples/vercel-ai.ts */
import { createAnthropic } from "@ai-sdk/anthropic"
import { streamText } from "ai"
import { rotatingFetch } from "llmctl"
import { scripted } from "./scripted.js"

// Without this line it talks to Anthropic, with the tokens of your config or environment.
const provider = await scripted("anthropic")

const anthropic = createAnthropic({ apiKey: "rotated", fetch: rotatingFetch({ provider: "anthropic" }) })

const { textStream } = streamText({ model: anthropic("claude-opus-5"), prompt: "Hello!", maxRetries: 0 })
for await (const text of textStream) process.stdout.write(text)
console.log()

await provider.close()
