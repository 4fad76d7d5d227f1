/** Any Effect `HttpClient` over a pool of tokens: middleware. Run it with: npx tsx examples/effect-http-client.ts */
import { HttpBody, HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect } from "effect"
import { Configured, RotatingHttpClient } from "llmctl/effect"
import { scripted } from "./scripted.js"

// Without this line it talks to Anthropic, with the tokens of your config or environment.
const provider = await scripted("anthropic")

const program = Effect.gen(function* () {
  const client = RotatingHttpClient.withRotation("anthropic")(yield* HttpClient.HttpClient)
  const messages = [{ role: "user", content: "Hello!" }]
  const body = yield* HttpBody.json({ model: "claude-opus-5", max_tokens: 64, messages })
  const response = yield* client.post("/v1/messages", { body })
  console.log(yield* response.json)
}).pipe(
  // The error type is honest: this is when no token could serve, with what each was refused for.
  Effect.catchTag("Exhausted", (error) => Effect.sync(() => console.error(error.message)))
)

await Effect.runPromise(Effect.provide(program, [NodeHttpClient.layerUndici, Configured.layer()]))

await provider.close()
