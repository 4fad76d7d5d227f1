/**
 * Calls per second through the rotating client over those through the bare client beneath it: the same requests, 32 at a
 * time, to a server on loopback in a process of its own. The two take turns, and the median of the rounds' ratios is
 * shown: what else the machine does hits both. The bar is 0.9.
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { HttpClient, HttpClientRequest } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Layer, Redacted } from "effect"
import * as ConfigSource from "../src/ConfigSource.js"
import { anthropic } from "../src/providers/Anthropic.js"
import * as RotatingHttpClient from "../src/RotatingHttpClient.js"
import { layerMemory } from "../src/stores/KeyValueStateStore.js"
import * as TokenRotation from "../src/TokenRotation.js"

export const name = "http"

const concurrency = 32
const rounds = 15
const roundCalls = 1_000
/** Until the machine has compiled what it is going to. */
const warmUpCalls = 8_000
const tokens = 8

const body = {
  model: "claude-sonnet-4-5",
  max_tokens: 100,
  messages: [{ role: "user", content: "Say hello, and say it well. ".repeat(20) }]
}

/** Calls per second, the answers read to their end. */
const rate = <E, R>(
  client: HttpClient.HttpClient.With<E, R>,
  request: HttpClientRequest.HttpClientRequest,
  calls: number
) =>
  Effect.gen(function* () {
    const started = performance.now()
    let left = calls
    const caller = Effect.gen(function* () {
      while (left-- > 0) {
        const response = yield* client.execute(request)
        yield* response.text
      }
    })
    yield* Effect.all(
      Array.from({ length: concurrency }, () => caller),
      { concurrency, discard: true }
    )
    return (calls * 1000) / (performance.now() - started)
  })

const compare = (baseUrl: string) =>
  Effect.gen(function* () {
    const bare = yield* HttpClient.HttpClient
    const rotating = RotatingHttpClient.withRotation("anthropic")(bare)
    const request = HttpClientRequest.post("/v1/messages").pipe(HttpClientRequest.bodyUnsafeJson(body))
    const direct = request.pipe(
      HttpClientRequest.prependUrl(baseUrl),
      HttpClientRequest.setHeaders({ "x-api-key": "one-key", "anthropic-version": "2023-06-01" })
    )
    const both = (calls: number) => Effect.zip(rate(bare, direct, calls), rate(rotating, request, calls))
    yield* both(warmUpCalls)
    const results: Array<readonly [bare: number, rotating: number]> = []
    for (let round = 0; round < rounds; round++) results.push(yield* both(roundCalls))
    return results
  }).pipe(
    Effect.provide(
      Layer.merge(
        NodeHttpClient.layerUndici,
        TokenRotation.layer.pipe(
          Layer.provide([
            layerMemory,
            ConfigSource.layer({
              provider: anthropic,
              baseUrl,
              tokens: Array.from({ length: tokens }, (_, i) => Redacted.make(`sk-ant-bench-${i}`))
            })
          ])
        )
      )
    )
  )

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

export const run = async (): Promise<void> => {
  const server = fork(fileURLToPath(new URL("http/server.ts", import.meta.url)))
  const [port] = await once(server, "message")
  const results = await Effect.runPromise(compare(`http://127.0.0.1:${port}`))
  server.disconnect()
  console.log(`bare client      ${median(results.map(([bare]) => bare)).toFixed(0)} calls/s`)
  console.log(`rotating client  ${median(results.map(([, rotating]) => rotating)).toFixed(0)} calls/s`)
  console.log(`ratio            ${median(results.map(([bare, rotating]) => rotating / bare)).toFixed(3)}`)
}
