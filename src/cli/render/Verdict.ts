/**
 * What an answer means, in words.
 *
 * @since 0.1.0
 */
import type { Verdict } from "../Verdict.js"
import { clean } from "./DisplayText.js"
import type { Style } from "./Style.js"
import { length } from "./Times.js"

/**
 * @since 0.1.0
 * @category rendering
 */
export const verdict = (self: Verdict, style: Style): string => {
  const head = faults[self.blame]
  const rows: ReadonlyArray<readonly [string, string]> = [
    ["why", clean(self.why)],
    ...(self.code === null ? [] : [["code", clean(self.code)] as const]),
    ...self.evidence.map((item, index) => [index === 0 ? "evidence" : "", clean(item)] as const),
    ...(self.blame === "none"
      ? []
      : ([
          ["rests", rest(self)],
          [
            "next",
            self.retryOtherToken ? "another token may serve the same request at once" : "another token would not help"
          ]
        ] as const))
  ]
  return `${style("strong", head)}\n${rows.map(([name, value]) => `  ${style("weak", name.padEnd(8))} ${value}\n`).join("")}`
}

const faults: Record<Verdict["blame"], string> = {
  none: "Nobody is at fault",
  token: "The token itself is at fault",
  quota: "Money or allowance behind the token is spent",
  "rate-limit": "A rate limit was hit; the token is healthy",
  model: "The model cannot be had",
  provider: "The provider is in trouble",
  request: "The request is at fault; no token is to blame"
}

const scopes: Record<NonNullable<Verdict["scope"]>, string> = {
  token: "the token",
  "token+model": "the token for this model",
  group: "every token of its group",
  model: "the model, for every token",
  provider: "the whole provider"
}

const provenances: Record<NonNullable<Verdict["provenance"]>, string> = {
  stated: "the server stated it",
  documented: "a window the vendor documents",
  guess: "llmctl's own guess"
}

const rest = ({ blame, cooldownMs, provenance, retryOtherToken, scope }: Verdict): string => {
  if (scope === null) return "nothing"
  const what = scopes[blame === "model" && !retryOtherToken ? "model" : scope]
  if (cooldownMs === null) return `${what}, for as long as the policy says; the answer does not`
  const time = cooldownMs === "permanent" ? "until someone acts" : `for ${length(cooldownMs)}`
  return `${what}, ${time}${provenance === null ? "" : ` (${provenances[provenance]})`}`
}
