/** `@effect/ai-openai` over a pool of tokens: a layer beneath it. Run it with: npx tsx examples/effect-ai-openai.ts */
import { LanguageModel } from "@effect/ai"
import { OpenAiClient, OpenAiLanguageModel } from "@effect/ai-openai"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Layer, Stream } from "effect"
import { Configured, RotatingHttpClient } from "llmctl/effect"
import { scripted } from "./scripted.js"

// Without this line it talks to OpenAI, with the tokens of your config or environment.
const provider = await scripted("openai")

// No apiKey: the client beneath supplies a healthy token for every attempt.
const Model = OpenAiLanguageModel.layer({ model: "gpt-5" }).pipe(
  Layer.provide(OpenAiClient.layer({})),
  Layer.provide(RotatingHttpClient.layer("openai")),
  Layer.provide([NodeHttpClient.layerUndici, Configured.layer()])
)

const program = LanguageModel.streamText({ prompt: "Hello!" }).pipe(
  Stream.runForEach((part) => Effect.sync(() => part.type === "text-delta" && process.stdout.write(part.delta)))
)

await Effect.runPromise(Effect.provide(program, Model))
console.log()

await provider.close()
