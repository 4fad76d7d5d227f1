import { afterEach, assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import * as Outcome from "../../src/core/Outcome.js"
import { TokenRotation } from "../../src/TokenRotation.js"
import { canary, config, ctl, directory, removeDirectories, running } from "./harness.js"

afterEach(removeDirectories)

const start = Date.UTC(2026, 10, 24, 14, 0, 0)

const two = {
  providers: [
    {
      id: "anthropic",
      name: "Anthropic",
      type: "anthropic",
      tokens: [
        { value: canary(1), alias: "work" },
        { value: canary(2), alias: "spare", group: "acme" }
      ]
    },
    { id: "openai", name: "OpenAI", type: "openai", tokens: [{ value: canary(3), alias: "main" }] }
  ],
  activeProviderId: "anthropic"
}

const limited = Outcome.failure({
  blame: "rate-limit",
  retryOtherToken: true,
  scope: "token",
  cooldownMillis: 42_000,
  provenance: "stated",
  code: "rate_limit_error",
  why: "the pace limit was hit",
  evidence: ["status 429", "retry-after: 42"]
})

const revoked = Outcome.failure({
  blame: "token",
  retryOtherToken: true,
  scope: "token",
  cooldownMillis: "permanent",
  provenance: "documented",
  code: "authentication_error",
  why: "the key is not valid",
  evidence: ["status 401"]
})

/** `work` has served once and rests for 42 s, `spare` is revoked; then 2 s pass. */
const troubled = (home: string) =>
  Effect.gen(function* () {
    config(home, two)
    yield* TestClock.setTime(start)
    yield* Effect.gen(function* () {
      const rotation = yield* TokenRotation
      yield* rotation.withToken("anthropic", () => Effect.void, {})
      yield* rotation.markError("anthropic", "work", limited)
      yield* rotation.markError("anthropic", "spare", revoked)
    }).pipe(Effect.provide(running(home)))
    yield* TestClock.setTime(start + 2000)
  })

describe("ctl tokens", () => {
  it.effect("shows every token, its state and until when, with the active provider marked", () =>
    Effect.gen(function* () {
      const home = directory()
      yield* troubled(home)
      const { exitCode, stderr, stdout } = yield* ctl(home, ["tokens"])
      assert.strictEqual(
        stdout,
        [
          "* anthropic (Anthropic, round-robin, active)",
          "  ALIAS  TOKEN               STATE                             IN FLIGHT  USES  ERRORS  LAST ERROR                     LAST USED",
          "  work   sk-ant-api03-…6789  cooling until 14:00:42 (in 40 s)          0     1       1  rate_limit_error, 2 s ago      2 s ago",
          "  spare  sk-ant-api03-…6789  isolated                                  0     0       1  authentication_error, 2 s ago  never",
          "",
          "  openai (OpenAI, round-robin)",
          "  ALIAS  TOKEN               STATE  IN FLIGHT  USES  ERRORS  LAST ERROR  LAST USED",
          "  main   sk-ant-api03-…6789  ready          0     0       0  -           never",
          ""
        ].join("\n")
      )
      assert.strictEqual(stderr, "")
      assert.strictEqual(exitCode, 0)
    })
  )

  it.effect("shows a block for each token where the terminal is too narrow for a table", () =>
    Effect.gen(function* () {
      const home = directory()
      yield* troubled(home)
      const wide = yield* ctl(home, ["tokens"], { columns: 132 })
      assert.include(wide.stdout, "ALIAS")
      const { stdout } = yield* ctl(home, ["tokens", "--provider", "anthropic"], { columns: 80 })
      for (const line of stdout.split("\n")) assert.isAtMost(line.length, 80)
      assert.isTrue(
        stdout.startsWith(
          [
            "* anthropic (Anthropic, round-robin, active)",
            "  work",
            "    token       sk-ant-api03-…6789",
            "    state       cooling until 14:00:42 (in 40 s)",
            "    in flight   0",
            "    uses        1",
            "    errors      1",
            "    last error  rate_limit_error, 2 s ago",
            "    last used   2 s ago",
            "  spare"
          ].join("\n")
        ),
        stdout
      )
      for (const line of [["tokens", "stats"], ["providers"]]) {
        const narrow = yield* ctl(home, line, { columns: 40 })
        for (const each of narrow.stdout.split("\n")) assert.isAtMost(each.length, 60)
        assert.notInclude(narrow.stdout, "USES")
      }
    })
  )

  it.effect("is the same as its list, and shows one provider when asked", () =>
    Effect.gen(function* () {
      const home = directory()
      yield* troubled(home)
      assert.deepStrictEqual(yield* ctl(home, ["tokens", "list"]), yield* ctl(home, ["tokens"]))
      const one = yield* ctl(home, ["tokens", "-p", "openai"])
      assert.notInclude(one.stdout, "anthropic")
      assert.include(one.stdout, "openai (OpenAI")
    })
  )

  it.effect("exits 4 and says how to add a token when there is none", () =>
    Effect.gen(function* () {
      const nothing = yield* ctl(directory(), ["tokens"])
      assert.deepStrictEqual(nothing, {
        exitCode: 4,
        stdout: "",
        stderr:
          "error: No provider and no token is configured. Add one with: ctl tokens add --provider anthropic, or set ANTHROPIC_API_KEY (or another provider's variable)\n"
      })
      const home = directory()
      config(home, { providers: [{ id: "openai", type: "openai", tokens: [] }] })
      const empty = yield* ctl(home, ["tokens"])
      assert.strictEqual(empty.exitCode, 4)
      assert.include(empty.stdout, "no tokens; add one with: ctl tokens add --provider openai")
      assert.include(empty.stderr, 'Provider "openai" has no tokens. Add one with')
    })
  )

  it.effect("shows tokens that cannot be used, and why", () =>
    Effect.gen(function* () {
      const home = directory()
      const tokens = [
        { value: canary(1), alias: "work" },
        { value: "env:NOT_SET", alias: "ci" }
      ]
      config(home, { providers: [{ id: "anthropic", type: "anthropic", tokens }] })
      const { stdout } = yield* ctl(home, ["tokens"])
      assert.include(stdout, "ci cannot be used: the environment variable NOT_SET is not set")
      const why = yield* ctl(home, ["tokens", "why", "ci"])
      assert.strictEqual(why.exitCode, 1)
      assert.include(why.stderr, "the environment variable NOT_SET is not set. Put that right, or remove it with")
    })
  )

  it.effect("leaves out a provider that has no address, says so once, and shows the others", () =>
    Effect.gen(function* () {
      const home = directory()
      const custom = { id: "custom", type: "custom", baseUrl: "", apiKey: canary(2) }
      const anthropic = { id: "anthropic", type: "anthropic", tokens: [{ value: canary(1), alias: "work" }] }
      const path = config(home, { providers: [custom, anthropic], activeProviderId: "anthropic" })
      for (const line of [["tokens"], ["tokens", "--json"], ["tokens", "enable", "work"]]) {
        const { exitCode, stderr } = yield* ctl(home, line)
        assert.strictEqual(exitCode, 0, stderr)
        const reason = `${path}: provider "custom" has no baseUrl, and type "custom" has none of its own. `
        assert.strictEqual(stderr.split(`warning: ${reason}`).length, 2, stderr)
      }
      config(home, { providers: [custom, anthropic], activeProviderId: "custom" })
      const active = yield* ctl(home, ["tokens"])
      assert.strictEqual(active.exitCode, 1)
      assert.include(active.stderr, `error: ${path}: provider "custom" has no baseUrl`)
    })
  )

  it.effect("takes tokens from the environment when no config names a provider", () =>
    Effect.gen(function* () {
      const { exitCode, stdout } = yield* ctl(directory(), ["tokens"], { env: { OPENAI_API_KEY: canary(4) } })
      assert.strictEqual(exitCode, 0)
      assert.include(stdout, "openai-api-key")
    })
  )

  it.effect("names an unknown provider and those that are known", () =>
    Effect.gen(function* () {
      const home = directory()
      config(home, two)
      const { exitCode, stderr } = yield* ctl(home, ["tokens", "--provider", "opnai"])
      assert.strictEqual(exitCode, 1)
      assert.include(stderr, 'No provider "opnai" (known: anthropic, openai)')
    })
  )

  it.effect("uses colour only where it is wanted", () =>
    Effect.gen(function* () {
      const home = directory()
      config(home, two)
      assert.include((yield* ctl(home, ["tokens"], { colour: true })).stdout, "\u001b[32mready\u001b[39m")
      assert.notInclude((yield* ctl(home, ["tokens"])).stdout, "\u001b")
    })
  )
})

describe("ctl tokens stats", () => {
  it.effect("shows totals, shares, success rates and rests", () =>
    Effect.gen(function* () {
      const home = directory()
      yield* troubled(home)
      const { exitCode, stdout } = yield* ctl(home, ["tokens", "stats", "--provider", "anthropic"])
      assert.strictEqual(
        stdout,
        [
          "anthropic (Anthropic)",
          "ALIAS  USES    SHARE  SUCCEEDED  ERRORS  EXCUSED  ABANDONED  SUCCESS RATE  RESTS",
          "work      1  100.0 %          1       1        0          0        50.0 %      1",
          "spare     0    0.0 %          0       1        0          0         0.0 %      1",
          "all       1  100.0 %          1       2        0          0        33.3 %      2",
          ""
        ].join("\n")
      )
      assert.strictEqual(exitCode, 0)
    })
  )
})

describe("ctl tokens why", () => {
  it.effect("says why a token rests, by which evidence, until when, and what would change it", () =>
    Effect.gen(function* () {
      const home = directory()
      yield* troubled(home)
      const { stdout } = yield* ctl(home, ["tokens", "why", "work"])
      assert.strictEqual(
        stdout,
        [
          "work (sk-ant-api03-…6789) of anthropic: cooling until 14:00:42 (in 40 s)",
          "",
          "  cooling: this token",
          "    why       the pace limit was hit",
          "    fault of  rate-limit, rate_limit_error",
          "    evidence  status 429",
          "              retry-after: 42",
          "    known by  the server stated it",
          "    since     14:00:00 (2 s)",
          "    until     14:00:42 (in 40 s)",
          "    change    It ends by itself; ctl tokens reset work ends it now.",
          "",
          "  Last error: the pace limit was hit (rate_limit_error), 2 s ago",
          ""
        ].join("\n")
      )
      const isolated = yield* ctl(home, ["tokens", "why", "spare"])
      assert.include(isolated.stdout, "someone acts; it does not end by itself")
      assert.include(isolated.stdout, "When the cause is gone: ctl tokens enable spare")
      assert.include((yield* ctl(home, ["tokens", "why", "main"])).stdout, "Nothing holds it back.")
    })
  )

  it.effect("suggests the alias that was meant", () =>
    Effect.gen(function* () {
      const home = directory()
      config(home, two)
      assert.deepStrictEqual(yield* ctl(home, ["tokens", "why", "wrk"]), {
        exitCode: 1,
        stdout: "",
        stderr: 'error: There is no token "wrk". Did you mean "work"? List them with: ctl tokens\n'
      })
    })
  )
})

describe("ctl tokens reset", () => {
  it.effect("reaches a program that runs, within a second", () =>
    Effect.gen(function* () {
      const home = directory()
      yield* troubled(home)
      yield* Effect.gen(function* () {
        const rotation = yield* TokenRotation
        const states = Effect.map(rotation.pools, ([pool]) =>
          pool?.tokens.map(({ alias, state }) => `${alias} ${state}`)
        )
        assert.deepStrictEqual(yield* states, ["work cooling", "spare isolated"])
        const one = yield* ctl(home, ["tokens", "reset", "spare"])
        assert.deepStrictEqual(one, { exitCode: 0, stdout: "", stderr: "Reset in anthropic: spare\n" })
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* states, ["work cooling", "spare ready"])
        const all = yield* ctl(home, ["tokens", "reset"])
        assert.deepStrictEqual(all.stderr, "Reset in anthropic: work, spare\nReset in openai: main\n")
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* states, ["work ready", "spare ready"])
      }).pipe(Effect.provide(running(home)))
    })
  )

  it.effect("changes nothing when one of the names is wrong", () =>
    Effect.gen(function* () {
      const home = directory()
      yield* troubled(home)
      const { exitCode, stderr } = yield* ctl(home, ["tokens", "reset", "work", "nobody"])
      assert.strictEqual(exitCode, 1)
      assert.include(stderr, 'There is no token "nobody"')
      assert.include((yield* ctl(home, ["tokens"])).stdout, "cooling until")
    })
  )
})
