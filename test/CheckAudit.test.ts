import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Layer, Queue, TestClock } from "effect"
import * as Outcome from "../src/core/Outcome.js"
import type * as FreeCheck from "../src/FreeCheck.js"
import * as RotatingFetch from "../src/RotatingFetch.js"
import * as RotatingHttpClient from "../src/RotatingHttpClient.js"
import * as RotationConfig from "../src/RotationConfig.js"
import * as TokenRotation from "../src/TokenRotation.js"
import { makeMemory, vendor as plain, rotationOf, secretOf, source } from "./support/rotation.js"

const vendor = {
  ...plain,
  freeCheck: { path: "/me", funds: { left: ({ money }: Readonly<Record<string, unknown>>) => money === true } }
}
const broke = Outcome.failure({ blame: "quota", scope: "token", code: "broke", why: "no money is left" })
const limited = Outcome.failure({
  blame: "rate-limit",
  scope: "token",
  code: "limited",
  why: "too fast",
  cooldownMillis: 3_600_000,
  provenance: "stated"
})

const rotation = TokenRotation.TokenRotation

const states = Effect.flatMap(rotation, ({ pools }) =>
  Effect.map(pools, ([pool]) => Object.fromEntries(pool?.tokens.map((t) => [t.alias, t.state]) ?? []))
)

const mark = (token: string, outcome: Outcome.Failure) =>
  Effect.flatMap(rotation, ({ markError }) => markError("acme", token, outcome))

/** A vendor's account: what it answers, and how often it was asked. */
const account = (status: number, body: unknown) => {
  const asked: Array<string> = []
  const send: FreeCheck.Send = ({ url }) =>
    Effect.sync(() => {
      asked.push(url)
      return { status, headers: {}, body: new TextEncoder().encode(JSON.stringify(body)) }
    })
  return { asked, send }
}

const audit = (send: FreeCheck.Send) =>
  Effect.zipRight(
    Effect.flatMap(rotation, (service) => service.begin("acme", send)),
    TestClock.adjust(0)
  )

const often = { auditAfter: "10 minutes", auditInterval: "10 minutes" } as const

const provide = (aliases: ReadonlyArray<string>, config: Partial<RotationConfig.Service> = {}) =>
  Effect.provide(rotationOf(aliases, { provider: vendor }, { ...often, ...config }))

/** Lets promises that are settled already be heard. */
const settled = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve))).pipe(Effect.repeatN(20))

