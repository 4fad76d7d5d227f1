import { readFileSync } from "node:fs"
import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Classify from "../../src/core/Classify.js"
import { all, byType, generic } from "../../src/providers/index.js"
import { asked, wrong } from "../support/answers.js"

const now = Date.UTC(2026, 7, 31, 12)

const cases: ReadonlyArray<Record<string, never>> = JSON.parse(
  readFileSync(new URL("../fixtures/provider-cases.json", import.meta.url), "utf8")
)

describe("Classify", () => {
  it("gives every answer a verdict: never throws, rests no negative time, none without end and none for nothing", () => {
    fc.assert(
      fc.property(asked, (each) => {
        expect(wrong(each)).toBeUndefined()
      }),
      { numRuns: 3_000 }
    )
  })

  it("judges the same answer the same, however often and in whatever form its body comes", () => {
    const bytes = (text: string) => new TextEncoder().encode(text)
    for (const { body, headers, provider, status } of cases) {
      const vendor = byType(provider ?? "") ?? generic
      const text = typeof body === "string" ? body : JSON.stringify(body)
      if (text === undefined || text === "") continue
      const facts = { status: status ?? 0, headers: headers ?? {}, now }
      const once = vendor.classify({ ...facts, body: text })
      expect(vendor.classify({ ...facts, body: text })).toEqual(once)
      expect(vendor.classify({ ...facts, body: bytes(text) })).toEqual(once)
      if (typeof body !== "string") expect(vendor.classify({ ...facts, body })).toEqual(once)
    }
  })

  it("never convicts a token by the words of a message alone", () => {
    const words = [
      "invalid api key",
      "insufficient balance",
      "quota exceeded",
      "account suspended",
      "billing",
      "rate limit exceeded",
      "organization has been disabled",
      "余额不足"
    ]
    for (const vendor of all) {
      for (const word of words) {
        for (const status of [500, 502, 503, 504, 529]) {
          const outcome = vendor.classify({ status, headers: {}, body: { error: { message: word } }, now })
          if (outcome._tag === "Failure") expect(["provider", "model"]).toContain(outcome.blame)
        }
        const served = { choices: [{ message: { content: word } }], content: [{ type: "text", text: word }] }
        expect(vendor.classify({ status: 200, headers: {}, body: served, now })._tag).toBe("Success")
      }
    }
  })

  it("asks of a success without a body no more than its content type", () => {
    const asked: Array<PropertyKey> = []
    const headers: Record<string, string> = new Proxy({}, { get: (_, name) => void asked.push(name) })
    expect(Classify.classify({}, { status: 200, headers, now })._tag).toBe("Success")
    expect(asked).toEqual(["content-type"])
  })

  it("takes a web page for no answer of an API, though its body was not read", () => {
    const headers = { "content-type": "text/html; charset=utf-8" }
    expect(generic.classify({ status: 200, headers, now })).toMatchObject({ blame: "provider", scope: "provider" })
    expect(generic.classify({ status: 204, headers, now })._tag).toBe("Success")
  })

  it("never repeats what a message or an unknown code holds", () => {
    const secret = "sk-CANARY-0123456789abcdef0123456789"
    for (const vendor of all) {
      for (const status of [200, 400, 401, 402, 403, 404, 413, 422, 429, 498, 500, 503, 529]) {
        const body = {
          code: secret,
          message: `no ${secret}`,
          error: { code: secret, type: secret, message: `bad ${secret}`, status: secret }
        }
        const headers = { "retry-after": secret, "x-ratelimit-reset": secret }
        expect(JSON.stringify(vendor.classify({ status, headers, body, now }))).not.toContain("CANARY")
      }
    }
  })

  it("is not undone by ten megabytes of anything", () => {
    const long = "a b\n".repeat(2_500_000)
    const bodies = [
      long,
      `<html>${long}`,
      `{"error":{"message":"${"x".repeat(10_000_000)}"}}`,
      "[".repeat(10_000_000),
      `{"a":"${"\\".repeat(10_000_000)}`
    ]
    for (const body of bodies) {
      for (const status of [200, 429, 502])
        expect(() => generic.classify({ status, headers: {}, body, now })).not.toThrow()
    }
  })
})
