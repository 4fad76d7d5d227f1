/**
 * What `ctl tokens check` prints.
 *
 * @since 0.1.0
 */
import type { PoolEvent } from "../../core/PoolEvent.js"
import type { Finding } from "../../FreeCheck.js"
import type { ProviderView, TokenView } from "../../View.js"
import type * as Shapes from "../JsonShapes.js"
import { clean } from "./DisplayText.js"
import type { Emphasis, Style } from "./Style.js"
import { type Column, table } from "./Table.js"
import type { Clockwork } from "./Times.js"
import { stateText } from "./Tokens.js"

/**
 * A provider whose tokens were checked, each as it stands after that.
 *
 * @since 0.1.0
 * @category models
 */
export interface Checked {
  readonly provider: ProviderView
  /** What was asked; `null`: the vendor has no free check. */
  readonly path: string | null
  readonly tokens: ReadonlyArray<CheckedToken>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface CheckedToken {
  readonly token: TokenView
  readonly finding: Finding
  /** What the check ended. */
  readonly ended: ReadonlyArray<PoolEvent>
}

/**
 * One table per provider.
 *
 * @since 0.1.0
 * @category rendering
 */
export const text = (all: ReadonlyArray<Checked>, clock: Clockwork, style: Style, available?: number): string =>
  all
    .map(({ path, provider, tokens }) => {
      const how = path === null ? "has no free check" : `GET ${clean(path)}`
      return `${style("strong", clean(provider.id))} (${clean(provider.name)}): ${how}\n${table(columns(clock, style), tokens, style, available)}`
    })
    .join("\n")

/**
 * The same as the documented JSON.
 *
 * @since 0.1.0
 * @category rendering
 */
export const json = (all: ReadonlyArray<Checked>, now: number): typeof Shapes.Check.Type => ({
  version: 1,
  now,
  providers: all.map(({ path, provider, tokens }) => ({
    id: provider.id,
    name: provider.name,
    check: path,
    tokens: tokens.map(({ ended, finding, token }) => ({
      id: token.id,
      alias: token.alias,
      masked: token.masked,
      verdict: words[finding._tag],
      funds: finding._tag === "Good" ? finding.funds : null,
      status: finding._tag === "None" ? null : finding.status,
      code: finding._tag === "Bad" ? finding.outcome.code : null,
      why: why(finding),
      evidence: finding._tag === "Bad" ? [...finding.outcome.evidence] : [],
      ended: ended.flatMap((event) =>
        event._tag === "AuditPassed"
          ? [{ scope: event.scope, blame: event.blame, code: event.code, why: event.why }]
          : []
      ),
      state: token.state,
      until: token.until
    }))
  }))
})

const words = { Good: "good", Bad: "bad", Unclear: "unclear", None: "unchecked" } as const

const emphases: Record<Finding["_tag"], Emphasis> = { Good: "good", Bad: "bad", Unclear: "warning", None: "weak" }

const why = (finding: Finding): string => {
  switch (finding._tag) {
    case "Good":
      return finding.funds === "spent"
        ? "the vendor knows the token, and no money or allowance is left"
        : finding.funds === "left"
          ? "the vendor knows the token, and money or allowance is left"
          : "the vendor knows the token"
    case "Bad":
      return finding.outcome.why
    case "Unclear":
      return finding.why
    case "None":
      return "the vendor has no free check"
  }
}

/** Why a token that is good is not lent all the same, or what the check ended. */
const note = ({ ended, finding, token }: CheckedToken): string => {
  const back = ended.flatMap((event) => (event._tag === "AuditPassed" ? [event.code] : []))
  const released = back.length === 0 ? "" : `, no longer held for ${back.map(clean).join(", ")}`
  const [hold] = token.holds.filter(({ model }) => model === null)
  if (finding._tag !== "Good" || hold === undefined) return `${clean(why(finding))}${released}`
  const stays = hold.blame === "rate-limit" ? "a check says nothing of its pace" : `still held: ${clean(hold.why)}`
  return `${clean(why(finding))}${released}; ${stays}`
}

const columns = (clock: Clockwork, style: Style): ReadonlyArray<Column<CheckedToken>> => [
  { title: "ALIAS", cell: ({ token }) => clean(token.alias) },
  { title: "TOKEN", cell: ({ token }) => clean(token.masked) },
  { title: "CHECK", cell: ({ finding }) => style(emphases[finding._tag], words[finding._tag]) },
  { title: "ANSWER", cell: ({ finding }) => (finding._tag === "None" ? "-" : String(finding.status ?? "none")) },
  { title: "STATE", cell: ({ token }) => stateText(token, clock, style) },
  { title: "WHY", cell: note }
]
