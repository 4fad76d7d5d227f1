import { LanguageModel } from "@effect/ai"
import { AnthropicClient, AnthropicLanguageModel } from "@effect/ai-anthropic"
import { HttpClient, HttpClientRequest } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Layer, ManagedRuntime } from "effect"
import OpenAI from "openai"
import { afterEach, describe, expect, it } from "vitest"
import type { Limits } from "../src/core/Limits.js"
import * as RequestOptions from "../src/RequestOptions.js"
import * as RotatingFetch from "../src/RotatingFetch.js"
import * as RotatingHttpClient from "../src/RotatingHttpClient.js"
import { RequestTooLarge } from "../src/RotationError.js"
import * as TokenRotation from "../src/TokenRotation.js"
import { gated, ticks } from "./support/gated.js"
import { rotationFrom, source, withSecrets } from "./support/rotation.js"

const cleanups: Array<() => Promise<unknown>> = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** One runtime over a server that answers when it is told to. */
const open = async (limits: Partial<Limits>) => {
  const server = await gated()
  const tokensOf = withSecrets([{ alias: "a", limits }])
  const rotation = rotationFrom(source([], { baseUrl: server.url, tokens: tokensOf }))
  const runtime = ManagedRuntime.make(Layer.mergeAll(rotation, NodeHttpClient.layerUndici))
  cleanups.push(server.close, () => runtime.dispose())
  const tokens = () => runtime.runPromise(Effect.flatMap(TokenRotation.TokenRotation, ({ pools }) => pools))
  return { server, runtime, tokens }
}

const untouched = { state: "ready", inFlight: 0, failures: 0, counts: { uses: 0, errors: 0, rests: 0 } }

const message = (content: string) =>
  HttpClientRequest.post("/v1/messages").pipe(
    HttpClientRequest.bodyUnsafeJson({ model: "m", messages: [{ role: "user", content }] })
  )

const post = (client: HttpClient.HttpClient.With<unknown, TokenRotation.TokenRotation>, content: string) =>
  Effect.scoped(Effect.flatMap(client.execute(message(content)), (response) => Effect.orDie(response.text)))

describe("RequestOptions", () => {
  it("say around any effect how urgent the requests of an HttpClient are, and before what its client says", async () => {
    const { runtime, server } = await open({ concurrency: 1 })
    const ask = (content: string, options: RequestOptions.Options, client: RequestOptions.Options = {}) =>
      runtime.runPromise(
        Effect.flatMap(HttpClient.HttpClient, (http) =>
          post(RotatingHttpClient.withRotation("acme", client)(http), content)
        ).pipe(RequestOptions.provide(options))
      )
    const answers = [ask("holder", {})]
    await server.until(1)
    answers.push(ask("low", { priority: "low" }))
    await ticks()
    answers.push(ask("low client", {}, { priority: "low" }))
    await ticks()
    answers.push(ask("normal", {}))
    await ticks()
    answers.push(ask("high, of a low client", { priority: "high" }, { priority: "low" }))
    await ticks()
    await server.release(5)
    await Promise.all(answers)
    expect(server.asked()).toEqual(["holder", "high, of a low client", "normal", "low", "low client"])
  })

  it("are said by the inner first, option by option", async () => {
    const said = Effect.map(RequestOptions.RequestOptions, (options) => options)
    const outer = RequestOptions.provide({ priority: "low", usage: 10 })
    expect(Effect.runSync(said.pipe(RequestOptions.provide({ usage: 20 }), outer))).toMatchObject({
      priority: "low",
      usage: 20
    })
    expect(Effect.runSync(said)).toEqual({})
  })

  it("bound the wait of a request, all its attempts together", async () => {
    const { runtime, server } = await open({ concurrency: 1 })
    const ask = (content: string) =>
      Effect.flatMap(HttpClient.HttpClient, (http) => post(RotatingHttpClient.withRotation("acme")(http), content))
    const holder = runtime.runPromise(ask("holder"))
    await server.until(1)
    const hasty = ask("hasty").pipe(RequestOptions.provide({ acquireTimeout: 0 }), Effect.flip)
    expect(await runtime.runPromise(hasty)).toMatchObject({ _tag: "Exhausted" })
    await server.release(1)
    await holder
    expect(server.asked()).toEqual(["holder"])
  })

  it("reach through a client of @effect/ai, which fails at once for what is too large, and no token is hurt", async () => {
    const { runtime, server, tokens } = await open({ usagePerMinute: 1_000 })
    const model = AnthropicLanguageModel.layer({ model: "m" }).pipe(
      Layer.provide(AnthropicClient.layer({})),
      Layer.provide(RotatingHttpClient.layer("acme"))
    )
    const ask = LanguageModel.generateText({ prompt: "Hello!" }).pipe(
      RequestOptions.provide({ usage: { input: 900, output: 200 } }),
      Effect.provide(model),
      Effect.flip
    )
    const error = await runtime.runPromise(ask)
    expect(JSON.stringify(error) + String(error)).toContain("1100 units of input and output")
    expect(server.asked()).toEqual([])
    expect((await tokens())[0]?.tokens).toMatchObject([untouched])
  })
})

