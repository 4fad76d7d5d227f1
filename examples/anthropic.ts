/** The `@anthropic-ai/sdk` over a pool of tokens: one line changes. Run it with: npx tsx examples/anthropic.ts */
import Anthropic from "@anthropic-ai/sdk"
import { rotatingFetch } from "llmctl"
import { scripted } from "./scripted.js"

// Without this line it talks to Anthropic, with the tokens of your config or environment.
const provider = await scripted("anthropic")

const client = new Anthropic({ apiKey: "rotated", maxRetries: 0, fetch: rotatingFetch({ provider: "anthropic" }) })

const stream = client.messages.stream({
  model: "claude-opus-5",
  max_tokens: 64,
  messages: [{ role: "user", content: "Hello!" }]
})
stream.on("text", (text) => process.stdout.write(text))
await stream.finalMessage()
console.log()

await provider.close()
