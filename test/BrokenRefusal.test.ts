/** Refusals that break off: what they were going to say nobody knows. */
import type { ServerResponse } from "node:http"
import { HttpClient, HttpClientRequest } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import * as RotatingHttpClient from "../src/RotatingHttpClient.js"
import { rotating } from "./sdk/rotating.js"
import { serveRaw } from "./support/serveRaw.js"

const refusal = JSON.stringify({
  type: "error",
  error: { type: "invalid_request_error", message: "max_tokens is missing" }
})

/** So much of the refusal, of which more was announced, and then the connection is closed. */
const torn = (status: number, body: string) => (response: ServerResponse) => {
  response.writeHead(status, { "content-type": "application/json", "content-length": String(body.length + 50) })
  response.write(body, () => setImmediate(() => response.socket?.destroy()))
}

/** The status that a call comes to over a server that refuses so at first, and serves then. */
const calling = async (door: string, first: (response: ServerResponse) => void) => {
  const server = await serveRaw((_, response, serial) => {
    if (serial === 0) return first(response)
    response.writeHead(200, { "content-type": "application/json" })
    response.end('{"type":"message","content":[]}')
  })
  const r = await rotating("anthropic", { a: { kind: "ok" }, b: { kind: "ok" } }, { baseUrl: server.url })
  const overClient = Effect.gen(function* () {
    const client = RotatingHttpClient.withRotation("anthropic")(yield* HttpClient.HttpClient)
    const request = HttpClientRequest.bodyUnsafeJson(HttpClientRequest.post("/v1/messages"), { model: "m" })
    return (yield* client.execute(request)).status
  })
  const status =
    door === "fetch"
      ? (await r.fetch("/v1/messages", { method: "POST", body: '{"model":"m"}' })).status
      : await r.runtime.runPromise(Effect.provide(overClient, NodeHttpClient.layerUndici))
  return { status, states: Object.values(await r.tokens()).map(({ state }) => state) }
}

for (const door of ["fetch", "HttpClient"]) {
  describe(`A refusal through ${door} that breaks off`, () => {
    it.each([400, 404, 422])(
      "with status %d in the midst of its words is asked for again, and hurts no token",
      async (status) => {
        expect(await calling(door, torn(status, refusal.slice(0, 40)))).toEqual({
          status: 200,
          states: ["ready", "ready"]
        })
      }
    )

    it("after all is said, or with a status that says enough, is taken at its word", async () => {
      expect((await calling(door, torn(400, refusal))).status).toBe(400)
      const { states, status } = await calling(door, torn(401, '{"type":'))
      expect([status, states.filter((state) => state === "ready").length]).toEqual([200, 1])
    })

    it("because the request is too large is not asked for again, although servers hang up on such", async () => {
      expect((await calling(door, torn(413, "<html>"))).status).toBe(413)
    })
  })
}
