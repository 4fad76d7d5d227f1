/**
 * Why a token rests: what holds it back, by which evidence, until when, and what would change it.
 *
 * @since 0.1.0
 */
import type { Hold } from "../../core/PoolView.js"
import type { ProviderView, TokenView } from "../../View.js"
import { clean } from "./DisplayText.js"
import type { Style } from "./Style.js"
import { ago, ahead, type Clockwork, length, moment } from "./Times.js"
import { stateText } from "./Tokens.js"

/**
 * @since 0.1.0
 * @category rendering
 */
export const why = (view: ProviderView, token: TokenView, clock: Clockwork, style: Style): string => {
  const alias = clean(token.alias)
  const holds = [...token.holds, ...view.holds]
  const head = `${style("strong", alias)} (${clean(token.masked)}) of ${clean(view.id)}: ${stateText(token, clock, style)}\n`
  const parts = holds.map((hold) => `\n${described(hold, alias, clock, style)}`)
  if (!token.enabled) {
    parts.unshift(
      `\n  It is switched off by hand.\n  Change it with: ctl tokens enable ${alias} --provider ${clean(view.id)}\n`
    )
  }
  if (parts.length === 0) {
    parts.push(
      token.failures > 0
        ? `\n  Nothing holds it back. ${token.failures} ${token.failures === 1 ? "failure" : "failures in a row"} counted so far.\n`
        : "\n  Nothing holds it back.\n"
    )
  }
  const last =
    token.lastError === null
      ? ""
      : `\n  Last error: ${clean(token.lastError.why)} (${clean(token.lastError.code)}), ${ago(token.lastError.at, clock)}\n`
  return head + parts.join("") + last
}

/**
 * What would end a hold, in words.
 *
 * @since 0.1.0
 * @category rendering
 */
export const change = (hold: Hold, alias: string): string => {
  const now = `ctl tokens reset ${clean(alias)} ends it now.`
  switch (hold.state) {
    case "cooling":
      return hold.until === null ? `Nothing changes it by itself; ${now}` : `It ends by itself; ${now}`
    case "open":
      return `Then one call is let through as a probe: if it succeeds the token returns, if not it rests for longer. ${now}`
    case "half-open":
      return "The next call is its probe: if it succeeds the token returns, if not it rests for longer."
    case "probing":
      return "The verdict of the probe that is out decides."
    case "isolated":
      return `Nothing changes it by itself. When the cause is gone: ctl tokens enable ${clean(alias)}`
  }
}

const described = (hold: Hold, alias: string, clock: Clockwork, style: Style): string => {
  const rows: ReadonlyArray<readonly [string, string]> = [
    ["why", clean(hold.why)],
    ["fault of", [hold.blame ?? "unknown", ...(hold.code === null ? [] : [clean(hold.code)])].join(", ")],
    ...hold.evidence.map((item, index) => [index === 0 ? "evidence" : "", clean(item)] as const),
    ["known by", hold.provenance === null ? "a person or the vendor said so" : provenances[hold.provenance]],
    ...(hold.since === null
      ? []
      : [["since", `${moment(hold.since, clock)} (${length(clock.now - hold.since)})`] as const]),
    ["until", hold.until === null ? untilless(hold) : ahead(hold.until, clock)],
    ["change", change(hold, alias)]
  ]
  const lines = rows.map(([name, text]) => `    ${style("weak", name.padEnd(9))} ${text}\n`)
  return `  ${style("strong", `${hold.state}: ${place(hold)}`)}\n${lines.join("")}`
}

const untilless = (hold: Hold): string =>
  hold.state === "half-open" ? "the next call decides" : "someone acts; it does not end by itself"

const provenances: Record<NonNullable<Hold["provenance"]>, string> = {
  stated: "the server stated it",
  documented: "a window the vendor documents",
  guess: "llmctl's own guess; the vendor did not say"
}

const place = (hold: Hold): string => {
  switch (hold.scope) {
    case "token":
      return "this token"
    case "token+model":
      return `this token, for model ${clean(hold.model ?? "?")}`
    case "group":
      return `every token of group ${clean(hold.group ?? "?")}`
    case "model":
      return `model ${clean(hold.model ?? "?")}, for every token`
    case "provider":
      return "the whole provider"
  }
}
