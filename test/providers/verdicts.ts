/** A table of answers and what they mean, each in one line. */
import { assert, it } from "vitest"
import * as Verdict from "../../src/cli/Verdict.js"
import { byType } from "../../src/providers/index.js"

export const now = Date.UTC(2026, 7, 31, 12)

/**
 * `[what, status, headers, body, verdict]`; the verdict is `blame other|no rest scope`, where a rest is milliseconds (±1
 * s), `permanent` or `-`, and `none` stands for an answer that is no failure.
 */
export type Row = readonly [
  what: string,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: unknown,
  verdict: string
]

/** Errors in the shapes of OpenAI, Anthropic and Google. */
export const openai = (code: string | null, message: string, type = "invalid_request_error") => ({
  error: { message, type, param: null, code }
})

export const anthropic = (type: string, message: string, details?: object) => ({
  type: "error",
  error: { type, message, ...(details === undefined ? {} : { details }) },
  request_id: "req_1"
})

export const google = (code: number, status: string, message: string, details?: ReadonlyArray<object>) => ({
  error: { code, message, status, ...(details === undefined ? {} : { details }) }
})

export const table = (provider: string, rows: ReadonlyArray<Row>) => {
  for (const [what, status, headers, body, expected] of rows) {
    it(`${provider}: ${what}`, () => {
      const vendor = byType(provider)
      assert(vendor !== undefined)
      const parsed = Verdict.parse({ id: what, provider, status, headers, body, model: "m", now }, 0)
      assert(parsed._tag === "Right")
      const verdict = Verdict.judge(parsed.right, vendor)
      assert.strictEqual(rendered(verdict, expected), expected, JSON.stringify(verdict))
    })
  }
}

const rendered = ({ blame, cooldownMs, retryOtherToken, scope }: Verdict.Verdict, expected: string): string => {
  if (blame === "none") return "none"
  const wanted = Number(expected.split(" ")[2])
  const near = typeof cooldownMs === "number" && Math.abs(cooldownMs - wanted) <= 1000
  return [blame, retryOtherToken ? "other" : "no", near ? wanted : (cooldownMs ?? "-"), scope ?? "-"].join(" ")
}
