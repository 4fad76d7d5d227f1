import { afterEach, assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { tree } from "../../src/cli/Cli.js"
import type { Node } from "../../src/cli/CommandTree.js"
import { ctl, directory, removeDirectories } from "./harness.js"

afterEach(removeDirectories)

const paths = (
  node: Node,
  before: ReadonlyArray<string> = []
): ReadonlyArray<readonly [ReadonlyArray<string>, Node]> => [
  [before, node],
  ...node.children.flatMap((child) => paths(child, [...before, child.name]))
]

describe("Help", () => {
  for (const [path, node] of paths(tree)) {
    it.effect(`of ctl ${path.join(" ")} says what it does, how it is written, and shows an example`, () =>
      Effect.gen(function* () {
        const { exitCode, stderr, stdout } = yield* ctl(directory(), [...path, "--help"])
        assert.strictEqual(exitCode, 0)
        assert.strictEqual(stderr, "")
        assert.isTrue(stdout.startsWith(`${["ctl", ...path].join(" ")}: ${node.about.summary}\n\nUsage\n  ctl`))
        assert.include(stdout, "\nExamples\n  ctl ")
        for (const flag of node.flags) assert.isAbove(flag.description.length, 5, flag.names.join())
        for (const argument of node.arguments) assert.isAbove(argument.description.length, 5, argument.name)
        for (const line of stdout.split("\n")) assert.isAtMost(line.length, 102, line)
        assert.notInclude(stdout, "\u001b")
      })
    )
  }

  it.effect("is what ctl shows when it is told nothing, on standard output", () =>
    Effect.gen(function* () {
      const nothing = yield* ctl(directory(), [])
      assert.deepStrictEqual(nothing, yield* ctl(directory(), ["-h"]))
      assert.include(nothing.stdout, "  tokens ")
    })
  )

  it.effect("goes before mistakes elsewhere on the line", () =>
    Effect.gen(function* () {
      const { exitCode, stdout } = yield* ctl(directory(), ["tokens", "why", "--help", "--json", "--json"])
      assert.strictEqual(exitCode, 0)
      assert.include(stdout, "ctl tokens why [flags]".replace(" [flags]", " <alias> [flags]"))
    })
  )

  it.effect("of one command, whole", () =>
    Effect.gen(function* () {
      const { stdout } = yield* ctl(directory(), ["tokens", "reset", "--help"])
      assert.strictEqual(
        stdout,
        `ctl tokens reset: takes back what is held against tokens, so that they are used again

Usage
  ctl tokens reset [alias…] [flags]

Ends cooldowns, closes circuits, and releases tokens that were held out. Counts stay: they are
history. Programs that run see it within a second. Without an alias it resets all that ctl tokens
lists.

Arguments
  alias  The tokens to reset. Default: all.

Flags
  -p, --provider <id>  Only this provider. Default: wherever the token is; for new tokens the active
                       provider.
  --config <path>      The config file. Default: config.json in $LLMCTL_CONFIG_DIR, or in
                       ~/.config/llmctl.
  -h, --help           Show this help.

Examples
  ctl tokens reset work
      one token
  ctl tokens reset --provider openai
      all tokens of one provider
`
      )
    })
  )
})

describe("ctl --version and completions", () => {
  it.effect("print data on standard output", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* ctl(directory(), ["--version"]), { exitCode: 0, stdout: "9.9.9\n", stderr: "" })
      for (const shell of ["bash", "zsh", "fish"]) {
        const { exitCode, stderr, stdout } = yield* ctl(directory(), ["--completions", shell])
        assert.deepStrictEqual([exitCode, stderr], [0, ""])
        for (const word of ["tokens", "providers", "reset", "stats"]) assert.include(stdout, word, shell)
      }
    })
  )
})
