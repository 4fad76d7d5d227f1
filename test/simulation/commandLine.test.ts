import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { parse } from "../../bench/simulation/commandLine.js"
import { scenarios } from "../../bench/simulation/scenarios.js"

const refused = (...args: ReadonlyArray<string>): string => {
  const asked = parse(args)
  return typeof asked === "string" ? asked : assert.fail(`${args.join(" ")} is taken`)
}

/** What a command of the bench prints, and its exit code. */
const run = (script: string, ...args: ReadonlyArray<string>) =>
  new Promise<{ readonly code: number; readonly out: string; readonly err: string }>((resolve) => {
    const file = fileURLToPath(new URL(`../../bench/${script}`, import.meta.url))
    const child = execFile(process.execPath, ["--import", "tsx", file, ...args], (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err })
    )
  })

describe("the command line of the simulation", () => {
  it("asks for everything where nothing is said", () => {
    const asked = parse([])
    assert.isObject(asked)
    if (typeof asked !== "object") return
    assert.deepStrictEqual([asked.seed, asked.scenarios.length, asked.policies[0]], [1, scenarios.length, "llmctl"])
  })

  it("keeps what is named", () => {
    const asked = parse(["--only", "200 window", "--policy", "llm", "--seed", "7"])
    if (typeof asked !== "object") return assert.fail(asked)
    assert.deepStrictEqual([asked.seed, asked.policies], [7, ["llmctl"]])
    assert.isTrue(asked.scenarios.every(({ name }) => name.startsWith("200 window")))
  })

  it("names a wrong value, and what would be right", () => {
    assert.include(refused("--seed", "abc"), '--seed takes a whole number, such as 1, and not "abc"')
    assert.include(refused("--seed", ""), "--seed takes a whole number")
    assert.include(refused("--only", "pools"), '"20 window headers 150% faults 503"')
    assert.include(refused("--quick", "--only", "200 "), "No quick scenario")
    assert.include(refused("--policy", "lmctl2"), '"llmctl", "retry on one token"')
    assert.include(refused("--sed", "1"), "See: npm run simulate -- --help")
    assert.include(refused("quick"), "See: npm run simulate -- --help")
    assert.include(refused("--seed"), "See: npm run simulate -- --help")
  })
})

describe("npm run simulate and npm run bench", () => {
  it("print their usage, or what is wrong and what would be right", async () => {
    const [simulate, bench] = await Promise.all([run("simulation/run.ts", "--help"), run("run.ts", "ftech")])
    assert.deepStrictEqual([simulate.code, simulate.err, bench.code, bench.out], [0, "", 2, ""])
    assert.include(simulate.out, "--only TEXT")
    assert.strictEqual(bench.err, 'There is no bench "ftech"; they are: fetch, http, rotation, verdict, waiting.\n')
  }, 60_000)
})