describe("the audit by a free check", () => {
  it.effect("brings a token back whose money is there again, and tells what it ended", () =>
    Effect.gen(function* () {
      const events = yield* Effect.flatMap(rotation, (service) => service.events)
      const { asked, send } = account(200, { money: true })
      yield* mark("a", broke)
      yield* audit(send)
      expect(asked).toEqual([])
      yield* TestClock.adjust("12 minutes")
      yield* Queue.takeAll(events)
      yield* audit(send)
      expect(asked).toEqual(["https://api.anthropic.com/me"])
      expect([...(yield* Queue.takeAll(events))]).toMatchObject([
        { _tag: "AuditPassed", code: "broke", provenance: "guess" }
      ])
      expect(yield* states).toEqual({ a: "ready", b: "ready" })
    }).pipe(Effect.scoped, provide(["a", "b"]))
  )

  it.effect("asks once an interval, whatever is called meanwhile, while the money is not there", () =>
    Effect.gen(function* () {
      const { asked, send } = account(200, { money: false })
      yield* mark("a", { ...broke, cooldownMillis: 7_200_000, provenance: "stated" })
      for (let second = 0; second < 3_600; second += 6) {
        yield* TestClock.adjust("6 seconds")
        yield* audit(send)
      }
      expect(asked.length).toBeGreaterThanOrEqual(5)
      expect(asked.length).toBeLessThanOrEqual(6)
      expect(yield* states).toEqual({ a: "cooling" })
    }).pipe(provide(["a"]))
  )

  it.effect("never asks about pace, about an isolation, nor where audits are turned off", () =>
    Effect.gen(function* () {
      const { asked, send } = account(200, { money: true })
      yield* mark("a", limited)
      yield* Effect.flatMap(rotation, ({ disable }) => disable("acme", "b"))
      yield* TestClock.adjust("30 minutes")
      yield* audit(send)
      expect(asked).toEqual([])
      expect(yield* states).toEqual({ a: "cooling", b: "isolated" })
      yield* Effect.gen(function* () {
        yield* mark("a", broke)
        yield* TestClock.adjust("30 minutes")
        yield* audit(send)
        expect(asked).toEqual([])
      }).pipe(provide(["a"], { auditInterval: null }))
    }).pipe(provide(["a", "b"]))
  )

  it.effect("holds a token out that the check finds revoked", () =>
    Effect.gen(function* () {
      yield* mark("a", broke)
      yield* TestClock.adjust("12 minutes")
      yield* audit(account(401, {}).send)
      expect(yield* states).toEqual({ a: "isolated" })
    }).pipe(provide(["a"]))
  )

  it.effect("lets in nobody whom a person took out while it was under way", () =>
    Effect.gen(function* () {
      const answer = yield* Deferred.make<void>()
      yield* mark("a", broke)
      yield* TestClock.adjust("12 minutes")
      const { send } = account(200, { money: true })
      yield* audit((request) => Effect.zipRight(Deferred.await(answer), send(request)))
      yield* Effect.flatMap(rotation, ({ disable }) => disable("acme", "a"))
      yield* Deferred.succeed(answer, undefined)
      yield* TestClock.adjust(0)
      expect(yield* states).toEqual({ a: "isolated" })
    }).pipe(provide(["a"]))
  )

  it.effect("leaves an isolation by a refused credential to a person, though the check says it is good", () =>
    Effect.gen(function* () {
      const { asked, send } = account(200, { money: true })
      yield* mark("a", broke)
      yield* mark(
        "a",
        Outcome.failure({
          blame: "token",
          scope: "token",
          cooldownMillis: "permanent",
          code: "revoked",
          why: "revoked"
        })
      )
      yield* TestClock.adjust("12 minutes")
      yield* audit(send)
      expect(asked).toHaveLength(1)
      expect(yield* states).toEqual({ a: "isolated" })
    }).pipe(provide(["a"]))
  )

  it.effect("of one process is not sent by another", () =>
    Effect.gen(function* () {
      const memory = yield* makeMemory
      const process = TokenRotation.layer.pipe(
        Layer.provide([
          source(["a"], { provider: vendor }),
          memory.layer,
          RotationConfig.layer({ ...often, acquireTimeout: 0 })
        ])
      )
      const { asked, send } = account(200, { money: false })
      yield* Effect.provide(mark("a", broke), Layer.fresh(process))
      yield* TestClock.adjust("12 minutes")
      yield* Effect.provide(audit(send), Layer.fresh(process))
      yield* Effect.provide(audit(send), Layer.fresh(process))
      expect(asked).toHaveLength(1)
    })
  )

  it.effect(
    "goes along with calls over fetch and over an HttpClient, to the same place and with the token, and delays none",
    () =>
      Effect.gen(function* () {
        const seen: Array<string> = []
        const fetch: typeof globalThis.fetch = (input, init) => {
          const url = String(input instanceof Request ? input.url : input)
          const secret = new Headers(init?.headers).get("x-api-key")
          if (new URL(url).pathname !== "/me") return Promise.resolve(new Response("{}"))
          seen.push(`${url} ${secret}`)
          return Promise.resolve(Response.json({ money: true }))
        }
        const rotating = yield* RotatingFetch.make({ provider: "acme", fetch })
        const client = RotatingHttpClient.withRotation("acme")(yield* HttpClient.HttpClient)
        const over = Effect.provideService(FetchHttpClient.Fetch, fetch)
        for (const call of [
          Effect.promise(() => rotating("/v1/x").then((r) => r.status)),
          over(Effect.map(client.get("/v1/x"), (r) => r.status))
        ]) {
          yield* mark("a", broke)
          yield* TestClock.adjust("12 minutes")
          expect(yield* call).toBe(200)
          yield* settled
          expect(yield* states).toEqual({ a: "ready", b: "ready" })
        }
        expect(seen).toEqual(Array(2).fill(`https://api.anthropic.com/me ${secretOf("a")}`))
      }).pipe(Effect.provide(FetchHttpClient.layer), provide(["a", "b"]))
  )
})
