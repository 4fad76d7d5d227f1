/**
 * `@google/genai` over a pool of tokens. This SDK takes no `fetch` of yours: it calls the global one. So the global one
 * rotates for Google's API, and stays what it was for everybody else. Run it with: npx tsx examples/google-genai.ts
 */
import { GoogleGenAI } from "@google/genai"
import { rotatingFetch } from "llmctl"
import { scripted } from "./scripted.js"

// Without this line it talks to Google, with the tokens of your config or environment.
const provider = await scripted("google")

const bare = globalThis.fetch
const rotating = rotatingFetch({ provider: "google" })
globalThis.fetch = (input, init) => {
  const url = input instanceof Request ? input.url : String(input)
  return (url.startsWith("https://generativelanguage.googleapis.com/") ? rotating : bare)(input, init)
}

const client = new GoogleGenAI({ apiKey: "rotated" })

const stream = await client.models.generateContentStream({ model: "gemini-2.5-flash", contents: "Hello!" })
for await (const { text } of stream) process.stdout.write(text ?? "")
console.log()

await provider.close()
