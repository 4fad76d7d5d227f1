import { Headers, HttpClient, HttpClientRequest, HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as RotatingFetch from "../src/RotatingFetch.js"
import * as RotatingHttpClient from "../src/RotatingHttpClient.js"
import { rotationOf, secretOf, vendor } from "./support/rotation.js"

describe("a header that the vendor needs", () => {
  const provider = { ...vendor, headers: { "X-Version": "the vendor's" } }

  it.effect.each(["x-version", "X-Version", "X-VERSION"])("is the caller's where the caller sends one: %s", (name) =>
    Effect.gen(function* () {
      const sent: Array<Headers.Headers> = []
      const client = HttpClient.make((request) => {
        sent.push(request.headers)
        return Effect.succeed(HttpClientResponse.fromWeb(request, new Response("{}")))
      })
      const headers = { [name]: "the caller's" }
      const fetch = yield* RotatingFetch.make({
        fetch: (_, init) => {
          sent.push(Headers.fromInput(Object.fromEntries(new globalThis.Headers(init?.headers))))
          return Promise.resolve(new Response("{}"))
        }
      })
      yield* RotatingHttpClient.withRotation("acme")(client).execute(HttpClientRequest.get("/v1/models", { headers }))
      yield* Effect.promise(() => fetch("https://api.anthropic.com/v1/models", { headers }))
      const all = { "x-version": "the caller's", "x-api-key": secretOf("a") }
      expect(sent.map((each) => ({ ...each }))).toEqual([all, all])
    }).pipe(Effect.provide(rotationOf(["a"], { provider })))
  )
})
