import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterEach, assert, describe, it } from "@effect/vitest"
import { Effect, Schema, TestClock } from "effect"
import * as Shapes from "../../src/cli/JsonShapes.js"
import * as Outcome from "../../src/core/Outcome.js"
import { TokenRotation } from "../../src/TokenRotation.js"
import { canary, config, ctl, directory, removeDirectories, running } from "./harness.js"

afterEach(removeDirectories)

const start = Date.UTC(2026, 10, 24, 14, 0, 0)

/** A vendor that refuses the tokens named, and writes down what it was asked. */
const vendor = (refused: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.async<{ url: string; asked: Array<string>; close: () => void; refused: Set<string> }>((resume) => {
      const asked: Array<string> = []
      const bad = new Set(refused)
      const server = createServer((request, response) => {
        const secret = String(request.headers["x-api-key"] ?? request.headers.authorization ?? "").replace(
          "Bearer ",
          ""
        )
        asked.push(`${request.method} ${request.url}`)
        const [status, body] = bad.has(secret)
          ? [401, { type: "error", error: { type: "authentication_error", message: `invalid ${secret}` } }]
          : [200, { data: [] }]
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
      })
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        const close = () => {
          server.closeAllConnections()
          server.close()
        }
        resume(
          Effect.succeed({
            url: `http://127.0.0.1:${port}`,
            asked,
            refused: bad,
            close
          })
        )
      })
    }),
    ({ close }) => Effect.sync(close)
  )

const limited = Outcome.failure({
  blame: "rate-limit",
  scope: "token",
  cooldownMillis: 3_600_000,
  provenance: "stated",
  code: "rate_limit_error",
  why: "the pace limit was hit"
})

const pools = (url: string) => ({
  providers: [
    {
      id: "anthropic",
      type: "anthropic",
      baseUrl: url,
      tokens: [
        { value: canary(1), alias: "work" },
        { value: canary(2), alias: "spare" },
        { value: canary(3), alias: "busy" }
      ]
    },
    { id: "perplexity", type: "perplexity", tokens: [{ value: canary(4), alias: "pplx" }] }
  ]
})

const prepared = (refused: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const server = yield* vendor(refused)
    const home = directory()
    config(home, pools(server.url))
    yield* TestClock.setTime(start)
    const rotation = Effect.flatMap(TokenRotation, ({ markError }) => markError("anthropic", "busy", limited))
    yield* Effect.provide(rotation, running(home))
    return { home, server }
  })

describe("ctl tokens check", () => {
  it.scoped("says per token whether it is good, holds a bad one out, and leaves pace alone", () =>
    Effect.gen(function* () {
      const { home, server } = yield* prepared([canary(2)])
      const { exitCode, stderr, stdout } = yield* ctl(home, ["tokens", "check"])
      assert.strictEqual(
        stdout,
        [
          "anthropic (anthropic): GET /v1/models",
          "ALIAS  TOKEN               CHECK  ANSWER  STATE                            WHY",
          "work   sk-ant-api03-…6789  good   200     ready                            the vendor knows the token",
          "spare  sk-ant-api03-…6789  bad    401     isolated                         the token is refused, and waiting will not change that",
          "busy   sk-ant-api03-…6789  good   200     cooling until 15:00:00 (in 1 h)  the vendor knows the token; a check says nothing of its pace",
          "",
          "perplexity (perplexity): has no free check",
          "ALIAS  TOKEN               CHECK      ANSWER  STATE  WHY",
          "pplx   sk-ant-api03-…6789  unchecked  -       ready  the vendor has no free check",
          ""
        ].join("\n")
      )
      assert.strictEqual(
        stderr,
        "error: Refused by the vendor: spare. See why with: ctl tokens why spare. Replace what is revoked: ctl tokens remove, ctl tokens add\n"
      )
      assert.strictEqual(exitCode, 1)
      assert.deepStrictEqual(server.asked, ["GET /v1/models", "GET /v1/models", "GET /v1/models"])
      const listed = yield* ctl(home, ["tokens", "why", "spare"])
      assert.include(listed.stdout, "isolated")
      assert.include(listed.stdout, "status 401")
      assert.notInclude(stdout + stderr + listed.stdout, "CANARY")
    })
  )

  it.scoped("releases a token that was refused and is good again", () =>
    Effect.gen(function* () {
      const { home, server } = yield* prepared([canary(2)])
      assert.strictEqual((yield* ctl(home, ["tokens", "check", "spare"])).exitCode, 1)
      assert.strictEqual((yield* ctl(home, ["tokens", "check", "spare"])).exitCode, 1)
      server.refused.clear()
      const { exitCode, stderr, stdout } = yield* ctl(home, ["tokens", "check", "spare"])
      assert.strictEqual(stderr, "")
      assert.strictEqual(exitCode, 0)
      assert.include(stdout, "ready  the vendor knows the token, no longer held for http_401")
      assert.strictEqual(server.asked.length, 3)
    })
  )

  it.scoped("does not release what a person holds out", () =>
    Effect.gen(function* () {
      const { home } = yield* prepared([])
      yield* Effect.provide(
        Effect.flatMap(TokenRotation, ({ disable }) => disable("anthropic", "work")),
        running(home)
      )
      const { exitCode, stdout } = yield* ctl(home, ["tokens", "check", "work"])
      assert.strictEqual(exitCode, 0)
      assert.include(stdout, "isolated  the vendor knows the token; still held: held out by hand")
    })
  )

  it.scoped("prints JSON of its documented shape", () =>
    Effect.gen(function* () {
      const { home } = yield* prepared([canary(2)])
      const { exitCode, stdout } = yield* ctl(home, ["tokens", "check", "--json"])
      assert.strictEqual(exitCode, 1)
      const { providers } = Schema.decodeUnknownSync(Shapes.Check, { onExcessProperty: "error" })(JSON.parse(stdout))
      assert.deepStrictEqual(
        providers.flatMap(({ tokens }) => tokens.map(({ alias, state, verdict }) => [alias, verdict, state])),
        [
          ["work", "good", "ready"],
          ["spare", "bad", "isolated"],
          ["busy", "good", "cooling"],
          ["pplx", "unchecked", "ready"]
        ]
      )
      assert.notInclude(stdout, "CANARY")
    })
  )

  it.scoped("says so when no answer came, and calls nobody bad", () =>
    Effect.gen(function* () {
      const { home, server } = yield* prepared([canary(2)])
      server.close()
      const { exitCode, stdout } = yield* ctl(home, ["tokens", "check", "work", "--provider", "anthropic"])
      assert.strictEqual(exitCode, 0)
      assert.include(stdout, "work   sk-ant-api03-…6789  unclear  none    ready  no answer came: ECONN")
    })
  )

  it.scoped("fails for an alias that is unknown, and where there is no token at all", () =>
    Effect.gen(function* () {
      const { home, server } = yield* prepared([])
      const unknown = yield* ctl(home, ["tokens", "check", "work", "wrk"])
      assert.strictEqual(unknown.exitCode, 1)
      assert.include(unknown.stderr, 'There is no token "wrk". Did you mean "work"?')
      assert.deepStrictEqual(server.asked, [])
      assert.strictEqual((yield* ctl(directory(), ["tokens", "check"])).exitCode, 4)
      assert.strictEqual((yield* ctl(home, ["tokens", "check", "--all"])).exitCode, 2)
    })
  )
})