describe("a request that is too large for every token", () => {
  it("fails at once through the HttpClient, with its size, the limit and what to do", async () => {
    const { runtime, server, tokens } = await open({ usagePerMinute: 1_000 })
    const client = RotatingHttpClient.withRotation("acme", { usage: 5_000 })
    const ask = Effect.flatMap(HttpClient.HttpClient, (http) => Effect.flip(client(http).execute(message("large"))))
    const error = await runtime.runPromise(Effect.scoped(ask))
    expect(error).toMatchObject({ _tag: "RequestTooLarge", usage: 5_000, limit: 1_000, unit: "usage", attempts: [] })
    expect(String(error)).toMatch(/5000 .*\n.*1000, of token "a" \(usagePerMinute, as you set it\)\n.*ctl tokens add/)
    const plain = Effect.flatMap(HttpClient.HttpClient, (http) =>
      Effect.flip(RotatingHttpClient.asPlainClient(client(http)).execute(message("large")))
    )
    expect(await runtime.runPromise(Effect.scoped(plain))).toMatchObject({
      _tag: "RequestError",
      reason: "Transport",
      cause: { _tag: "RequestTooLarge" }
    })
    expect(server.asked()).toEqual([])
    expect((await tokens())[0]?.tokens).toMatchObject([untouched])
  })

  it("makes a fetch reject, which an SDK passes on as the cause of its own error, and others of the rotation are served", async () => {
    const { runtime, server, tokens } = await open({ usagePerMinute: 1_000 })
    const large = await runtime.runPromise(RotatingFetch.make({ provider: "acme", usage: 1_001 }))
    const small = await runtime.runPromise(RotatingFetch.make({ provider: "acme", usage: 1_000 }))
    await expect(large(`${server.url}/v1/messages`)).rejects.toBeInstanceOf(RequestTooLarge)
    const openai = new OpenAI({ apiKey: "rotated", maxRetries: 0, baseURL: `${server.url}/v1`, fetch: small })
    const body = { model: "m", messages: [{ role: "user" as const, content: "sdk" }] }
    const refused = openai.withOptions({ fetch: large }).chat.completions.create(body)
    await expect(refused).rejects.toMatchObject({ cause: { _tag: "RequestTooLarge" } })
    expect(server.asked()).toEqual([])
    expect((await tokens())[0]?.tokens).toMatchObject([untouched])
    const served = openai.chat.completions.create(body)
    await server.release(1)
    await served
    expect(server.asked()).toEqual(["sdk"])
  })

  it("that the program cannot mean is a mistake of the program", async () => {
    const { runtime } = await open({})
    const fetch = await runtime.runPromise(RotatingFetch.make({ provider: "acme", usage: Number.NaN }))
    await expect(fetch("/v1/messages")).rejects.toThrow(/usage is NaN.*finite number/)
  })
})

describe("clients over one rotation", () => {
  it("each have their own priority, and a call's own comes first", async () => {
    const { runtime, server } = await open({ concurrency: 1 })
    const low = await runtime.runPromise(RotatingFetch.make({ provider: "acme", priority: "low" }))
    const normal = await runtime.runPromise(RotatingFetch.make({ provider: "acme" }))
    const ask = async (fetch: typeof globalThis.fetch, content: string, init: RequestInit = {}) => {
      const body = JSON.stringify({ messages: [{ role: "user", content }] })
      return (await fetch(`${server.url}/v1/messages`, { method: "POST", body, ...init })).text()
    }
    const answers = [ask(normal, "holder")]
    await server.until(1)
    const calls: ReadonlyArray<readonly [typeof globalThis.fetch, string, RequestInit?]> = [
      [low, "low"],
      [normal, "normal"],
      [low, "auto", { priority: "auto" }],
      [low, "high", { priority: "high" }]
    ]
    for (const call of calls) {
      answers.push(ask(...call))
      await ticks()
    }
    await server.release(5)
    await Promise.all(answers)
    expect(server.asked()).toEqual(["holder", "high", "normal", "low", "auto"])
  })
})
