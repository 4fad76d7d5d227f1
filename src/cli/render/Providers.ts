/**
 * The table of `ctl providers`.
 *
 * @since 0.1.0
 */
import type { ProviderView } from "../../View.js"
import { clean } from "./DisplayText.js"
import { usable } from "./Json.js"
import type { Style } from "./Style.js"
import { type Column, table } from "./Table.js"

/**
 * One line for each provider, the active one marked with `*`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const providers = (views: ReadonlyArray<ProviderView>, style: Style, available?: number): string =>
  table(columns, views, style, available)

const columns: ReadonlyArray<Column<ProviderView>> = [
  { title: "", cell: ({ active }) => (active ? "*" : " ") },
  { title: "ID", cell: ({ id }) => clean(id) },
  { title: "NAME", cell: ({ name }) => clean(name) },
  { title: "TYPE", cell: ({ type }) => clean(type) },
  { title: "STRATEGY", cell: ({ strategy }) => strategy },
  {
    title: "USABLE",
    align: "right",
    cell: (view) => `${view.tokens.filter((token) => usable(view, token)).length} of ${view.tokens.length}`
  },
  { title: "BASE URL", cell: ({ baseUrl }) => clean(baseUrl) }
]
