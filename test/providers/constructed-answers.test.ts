/**
 * Answers written by reading vendors' documents line by line, judged before the code was asked:
 * `test/fixtures/constructed-answers.jsonl`, which `ctl explain --stdin` reads as well.
 */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import * as Verdict from "../../src/cli/Verdict.js"
import { byType } from "../../src/providers/index.js"

interface Example {
  readonly id: string
  readonly provider: string
  readonly status: number
  readonly expected: Pick<Verdict.Verdict, "blame" | "cooldownMs" | "retryOtherToken" | "scope">
}

const answers = readFileSync(new URL("../fixtures/constructed-answers.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Example)

describe("what answers mean that nobody has recorded", () => {
  for (const answer of answers) {
    it(`${answer.id}: ${answer.status}`, () => {
      const parsed = Verdict.parse(answer, 0)
      assert(parsed._tag === "Right")
      const vendor = byType(answer.provider)
      assert(vendor !== undefined)
      const { blame, cooldownMs, retryOtherToken, scope, ...rest } = Verdict.judge(parsed.right, vendor)
      const { expected } = answer
      const close =
        typeof cooldownMs === "number" &&
        typeof expected.cooldownMs === "number" &&
        Math.abs(cooldownMs - expected.cooldownMs) <= 1000
      assert.deepStrictEqual(
        { blame, cooldownMs: close ? expected.cooldownMs : cooldownMs, retryOtherToken, scope },
        expected,
        JSON.stringify(rest)
      )
    })
  }
})
