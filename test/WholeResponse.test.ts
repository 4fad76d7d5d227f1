import { Headers, HttpClientRequest, HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Schema, Stream } from "effect"
import * as WholeResponse from "../src/WholeResponse.js"

const asked = HttpClientRequest.post("/v1/messages")
const sent = HttpClientRequest.setHeader(asked, "x-api-key", "very-secret")

/** A response to what was sent, its body taken already; and what the client itself would make of that body. */
const whole = (body: string | Uint8Array<ArrayBuffer>, type = "application/json") => {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body
  const init = { status: 201, headers: { "content-type": type, "set-cookie": "a=b" } }
  const source = HttpClientResponse.fromWeb(sent, new Response(null, init))
  return {
    ours: WholeResponse.make(asked, source, Headers.fromInput(source.headers), bytes),
    platforms: HttpClientResponse.fromWeb(asked, new Response(bytes, init))
  }
}

describe("WholeResponse", () => {
  it.effect.each([
    ["JSON", '{"a":[1,2]}', "application/json"],
    ["nothing", "", "application/json"],
    ["JSON after a byte order mark", "\uFEFF[]", "application/json"],
    ["no JSON at all", "<html>", "text/html"],
    ["a form", "a=1&b=%20", "application/x-www-form-urlencoded"],
    ["a broken form", "--x\r\n", "multipart/form-data; boundary=x"]
  ] as const)("reads like a response of the platform: %s", ([, body, type]) =>
    Effect.gen(function* () {
      const { ours, platforms } = whole(body, type)
      for (const how of ["text", "json", "urlParamsBody", "formData", "arrayBuffer"] as const) {
        const read = (response: HttpClientResponse.HttpClientResponse) =>
          Effect.merge(
            Effect.mapBoth(response[how], {
              onFailure: ({ _tag, reason, request }) => ({ _tag, reason, request }),
              onSuccess: (value) => (value instanceof FormData ? [...value] : value)
            })
          )
        expect(yield* read(ours), how).toEqual(yield* read(whole(body, type).platforms))
        // However often.
        expect(yield* read(ours), how).toEqual(yield* read(ours))
      }
      expect(ours.status).toBe(platforms.status)
      expect(ours.headers).toEqual(platforms.headers)
      expect(ours.cookies.toJSON()).toEqual(platforms.cookies.toJSON())
      expect(ours.remoteAddress).toEqual(platforms.remoteAddress)
    })
  )

  it.effect("hands on bytes that are no text as they are", () =>
    Effect.gen(function* () {
      const bytes = new Uint8Array([0xff, 0, 0xc3])
      const { ours } = whole(bytes)
      expect(new Uint8Array(yield* ours.arrayBuffer)).toEqual(bytes)
      expect(Chunk.toReadonlyArray(yield* Stream.runCollect(ours.stream))).toEqual([bytes])
    })
  )

  it.effect("is a response to whoever takes one, and prints as the answer to what was asked", () =>
    Effect.gen(function* () {
      const { ours } = whole('{"a":1}')
      const decode = HttpClientResponse.schemaBodyJson(Schema.Struct({ a: Schema.Number }))
      expect(yield* decode(ours)).toEqual({ a: 1 })
      expect(HttpClientResponse.TypeId in ours).toBe(true)
      const shown = `${ours} ${JSON.stringify(ours)}`
      expect(shown).toContain('"status":201')
      expect(shown).toContain("/v1/messages")
      expect(shown).not.toContain("very-secret")
    })
  )
})
