/** Answers that a `Response` may be, though its constructor would not have them, and answers that are no `Response`. */
import { request as httpRequest } from "node:http"
import { HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Layer, Schedule } from "effect"
import { describe, expect, it } from "vitest"
import * as RotatingHttpClient from "../src/RotatingHttpClient.js"
import { rotating } from "./sdk/rotating.js"
import { rotationOf } from "./support/rotation.js"
import { serveRaw } from "./support/serveRaw.js"

/** Answers by these lines, to the letter. */
const saying = (line: string, body = '{"ok":true}') =>
  serveRaw((_, { socket }) => {
    socket?.end(
      `HTTP/1.1 ${line}\r\nx-of: server\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`
    )
  })

const facts = async (response: Response) => ({
  head: [response.status, response.statusText, response.ok, response.headers.get("x-of"), response.redirected],
  clone: [response.clone().status, response.clone().statusText, await response.clone().text()],
  body: await response.text()
})

describe("An answer", () => {
  for (const line of ["200 成功", "404 Nicht gefunden: Schlüssel", "601 Odd", "999 Request denied"]) {
    it(`of "${line}" is what fetch makes of it`, async () => {
      const server = await saying(line)
      const { fetch, tokens } = await rotating("openai", { a: { kind: "ok" } }, { baseUrl: `${server.url}/v1` })
      const plain = await globalThis.fetch(`${server.url}/v1/models`)
      const ours = await fetch("/v1/models")
      expect([ours.url, ours.type]).toEqual([plain.url, plain.type])
      expect(await facts(ours)).toEqual(await facts(plain))
      expect((await tokens()).a?.inFlight).toBe(0)
    })
  }

  it("of a status beyond 599 comes through an HttpClient, too", async () => {
    const server = await saying("601 Odd")
    const rotation = rotationOf(["a"], { baseUrl: server.url }, { retry: Schedule.stop })
    const asked = Effect.gen(function* () {
      const client = RotatingHttpClient.withRotation("acme")(yield* HttpClient.HttpClient)
      const response = yield* client.get("/v1/models")
      return [response.status, yield* response.text]
    })
    const layer = Layer.mergeAll(rotation, NodeHttpClient.layer)
    expect(await Effect.runPromise(Effect.provide(asked, layer))).toEqual([601, '{"ok":true}'])
  })
})

/** Answers as `node-fetch` does: with a Node stream for a body. */
const nodeStyled: typeof globalThis.fetch = (input, init = {}) =>
  new Promise((resolve, reject) => {
    const { body, headers, method, signal } = init
    const sending = httpRequest(String(input), {
      method: method ?? "GET",
      headers: Object.fromEntries(new Headers(headers)),
      ...(signal ? { signal } : {})
    })
    sending.on("response", (message) => {
      const { headers, statusCode = 0, statusMessage = "" } = message
      const named = Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string])
      const answer = {
        ok: statusCode < 300,
        status: statusCode,
        statusText: statusMessage,
        headers: new Headers(named),
        url: String(input),
        redirected: false,
        type: "default",
        body: message
      }
      // What a program without types would hand over.
      resolve(answer as unknown as Response)
    })
    sending.on("error", reject)
    sending.end(body)
  })

describe("A fetch whose answers have a Node stream for a body", () => {
  it("carries requests as any other does, each once", async () => {
    const server = await serveRaw((request, response, serial) => {
      response.writeHead(serial === 0 ? 401 : request.path === "/v1/gone" ? 204 : 200)
      response.end(serial === 0 ? '{"error":{"code":"invalid_api_key"}}' : request.body)
    })
    const baseUrl = `${server.url}/v1`
    const two = { a: { kind: "ok" }, b: { kind: "ok" } } as const
    const r = await rotating("openai", two, { baseUrl, fetch: nodeStyled })
    const response = await r.fetch("/v1/chat/completions", { method: "POST", body: '{"model":"m"}' })
    expect(response).toBeInstanceOf(Response)
    expect([response.url, await response.text()]).toEqual([`${baseUrl}/chat/completions`, '{"model":"m"}'])
    expect((await r.fetch("/v1/gone", { method: "DELETE" })).body).toBeNull()
    expect(server.requests).toHaveLength(3)
    const tokens = await r.tokens()
    expect(tokens).toMatchObject({
      a: { state: "isolated", inFlight: 0 },
      b: { inFlight: 0, counts: { successes: 2 } }
    })
  })

  it("is told when the caller gives a stream up, though nothing comes any more", async () => {
    let left = () => {}
    const gone = new Promise<void>((resolve) => {
      left = resolve
    })
    const server = await serveRaw((_, response) => {
      response.on("close", left)
      response.writeHead(200, { "content-type": "text/event-stream" })
      response.write('data: {"choices":[{"delta":{"content":"Hello"}}]}\n\n')
    })
    const r = await rotating("openai", { a: { kind: "ok" } }, { baseUrl: `${server.url}/v1`, fetch: nodeStyled })
    const controller = new AbortController()
    const response = await r.fetch("/v1/chat/completions", {
      method: "POST",
      body: '{"model":"m"}',
      signal: controller.signal
    })
    const reader = response.body?.getReader()
    await reader?.read()
    const next = reader?.read()
    controller.abort()
    await expect(next).rejects.toThrow(/abort/)
    await gone
    await expect.poll(r.tokens).toMatchObject({ a: { state: "ready", inFlight: 0 } })
  })
})
