/**
 * Tables: columns aligned by what a terminal shows, two spaces apart, no lines drawn.
 *
 * @since 0.1.0
 */
import { pad, width } from "./DisplayText.js"
import type { Style } from "./Style.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Column<Row> {
  readonly title: string
  readonly align?: "left" | "right"
  readonly cell: (row: Row) => string
}

/**
 * A header line and one line for each row, every line without trailing spaces and ended by a newline. Where that is wider
 * than the terminal, each row becomes a block with a line for each column: nothing is cut, and nothing wraps.
 *
 * @since 0.1.0
 * @category rendering
 */
export const table = <Row>(
  columns: ReadonlyArray<Column<Row>>,
  rows: ReadonlyArray<Row>,
  style: Style,
  available = Number.POSITIVE_INFINITY
): string => {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)))
  const widths = columns.map((column, index) =>
    cells.reduce((widest, line) => Math.max(widest, width(line[index] ?? "")), width(column.title))
  )
  const line = (texts: ReadonlyArray<string>) =>
    texts
      .map((text, index) => pad(text, widths[index] ?? 0, columns[index]?.align ?? "left"))
      .join("  ")
      .trimEnd()
  const titles = columns.map(({ title }) => title)
  const lines = [style("weak", line(titles)), ...cells.map(line)]
  return (lines.every((text) => width(text) <= available) ? lines : cells.flatMap((row) => block(titles, row, style)))
    .map((text) => `${text}\n`)
    .join("")
}

/** What stands before the first title and under it names the row. */
const block = (titles: ReadonlyArray<string>, cells: ReadonlyArray<string>, style: Style): ReadonlyArray<string> => {
  const named = titles.findIndex((title) => title !== "") + 1
  const longest = Math.max(...titles.slice(named).map(width))
  return [
    cells.slice(0, named).join(" "),
    ...cells
      .slice(named)
      .map(
        (cell, index) =>
          `  ${style("weak", pad((titles[named + index] ?? "").toLowerCase(), longest, "left"))}  ${cell}`
      )
  ]
}
