/** The HttpClient middleware under streams: failover before content, charges after it, interruption, the AI clients. */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as LanguageModel from "@effect/ai/LanguageModel"
import { AnthropicClient, AnthropicLanguageModel } from "@effect/ai-anthropic"
import { OpenAiClient, OpenAiLanguageModel } from "@effect/ai-openai"
import { HttpClient, HttpClientRequest } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Fiber, Layer, Stream } from "effect"
import { describe, expect, it } from "vitest"
import * as RotatingHttpClient from "../src/RotatingHttpClient.js"
import type { TokenRotation } from "../src/TokenRotation.js"
import { type Rotating, rotating } from "./sdk/rotating.js"

const question = HttpClientRequest.post("/v1/messages").pipe(
  HttpClientRequest.bodyUnsafeJson({
    model: "claude-opus-5",
    max_tokens: 10,
    stream: true,
    messages: [{ role: "user", content: "Hello!" }]
  })
)

/** Its answer is no stream, and says how long it is. */
const short = HttpClientRequest.post("/v1/messages").pipe(
  HttpClientRequest.bodyUnsafeJson({ model: "claude-opus-5", max_tokens: 10, messages: [] })
)

const ask = Effect.flatMap(HttpClient.HttpClient, (client) =>
  RotatingHttpClient.withRotation()(client).execute(question)
)

const read = Effect.flatMap(ask, ({ stream }) => Stream.mkString(Stream.decodeText(stream)))

const run = <A, E>(r: Rotating, effect: Effect.Effect<A, E, TokenRotation | HttpClient.HttpClient>): Promise<A> =>
  r.runtime.runPromise(Effect.provide(effect, NodeHttpClient.layerUndici))

