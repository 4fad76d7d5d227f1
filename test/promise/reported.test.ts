/** Whom `markTokenError` charges with the errors that SDKs throw. */
import Anthropic from "@anthropic-ai/sdk"
import { ApiError } from "@google/genai"
import { APICallError, RetryError } from "ai"
import OpenAI from "openai"
import { expect, it } from "vitest"
import { TokenRotationManager } from "../../src/index.js"
import { open } from "./door.js"

const ok = { kind: "ok" } as const

/** How the token stands once the error was reported often enough to rest whoever is charged. */
const after = (provider: string, error: unknown) => {
  for (let i = 0; i < 3; i++) TokenRotationManager.markTokenError(provider, "a", error)
  const [token] = TokenRotationManager.getStats(provider)
  return {
    state: token?.state,
    failures: token?.failures,
    errors: token?.counts.errors,
    excused: token?.counts.excused
  }
}

const unhurt = { state: "ready", failures: 0, errors: 0 }

it("a failed connection is the provider's, through whatever it is wrapped in", async () => {
  await open("openai", { a: ok })
  const failed = new TypeError("fetch failed", { cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }) })
  expect(after("openai", failed)).toMatchObject({ ...unhurt, excused: 3 })
  expect(after("openai", new OpenAI.APIConnectionError({ cause: failed }))).toMatchObject({ ...unhurt, excused: 6 })
})

it("so is a call that an SDK has given up waiting for", async () => {
  await open("openai", { a: ok })
  expect(after("openai", new OpenAI.APIConnectionTimeoutError())).toMatchObject({ ...unhurt, excused: 3 })
  expect(after("openai", new Anthropic.APIConnectionTimeoutError())).toMatchObject({ ...unhurt, excused: 6 })
})

it("what was tried more than once is charged as the last try was", async () => {
  await open("openai", { a: ok })
  const last = (statusCode: number) => {
    const error = new APICallError({ message: "m", url: "u", requestBodyValues: {}, statusCode, responseBody: "{}" })
    return new RetryError({ message: "m", reason: "maxRetriesExceeded", errors: [new Error("first"), error] })
  }
  expect(after("openai", last(503))).toMatchObject({ ...unhurt, excused: 3 })
  expect(after("openai", last(401))).toMatchObject({ state: "isolated" })
})

it("an abort is nobody's", async () => {
  await open("openai", { a: ok })
  expect(after("openai", new DOMException("gone", "AbortError"))).toEqual({ ...unhurt, excused: 0 })
  expect(after("openai", new OpenAI.APIUserAbortError())).toEqual({ ...unhurt, excused: 0 })
})

it("an error inside a stream, which has no status, is charged as the vendor means it", async () => {
  await open("openai", { a: ok })
  const overloaded = { message: "The server is overloaded", type: "server_error", code: "server_error" }
  expect(after("openai", new OpenAI.APIError(undefined, overloaded, undefined, undefined))).toMatchObject(unhurt)
  const spent = { message: "You exceeded your current quota", type: "insufficient_quota", code: "insufficient_quota" }
  expect(after("openai", new OpenAI.APIError(undefined, spent, undefined, undefined))).toMatchObject({
    state: "cooling"
  })
})

it("Google's error, which keeps the body in its message, is charged as Google means it", async () => {
  await open("google", { a: ok })
  const details = [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" }]
  const error = { code: 400, message: "API key not valid.", status: "INVALID_ARGUMENT", details }
  expect(after("google", new ApiError({ status: 400, message: JSON.stringify({ error }) }))).toMatchObject({
    state: "isolated"
  })
})

it("an error that tells nothing is charged to the token", async () => {
  await open("openai", { a: ok })
  expect(after("openai", Object.assign(new Error("no such file"), { code: "ENOENT" }))).toMatchObject({ state: "open" })
})
