import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { afterEach, assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TokenRotation } from "../../src/TokenRotation.js"
import { canary, config, ctl, directory, readConfig, removeDirectories, running } from "./harness.js"

afterEach(removeDirectories)

const one = (tokens: ReadonlyArray<unknown>) => ({
  providers: [{ id: "anthropic", name: "Anthropic", type: "anthropic", tokens, note: "mine" }],
  theme: "dark"
})

const states = (home: string, env: Readonly<Record<string, string>> = {}) =>
  Effect.flatMap(TokenRotation, ({ pools }) => pools).pipe(
    Effect.map((pools) => pools.flatMap(({ tokens }) => tokens.map(({ alias, state }) => `${alias} ${state}`))),
    Effect.provide(running(home, env))
  )

describe("ctl tokens add", () => {
  it.effect("makes the config, for its owner only, with the secret from standard input", () =>
    Effect.gen(function* () {
      const home = join(directory(), "new")
      const line = ["tokens", "add", "work", "--provider", "anthropic", "--weight", "2", "--group", "acme"]
      const { exitCode, stderr, stdout } = yield* ctl(home, line, {
        stdin: [canary(1).slice(0, 9), `${canary(1).slice(9)}\n`]
      })
      assert.strictEqual(exitCode, 0)
      assert.strictEqual(stdout, "")
      assert.strictEqual(
        stderr,
        `Added work to anthropic in ${home}/config.json\nUndo with: ctl tokens remove work --provider anthropic\n`
      )
      assert.deepStrictEqual(readConfig(home).providers, [
        {
          id: "anthropic",
          name: "Anthropic",
          type: "anthropic",
          tokens: [{ value: canary(1), alias: "work", weight: 2, group: "acme" }]
        }
      ])
      assert.strictEqual(statSync(join(home, "config.json")).mode & 0o777, 0o600)
    })
  )

  it.effect("says when a token looks like another vendor's, but not at a relay, and never shows it", () =>
    Effect.gen(function* () {
      const home = directory()
      const stdin = [`sk-proj-${canary(1)}\n`]
      const { exitCode, stderr } = yield* ctl(home, ["tokens", "add", "x", "--provider", "anthropic"], { stdin })
      assert.strictEqual(exitCode, 0)
      assert.include(stderr, "warning: it begins with sk-proj- and so looks like a token of OpenAI, not of Anthropic")
      assert.notInclude(stderr, "CANARY")
      config(home, {
        providers: [{ id: "relay", type: "anthropic", baseUrl: "https://relay.example.com", tokens: [] }]
      })
      assert.notInclude((yield* ctl(home, ["tokens", "add", "x"], { stdin })).stderr, "looks like")
    })
  )

  it.effect("asks at a terminal, without showing what is typed", () =>
    Effect.gen(function* () {
      const home = directory()
      config(home, one([]))
      const { exitCode, stderr, stdout } = yield* ctl(home, ["tokens", "add"], {
        typed: `a slip\u0015${canary(1)}?\b`
      })
      assert.strictEqual(exitCode, 0)
      assert.strictEqual(stdout, "")
      assert.isTrue(stderr.startsWith("Secret of the new token for anthropic (not shown): \nAdded token-1"), stderr)
      assert.notInclude(stderr, "CANARY")
      assert.deepStrictEqual(readConfig(home), one([{ value: canary(1), alias: "token-1" }]))
    })
  )

  it.effect("changes nothing when the prompt is left", () =>
    Effect.gen(function* () {
      const home = directory()
      const path = config(home, one([]))
      const before = readFileSync(path, "utf8")
      assert.strictEqual((yield* ctl(home, ["tokens", "add"], { typed: null })).exitCode, 130)
      assert.strictEqual(readFileSync(path, "utf8"), before)
    })
  )

  it.effect("writes references down as references, and warns of one that leads nowhere yet", () =>
    Effect.gen(function* () {
      const home = directory()
      config(home, one([{ value: canary(1), alias: "work" }]))
      const ci = yield* ctl(home, ["tokens", "add", "ci", "--from", "env:CI_KEY"], { env: { CI_KEY: canary(2) } })
      assert.deepStrictEqual([ci.exitCode, ci.stderr.includes("warning")], [0, false])
      const file = yield* ctl(home, ["tokens", "add", "--from=file:./secret.txt"])
      assert.include(file.stderr, "warning: it cannot be used yet: the file ")
      const values = readConfig(home).providers[0].tokens.map(({ value }: { value: string }) => value)
      assert.deepStrictEqual(values.slice(1), ["env:CI_KEY", `file:${join(process.cwd(), "secret.txt")}`])
    })
  )

  it.effect("keeps what came from the environment when the first provider is written down", () =>
    Effect.gen(function* () {
      const home = directory()
      const env = { ANTHROPIC_API_KEY: canary(1), OPENAI_API_KEYS: `${canary(2)},${canary(3)}` }
      const { exitCode, stderr } = yield* ctl(home, ["tokens", "add", "more"], { stdin: canary(4), env })
      assert.strictEqual(exitCode, 0)
      assert.include(stderr, "Written down there by reference: ANTHROPIC_API_KEY")
      assert.include(stderr, "warning: the tokens listed in OPENAI_API_KEYS are no longer used")
      assert.deepStrictEqual(yield* states(home, env), ["anthropic-api-key ready", "more ready"])
      assert.strictEqual(readConfig(home).providers[0].tokens[0].value, "env:ANTHROPIC_API_KEY")
    })
  )

  it.effect("refuses an alias that is taken, a secret that is there, and one that no header can carry", () =>
    Effect.gen(function* () {
      const home = directory()
      const path = config(home, one([{ value: canary(1), alias: "work" }]))
      const before = readFileSync(path, "utf8")
      const taken = yield* ctl(home, ["tokens", "add", "work"], { stdin: canary(2) })
      assert.include(taken.stderr, 'already has a token "work". Choose another alias')
      const twin = yield* ctl(home, ["tokens", "add", "other"], { stdin: canary(1) })
      assert.include(twin.stderr, 'already has that token, as "work"')
      const spaces = yield* ctl(home, ["tokens", "add", "other"], { stdin: "two words" })
      assert.include(
        spaces.stderr,
        "The secret holds white space or control characters. Give one secret and nothing else"
      )
      const none = yield* ctl(home, ["tokens", "add", "other"])
      assert.include(none.stderr, "Standard input holds no secret. Pipe the secret in")
      assert.deepStrictEqual([taken.exitCode, twin.exitCode, spaces.exitCode, none.exitCode], [2, 1, 1, 1])
      assert.strictEqual(readFileSync(path, "utf8"), before)
    })
  )

  it.effect("asks whose token it is when nothing is configured", () =>
    Effect.gen(function* () {
      const home = directory()
      const { exitCode, stderr } = yield* ctl(home, ["tokens", "add", "work"], { stdin: canary(1) })
      assert.strictEqual(exitCode, 2)
      assert.include(stderr, "Say it with --provider, one of: anthropic, ")
      assert.isFalse(existsSync(join(home, "config.json")))
    })
  )
})

