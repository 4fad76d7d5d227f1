/**
 * The tables of `ctl tokens stats`.
 *
 * @since 0.1.0
 */

import type { Usage } from "../../core/Usage.js"
import type { ProviderStatistics, TokenStatistics } from "../../Statistics.js"
import { clean } from "./DisplayText.js"
import type { Style } from "./Style.js"
import { type Column, table } from "./Table.js"

/**
 * Per provider, a line for each token and one for all of them; then what each model used, where answers said so.
 *
 * @since 0.1.0
 * @category rendering
 */
export const stats = (all: ReadonlyArray<ProviderStatistics>, style: Style, available?: number): string =>
  all
    .map((provider) => {
      const total: Row = { ...provider, alias: "all", counts: provider.totals, share: null }
      const rows: ReadonlyArray<Row> = [...provider.tokens, total]
      const used = rows.flatMap(usage)
      const head = `${style("strong", clean(provider.id))} (${clean(provider.name)})\n${table(columns, rows, style, available)}`
      return used.length === 0 ? head : `${head}\n${table(usageColumns, used, style, available)}`
    })
    .join("\n")

type Row = Pick<TokenStatistics, "alias" | "counts" | "successRate"> & { readonly share: number | null }

const percent = (part: number | null): string => (part === null ? "-" : `${(part * 100).toFixed(1)} %`)

const number = (title: string, of: (row: Row) => number | string): Column<Row> => ({
  title,
  align: "right",
  cell: (row) => String(of(row))
})

type Used = Usage & { readonly alias: string; readonly model: string }

const usage = ({ alias, counts }: Row): ReadonlyArray<Used> =>
  Object.entries(counts.usage)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([model, used]) => ({ ...used, alias, model }))

const amount = (title: string, of: (used: Used) => number): Column<Used> => ({
  title,
  align: "right",
  cell: (used) => String(of(used))
})

const usageColumns: ReadonlyArray<Column<Used>> = [
  { title: "ALIAS", cell: ({ alias }) => clean(alias) },
  { title: "MODEL", cell: ({ model }) => (model === "" ? "-" : clean(model)) },
  amount("INPUT", ({ input }) => input),
  amount("OUTPUT", ({ output }) => output),
  amount("CACHE READ", ({ cacheRead }) => cacheRead),
  amount("CACHE WRITE", ({ cacheWrite }) => cacheWrite)
]

const columns: ReadonlyArray<Column<Row>> = [
  { title: "ALIAS", cell: ({ alias }) => clean(alias) },
  number("USES", ({ counts }) => counts.uses),
  number("SHARE", ({ counts, share }) => percent(share ?? (counts.uses === 0 ? 0 : 1))),
  number("SUCCEEDED", ({ counts }) => counts.successes),
  number("ERRORS", ({ counts }) => counts.errors),
  number("EXCUSED", ({ counts }) => counts.excused),
  number("ABANDONED", ({ counts }) => counts.abandoned),
  number("SUCCESS RATE", ({ successRate }) => percent(successRate)),
  number("RESTS", ({ counts }) => counts.rests)
]
