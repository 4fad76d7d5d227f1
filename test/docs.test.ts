import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { render } from "../scripts/ProvidersDoc.js"
import { all } from "../src/providers/index.js"

describe("docs/providers.md", () => {
  it("is what the vendors' values say; if not, run: npm run docs", () => {
    expect(readFileSync(new URL("../docs/providers.md", import.meta.url), "utf8")).toBe(render())
  })

  it("has a section for every vendor, and a row of seven cells for every rule", () => {
    const text = render()
    for (const { name } of all) expect(text).toContain(`\n## ${name}\n`)
    const rows = text
      .split("\n")
      .filter((line) => line.startsWith("| ") && !line.startsWith("| vendor") && !line.startsWith("| ["))
    for (const line of rows) expect(line.split(/(?<!\\)\|/), line).toHaveLength(9)
    expect(rows.length).toBeGreaterThan(all.flatMap(({ rules = [] }) => rules).length)
  })
})