describe("ctl tokens remove, disable and enable", () => {
  it.effect("remove a token and say how to bring it back", () =>
    Effect.gen(function* () {
      const home = directory()
      config(
        home,
        one([
          { value: canary(1), alias: "work", weight: 5, group: "acme" },
          { value: "env:GONE", alias: "ci" }
        ])
      )
      const { exitCode, stderr } = yield* ctl(home, ["tokens", "remove", "work"])
      assert.strictEqual(exitCode, 0)
      assert.include(stderr, "Undo with: ctl tokens add work --provider anthropic --weight 5 --group acme (it asks for")
      // The one that is left cannot be used; it can be removed all the same.
      assert.strictEqual((yield* ctl(home, ["tokens", "remove", "ci"])).exitCode, 0)
      assert.deepStrictEqual(readConfig(home), one([]))
    })
  )

  it.effect("write to the config for a token of the config, and a running program sees it", () =>
    Effect.gen(function* () {
      const home = directory()
      config(
        home,
        one([
          { value: canary(1), alias: "work" },
          { value: canary(2), alias: "spare" }
        ])
      )
      const off = yield* ctl(home, ["tokens", "disable", "work"])
      assert.strictEqual(
        off.stderr,
        "Disabled work of anthropic. Programs that run see it within a second\nUndo with: ctl tokens enable work --provider anthropic\n"
      )
      assert.strictEqual(readConfig(home).providers[0].tokens[0].enabled, false)
      assert.deepStrictEqual(yield* states(home), ["work disabled", "spare ready"])
      assert.include((yield* ctl(home, ["tokens", "why", "work"])).stdout, "It is switched off by hand.")
      yield* Effect.flatMap(TokenRotation, (rotation) => rotation.disable("anthropic", "work")).pipe(
        Effect.provide(running(home))
      )
      assert.strictEqual((yield* ctl(home, ["tokens", "enable", "work"])).exitCode, 0)
      assert.deepStrictEqual(yield* states(home), ["work ready", "spare ready"])
    })
  )

  it.effect("use the shared state for a token of the environment", () =>
    Effect.gen(function* () {
      const home = directory()
      const env = { ANTHROPIC_API_KEY_1: canary(1), ANTHROPIC_API_KEY_2: canary(2) }
      assert.strictEqual((yield* ctl(home, ["tokens", "disable", "anthropic-api-key-2"], { env })).exitCode, 0)
      assert.deepStrictEqual(yield* states(home, env), ["anthropic-api-key-1 ready", "anthropic-api-key-2 isolated"])
      assert.deepStrictEqual(readdirSync(home), ["state"])
      assert.strictEqual((yield* ctl(home, ["tokens", "enable", "anthropic-api-key-2"], { env })).exitCode, 0)
      assert.deepStrictEqual(yield* states(home, env), ["anthropic-api-key-1 ready", "anthropic-api-key-2 ready"])
      const gone = yield* ctl(home, ["tokens", "remove", "anthropic-api-key-1"], { env })
      assert.strictEqual(gone.exitCode, 1)
      assert.include(gone.stderr, "come from environment variables. Unset the variable, or hold the token out with")
    })
  )

  it.effect("ask which provider is meant when several have that alias", () =>
    Effect.gen(function* () {
      const home = directory()
      const provider = (id: string, n: number) => ({ id, type: id, tokens: [{ value: canary(n), alias: "main" }] })
      config(home, { providers: [provider("anthropic", 1), provider("openai", 2)] })
      for (const verb of ["remove", "disable", "enable", "why", "reset"]) {
        const { exitCode, stderr } = yield* ctl(home, ["tokens", verb, "main"])
        assert.strictEqual(exitCode, 2, verb)
        assert.include(
          stderr,
          'Several providers have a token "main": anthropic, openai. Say which with --provider <id>'
        )
      }
      assert.strictEqual((yield* ctl(home, ["tokens", "remove", "main", "-p", "openai"])).exitCode, 0)
      assert.strictEqual(readConfig(home).providers[0].tokens.length, 1)
    })
  )
})

