/** What a caller reads when no connection comes about. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, it } from "vitest"
import { AllTokensFailedError, AutoTokenApiClient, rotatingFetch } from "../../src/index.js"
import { open } from "./door.js"

const words = (url: string) => `nothing listens at ${url}; see whether the base URL of provider "acme" is right`

/** A provider at an address where nothing listens. */
const nowhere = async () => {
  const door = await open("anthropic", {})
  const server = createServer().listen(0, "127.0.0.1")
  await new Promise((resolve) => server.once("listening", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await new Promise((resolve) => server.close(resolve))
  const tokens = [{ alias: "a", value: door.secretOf("a") }]
  await door.configure({
    providers: [{ id: "acme", type: "anthropic", baseUrl: url, tokens }],
    activeProviderId: "acme"
  })
  return { url, secret: door.secretOf("a") }
}

/** Too long to be sent again, so nothing is waited for. */
const once = () => {
  const body = new ReadableStream({
    start: (to) => {
      to.enqueue(new Uint8Array(33 << 20))
      to.close()
    }
  })
  return { method: "POST", body, duplex: "half" }
}

const refused = (call: Promise<unknown>): Promise<Error & { readonly cause: Error & { readonly code: string } }> =>
  call.then(
    () => expect.unreachable(),
    (error) => error
  )

it("a rotating fetch rejects as fetch does, with the words as the cause", async () => {
  const { secret, url } = await nowhere()
  const error = await refused(rotatingFetch()("/v1/messages", once()))
  expect(error).toBeInstanceOf(TypeError)
  // Vercel's SDK knows a failed connection by these very words.
  expect(error.message).toBe("fetch failed")
  expect(error.cause.message).toBe(`ECONNREFUSED: ${words(url)}`)
  expect(error.cause.code).toBe("ECONNREFUSED")
  expect(`${error.stack} ${error.cause.stack}`).not.toContain(secret)
})

it("AutoTokenApiClient says it in the message", async () => {
  const { url } = await nowhere()
  const error = await refused(AutoTokenApiClient.call("/v1/messages", once()))
  expect(error).toBeInstanceOf(TypeError)
  expect(error.message).toBe(`fetch failed: ECONNREFUSED: ${words(url)}`)
})

it("tokens that wait for the provider say why", async () => {
  const { url } = await nowhere()
  for (let i = 0; i < 5; i++) await refused(rotatingFetch()("/v1/messages", once()))
  const error = await refused(AutoTokenApiClient.call("/v1/messages", { ...once(), acquireTimeoutMillis: 0 }))
  expect(error).toBeInstanceOf(AllTokensFailedError)
  expect(error.message).toContain(`a: no answer came: ${words(url)}, back at `)
})
