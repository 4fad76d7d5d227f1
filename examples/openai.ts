/** The `openai` SDK over a pool of tokens: one line changes. Run it with: npx tsx examples/openai.ts */
import { rotatingFetch } from "llmctl"
import OpenAI from "openai"
import { scripted } from "./scripted.js"

// Without this line it talks to OpenAI, with the tokens of your config or environment.
const provider = await scripted("openai")

const client = new OpenAI({ apiKey: "rotated", maxRetries: 0, fetch: rotatingFetch({ provider: "openai" }) })

const stream = await client.chat.completions.create({
  model: "gpt-5",
  messages: [{ role: "user", content: "Hello!" }],
  stream: true
})
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? "")
console.log()

await provider.close()
