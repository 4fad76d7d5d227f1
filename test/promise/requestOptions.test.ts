import { afterEach, describe, expect, it } from "vitest"
import {
  AutoTokenApiClient,
  LlmctlError,
  RequestTooLargeError,
  rotatingFetch,
  TokenRotationManager
} from "../../src/index.js"
import { gated, ticks } from "../support/gated.js"
import { open } from "./door.js"

const cleanups: Array<() => Promise<unknown>> = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** The door over a server that answers when it is told to, with one token of these limits. */
const limited = async (limits: object) => {
  const server = await gated()
  cleanups.push(server.close)
  const door = await open("anthropic", {})
  const token = { alias: "a", value: "secret-of-a-0123456789abcdefghijklmnop", ...limits }
  await door.configure({
    providers: [{ id: "anthropic", name: "Anthropic", type: "anthropic", baseUrl: server.url, tokens: [token] }],
    activeProviderId: "anthropic"
  })
  return server
}

const body = (content: string) => ({ model: "m", max_tokens: 10, messages: [{ role: "user" as const, content }] })

const call = async (content: string, options: object = {}) =>
  (await AutoTokenApiClient.call("/v1/messages", { method: "POST", body: body(content), ...options })).text()

describe("options of a request", () => {
  it("let the more urgent of those who wait go first, by the call or by the fetch", async () => {
    const server = await limited({ concurrency: 1 })
    const low = rotatingFetch({ provider: "anthropic", priority: "low" })
    const answers: Array<Promise<unknown>> = [call("holder")]
    await server.until(1)
    const init = (content: string) => ({ method: "POST", body: JSON.stringify(body(content)) })
    const calls = [
      () => low(`${server.url}/v1/messages`, init("low")).then((response) => response.text()),
      () => call("normal"),
      () => call("high", { priority: "high" }),
      () =>
        AutoTokenApiClient.callAnthropic([{ role: "user", content: "message" }], {
          model: "m",
          max_tokens: 10,
          priority: "high"
        })
    ]
    for (const each of calls) {
      answers.push(each())
      await ticks()
    }
    await expect(call("hasty", { acquireTimeoutMillis: 0 })).rejects.toMatchObject({ name: "AllTokensFailedError" })
    await server.release(5)
    await Promise.all(answers)
    expect(server.asked()).toEqual(["holder", "high", "message", "normal", "low"])
  })

  it("reject a request that is larger than every limit, at once, and hurt no token", async () => {
    const server = await limited({ usagePerMinute: 1_000 })
    const too = { usage: { input: 900, output: 101 } }
    const error = await call("large", too).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(RequestTooLargeError)
    expect(error).toBeInstanceOf(LlmctlError)
    expect(error).toMatchObject({ provider: "anthropic", usage: 1_001, limit: 1_000, unit: "usage", attempts: [] })
    expect(String(error)).toMatch(/1001.*1000.*usagePerMinute.*split the request/s)
    const options = { model: "m", max_tokens: 10, usage: 2_000 }
    const asked = AutoTokenApiClient.callAnthropic([{ role: "user", content: "large" }], options)
    await expect(asked).rejects.toBeInstanceOf(RequestTooLargeError)
    await expect(rotatingFetch(too)(`${server.url}/v1/messages`)).rejects.toBeInstanceOf(RequestTooLargeError)
    expect(() => TokenRotationManager.getNextToken("anthropic", too)).toThrow(RequestTooLargeError)
    expect(TokenRotationManager.getNextToken("anthropic", { usage: 1_000 })).toContain("secret-of-a")
    expect(server.asked()).toEqual([])
    expect(TokenRotationManager.getStats("anthropic")).toMatchObject([
      { inFlight: 0, failures: 0, counts: { uses: 1, errors: 0, rests: 0 } }
    ])
  })

  it("are refused where they make no sense, by name and with what would", async () => {
    await limited({})
    await expect(call("odd", { priority: "urgent" })).rejects.toThrow(/priority is "urgent".*high, normal and low/)
    await expect(call("odd", { usage: -1 })).rejects.toThrow(/usage is -1.*0 or more/)
  })

  it("are not sent to the vendor", async () => {
    const server = await limited({})
    const reply = AutoTokenApiClient.callAnthropic([{ role: "user", content: "message" }], {
      ...{ model: "m", max_tokens: 10 },
      ...{ priority: "low", acquireTimeoutMillis: 5_000, usage: 20 }
    })
    await server.release(1)
    await reply
    expect(server.bodies()).toEqual([body("message")])
  })
})
