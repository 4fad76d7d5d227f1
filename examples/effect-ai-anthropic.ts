/** `@effect/ai-anthropic` over a pool of tokens: a layer beneath it. Run it with: npx tsx examples/effect-ai-anthropic.ts */
import { LanguageModel } from "@effect/ai"
import { AnthropicClient, AnthropicLanguageModel } from "@effect/ai-anthropic"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Layer, Stream } from "effect"
import { Configured, RotatingHttpClient } from "llmctl/effect"
import { scripted } from "./scripted.js"

// Without this line it talks to Anthropic, with the tokens of your config or environment.
const provider = await scripted("anthropic")

// No apiKey: the client beneath supplies a healthy token for every attempt.
const Model = AnthropicLanguageModel.layer({ model: "claude-opus-4-1" }).pipe(
  Layer.provide(AnthropicClient.layer({})),
  Layer.provide(RotatingHttpClient.layer("anthropic")),
  Layer.provide([NodeHttpClient.layerUndici, Configured.layer()])
)

const program = LanguageModel.streamText({ prompt: "Hello!" }).pipe(
  Stream.runForEach((part) => Effect.sync(() => part.type === "text-delta" && process.stdout.write(part.delta)))
)

await Effect.runPromise(Effect.provide(program, Model))
console.log()

await provider.close()
