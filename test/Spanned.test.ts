import { Headers, HttpClient, HttpClientRequest, HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, FiberRef, Option, Ref, Tracer } from "effect"
import { secretHeaders } from "../src/Authorize.js"
import * as RotatingFetch from "../src/RotatingFetch.js"
import * as RotatingHttpClient from "../src/RotatingHttpClient.js"
import { around } from "../src/Spanned.js"
import { TokenRotation } from "../src/TokenRotation.js"
import { rotationFrom, rotationOf, source, vendor } from "./support/rotation.js"

/** A tracer that keeps what it is told: each span under its parents' names, and how it ended. */
const recording = () => {
  /** Where the fiber that runs is, as a tracer that bridges to another one's context is told. */
  let current: string | undefined
  const ended: Array<readonly [path: string, exit: Exit.Exit<unknown, unknown>]> = []
  const path = (span: Tracer.AnySpan): string =>
    span._tag === "ExternalSpan"
      ? "external"
      : Option.match(span.parent, { onNone: () => span.name, onSome: (parent) => `${path(parent)} > ${span.name}` })
  const tracer = Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const span: Tracer.Span = {
        _tag: "Span",
        name,
        spanId: name,
        traceId: "trace",
        parent,
        context,
        links,
        kind,
        sampled: true,
        status: { _tag: "Started", startTime },
        attributes: new Map(),
        end: (_, exit) => ended.push([path(span), exit]),
        attribute: () => {},
        event: () => {},
        addLinks: () => {}
      }
      return span
    },
    context: (f, fiber) => {
      current = fiber.currentSpan === undefined ? undefined : path(fiber.currentSpan)
      return f()
    }
  })
  return { ended, tracer, current: () => current }
}

describe("around", () => {
  it.effect("ends with what became of the effect, but does not hold its value", () =>
    Effect.gen(function* () {
      const { ended, tracer } = recording()
      const both = Effect.all([
        around("served", {}, () => Effect.succeed("a value")),
        Effect.exit(around("failed", {}, () => Effect.fail("a reason"))),
        Effect.exit(around("died", {}, () => Effect.die("a defect")))
      ])
      expect(yield* Effect.withTracer(both, tracer)).toEqual(["a value", Exit.fail("a reason"), Exit.die("a defect")])
      expect(ended).toEqual([
        ["served", Exit.void],
        ["failed", Exit.fail("a reason")],
        ["died", Exit.die("a defect")]
      ])
    })
  )

  it.effect("ends when it is interrupted", () =>
    Effect.gen(function* () {
      const { ended, tracer } = recording()
      const begun = yield* Deferred.make<void>()
      const fiber = yield* around("cut", {}, () =>
        Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never)
      ).pipe(Effect.withTracer(tracer), Effect.fork)
      yield* Deferred.await(begun)
      expect(Exit.isInterrupted(yield* Fiber.interrupt(fiber))).toBe(true)
      expect(ended.map(([path, exit]) => [path, Exit.isInterrupted(exit)])).toEqual([["cut", true]])
    })
  )

  it.effect("stands between the caller's span and that of the client", () =>
    Effect.gen(function* () {
      const { ended, tracer } = recording()
      const client = HttpClient.make((request) =>
        Effect.succeed(HttpClientResponse.fromWeb(request, new Response("{}", { status: 200 })))
      )
      const rotating = RotatingHttpClient.withRotation("acme")(client)
      yield* rotating.execute(HttpClientRequest.get("/v1/models")).pipe(
        Effect.withSpan("caller"),
        Effect.withTracer(tracer),
        // It is none of the test's business.
        Effect.withTracerTiming(false)
      )
      expect(ended.map(([path]) => path)).toEqual([
        "caller > llmctl.request > llmctl.attempt > http.client GET",
        "caller > llmctl.request > llmctl.attempt",
        "caller > llmctl.request",
        "caller"
      ])
    }).pipe(Effect.provide(rotationOf(["a"])))
  )
})

it.each(["span", "end"])("a tracer that throws at %s of an attempt keeps no lease", (at) => {
  const { tracer } = recording()
  const throwing = Tracer.make({
    ...tracer,
    span: (name, ...rest) => {
      const span = tracer.span(name, ...rest)
      const fail = () => {
        throw new Error("the exporter is broken")
      }
      if (name === "llmctl.attempt" && at === "span") fail()
      return name === "llmctl.attempt" ? Object.assign(span, { end: fail }) : span
    }
  })
  return Effect.gen(function* () {
    const rotation = yield* TokenRotation
    const client = RotatingHttpClient.withRotation("acme")(
      HttpClient.make((request) => Effect.succeed(HttpClientResponse.fromWeb(request, new Response("{}"))))
    )
    const call = client.execute(HttpClientRequest.get("/v1/models"))
    const exit = yield* Effect.exit(Effect.withTracer(call, throwing))
    expect(Exit.isSuccess(exit)).toBe(at === "end")
    const [pool] = yield* rotation.pools
    expect(pool?.tokens.map(({ inFlight }) => inFlight)).toEqual([0])
  }).pipe(Effect.provide(rotationOf(["a"])), Effect.runPromise)
})

it.effect("what `fetch` sends is sent beneath the attempt", () =>
  Effect.gen(function* () {
    const { current, tracer } = recording()
    const seen: Array<unknown> = []
    const carrier = () => {
      seen.push(current())
      return Promise.resolve(new Response("{}", { status: 200 }))
    }
    const fetch = yield* Effect.withTracer(RotatingFetch.make({ fetch: carrier }), tracer)
    yield* Effect.promise(() => fetch("https://api.anthropic.com/v1/models"))
    expect(seen).toEqual(["llmctl.request > llmctl.attempt"])
  }).pipe(Effect.provide(rotationOf(["a"])))
)

