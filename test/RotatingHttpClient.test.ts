import { AnthropicClient } from "@effect/ai-anthropic"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Effect, Fiber, Layer, Stream } from "effect"
import * as RotatingHttpClient from "../src/RotatingHttpClient.js"
import type * as RotationConfig from "../src/RotationConfig.js"
import * as TokenRotation from "../src/TokenRotation.js"
import { startRawServer } from "./support/rawServer.js"
import { rotationOf, secretOf } from "./support/rotation.js"
import * as ScriptedProvider from "./support/ScriptedProvider.js"

const body = { model: "claude-3-sonnet-20240229", max_tokens: 10, messages: [{ role: "user", content: "Hello!" }] }

const message = HttpClientRequest.post("/v1/messages").pipe(HttpClientRequest.bodyUnsafeJson(body))

/** A scripted provider and a rotation over it; the program runs with both and with a real client. */
const over = (
  scripts: Readonly<Record<string, ScriptedProvider.Script>>,
  config: Partial<RotationConfig.Service> = {}
) =>
  Layer.unwrapScoped(
    Effect.map(
      ScriptedProvider.make({
        tokens: Object.fromEntries(Object.entries(scripts).map(([alias, script]) => [secretOf(alias), script]))
      }),
      (provider) =>
        Layer.mergeAll(
          Layer.succeed(ScriptedProvider.ScriptedProvider, provider),
          rotationOf(Object.keys(scripts), { baseUrl: provider.url }, config),
          NodeHttpClient.layerUndici
        )
    )
  )

const rotating = Effect.map(HttpClient.HttpClient, RotatingHttpClient.withRotation("acme"))

const view = Effect.flatMap(TokenRotation.TokenRotation, (rotation) =>
  Effect.map(rotation.pools, ([pool]) =>
    Object.fromEntries(pool?.tokens.map((t) => [t.alias, `${t.state}/${t.inFlight}`]) ?? [])
  )
)

const tokensSeen = Effect.map(ScriptedProvider.ScriptedProvider, (provider) =>
  provider.requests.map((request) => request.token)
)