describe("RotatingHttpClient under streams", () => {
  it("rotates when a stream turns into an error before its content, and the caller reads one clean stream", async () => {
    const r = await rotating("anthropic", {
      a: { kind: "streamError", at: "before-content", error: "rateLimited" },
      b: { kind: "ok", text: "Hello" }
    })
    const text = await run(r, read)
    expect(text.match(/event: message_start/g)).toHaveLength(1)
    expect(text).not.toContain("error")
    expect(await r.tokens()).toMatchObject({
      a: { counts: { errors: 1 } },
      b: { inFlight: 0, counts: { successes: 1 } }
    })
  })

  it("hands an error after content on as the vendor sent it, and charges the token it speaks of", async () => {
    const r = await rotating("anthropic", {
      a: { kind: "streamError", at: "after-content", error: "rateLimited" },
      b: { kind: "ok" }
    })
    expect(await run(r, read)).toMatch(/content_block_delta[\s\S]*event: error\ndata: .*rate_limit_error/)
    expect(r.used()).toEqual(["a"])
    expect(await r.tokens()).toMatchObject({ a: { inFlight: 0, counts: { uses: 1, errors: 1 } } })
  })

  it("gives the whole stream again when the connection broke before its content", async () => {
    const r = await rotating("anthropic", {
      a: [
        { kind: "reset", at: "after-headers" },
        { kind: "ok", text: "Hello" }
      ]
    })
    expect(await run(r, read)).toContain("Hello")
    expect(await r.tokens()).toMatchObject({ a: { state: "ready", counts: { uses: 2, excused: 1, successes: 1 } } })
  })

  it("fails the stream that breaks in its middle, sends nothing twice, and charges no token", async () => {
    const r = await rotating("anthropic", { a: { kind: "reset", at: "mid-stream" }, b: { kind: "ok" } })
    const error = await run(r, Effect.flip(read))
    expect(error).toMatchObject({ _tag: "ResponseError" })
    expect(JSON.stringify(error)).not.toContain(r.secretOf("a"))
    expect(r.used()).toEqual(["a"])
    expect(await r.tokens()).toMatchObject({ a: { state: "ready", inFlight: 0, counts: { excused: 1 } } })
  })

  it("gives an answer again that broke off before its caller had any of it, be it in its middle", async () => {
    for (const at of ["after-headers", "mid-stream"] as const) {
      const r = await rotating("anthropic", {
        a: [
          { kind: "reset", at },
          { kind: "ok", text: "Hello" }
        ]
      })
      const answer = Effect.gen(function* () {
        const client = RotatingHttpClient.withRotation()(yield* HttpClient.HttpClient)
        const response = yield* client.execute(short)
        return [yield* response.text, yield* response.json, response.headers["content-type"]]
      })
      const [text, json, type] = await run(r, answer)
      expect(JSON.parse(String(text))).toEqual(json)
      expect(json).toMatchObject({ content: [{ text: "Hello" }] })
      expect(type).toContain("json")
      expect(await r.tokens()).toMatchObject({ a: { inFlight: 0, counts: { uses: 2, excused: 1, successes: 1 } } })
    }
  })

  it("stops the request and blames nobody when the reader is interrupted or has enough", async () => {
    const r = await rotating("anthropic", { a: { kind: "hang", at: "mid-stream" } })
    await run(
      r,
      Effect.gen(function* () {
        const { stream } = yield* ask
        const fiber = yield* Effect.fork(Stream.runDrain(stream))
        yield* Effect.promise(() => r.provider.received(1))
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(fiber)
        yield* Stream.runDrain(Stream.take((yield* ask).stream, 1))
        yield* Effect.promise(() => r.provider.quiet())
      })
    )
    expect(r.provider.requests.map(({ end }) => end)).toEqual(["left", "left"])
    expect((await r.tokens()).a).toEqual({ state: "ready", inFlight: 0, counts: { uses: 2, abandoned: 2 } })
  })

  it("gives the token back once an answer is collected that was dropped unread", async () => {
    setFlagsFromString("--expose-gc")
    const collect: () => void = runInNewContext("gc")
    const r = await rotating("anthropic", { a: { kind: "hang", at: "mid-stream" } })
    const drop = async () => {
      // Its fiber ends with the answer, as that of a timeout does.
      expect((await run(r, Effect.timeout(ask, "1 minute"))).status).toBe(200)
    }
    await drop()
    await expect
      .poll(async () => {
        collect()
        await new Promise((turn) => setImmediate(turn))
        return r.tokens()
      })
      .toMatchObject({ a: { state: "ready", inFlight: 0, counts: { uses: 1, abandoned: 1 } } })
  })

  it("stops the request when its fiber is interrupted before the content, and blames nobody", async () => {
    const r = await rotating("anthropic", { a: { kind: "hang", at: "after-headers" } })
    await run(
      r,
      Effect.gen(function* () {
        const fiber = yield* Effect.fork(read)
        yield* Effect.promise(() => r.provider.received(1))
        // The answer's head is here by then, and its body is waited for.
        yield* Effect.sleep("20 millis")
        yield* Fiber.interrupt(fiber)
        yield* Effect.promise(() => r.provider.quiet())
      })
    )
    expect(r.provider.requests.map(({ end }) => end)).toEqual(["left"])
    expect((await r.tokens()).a).toEqual({ state: "ready", inFlight: 0, counts: { uses: 1, abandoned: 1 } })
  })

  it("stops the request when its fiber is interrupted in the middle of a short answer, and blames nobody", async () => {
    const r = await rotating("anthropic", { a: { kind: "hang", at: "mid-stream" } })
    await run(
      r,
      Effect.gen(function* () {
        const client = RotatingHttpClient.withRotation()(yield* HttpClient.HttpClient)
        const fiber = yield* Effect.fork(client.execute(short))
        yield* Effect.promise(() => r.provider.received(1))
        // As above.
        yield* Effect.sleep("20 millis")
        yield* Fiber.interrupt(fiber)
        yield* Effect.promise(() => r.provider.quiet())
      })
    )
    expect(r.provider.requests.map(({ end }) => end)).toEqual(["left"])
    expect((await r.tokens()).a).toEqual({ state: "ready", inFlight: 0, counts: { uses: 1, abandoned: 1 } })
  })

  it("fails a stream that stops coming, charging no token; before its content it is given again", async () => {
    const r = await rotating("anthropic", {
      a: [
        { kind: "hang", at: "after-headers" },
        { kind: "hang", at: "mid-stream" }
      ]
    })
    const impatient = Effect.flatMap(HttpClient.HttpClient, (client) =>
      RotatingHttpClient.withRotation("anthropic", { idleTimeout: "30 millis" })(client).execute(question)
    )
    const error = await run(r, Effect.flip(Effect.flatMap(impatient, ({ stream }) => Stream.runDrain(stream))))
    expect(error).toMatchObject({ _tag: "ResponseError", cause: { name: "TimeoutError" } })
    expect(r.used()).toEqual(["a", "a"])
    expect((await r.tokens()).a).toEqual({ state: "ready", inFlight: 0, counts: { uses: 2, excused: 2 } })
  })

  it("counts usage of streams and of JSON, whether or not somebody reads it", async () => {
    const used = { input: 10, output: 5, cacheRead: 0, cacheWrite: 0 }
    const r = await rotating("anthropic", { a: { kind: "ok", usage: used } })
    const plain = HttpClientRequest.bodyUnsafeJson(question, {
      model: "claude-opus-5",
      max_tokens: 10,
      messages: [{ role: "user", content: "Hello!" }]
    })
    await run(
      r,
      Effect.gen(function* () {
        yield* read
        const client = RotatingHttpClient.withRotation()(yield* HttpClient.HttpClient)
        expect(yield* (yield* client.execute(plain)).json).toMatchObject({ type: "message" })
        yield* client.execute(plain)
      })
    )
    await expect
      .poll(r.usage)
      .toEqual({ a: { "claude-opus-5": { input: 30, output: 15, cacheRead: 0, cacheWrite: 0 } } })
    expect((await r.tokens()).a).toMatchObject({ inFlight: 0, counts: { uses: 3, successes: 3 } })
  })

  it("takes an error in disguise for what it is, where its vendor is known for it", async () => {
    const limited = { base_resp: { status_code: 1004, status_msg: "login fail" } }
    const r = await rotating(
      "anthropic",
      { a: { kind: "status", status: 200, body: limited }, b: { kind: "ok", text: "Hello" } },
      { vendor: { disguises: ["base_resp"] } }
    )
    expect(await run(r, read)).toContain("Hello")
    expect(r.used()).toEqual(["a", "b"])
    expect((await r.tokens()).a).toMatchObject({ inFlight: 0, counts: { uses: 1, errors: 1 } })
  })

  it("streams under @effect/ai-anthropic unchanged", async () => {
    const r = await rotating("anthropic", {
      a: { kind: "streamError", at: "before-content", error: "rateLimited" },
      b: { kind: "ok", text: ["Hello", " there"] }
    })
    const model = AnthropicLanguageModel.layer({ model: "claude-opus-4-1" }).pipe(
      Layer.provide(AnthropicClient.layer({})),
      Layer.provide(RotatingHttpClient.layer("anthropic"))
    )
    expect(await run(r, spoken(model))).toBe("Hello there")
    expect(r.used()).toEqual(["a", "b"])
    // This client leaves at the last event, before the end of the body.
    await expect.poll(r.tokens).toMatchObject({ b: { inFlight: 0, counts: { uses: 1, successes: 1 } } })
  })

  it("streams under @effect/ai-openai unchanged", async () => {
    const r = await rotating("openai", {
      a: { kind: "streamError", at: "before-content", error: "revoked" },
      b: { kind: "ok", text: ["Hello", " there"] }
    })
    const model = OpenAiLanguageModel.layer({ model: "gpt-5" }).pipe(
      Layer.provide(OpenAiClient.layer({})),
      Layer.provide(RotatingHttpClient.layer("openai"))
    )
    expect(await run(r, spoken(model))).toBe("Hello there")
    expect(r.used()).toEqual(["a", "b"])
    // This client leaves at the last event, before the end of the body.
    await expect.poll(r.tokens).toMatchObject({ b: { inFlight: 0, counts: { uses: 1, successes: 1 } } })
  })
})

const spoken = <E>(
  model: Layer.Layer<LanguageModel.LanguageModel, E, TokenRotation | HttpClient.HttpClient>
): Effect.Effect<string, unknown, TokenRotation | HttpClient.HttpClient> =>
  LanguageModel.streamText({ prompt: "Hello!" }).pipe(
    Stream.map((part) => (part.type === "text-delta" ? part.delta : "")),
    Stream.mkString,
    Effect.provide(model)
  )
