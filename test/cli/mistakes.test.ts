import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { canary, config, ctl, directory, removeDirectories } from "./harness.js"

afterEach(removeDirectories)

const working = {
  providers: [{ id: "anthropic", type: "anthropic", tokens: [{ value: canary(1), alias: "work" }] }]
}

describe("A mistake on the command line is told once, on standard error, with its remedy:", () => {
  const mistakes: ReadonlyArray<readonly [line: string, error: string]> = [
    ["tokns", 'ctl has no command "tokns". Did you mean: ctl tokens? See: ctl --help'],
    ["tokens ad", 'ctl tokens has no command "ad". Did you mean: ctl tokens add? See: ctl tokens --help'],
    ["tokens lst", 'ctl tokens has no command "lst". Did you mean: ctl tokens list? See: ctl tokens --help'],
    ["providers xyzzy", 'ctl providers has no command "xyzzy". See: ctl providers --help'],
    ["tokens --jsn", 'ctl tokens does not have a flag "--jsn". Did you mean --json? See: ctl tokens --help'],
    ["tokens add --json", 'ctl tokens add does not have a flag "--json". See: ctl tokens add --help'],
    ["--verbose", 'ctl does not have a flag "--verbose". See: ctl --help'],
    ["tokens why", "ctl tokens why needs <alias>. See: ctl tokens why --help"],
    ["tokens why a b", 'ctl tokens why takes no further argument "b". See: ctl tokens why --help'],
    ["tokens --provider", "--provider needs a value. Write --provider <id>"],
    ["tokens -p a --provider=b", "--provider is given twice. Keep one of the two"],
    ["tokens --json=yes", '--json takes no value. Leave "=…" away'],
    ["tokens add --weight heavy", "--weight must be a number from 0.001 to 1000000. See: ctl tokens add --help"],
    [
      "tokens add --from NAME",
      "--from takes a reference, not a secret. Write --from env:NAME for an environment variable or --from file:PATH for a file"
    ]
  ]
  for (const [line, error] of mistakes) {
    it.effect(`ctl ${line}`, () =>
      Effect.gen(function* () {
        const home = directory()
        config(home, working)
        assert.deepStrictEqual(yield* ctl(home, line.split(" ")), {
          exitCode: 2,
          stdout: "",
          stderr: `error: ${error}\n`
        })
      })
    )
  }

  it.effect("flags may stand anywhere, and a value may look like a command or a flag", () =>
    Effect.gen(function* () {
      const home = directory()
      const provider = { id: "list", type: "anthropic", tokens: [{ value: canary(1), alias: "--json" }] }
      config(home, { providers: [provider] })
      const lines = [
        ["--provider", "list", "tokens", "why", "--json", "--", "--json"],
        ["tokens", "--json", "why", "-p=list", "--", "--json"]
      ]
      for (const line of lines) {
        const { exitCode, stderr, stdout } = yield* ctl(home, line)
        assert.strictEqual(stderr, "")
        assert.strictEqual(exitCode, 0)
        assert.strictEqual(JSON.parse(stdout).token.alias, "--json")
      }
      assert.include((yield* ctl(home, ["tokens", "--provider", "list"])).stdout, "--json")
    })
  )
})

describe("A secret on the command line is refused and never repeated:", () => {
  const secret = canary(7)
  const lines: ReadonlyArray<ReadonlyArray<string>> = [
    ["tokens", "add", secret],
    ["tokens", "add", "work", secret],
    ["tokens", "add", "--from", secret],
    ["tokens", "add", "--secret", secret],
    ["tokens", "add", `--secret=${secret}`],
    ["tokens", "why", secret],
    ["tokens", "add", "--group", secret],
    ["tokens", `--${secret}`],
    ["providers", "add", "x", "--base-url", `https://${secret}@relay.example.com`],
    [secret],
    ["tokens", "add", "f3QaZ81mmXk2PpL0cD9sVt7y"]
  ]
  for (const line of lines) {
    it.effect(`ctl ${line.join(" ").replace(secret, "SECRET")}`, () =>
      Effect.gen(function* () {
        const home = directory()
        const { exitCode, stderr, stdout } = yield* ctl(home, line)
        assert.strictEqual(exitCode, 2)
        assert.strictEqual(stdout, "")
        assert.notInclude(stderr, "CANARY")
        assert.notInclude(stderr, "f3QaZ8")
        assert.match(stderr, /^error: [^\n]+\n$/)
      })
    )
  }
})

describe("A config or a state that cannot be used", () => {
  it.effect("is reported by path, line, reason and remedy, and never overwritten", () =>
    Effect.gen(function* () {
      const home = directory()
      const broken = `{\n  "providers": [\n    { "id": "anthropic" "${canary(1)}" }\n  ]\n}\n`
      const path = config(home, broken)
      const lines = [
        ["tokens"],
        ["tokens", "reset"],
        ["tokens", "add", "x"],
        ["tokens", "disable", "x"],
        ["providers", "use", "x"]
      ]
      for (const line of lines) {
        const { exitCode, stderr, stdout } = yield* ctl(home, line, { stdin: canary(2) })
        assert.strictEqual(exitCode, 1)
        assert.strictEqual(stdout, "")
        assert.match(stderr, new RegExp(`^error: ${path}:3: [^\\n]+\\. Correct that line[^\\n]+\\n$`))
        assert.notInclude(stderr, "CANARY")
      }
      assert.strictEqual(readFileSync(path, "utf8"), broken)
    })
  )

  it.effect("fails the command that was to change the state, instead of saying it was done", () =>
    Effect.gen(function* () {
      const home = directory()
      config(home, working)
      // A file where the directory of the state should be.
      writeFileSync(join(home, "state"), "")
      const { exitCode, stderr } = yield* ctl(home, ["tokens", "reset"])
      assert.strictEqual(exitCode, 1)
      assert.include(stderr, "The shared state could not be written")
      assert.notInclude(stderr, "Reset in")
    })
  )

  it.effect("a config that --config names must be there, unless the command begins it", () =>
    Effect.gen(function* () {
      const home = directory()
      const path = join(home, "elsewhere.json")
      for (const line of ["tokens", "tokens stats", "tokens reset", "providers", "providers use anthropic"]) {
        const { exitCode, stderr, stdout } = yield* ctl(home, [...line.split(" "), "--config", path], {
          env: { ANTHROPIC_API_KEY: canary(1) }
        })
        assert.deepStrictEqual([exitCode, stdout], [1, ""], line)
        assert.include(stderr, `There is no config file ${path}`)
      }
      const added = yield* ctl(home, ["tokens", "add", "-p", "anthropic", "--config", path], { stdin: canary(1) })
      assert.strictEqual(added.exitCode, 0)
      assert.strictEqual((yield* ctl(home, ["tokens", "--config", path])).exitCode, 0)
    })
  )

  it.effect("a config elsewhere is named with --config, and has its state beside it", () =>
    Effect.gen(function* () {
      const home = directory()
      const other = directory()
      const path = config(other, working)
      const { exitCode, stdout } = yield* ctl(home, ["tokens", "--config", path])
      assert.strictEqual(exitCode, 0)
      assert.include(stdout, "work")
      assert.strictEqual((yield* ctl(home, ["tokens", "reset", "--config", path])).exitCode, 0)
      assert.strictEqual((yield* ctl(home, ["tokens"])).exitCode, 4)
    })
  )
})
