/**
 * What the rotating `fetch` costs over the bare one: time to the first chunk, time per chunk, and memory while a gigabyte
 * crosses. The bar is a ratio of 1.05 to a provider that thinks as models do; what it costs next to one that answers at
 * once is shown, too.
 */
import { fork } from "node:child_process"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { Layer, ManagedRuntime, Redacted } from "effect"
import * as ConfigSource from "../src/ConfigSource.js"
import { byType } from "../src/providers/index.js"
import * as RotatingFetch from "../src/RotatingFetch.js"
import * as KeyValueStateStore from "../src/stores/KeyValueStateStore.js"
import * as TokenRotation from "../src/TokenRotation.js"

export const name = "fetch"

const rounds = 31
const warmUps = 400
const chunks = 2_000
/** Milliseconds: sooner than any model answers. */
const thinking = 100
const gigabyte = 1024 ** 3

export const run = async (): Promise<void> => {
  const server = await startServer()
  const runtime = ManagedRuntime.make(rotation(server.url))
  try {
    const rotating = await runtime.runPromise(RotatingFetch.make({ provider: "anthropic" }))
    const compare = async (path: string) => {
      const bare: Array<Times> = []
      const ours: Array<Times> = []
      // Side by side and in changing order, so that what else the machine does meets both alike.
      for (let i = 0; i < rounds; i++) {
        const order = i % 2 === 0 ? ([bare, ours] as const) : ([ours, bare] as const)
        for (const times of order)
          times.push(await time(times === bare ? globalThis.fetch : rotating, server.url + path))
      }
      return { bare, ours }
    }
    // What a program has run a few hundred times is compiled by then, and connections are open.
    for (let i = 0; i < warmUps; i++) {
      for (const fetch of [globalThis.fetch, rotating]) await time(fetch, `${server.url}/v1/short`)
    }
    console.log(["".padEnd(36), "bare".padStart(12), "rotating".padStart(12), "ratio".padStart(10)].join(""))
    const instant = await compare("/v1/events")
    row(`first chunk of a provider that thinks ${thinking} ms`, await compare("/v1/thinking"), "first")
    row("first chunk of one that does not", instant, "first")
    row(`each chunk, ${chunks} as fast as can be`, instant, "each")
    const { growth, seconds } = await cross(rotating, `${server.url}/v1/gigabyte`)
    const bare = await cross(globalThis.fetch, `${server.url}/v1/gigabyte`)
    const show = (of: typeof bare) =>
      `${of.seconds.toFixed(1)} s, memory grew by ${(of.growth / 1024 ** 2).toFixed(0)} MB at most`
    console.log(`\n1 GB stream: ${show({ growth, seconds })} (bare: ${show(bare)})`)
  } finally {
    await runtime.dispose()
    server.close()
  }
}

interface Times {
  /** Milliseconds until the first chunk. */
  readonly first: number
  /** Milliseconds per event after it. */
  readonly each: number
}

const row = (
  label: string,
  { bare, ours }: { readonly bare: ReadonlyArray<Times>; readonly ours: ReadonlyArray<Times> },
  of: keyof Times
): void => {
  const times = [median(bare, of), median(ours, of)] as const
  const shown = times.map((millis) => (millis < 1 ? `${(millis * 1000).toFixed(1)} µs` : `${millis.toFixed(2)} ms`))
  const ratio = `${(times[1] / times[0]).toFixed(3)}x`
  console.log([label.padEnd(36), ...shown.map((each) => each.padStart(12)), ratio.padStart(10)].join(""))
}

const time = async (fetch: typeof globalThis.fetch, url: string): Promise<Times> => {
  const start = performance.now()
  const response = await fetch(url)
  const reader = response.body?.getReader()
  if (reader === undefined) throw new Error("no body")
  await reader.read()
  const first = performance.now()
  while (!(await reader.read()).done);
  // Counted by events, not by reads: a slow reader finds several events in one chunk.
  return { first: first - start, each: (performance.now() - first) / chunks }
}

const median = (times: ReadonlyArray<Times>, of: keyof Times): number =>
  times.map((each) => each[of]).sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN

const cross = async (fetch: typeof globalThis.fetch, url: string) => {
  const start = performance.now()
  const before = process.memoryUsage().rss
  const response = await fetch(url)
  const reader = response.body?.getReader()
  let growth = 0
  let read = 0
  for (;;) {
    const result = await reader?.read()
    if (result === undefined || result.done) break
    read += result.value.byteLength
    growth = Math.max(growth, process.memoryUsage.rss() - before)
  }
  if (read < gigabyte) throw new Error(`only ${read} bytes came`)
  return { growth, seconds: (performance.now() - start) / 1000 }
}

const rotation = (baseUrl: string) => {
  const provider = byType("anthropic")
  if (provider === undefined) throw new Error("no such vendor")
  return TokenRotation.layer.pipe(
    Layer.provide([
      ConfigSource.layer({ provider, baseUrl, tokens: [Redacted.make("a"), Redacted.make("b")] }),
      KeyValueStateStore.layerMemory
    ])
  )
}

/** A server in a process of its own, so that only the client is measured. */
const startServer = (): Promise<{ readonly url: string; readonly close: () => void }> =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ["serve"], { execArgv: process.execArgv })
    child.once("error", reject)
    child.once("message", (port) => resolve({ url: `http://127.0.0.1:${port}`, close: () => child.kill() }))
  })

const delta = (text: string) =>
  `event: content_block_delta\ndata: ${JSON.stringify({
    type: "content_block_delta",
    index: 0,
    delta: { type: "text_delta", text }
  })}\n\n`

const serve = (): void => {
  const event = delta("Hello there")
  const big = Buffer.from(delta("x".repeat(1000)).repeat(60))
  const server = createServer(async (request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" })
    if (request.url === "/v1/thinking") {
      await new Promise((resolve) => setTimeout(resolve, thinking))
      response.write(event)
    } else if (request.url === "/v1/short") response.write(event)
    else if (request.url === "/v1/events") {
      for (let i = 0; i <= chunks && !response.destroyed; i++) {
        response.write(event)
        await new Promise((resolve) => setImmediate(resolve))
      }
    } else {
      for (let sent = 0; sent < gigabyte && !response.destroyed; sent += big.byteLength) {
        if (!response.write(big)) await new Promise((resolve) => response.once("drain", resolve))
      }
    }
    response.end()
  })
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port))
}

if (process.argv[2] === "serve" && process.send !== undefined) serve()