it.effect.each(secretHeaders)(
  "redacts the header that the token travels in, for the time of a request only: %s",
  (header) =>
    Effect.gen(function* () {
      const seen: Array<unknown> = []
      const client = HttpClient.makeWith<never, never, never, never>(
        (effect) =>
          Effect.flatMap(effect, (request) =>
            Effect.map(FiberRef.get(Headers.currentRedactedNames), (names) => {
              seen.push([names.includes(header), header in request.headers])
              return HttpClientResponse.fromWeb(request, new Response("{}", { status: 200 }))
            })
          ),
        Effect.succeed
      )
      const usual = yield* FiberRef.get(Headers.currentRedactedNames)
      yield* RotatingHttpClient.withRotation("acme")(client).execute(HttpClientRequest.get("/v1/models"))
      expect(seen).toEqual([[true, true]])
      expect(yield* FiberRef.get(Headers.currentRedactedNames)).toBe(usual)
    }).pipe(Effect.provide(rotationFrom(source(["a"], { provider: { ...vendor, authorization: [{ header }] } }))))
)

it.effect("makes no span where nobody hears of them, and lets the client beneath make none", () =>
  Effect.gen(function* () {
    const spans = yield* Ref.make<ReadonlyArray<unknown>>([])
    const client = HttpClient.make((request) =>
      Effect.flatMap(Effect.option(Effect.currentSpan), (span) =>
        Effect.as(
          Ref.update(spans, (all) => [...all, Option.map(span, ({ name }) => name)]),
          HttpClientResponse.fromWeb(request, new Response("{}", { status: 200 }))
        )
      )
    )
    const call = RotatingHttpClient.withRotation("acme")(client).execute(HttpClientRequest.get("/v1/models"))
    yield* call
    yield* Effect.withTracer(call, recording().tracer)
    yield* Effect.withTracerEnabled(Effect.withTracer(call, recording().tracer), false)
    yield* call.pipe(Effect.withSpan("the program's own"))
    expect(yield* Ref.get(spans)).toEqual([
      Option.none(),
      Option.some("http.client GET"),
      Option.none(),
      Option.some("the program's own")
    ])
    // What holds for one request ends with it.
    yield* client.execute(HttpClientRequest.get("https://elsewhere.example"))
    expect((yield* Ref.get(spans)).at(-1)).toEqual(Option.some("http.client GET"))
  }).pipe(Effect.provide(rotationOf(["a"])))
)

describe("a client that looks after its own spans", () => {
  const plain = HttpClient.make((request) =>
    Effect.succeed(HttpClientResponse.fromWeb(request, new Response("{}", { status: 200 })))
  )
  const clients = {
    "is as it comes": () => plain,
    "says when it has none": () => HttpClient.withTracerDisabledWhen(plain, () => false),
    "has a tracer of its own": (tracer: Tracer.Tracer) =>
      HttpClient.transformResponse(plain, Effect.withTracer(tracer)),
    "has its spans although the program has none": (tracer: Tracer.Tracer) =>
      HttpClient.transformResponse(plain, (sent) => Effect.withTracerEnabled(Effect.withTracer(sent, tracer), true))
  }
  const names = Object.keys(clients) as ReadonlyArray<keyof typeof clients>

  for (const [program, within] of Object.entries({
    "nobody hears of spans": <A, E, R>(call: Effect.Effect<A, E, R>) => call,
    "the program wants none": <A, E, R>(call: Effect.Effect<A, E, R>) => Effect.withTracerEnabled(call, false),
    "somebody hears of them": <A, E, R>(call: Effect.Effect<A, E, R>) => Effect.withTracer(call, recording().tracer)
  })) {
    it.effect.each(names)(`sends no trace ids to the vendor, where ${program} and it %s`, (name) =>
      Effect.gen(function* () {
        const sent: Array<ReadonlyArray<string>> = []
        const client = HttpClient.transform(clients[name](recording().tracer), (effect) =>
          Effect.tap(effect, ({ request }) => sent.push(Object.keys(request.headers)))
        )
        yield* within(RotatingHttpClient.withRotation("acme")(client).execute(HttpClientRequest.get("/v1/models")))
        expect(sent).toEqual([["anthropic-version", "x-api-key"]])
      }).pipe(Effect.provide(rotationOf(["a"])))
    )
  }

  it.effect("tells its own tracer, where nobody else hears of spans", () =>
    Effect.gen(function* () {
      const { ended, tracer } = recording()
      const client = RotatingHttpClient.withRotation("acme")(clients["has a tracer of its own"](tracer))
      const call = client.execute(HttpClientRequest.get("/v1/models"))
      yield* call
      expect(ended.map(([path]) => path)).toEqual(["http.client GET"])
      yield* Effect.locally(call, HttpClient.currentTracerDisabledWhen, () => true)
      expect(ended).toHaveLength(1)
    }).pipe(Effect.provide(rotationOf(["a"])))
  )

  it.effect.each(secretHeaders)("shows no secret that it adds itself: %s", (header) =>
    Effect.gen(function* () {
      const shown: Array<unknown> = []
      const { tracer } = recording()
      const keeping = Tracer.make({
        ...tracer,
        span: (...terms) =>
          Object.assign(tracer.span(...terms), { attribute: (_: string, value: unknown) => shown.push(value) })
      })
      const client = RotatingHttpClient.withRotation("acme")(
        HttpClient.mapRequest(plain, HttpClientRequest.setHeader(header, "secret of a proxy"))
      )
      yield* Effect.withTracer(client.execute(HttpClientRequest.get("/v1/models")), keeping)
      expect(shown).toContain("<redacted>")
      expect(shown).not.toContain("secret of a proxy")
    }).pipe(Effect.provide(rotationOf(["a"])))
  )
})
