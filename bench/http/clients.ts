/** The two clients of the bench, and what is asked through them. */
import { HttpClient, HttpClientRequest } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Layer, Redacted } from "effect"
import * as ConfigSource from "../../src/ConfigSource.js"
import { anthropic } from "../../src/providers/Anthropic.js"
import * as RotatingHttpClient from "../../src/RotatingHttpClient.js"
import { layerMemory } from "../../src/stores/KeyValueStateStore.js"
import * as TokenRotation from "../../src/TokenRotation.js"

const concurrency = 32
const rounds = 15
/** How long the vendor thinks, in milliseconds, and how many calls a round is then. */
const vendors = [
  { think: 0, roundCalls: 1_000 },
  { think: 50, roundCalls: 500 }
]
/** Until the machine has compiled what it is going to. */
const warmUpCalls = 8_000
const tokens = 8

const body = {
  model: "claude-sonnet-4-5",
  max_tokens: 100,
  messages: [{ role: "user", content: "Say hello, and say it well. ".repeat(20) }]
}

export interface Measured {
  readonly callsPerSecond: number
  /** Processor time of this process, in microseconds. */
  readonly cpuPerCall: number
}

/** So many calls, the answers read to their end. */
const measure = <E, R>(
  client: HttpClient.HttpClient.With<E, R>,
  request: HttpClientRequest.HttpClientRequest,
  calls: number
) =>
  Effect.gen(function* () {
    const started = performance.now()
    const cpu = process.cpuUsage()
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
    const { system, user } = process.cpuUsage(cpu)
    return { callsPerSecond: (calls * 1000) / (performance.now() - started), cpuPerCall: (user + system) / calls }
  })

export interface Compared {
  /** How long the vendor thinks, in milliseconds. */
  readonly think: number
  readonly rounds: ReadonlyArray<readonly [bare: Measured, rotating: Measured]>
}

export const compare = (baseUrl: string): Promise<ReadonlyArray<Compared>> =>
  Effect.gen(function* () {
    const bare = yield* HttpClient.HttpClient
    const rotating = RotatingHttpClient.withRotation("anthropic")(bare)
    const both = (think: number, calls: number) => {
      const request = HttpClientRequest.post("/v1/messages").pipe(
        HttpClientRequest.setUrlParam("think", String(think)),
        HttpClientRequest.bodyUnsafeJson(body)
      )
      const direct = request.pipe(
        HttpClientRequest.prependUrl(baseUrl),
        HttpClientRequest.setHeaders({ "x-api-key": "one-key", "anthropic-version": "2023-06-01" })
      )
      return Effect.zip(measure(bare, direct, calls), measure(rotating, request, calls))
    }
    yield* both(0, warmUpCalls)
    const results: Array<Compared> = []
    for (const { roundCalls, think } of vendors) {
      const all: Array<readonly [bare: Measured, rotating: Measured]> = []
      for (let round = 0; round < rounds; round++) all.push(yield* both(think, roundCalls))
      results.push({ think, rounds: all })
    }
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
    ),
    Effect.runPromise
  )
