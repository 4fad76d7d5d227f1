/** Answers that are known to be short, and break off or stall in their middle: asked for again, through either door. */
import type { ServerResponse } from "node:http"
import { gzipSync } from "node:zlib"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Cause, Effect, Exit } from "effect"
import { afterEach, describe, expect, it } from "vitest"
import * as AnswerBody from "../src/AnswerBody.js"
import * as RotatingHttpClient from "../src/RotatingHttpClient.js"
import { rotating } from "./sdk/rotating.js"
import { serveRaw } from "./support/serveRaw.js"

const { maxMillis } = AnswerBody.limits

afterEach(() => {
  AnswerBody.limits.maxMillis = maxMillis
})

type Door = "fetch" | "HttpClient over undici" | "HttpClient over fetch"
const doors: ReadonlyArray<Door> = ["fetch", "HttpClient over undici", "HttpClient over fetch"]

/** The rotation over a server that answers so, and one call through the door, which gives the text of the answer. */
const calling = async (
  door: Door,
  answer: (response: ServerResponse, serial: number) => void,
  options: Parameters<typeof rotating>[2] = {}
) => {
  const server = await serveRaw((_, response, serial) => answer(response, serial))
  const r = await rotating("anthropic", { a: { kind: "ok" } }, { ...options, baseUrl: server.url })
  const overClient = Effect.gen(function* () {
    const client = RotatingHttpClient.withRotation("anthropic", options)(yield* HttpClient.HttpClient)
    const request = HttpClientRequest.bodyUnsafeJson(HttpClientRequest.post("/v1/messages"), { model: "m" })
    return yield* (yield* client.execute(request)).text
  })
  const layer = door === "HttpClient over undici" ? NodeHttpClient.layerUndici : FetchHttpClient.layer
  const call = async (): Promise<string> => {
    if (door === "fetch") return (await r.fetch("/v1/messages", { method: "POST", body: '{"model":"m"}' })).text()
    const exit = await r.runtime.runPromiseExit(Effect.provide(overClient, layer))
    if (Exit.isFailure(exit)) throw Cause.squash(exit.cause)
    return exit.value
  }
  return { call, server, tokens: r.tokens }
}

const json = JSON.stringify({ type: "message", content: [{ type: "text", text: "Hello ".repeat(100) }] })

/** Half of it, and then the connection is closed, or nothing. */
const half =
  (body: string | Buffer, headers: Readonly<Record<string, string>>, then: "close" | "nothing" = "close") =>
  (response: ServerResponse) => {
    response.writeHead(200, headers)
    const close = () => response.socket?.end()
    response.write(body.slice(0, body.length / 2), then === "close" ? () => setImmediate(close) : undefined)
  }

const sized = (body: string | Buffer = json, type = "application/json") => ({
  "content-type": type,
  "content-length": String(Buffer.byteLength(body))
})

const zipped = gzipSync(json)
/** The first of its elements is whole in the half of it. */
const chunks = JSON.stringify([
  { candidates: [{ content: { parts: [{ text: "Hel" }] } }] },
  { text: "lo ".repeat(100) }
])

for (const door of doors) {
  describe(`A short answer through ${door}`, () => {
    it.each([
      ["JSON", json, sized(), {}],
      ["a JSON array, though it has content", chunks, sized(chunks), {}],
      [
        "JSON of unknown length, that may be an error in disguise",
        json,
        { "content-type": "application/json" },
        { vendor: { disguises: ["base_resp"] } }
      ],
      ...(door === "HttpClient over undici"
        ? []
        : [["compressed JSON", zipped, { ...sized(zipped), "content-encoding": "gzip" }, {}] as const])
    ] as const)("that breaks off is asked for again, and is whole: %s", async (_, body, headers, options) => {
      const broken = half(body, headers)
      const { call, server, tokens } = await calling(
        door,
        (response, serial) => (serial === 0 ? broken(response) : response.writeHead(200, headers).end(body)),
        options
      )
      const whole = typeof body === "string" ? body : json
      expect(await call()).toBe(whole)
      expect(server.requests).toHaveLength(2)
      expect(await tokens()).toEqual({
        a: { state: "ready", inFlight: 0, counts: { uses: 2, excused: 1, successes: 1 } }
      })
    })

    it("that breaks off is not asked for again beyond the retry budget", async () => {
      const { call, server } = await calling(door, half(json, sized()), {
        config: { retryBudget: { ratio: 0, perSecond: 0, cap: 1 } }
      })
      await expect(call()).rejects.toThrow()
      expect(server.requests.length).toBeLessThanOrEqual(2)
      const before = server.requests.length
      await expect(call()).rejects.toThrow()
      expect(server.requests).toHaveLength(before + 1)
    })

    it("that stalls is given up after a while and asked for again, however long the client would wait", async () => {
      AnswerBody.limits.maxMillis = 60
      const stalled = half(json, sized(), "nothing")
      const { call, server, tokens } = await calling(door, (response, serial) =>
        serial === 0 ? stalled(response) : response.writeHead(200, sized()).end(json)
      )
      expect(await call()).toBe(json)
      expect(server.requests).toHaveLength(2)
      await expect.poll(server.openSockets).toBeLessThanOrEqual(1)
      expect(await tokens()).toEqual({
        a: { state: "ready", inFlight: 0, counts: { uses: 2, excused: 1, successes: 1 } }
      })
    })

    it("that stalls each time fails with a TimeoutError", async () => {
      AnswerBody.limits.maxMillis = 20
      const { call } = await calling(door, half(json, sized(), "nothing"))
      const timeout = { name: "TimeoutError", message: expect.stringMatching(/stalled/) }
      await expect(call()).rejects.toMatchObject(door === "fetch" ? timeout : { _tag: "ResponseError", cause: timeout })
    })

    it("may take as long between two chunks as the idle timeout says, where one is set", async () => {
      AnswerBody.limits.maxMillis = 20
      const { call, server } = await calling(
        door,
        (response) => {
          half(json, sized(), "nothing")(response)
          setTimeout(() => response.end(json.slice(json.length / 2)), 60)
        },
        { idleTimeout: "10 seconds" }
      )
      expect(await call()).toBe(json)
      expect(server.requests).toHaveLength(1)
    })
  })

  it(`A stream through ${door} is not asked for again once content has come, be its length known`, async () => {
    const event = 'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"text":"Hello"}}\n\n'
    const events = event.repeat(20)
    const { call, server } = await calling(door, half(events, sized(events, "text/event-stream")))
    await expect(call()).rejects.toThrow()
    expect(server.requests).toHaveLength(1)
  })
}
