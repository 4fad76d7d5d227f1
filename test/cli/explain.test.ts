import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, assert, describe, it } from "@effect/vitest"
import { Effect, Schema, TestClock } from "effect"
import * as Shapes from "../../src/cli/JsonShapes.js"
import { canary, config, ctl, directory, removeDirectories } from "./harness.js"

afterEach(removeDirectories)

const limit = { type: "error", error: { type: "rate_limit_error", message: "slow down" } }

const decode = Schema.decodeUnknownSync(Shapes.Verdict, { onExcessProperty: "error" })

const lines = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))

describe("ctl explain", () => {
  it.effect("says in words whose fault an answer is, how long what rests, and by which evidence", () =>
    Effect.gen(function* () {
      const line = ["explain", "-p", "anthropic", "--status", "429", "--header", "Retry-After: 5", "--header", "x-a: b"]
      const { exitCode, stderr, stdout } = yield* ctl(directory(), line)
      assert.deepStrictEqual([exitCode, stderr], [0, ""])
      assert.include(stdout, "A rate limit was hit; the token is healthy\n  why")
      assert.match(stdout, /evidence .*429/)
      assert.match(stdout, /rests +the token for this model, for 5 s \(the server stated it\)/)
      assert.match(stdout, /next +another token may serve the same request at once/)
    })
  )

  it.effect("prints the documented shape with --json, and reads the body from a file", () =>
    Effect.gen(function* () {
      const home = directory()
      const path = join(home, "answer.json")
      writeFileSync(path, JSON.stringify(limit))
      const line = [
        "explain",
        "--json",
        "--provider=anthropic",
        "--status=429",
        `--body=@${path}`,
        "--now",
        "2026-08-31T12:00:00Z"
      ]
      const { exitCode, stdout } = yield* ctl(home, line)
      assert.strictEqual(exitCode, 0)
      const verdict = decode(JSON.parse(stdout))
      assert.deepStrictEqual(
        [verdict.blame, verdict.code, verdict.scope],
        ["rate-limit", "rate_limit_error", "token+model"]
      )
      const served = yield* ctl(home, ["explain", "--json", "-p", "openai", "--status", "200"])
      assert.strictEqual(decode(JSON.parse(served.stdout)).blame, "none")
    })
  )

  it.effect("knows a provider of the config, and does without a config that is broken", () =>
    Effect.gen(function* () {
      const home = directory()
      const tokens = [{ value: canary(1) }]
      config(home, { providers: [{ id: "relay", type: "anthropic", baseUrl: "https://relay.example.com", tokens }] })
      assert.strictEqual((yield* ctl(home, ["explain", "-p", "relay", "--status", "401"])).exitCode, 0)
      config(home, "{")
      const { exitCode, stderr, stdout } = yield* ctl(home, ["explain", "-p", "openai", "--status", "401"])
      assert.strictEqual(exitCode, 0)
      assert.include(stdout, "The token itself is at fault")
      assert.include(stderr, "warning: the config was left out of this. ")
    })
  )

  it.effect("tells what is missing or wrong", () =>
    Effect.gen(function* () {
      const mistakes: ReadonlyArray<readonly [ReadonlyArray<string>, string]> = [
        [["--status", "429"], "ctl explain needs --provider. Or give answers with --stdin"],
        [["-p", "openai"], "ctl explain needs --status. Or give answers with --stdin"],
        [["-p", "openia", "--status", "429"], 'There is no provider type "openia". Did you mean "openai"?'],
        [["-p", "openai", "--status", "99"], "--status must be a whole number from 100 to 599"],
        [
          ["-p", "openai", "--status", "429", "--header", "nonsense"],
          "--header has no colon. Write --header 'retry-after: 5'"
        ],
        [["-p", "openai", "--status", "429", "--now", "later"], "--now must be ISO 8601 or epoch milliseconds"],
        [["--stdin", "--status", "429"], "--stdin takes its answers from standard input alone"],
        [
          ["-p", "openai", "--status", "401", "--header", `authorization: Bearer ${canary(1)}`],
          "A secret may not stand"
        ]
      ]
      for (const [line, text] of mistakes) {
        const { exitCode, stderr, stdout } = yield* ctl(directory(), ["explain", ...line])
        assert.include(stderr, text)
        assert.deepStrictEqual([exitCode, stdout], [2, ""])
        assert.notInclude(stderr, "CANARY")
      }
    })
  )
})

describe("ctl explain --stdin", () => {
  it.effect("answers every line in order, and a bad one with its id, its line and what is wrong", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 7, 31))
      const cases = [
        JSON.stringify({ id: "a", provider: "anthropic", status: 429, headers: { "retry-after": "5" }, body: limit }),
        `{"id": "b", "provider": "${canary(1)}`,
        "",
        JSON.stringify({ id: "c", provider: "nobody", status: 200 }),
        JSON.stringify({ id: "d", provider: "openai", status: "200" }),
        JSON.stringify({ id: 5, provider: "openai", status: 200, body: null, model: null, now: null })
      ].join("\n")
      // The pieces end in the middle of lines.
      const stdin = cases.match(/[\s\S]{1,17}/g) ?? []
      const { exitCode, stderr, stdout } = yield* ctl(directory(), ["explain", "--stdin"], { stdin })
      const [a, b, c, d, e, ...more] = lines(stdout)
      assert.deepStrictEqual([decode(a).id, a.blame, a.cooldownMs], ["a", "rate-limit", 5000])
      assert.deepStrictEqual(b, { id: null, line: 2, error: "is not JSON" })
      assert.deepStrictEqual(c, { id: "c", line: 4, error: "provider is of no known type" })
      assert.deepStrictEqual(d, { id: "d", line: 5, error: "status must be a whole number from 100 to 599" })
      assert.deepStrictEqual([decode(e).id, e.blame], [5, "none"])
      assert.deepStrictEqual(more, [])
      assert.strictEqual(exitCode, 1)
      assert.strictEqual(
        stderr,
        "error: 3 of 6 lines could not be read; their answers say why. Correct them and try again\n"
      )
    })
  )

  it.effect("takes 10,000 lines, and none", () =>
    Effect.gen(function* () {
      const line = (id: number) => `${JSON.stringify({ id, provider: "anthropic", status: 503, body: "<html>" })}\n`
      const stdin = Array.from({ length: 100 }, (_, block) =>
        Array.from({ length: 100 }, (_, n) => line(block * 100 + n)).join("")
      )
      const { exitCode, stdout } = yield* ctl(directory(), ["explain", "--stdin"], { stdin })
      assert.strictEqual(exitCode, 0)
      const answers = lines(stdout)
      assert.isTrue(answers.length === 10_000 && answers.every(({ blame, id }, n) => id === n && blame === "provider"))
      assert.deepStrictEqual(yield* ctl(directory(), ["explain", "--stdin"]), { exitCode: 0, stdout: "", stderr: "" })
    })
  )
})
