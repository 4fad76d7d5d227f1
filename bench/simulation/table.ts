/** The table of the results, as Markdown that can be read as it is. */
import { goodputOf, missed, wastedOf } from "./bars.js"
import type { Figures } from "./metrics.js"
import type { Scenario } from "./scenarios.js"

export interface Row {
  readonly scenario: Scenario
  readonly policy: string
  readonly figures: Figures
  /** Whether the bars are for this policy. */
  readonly judged: boolean
}

const columns: ReadonlyArray<readonly [title: string, cell: (row: Row) => string]> = [
  ["scenario", ({ scenario }) => scenario.name],
  ["policy", ({ policy }) => policy],
  ["callers", ({ figures }) => String(figures.callers)],
  ["bound", ({ figures }) => percent(figures.bound / figures.callers)],
  ["served", ({ figures }) => percent(figures.served / figures.callers)],
  ["goodput", ({ figures }) => goodputOf(figures).toFixed(3)],
  ["wasted", ({ figures }) => wastedOf(figures).toFixed(3)],
  ["p50 s", ({ figures }) => seconds(figures.p50)],
  ["p99 s", ({ figures }) => seconds(figures.p99)],
  ["back s", ({ figures }) => (figures.recovery === null ? "" : seconds(figures.recovery.millis))],
  ["peak", ({ figures }) => figures.recovery?.peak.toFixed(2) ?? ""],
  ["peak/mean", ({ figures }) => figures.recovery?.peakOverMean.toFixed(2) ?? ""],
  ["bars", ({ figures, judged, scenario }) => (judged ? verdict(missed(scenario, figures)) : "")]
]

export const render = (rows: ReadonlyArray<Row>): string => {
  const cells = rows.map((row) => columns.map(([, cell]) => cell(row)))
  const titles = columns.map(([title]) => title)
  const widths = titles.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0)))
  const isText = (i: number) => i < 2 || i === columns.length - 1
  const line = (row: ReadonlyArray<string>) =>
    `| ${row.map((cell, i) => (isText(i) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" | ")} |`
  const rule = widths.map((width, i) => (isText(i) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`))
  return [line(titles), line(rule), ...cells.map(line)].join("\n")
}

const verdict = (misses: ReadonlyArray<string>): string => (misses.length === 0 ? "ok" : `MISSED ${misses.join(", ")}`)

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`

const seconds = (millis: number): string => (millis / 1000).toFixed(1)
