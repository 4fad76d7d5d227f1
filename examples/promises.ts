/** Promises without any SDK. Run it with: npx tsx examples/promises.ts */
import { AutoTokenApiClient, rotatingFetch } from "llmctl"
import { scripted } from "./scripted.js"

// Without this line it talks to Anthropic, with the tokens of your config or environment.
const provider = await scripted("anthropic")

// A call, by the vendor's own URL or by a path.
const message = { model: "claude-opus-5", max_tokens: 64, messages: [{ role: "user", content: "Hello!" }] }
const response = await AutoTokenApiClient.call("https://api.anthropic.com/v1/messages", {
  method: "POST",
  body: message
})
console.log(response.status, await response.json())

// Or a `fetch` like any other: streams, aborts, Request objects.
const fetch = rotatingFetch({ provider: "anthropic", idleTimeoutMillis: 30_000 })
const body = JSON.stringify({ ...message, stream: true })
const stream = await fetch("/v1/messages", { method: "POST", body, signal: AbortSignal.timeout(60_000) })
for await (const chunk of stream.body ?? []) process.stdout.write(chunk)

await provider.close()
