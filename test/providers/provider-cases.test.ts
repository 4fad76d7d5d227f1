/** What 213 answers of vendors mean, as observed or documented: `test/fixtures/provider-cases.json`. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import * as Verdict from "../../src/cli/Verdict.js"
import { byType } from "../../src/providers/index.js"

interface Expected {
  readonly blame: string
  readonly retryOtherToken: boolean
  readonly cooldownMs: number | "permanent" | null
  readonly scope: string | null
}

interface Example {
  readonly id: string
  readonly provider: string
  readonly status: number
  readonly tags: ReadonlyArray<string>
  readonly expected: Expected
}

const cases = JSON.parse(
  readFileSync(new URL("../fixtures/provider-cases.json", import.meta.url), "utf8")
) as ReadonlyArray<Example>

const shared = /^(?:org|project|account)-limit$/

const better = ({ expected, tags }: Example): string | null =>
  expected.scope === "token" && tags.some((tag) => shared.test(tag)) ? "group" : expected.scope

describe("what vendors' answers mean", () => {
  it("covers every case there is", () => {
    assert.strictEqual(cases.length, 213)
  })
  for (const example of cases) {
    it(`${example.id}: ${example.provider} ${example.status} ${example.tags.join(" ")}`, () => {
      const parsed = Verdict.parse(example, 0)
      assert(parsed._tag === "Right")
      const vendor = byType(example.provider)
      assert(vendor !== undefined)
      const { blame, cooldownMs, retryOtherToken, scope, ...rest } = Verdict.judge(parsed.right, vendor)
      const { expected } = example
      const close =
        typeof cooldownMs === "number" &&
        typeof expected.cooldownMs === "number" &&
        Math.abs(cooldownMs - expected.cooldownMs) <= 1000
      assert.deepStrictEqual(
        { blame, cooldownMs: close ? expected.cooldownMs : cooldownMs, retryOtherToken, scope },
        {
          blame: expected.blame,
          cooldownMs: expected.cooldownMs,
          retryOtherToken: expected.retryOtherToken,
          scope: better(example)
        },
        JSON.stringify(rest)
      )
    })
  }
})