describe("RotatingHttpClient", () => {
  it.live("serves a call although one token is revoked and one is limited", () =>
    Effect.gen(function* () {
      const response = yield* (yield* rotating).execute(message)
      expect(response.status).toBe(200)
      expect(yield* response.json).toMatchObject({ type: "message", role: "assistant" })
      expect(yield* tokensSeen).toEqual([secretOf("a"), secretOf("b"), secretOf("c")])
      expect(yield* view).toEqual({ a: "isolated/0", b: "cooling/0", c: "ready/0" })
    }).pipe(
      Effect.provide(
        over({ a: { kind: "revoked" }, b: { kind: "rateLimited", retryAfterSeconds: 30 }, c: { kind: "ok" } })
      )
    )
  )

  it.live("replaces the auth headers of the caller and sends no trace ids", () =>
    Effect.gen(function* () {
      const forged = message.pipe(
        HttpClientRequest.setHeaders({ authorization: "Bearer mine", "x-goog-api-key": "mine", "api-key": "mine" }),
        HttpClientRequest.setUrlParam("key", "mine")
      )
      const response = yield* (yield* rotating).execute(forged)
      expect(response.status).toBe(200)
      const [request] = (yield* ScriptedProvider.ScriptedProvider).requests
      expect(JSON.stringify(request)).not.toContain("mine")
      expect(request?.headers).toMatchObject({ "x-api-key": secretOf("a") })
      expect(request?.headers).not.toHaveProperty("traceparent")
      expect(request?.headers).not.toHaveProperty("b3")
    }).pipe(Effect.withSpan("caller"), Effect.provide(over({ a: { kind: "ok" } })))
  )

  it.live("says of a connection that fails what happened, where, and what to look at", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip((yield* rotating).execute(message))
      expect(error).toMatchObject({ _tag: "RequestError", reason: "Transport" })
      expect(error.message).toBe(
        'Transport: ECONNREFUSED: nothing listens at http://127.0.0.1:1; see whether the base URL of provider "acme" is right (POST /v1/messages)'
      )
      expect(`${error} ${JSON.stringify(error)}`).not.toContain(secretOf("a"))
    }).pipe(
      Effect.provide(
        Layer.merge(
          rotationOf(["a"], { baseUrl: "http://127.0.0.1:1" }, { retryBudget: { ratio: 0, perSecond: 0, cap: 0 } }),
          NodeHttpClient.layerUndici
        )
      )
    )
  )

  it.live("hands a request fault back byte for byte", () =>
    Effect.gen(function* () {
      const response = yield* (yield* rotating).execute(message)
      expect([response.status, yield* response.text]).toEqual([400, '{"odd":  "spacing"}'])
      expect(yield* view).toEqual({ a: "ready/0", b: "ready/0" })
    }).pipe(
      Effect.provide(over({ a: { kind: "status", status: 400, body: '{"odd":  "spacing"}' }, b: { kind: "ok" } }))
    )
  )

  it.live("refuses to take a token to any other origin, and follows no redirect there", () =>
    Effect.gen(function* () {
      const elsewhere = yield* Effect.acquireRelease(
        Effect.promise(() => ScriptedProvider.startScriptedProvider()),
        (provider) => Effect.promise(() => provider.close())
      )
      const provider = yield* ScriptedProvider.ScriptedProvider
      provider.script(secretOf("a"), { kind: "redirect", to: `${elsewhere.url}/v1/messages` })
      const client = yield* rotating
      expect((yield* client.execute(message)).status).toBe(307)
      const overFetch = yield* Effect.provide(rotating, FetchHttpClient.layer)
      expect((yield* overFetch.execute(message)).status).toBe(307)
      expect(provider.requests).toHaveLength(2)
      const refused = yield* Effect.flip(client.get(`${elsewhere.url}/v1/messages`))
      expect(refused).toMatchObject({ _tag: "RequestError", reason: "InvalidUrl" })
      expect(elsewhere.requests).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(over({ a: { kind: "ok" } })))
  )

  it.live("fails with Exhausted, or as a plain client with a RequestError that keeps it as cause", () =>
    Effect.gen(function* () {
      const client = yield* rotating
      const error = yield* Effect.flip(client.execute(message))
      expect(error).toMatchObject({ _tag: "Exhausted", attempts: [{ alias: "a", status: 401 }] })
      const plain = yield* Effect.flip(RotatingHttpClient.asPlainClient(client).execute(message))
      expect(plain).toMatchObject({ _tag: "RequestError", reason: "Transport", cause: { _tag: "Exhausted" } })
    }).pipe(Effect.provide(over({ a: { kind: "revoked" } })))
  )

  it.live("says what a broken connection was without saying the secret", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit((yield* rotating).execute(message))
      const text = exit._tag === "Failure" ? Cause.pretty(exit.cause) + JSON.stringify(exit) : ""
      expect(text).toContain("Transport")
      expect(text).not.toContain(secretOf("a"))
      expect(yield* view).toEqual({ a: "ready/0" })
    }).pipe(
      Effect.provide(
        over({ a: { kind: "reset", at: "before-headers" } }, { retryBudget: { ratio: 0, perSecond: 0, cap: 0 } })
      )
    )
  )

  it.live("an interrupt closes the request and leaves every token unhurt", () =>
    Effect.gen(function* () {
      const provider = yield* ScriptedProvider.ScriptedProvider
      const fiber = yield* Effect.fork(Effect.flatMap(rotating, (client) => client.execute(message)))
      yield* Effect.promise(() => provider.received(1))
      expect(yield* view).toEqual({ a: "ready/1" })
      yield* Fiber.interrupt(fiber)
      expect(yield* view).toEqual({ a: "ready/0" })
    }).pipe(Effect.provide(over({ a: { kind: "hang" } })))
  )

  it.live("holds the lease of a streamed answer until the stream ends", () =>
    Effect.gen(function* () {
      const streamed = HttpClientRequest.post("/v1/messages").pipe(
        HttpClientRequest.bodyUnsafeJson({ ...body, stream: true })
      )
      const response = yield* (yield* rotating).execute(streamed)
      expect(yield* view).toEqual({ a: "ready/1" })
      const text = yield* Stream.mkString(Stream.decodeText(response.stream))
      expect(text).toContain("event: message_stop")
      expect(yield* view).toEqual({ a: "ready/0" })
    }).pipe(Effect.provide(over({ a: { kind: "ok" } })))
  )

  it.live("leaves no socket behind after sixty refusals with large bodies", () =>
    Effect.gen(function* () {
      const client = yield* rotating
      for (let i = 0; i < 30; i++) yield* Effect.flatMap(client.execute(message), (response) => response.text)
      const provider = yield* ScriptedProvider.ScriptedProvider
      expect(provider.requests.length).toBe(60)
      expect(provider.openSockets()).toBeLessThanOrEqual(3)
    }).pipe(
      Effect.provide(
        over(
          { a: { kind: "status", status: 429, body: "x".repeat(200_000) }, b: { kind: "ok" } },
          { failureThreshold: 1_000 }
        )
      )
    )
  )

  it.live("counts a form for the model that it names", () =>
    Effect.gen(function* () {
      const server = yield* Effect.acquireRelease(
        Effect.promise(() =>
          startRawServer((_, response) => {
            response.writeHead(200, { "content-type": "application/json" })
            response.end('{"text":"heard","usage":{"input_tokens":7,"output_tokens":2}}')
          })
        ),
        ({ close }) => Effect.promise(close)
      )
      const form = new FormData()
      form.set("model", "whisper-1")
      const heard = Effect.gen(function* () {
        const request = HttpClientRequest.post("/v1/transcriptions").pipe(HttpClientRequest.bodyFormData(form))
        yield* (yield* (yield* rotating).execute(request)).text
        const [pool] = yield* (yield* TokenRotation.TokenRotation).pools
        return pool?.tokens[0]?.counts.usage
      })
      const layer = Layer.merge(rotationOf(["a"], { baseUrl: server.url }), FetchHttpClient.layer)
      expect(yield* Effect.provide(heard, layer)).toMatchObject({ "whisper-1": { input: 7, output: 2 } })
    }).pipe(Effect.scoped)
  )

  it.live("works unchanged beneath AnthropicClient.layer({})", () => {
    const anthropic = AnthropicClient.layer({}).pipe(Layer.provide(RotatingHttpClient.layer("acme")))
    return Effect.gen(function* () {
      const { client } = yield* AnthropicClient.AnthropicClient
      const reply = yield* client.messagesPost({
        params: {},
        payload: {
          model: "claude-3-5-haiku-latest",
          max_tokens: 10,
          messages: [{ role: "user", content: "Hello!" }]
        }
      })
      expect(reply.content[0]).toMatchObject({ type: "text" })
      expect(yield* tokensSeen).toEqual([secretOf("a"), secretOf("b")])
    }).pipe(Effect.provide(anthropic.pipe(Layer.provideMerge(over({ a: { kind: "revoked" }, b: { kind: "ok" } })))))
  })
})