describe("ctl providers", () => {
  it.effect("adds, lists, uses and removes", () =>
    Effect.gen(function* () {
      const home = directory()
      config(home, one([{ value: canary(1), alias: "work" }]))
      const line = [
        "providers",
        "add",
        "relay",
        "--type",
        "anthropic",
        "--base-url",
        "https://relay.example.com/",
        "--strategy",
        "weighted"
      ]
      const added = yield* ctl(home, line)
      assert.strictEqual(
        added.stderr,
        `Added relay to ${home}/config.json\nGive it a token with: ctl tokens add --provider relay\n`
      )
      assert.include((yield* ctl(home, ["providers", "use", "relay"])).stderr, "Undo with: ctl providers use anthropic")
      assert.strictEqual(
        (yield* ctl(home, ["providers"])).stdout,
        [
          "   ID         NAME       TYPE       STRATEGY     USABLE  BASE URL",
          "   anthropic  Anthropic  anthropic  round-robin  1 of 1  https://api.anthropic.com",
          "*  relay      relay      anthropic  weighted     0 of 0  https://relay.example.com",
          ""
        ].join("\n")
      )
      const removed = yield* ctl(home, ["providers", "remove", "relay"])
      assert.include(
        removed.stderr,
        "Undo with: ctl providers add relay --type anthropic --base-url https://relay.example.com/ --strategy weighted\n"
      )
      assert.deepStrictEqual(readConfig(home), one([{ value: canary(1), alias: "work" }]))
    })
  )

  it.effect("refuses what could not work, and says what would", () =>
    Effect.gen(function* () {
      const home = directory()
      config(home, one([{ value: canary(1), alias: "work" }]))
      const cases: ReadonlyArray<readonly [ReadonlyArray<string>, number, string]> = [
        [
          ["add", "anthropc"],
          2,
          'There is no provider type "anthropc". Did you mean "anthropic"? Say which with --type'
        ],
        [["add", "anthropic"], 2, 'There is a provider "anthropic" already. Choose another id'],
        [["add", "local", "--type", "generic"], 2, "Say where it is with --base-url"],
        [["add", "local", "--type", "openai", "--base-url", "localhost"], 2, "--base-url must be a URL"],
        [
          ["add", "openai", "--strategy", "best"],
          2,
          "--strategy must be one of round-robin, weighted, random, least-used"
        ],
        [["use", "nobody"], 1, 'No provider "nobody" (known: anthropic)'],
        [["remove", "nobody"], 1, 'No provider "nobody" (known: anthropic)']
      ]
      for (const [line, exitCode, text] of cases) {
        const result = yield* ctl(home, ["providers", ...line])
        assert.include(result.stderr, text)
        assert.strictEqual(result.exitCode, exitCode, line.join(" "))
        assert.strictEqual(result.stdout, "")
      }
    })
  )
})
