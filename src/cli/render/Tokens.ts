/**
 * The table of `ctl tokens`.
 *
 * @since 0.1.0
 */
import type { Hold } from "../../core/PoolView.js"
import type { ProviderView, TokenView } from "../../View.js"
import type { Problem } from "../Session.js"
import { clean, cut } from "./DisplayText.js"
import type { Emphasis, Style } from "./Style.js"
import { type Column, table } from "./Table.js"
import { ago, ahead, type Clockwork } from "./Times.js"

/**
 * One table per provider, the active one marked with `*`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const tokens = (
  views: ReadonlyArray<ProviderView>,
  problems: ReadonlyArray<Problem>,
  clock: Clockwork,
  style: Style,
  available?: number
): string =>
  views
    .map((view) => {
      const unusable = problems.filter(({ providerId }) => providerId === view.id)
      const table =
        view.tokens.length + unusable.length === 0 ? nothing(view, style) : body(view, clock, style, available)
      return heading(view, clock, style) + indent(table + unusable.map((one) => problemText(one, style)).join(""))
    })
    .join("\n")

/**
 * A token's state and until when: `cooling until 14:03:20 (in 42 s)`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const stateText = (token: TokenView, clock: Clockwork, style: Style): string => {
  const text = token.until === null ? token.state : `${token.state} until ${ahead(token.until, clock)}`
  const models = new Set(token.holds.flatMap(({ model }) => (model === null ? [] : [model])))
  const partly = models.size === 0 ? "" : `, ${models.size} ${models.size === 1 ? "model" : "models"} resting`
  return style(emphases[token.state], text + partly)
}

const emphases: Record<TokenView["state"], Emphasis> = {
  ready: "good",
  cooling: "warning",
  open: "warning",
  "half-open": "warning",
  probing: "warning",
  isolated: "bad",
  disabled: "weak"
}

const heading = (view: ProviderView, clock: Clockwork, style: Style): string => {
  const mark = view.active ? "*" : " "
  const facts = [view.name, view.strategy, ...(view.active ? ["active"] : [])].map(clean).join(", ")
  return [
    `${mark} ${style("strong", clean(view.id))} (${facts})\n`,
    ...view.holds.map((hold) => `  ${style("warning", holdText(hold, clock))}\n`)
  ].join("")
}

const holdText = (hold: Hold, clock: Clockwork): string => {
  const what = hold.model === null ? "all tokens" : `model ${clean(hold.model)}`
  return `${what}: ${hold.state}${hold.until === null ? "" : ` until ${ahead(hold.until, clock)}`}: ${clean(hold.why)}`
}

/** The table stands two columns in. */
const body = (view: ProviderView, clock: Clockwork, style: Style, available = Number.POSITIVE_INFINITY): string =>
  view.tokens.length === 0 ? "" : table(columns(clock, style), view.tokens, style, available - 2)

const nothing = (view: ProviderView, style: Style): string =>
  `${style("weak", `no tokens; add one with: ctl tokens add --provider ${clean(view.id)}`)}\n`

const problemText = ({ alias, reason }: Problem, style: Style): string =>
  `${style("bad", `${clean(alias)} cannot be used`)}: ${clean(reason)}\n`

const columns = (clock: Clockwork, style: Style): ReadonlyArray<Column<TokenView>> => [
  { title: "ALIAS", cell: ({ alias }) => clean(alias) },
  { title: "TOKEN", cell: ({ masked }) => clean(masked) },
  { title: "STATE", cell: (token) => stateText(token, clock, style) },
  { title: "IN FLIGHT", align: "right", cell: ({ inFlight }) => String(inFlight) },
  { title: "USES", align: "right", cell: ({ counts }) => String(counts.uses) },
  { title: "ERRORS", align: "right", cell: ({ counts }) => String(counts.errors) },
  {
    title: "LAST ERROR",
    cell: ({ lastError }) =>
      lastError === null ? "-" : `${cut(clean(lastError.code), 28)}, ${ago(lastError.at, clock)}`
  },
  { title: "LAST USED", cell: ({ lastUsedAt }) => (lastUsedAt === null ? "never" : ago(lastUsedAt, clock)) }
]

const indent = (text: string): string => text.replace(/^(?=.)/gm, "  ")
