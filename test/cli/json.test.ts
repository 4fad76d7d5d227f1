import { afterEach, assert, describe, it } from "@effect/vitest"
import { Effect, Schema, TestClock } from "effect"
import * as Shapes from "../../src/cli/JsonShapes.js"
import * as Outcome from "../../src/core/Outcome.js"
import { TokenRotation } from "../../src/TokenRotation.js"
import { canary, config, ctl, directory, removeDirectories, running } from "./harness.js"

afterEach(removeDirectories)

const start = Date.UTC(2026, 10, 24, 14, 0, 0)

const usage = { input: 25, output: 12, cacheRead: 3, cacheWrite: 0 }

/** A provider with something to say in every field. */
const eventful = (home: string) =>
  Effect.gen(function* () {
    config(home, {
      providers: [
        {
          id: "anthropic",
          type: "anthropic",
          tokens: [
            { value: canary(1), alias: "work", weight: 3 },
            { value: canary(2), alias: "spare", group: "acme" },
            { value: canary(3), alias: "off", enabled: false },
            { value: "env:NOT_SET", alias: "ci" }
          ]
        }
      ]
    })
    yield* TestClock.setTime(start)
    yield* Effect.gen(function* () {
      const rotation = yield* TokenRotation
      const rest = { retryOtherToken: true, evidence: ["status 429"], why: "the pace limit was hit" } as const
      const lease = rotation.acquire("anthropic", { model: "opus" })
      yield* Effect.scoped(Effect.flatMap(lease, ({ settle }) => settle(Outcome.success, { usage })))
      yield* rotation.markError(
        "anthropic",
        "work",
        Outcome.failure({ ...rest, blame: "rate-limit", scope: "token", code: "limit", cooldownMillis: 5000 })
      )
      yield* Effect.repeatN(rotation.markError("anthropic", "spare"), 2)
    }).pipe(Effect.provide(running(home)))
  })

const decode = <A, I>(shape: Schema.Schema<A, I>) => Schema.decodeUnknownSync(shape, { onExcessProperty: "error" })

const readers: ReadonlyArray<readonly [ReadonlyArray<string>, (json: unknown) => unknown]> = [
  [["tokens"], decode(Shapes.Tokens)],
  [["tokens", "list"], decode(Shapes.Tokens)],
  [["tokens", "stats"], decode(Shapes.Stats)],
  [["tokens", "why", "work"], decode(Shapes.Why)],
  [["tokens", "why", "spare"], decode(Shapes.Why)],
  [["tokens", "why", "off"], decode(Shapes.Why)],
  [["providers"], decode(Shapes.Providers)]
]

describe("--json", () => {
  for (const [line, decoded] of readers) {
    it.effect(`of ctl ${line.join(" ")} has exactly its documented shape, and no secret`, () =>
      Effect.gen(function* () {
        const home = directory()
        yield* eventful(home)
        const { exitCode, stderr, stdout } = yield* ctl(home, [...line, "--json"])
        assert.strictEqual(exitCode, 0)
        assert.strictEqual(stderr, "")
        assert.notInclude(stdout, "CANARY")
        decoded(JSON.parse(stdout))
      })
    )
  }

  it.effect("of ctl tokens says what the table says", () =>
    Effect.gen(function* () {
      const home = directory()
      yield* eventful(home)
      const { now, providers, version } = JSON.parse((yield* ctl(home, ["tokens", "--json"])).stdout)
      assert.deepStrictEqual([version, now], [1, start])
      const [work, spare, off] = providers[0].tokens
      assert.deepStrictEqual(
        { ...work, id: "", holds: work.holds.length },
        {
          id: "",
          alias: "work",
          masked: "sk-ant-api03-…6789",
          state: "cooling",
          until: start + 5000,
          holds: 1,
          weight: 3,
          enabled: true,
          group: null,
          inFlight: 0,
          failures: 0,
          lastUsedAt: start,
          lastError: { at: start, blame: "rate-limit", code: "limit", why: "the pace limit was hit" },
          counts: { uses: 1, successes: 1, errors: 1, excused: 0, abandoned: 0, rests: 1 }
        }
      )
      assert.deepStrictEqual([spare.state, spare.until, spare.group], ["open", start + 60_000, "acme"])
      assert.deepStrictEqual([off.state, off.until, off.enabled], ["disabled", null, false])
      assert.deepStrictEqual(providers[0].problems, [
        { alias: "ci", reason: "the environment variable NOT_SET is not set" }
      ])
    })
  )

  it.effect("of ctl tokens stats says what each model used, as the tables do", () =>
    Effect.gen(function* () {
      const home = directory()
      yield* eventful(home)
      const { providers } = JSON.parse((yield* ctl(home, ["tokens", "stats", "--json"])).stdout)
      assert.deepStrictEqual(providers[0].usage, [{ model: "opus", ...usage }])
      assert.deepStrictEqual(
        providers[0].tokens.map((token: { usage: unknown }) => token.usage),
        [[{ model: "opus", ...usage }], [], []]
      )
      const { stdout } = yield* ctl(home, ["tokens", "stats"])
      assert.match(stdout, /ALIAS +MODEL +INPUT +OUTPUT +CACHE READ +CACHE WRITE\nwork +opus +25 +12 +3 +0\nall +opus/)
    })
  )

  it.effect("prints data even when there is no token, and still exits 4", () =>
    Effect.gen(function* () {
      const { exitCode, stdout } = yield* ctl(directory(), ["tokens", "--json"])
      assert.strictEqual(exitCode, 4)
      assert.deepStrictEqual(JSON.parse(stdout).providers, [])
    })
  )
})

describe("No output of any command holds a secret:", () => {
  const lines: ReadonlyArray<ReadonlyArray<string>> = [
    ["tokens"],
    ["tokens", "stats"],
    ["tokens", "why", "work"],
    ["tokens", "reset"],
    ["tokens", "disable", "work"],
    ["tokens", "enable", "work"],
    ["tokens", "add", "again"],
    ["tokens", "remove", "work"],
    ["providers"],
    ["providers", "add", "openai"],
    ["providers", "use", "anthropic"],
    ["providers", "remove", "anthropic"],
    ["--help"],
    ["--completions", "bash"]
  ]
  for (const line of lines) {
    it.effect(`ctl ${line.join(" ")}`, () =>
      Effect.gen(function* () {
        const home = directory()
        yield* eventful(home)
        const { stderr, stdout } = yield* ctl(home, [...line, "--log-level=debug"], { stdin: canary(1) })
        assert.notInclude(stdout + stderr, "CANARY")
      })
    )
  }
})
