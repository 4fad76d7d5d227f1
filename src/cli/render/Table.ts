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
 * A header line and one line for each row, every line without trailing spaces and ended by a newline.
 *
 * @since 0.1.0
 * @category rendering
 */
export const table = <Row>(columns: ReadonlyArray<Column<Row>>, rows: ReadonlyArray<Row>, style: Style): string => {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)))
  const widths = columns.map((column, index) =>
    cells.reduce((widest, line) => Math.max(widest, width(line[index] ?? "")), width(column.title))
  )
  const line = (texts: ReadonlyArray<string>) =>
    texts
      .map((text, index) => pad(text, widths[index] ?? 0, columns[index]?.align ?? "left"))
      .join("  ")
      .trimEnd()
  return [style("weak", line(columns.map(({ title }) => title))), ...cells.map(line)]
    .map((text) => `${text}\n`)
    .join("")
}
