/** Requests that cannot be sent as they are, whoever they are for: the caller's trouble, and nobody else's. */
import { mkdtempSync, openAsBlob, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { HttpClient, HttpClientRequest } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { afterAll, describe, expect, it } from "vitest"
import * as RotatingHttpClient from "../src/RotatingHttpClient.js"
import * as TokenRotation from "../src/TokenRotation.js"
import { rotating } from "./sdk/rotating.js"
import { rotationOf } from "./support/rotation.js"

const folder = mkdtempSync(join(tmpdir(), "llmctl-unsendable-"))

afterAll(() => rmSync(folder, { recursive: true }))

const changedFile = async () => {
  const path = join(folder, "file")
  writeFileSync(path, "as it was")
  const blob = await openAsBlob(path)
  writeFileSync(path, "another")
  return blob
}

const cases: ReadonlyArray<readonly [string, () => Promise<RequestInit> | RequestInit]> = [
  ["Expect", () => ({ headers: { expect: "100-continue" } })],
  ["Transfer-Encoding", () => ({ method: "POST", body: "{}", headers: { "transfer-encoding": "chunked" } })],
  ["a length that is not the body's", () => ({ method: "POST", body: "{}", headers: { "content-length": "5" } })],
  ["a file that has changed", async () => ({ method: "POST", body: await changedFile() })]
]

describe("A request with", () => {
  for (const [what, init] of cases) {
    it(`${what} rejects as fetch does, at once, and nobody is blamed`, async () => {
      let sent = 0
      const counting: typeof globalThis.fetch = (...asked) => {
        sent++
        return globalThis.fetch(...asked)
      }
      const r = await rotating("openai", { a: { kind: "ok" }, b: { kind: "ok" } }, { fetch: counting })
      const given = await init()
      const error = (fetch: typeof globalThis.fetch) =>
        fetch(`${r.baseUrl}/chat/completions`, given).then(
          () => undefined,
          ({ cause, message }) => [message, cause.name, cause.code, cause.message]
        )
      const plain = await error(globalThis.fetch)
      expect(plain).toBeDefined()
      // So many in a row would be an outage, were they the provider's.
      for (let n = 1; n <= 6; n++) expect([await error(r.fetch), sent]).toEqual([plain, n])
      const next = await r.fetch("/v1/chat/completions", { method: "POST", body: '{"model":"m","messages":[]}' })
      expect(next.status).toBe(200)
      await next.text()
      for (const { counts, inFlight, state } of Object.values(await r.tokens())) {
        expect([state, inFlight, counts.errors ?? 0]).toEqual(["ready", 0, 0])
      }
    })
  }

  it("such a header is the caller's fault through an HttpClient, too", async () => {
    const asked = Effect.gen(function* () {
      const client = RotatingHttpClient.withRotation("acme")(yield* HttpClient.HttpClient)
      const request = HttpClientRequest.get("/v1/models", { headers: { "transfer-encoding": "chunked" } })
      const error = yield* Effect.flip(client.execute(request))
      const [pool] = yield* (yield* TokenRotation.TokenRotation).pools
      return [error._tag, pool?.tokens.map(({ counts, state }) => `${state} ${counts.uses}`)]
    })
    const layer = Layer.mergeAll(rotationOf(["a"], { baseUrl: "http://127.0.0.1:9" }), NodeHttpClient.layerUndici)
    expect(await Effect.runPromise(Effect.provide(asked, layer))).toEqual(["RequestError", ["ready 1"]])
  })
})
