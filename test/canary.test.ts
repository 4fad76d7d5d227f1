/** A secret is put through every path and must be found nowhere but in the header it was sent in. */
import { createHash } from "node:crypto"
import { HttpClient, HttpClientRequest } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Layer, Logger, LogLevel, Queue, Redacted, Ref, Tracer } from "effect"
import * as ConfigSource from "../src/ConfigSource.js"
import * as RotatingHttpClient from "../src/RotatingHttpClient.js"
import * as RotationConfig from "../src/RotationConfig.js"
import * as TokenRotation from "../src/TokenRotation.js"
import { leaks, print } from "./support/leaks.js"
import { makeMemory, vendor } from "./support/rotation.js"
import * as ScriptedProvider from "./support/ScriptedProvider.js"

const aliases = ["ok", "revoked", "limited", "broke", "down", "broken", "odd", "quoted"]

const scripts: Readonly<Record<string, ScriptedProvider.Script>> = {
  ok: { kind: "ok" },
  revoked: { kind: "revoked" },
  limited: { kind: "rateLimited", retryAfterSeconds: 60 },
  broke: { kind: "status", status: 402 },
  down: { kind: "overloaded" },
  broken: { kind: "reset", at: "before-headers" },
  odd: { kind: "status", status: 400 }
}

/** Letters that occur nowhere else. */
const secretOf = (alias: string): string =>
  `sk-ant-api03-${createHash("sha256").update(`canary ${alias}`).digest("base64url")}`

/** A tracer that keeps every span with its attributes and events. */
const keepSpans = (kept: Array<unknown>): Tracer.Tracer =>
  Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const attributes = new Map<string, unknown>()
      const events: Array<unknown> = []
      kept.push({ name, attributes, events })
      return {
        _tag: "Span",
        spanId: `${kept.length}`,
        traceId: "trace",
        sampled: true,
        name,
        parent,
        context,
        links,
        kind,
        attributes,
        status: { _tag: "Started", startTime },
        attribute: (key, value) => void attributes.set(key, value),
        event: (event, at, details) => void events.push({ event, at, details }),
        addLinks: () => {},
        end: () => {}
      }
    },
    context: (f) => f()
  })

describe("the canary", () => {
  it.live("is found in the request header and nowhere else", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const spans: Array<unknown> = []
      const memory = yield* makeMemory
      const provider = yield* ScriptedProvider.make({
        tokens: Object.fromEntries(aliases.map((alias) => [secretOf(alias), scripts[alias] ?? { kind: "ok" }]))
      })
      const quoted = secretOf("quoted")
      provider.script(quoted, {
        kind: "status",
        status: 401,
        body: { error: { type: quoted, message: `wrong key ${quoted}` } }
      })
      const tokens = aliases.map((alias) => ({ alias, value: Redacted.make(secretOf(alias)) }))
      const source = ConfigSource.layer({ provider: vendor, baseUrl: provider.url, tokens })
      const logger = Logger.make((entry) => void seen.push(print(entry)))
      const rotation = TokenRotation.layer.pipe(
        Layer.provide([source, memory.layer]),
        Layer.provide(RotationConfig.layer({ acquireTimeout: 0, retryBudget: { ratio: 0, perSecond: 0, cap: 0 } })),
        Layer.orDie
      )
      const program = Effect.gen(function* () {
        const service = yield* TokenRotation.TokenRotation
        const events = yield* service.events
        const client = yield* Effect.map(HttpClient.HttpClient, RotatingHttpClient.withRotation("acme"))
        const request = HttpClientRequest.post("/v1/messages").pipe(
          HttpClientRequest.bodyUnsafeJson({ model: "m", max_tokens: 1, messages: [{ role: "user", content: "hi" }] })
        )
        yield* Effect.scoped(
          Effect.map(service.acquire("acme"), (lease) => seen.push(print(lease), print(lease.token)))
        )
        for (let i = 0; i < 16; i++) {
          const exit = yield* Effect.exit(Effect.tap(client.execute(request), (response) => response.text))
          yield* Effect.logDebug("call", exit)
          seen.push(print(exit))
          if (Exit.isFailure(exit)) {
            seen.push(Cause.pretty(exit.cause), print(Cause.squash(exit.cause)))
          } else {
            seen.push(print(exit.value), print(exit.value.request), print(exit.value.headers))
          }
        }
        for (const alias of aliases) yield* service.disable("acme", alias)
        seen.push(print(yield* Effect.flip(client.execute(request))))
        const lent = yield* Effect.exit(service.next("acme"))
        yield* service.reset("acme")
        seen.push(print(lent), print(yield* service.next("acme")))
        seen.push(print(service), print(yield* service.pools), print(yield* service.stats))
        seen.push(print(yield* service.provider("acme")), print(yield* service.providers))
        seen.push(print([...(yield* Queue.takeAll(events))]))
        yield* service.flush
      })
      yield* program.pipe(
        Effect.scoped,
        Effect.withSpan("caller"),
        Effect.provide([rotation, NodeHttpClient.layerUndici]),
        Effect.provide([
          Logger.replace(Logger.defaultLogger, logger),
          Logger.minimumLogLevel(LogLevel.All),
          Layer.setTracer(keepSpans(spans))
        ])
      )
      const documents = [...(yield* Ref.get(memory.documents)).values()]
      const sent = provider.requests.map(({ headers }) => headers["x-api-key"])
      expect(new Set(sent)).toEqual(new Set(aliases.map(secretOf)))
      expect(spans.length).toBeGreaterThan(10)
      expect(documents.length).toBe(1)
      const everything = [...new Set(seen), ...documents, print(spans), print(ConfigSource)].join("\n")
      expect(everything).toContain("revoked")
      expect(aliases.flatMap((alias) => leaks(everything, secretOf(alias)).slice(0, 3))).toEqual([])
    }).pipe(Effect.scoped)
  )
})
