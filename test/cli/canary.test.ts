/** Secrets are put through everything `ctl` can be told, and must be found nowhere but in the config. */
import { createHash } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TokenRotation } from "../../src/TokenRotation.js"
import { filesUnder, leaks } from "../support/leaks.js"
import { config, ctl, directory, removeDirectories, running } from "./harness.js"

afterEach(removeDirectories)

const secretOf = (n: number): string => `sk-ant-api03-${createHash("sha256").update(`ctl ${n}`).digest("base64url")}`

const lines: ReadonlyArray<string> = [
  "",
  "--help",
  "--log-level debug tokens",
  "tokens",
  "tokens --json",
  "tokens stats",
  "tokens stats --json",
  "tokens why work",
  "tokens why work --json",
  "tokens why lost",
  "tokens why SECRET",
  "tokens why SECRET --json",
  "tokens reset",
  "tokens reset SECRET",
  "tokens disable work",
  "tokens enable work",
  "tokens remove SECRET",
  "tokens add SECRET",
  "tokens add twin",
  "tokens add --from SECRET",
  "tokens add --from env:SECRET",
  "tokens add --from=SECRET",
  "tokens add --group=SECRET",
  "tokens --provider SECRET",
  "tokens --SECRET",
  "SECRET",
  "providers",
  "providers --json",
  "providers add SECRET",
  "providers add x --type SECRET",
  "providers add x --type openai --base-url https://me:SECRET@x.test",
  "providers use SECRET",
  "explain --provider anthropic --status 401 --header x-api-key:SECRET --body SECRET --json",
  "explain --provider anthropic --status 401 --body @/nowhere/SECRET",
  "tokens remove work",
  "providers remove anthropic"
]

describe("The canary of ctl", () => {
  it.effect("is found in the config and nowhere else", () =>
    Effect.gen(function* () {
      const home = directory()
      writeFileSync(join(home, "secret.txt"), secretOf(2), { mode: 0o600 })
      const tokens = [
        { value: secretOf(1), alias: "work" },
        { value: "file:secret.txt", alias: "filed" },
        { value: "env:CANARY_KEY", alias: "named" },
        { value: "env:NOT_SET", alias: "lost" }
      ]
      const env = { CANARY_KEY: secretOf(3), OPENAI_API_KEYS: `${secretOf(4)},${secretOf(5)}` }
      config(home, { providers: [{ id: "anthropic", type: "anthropic", tokens }] })
      yield* Effect.gen(function* () {
        const rotation = yield* TokenRotation
        yield* rotation.next("anthropic")
        for (let i = 0; i < 3; i++) yield* rotation.markError("anthropic", "work")
        yield* rotation.disable("anthropic", "filed")
      }).pipe(Effect.provide(running(home, env)), Effect.scoped)
      const secrets = [1, 2, 3, 4, 5].map(secretOf)
      for (const line of lines) {
        const words = line === "" ? [] : line.split(" ").map((word) => word.replace("SECRET", secretOf(1)))
        const { stderr, stdout } = yield* ctl(home, words, { env, stdin: secretOf(2) })
        assert.deepStrictEqual(
          secrets.flatMap((secret) => leaks(stdout + stderr, secret).slice(0, 1)),
          [],
          line
        )
      }
      const files = filesUnder(home, ["config.json", "secret.txt"])
      assert.include(files, "state%2fanthropic")
      assert.deepStrictEqual(
        secrets.flatMap((secret) => leaks(files, secret)),
        []
      )
      const alone = yield* ctl(directory(), ["tokens", "--json"], { env })
      assert.deepStrictEqual(
        secrets.flatMap((secret) => leaks(alone.stdout + alone.stderr, secret)),
        []
      )
    })
  )
})
