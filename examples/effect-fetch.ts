/** The rotating `fetch` as an Effect value, for an SDK inside an Effect program. Run it with: npx tsx examples/effect-fetch.ts */
import { Effect } from "effect"
import { Configured, RotatingFetch } from "llmctl/effect"
import OpenAI from "openai"
import { scripted } from "./scripted.js"

// Without this line it talks to OpenAI, with the tokens of your config or environment.
const provider = await scripted("openai")

const program = Effect.gen(function* () {
  const fetch = yield* RotatingFetch.make({ provider: "openai", idleTimeout: "30 seconds" })
  const client = new OpenAI({ apiKey: "rotated", maxRetries: 0, fetch })
  const messages = [{ role: "user" as const, content: "Hello!" }]
  // An interrupt of the fiber aborts the call; nobody is blamed.
  const reply = yield* Effect.tryPromise((signal) =>
    client.chat.completions.create({ model: "gpt-5", messages }, { signal })
  )
  console.log(reply.choices[0]?.message.content)
})

await Effect.runPromise(Effect.provide(program, Configured.layer()))

await provider.close()
