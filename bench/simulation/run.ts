/**
 * `npm run simulate -- [--seed 1] [--only text] [--policy text] [--quick] [--check] [--write]`
 *
 * Prints the table; the same seed prints the same table. `--only` keeps the scenarios, `--policy` the policies whose
 * names hold the text; `--quick` runs a few short scenarios; `--check` fails when a bar is missed; `--write` puts the
 * table into docs/performance.md. How long it took goes to stderr.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { missed } from "./bars.js"
import type { Figures } from "./metrics.js"
import { judged, policies } from "./policies.js"
import { quick, scenarios } from "./scenarios.js"
import { type Row, render } from "./table.js"
import type { Job } from "./worker.js"
import { spread } from "./workers.js"

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    policy: { type: "string", default: "" },
    quick: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    write: { type: "boolean", default: false }
  }
})

const seed = Number(values.seed)
const jobs: ReadonlyArray<Job> = (values.quick ? quick : scenarios)
  .filter(({ name }) => name.includes(values.only))
  .flatMap((scenario) =>
    policies.filter(({ name }) => name.includes(values.policy)).map(({ name }) => ({ scenario, policy: name, seed }))
  )

const started = performance.now()
const figures = await spread<Job, Figures>(new URL("worker.ts", import.meta.url), jobs, (done) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${jobs.length}`)
})
const rows = jobs.flatMap(({ policy, scenario }, index): ReadonlyArray<Row> => {
  const found = figures[index]
  return found === undefined ? [] : [{ scenario, policy, figures: found, judged: policy === judged.name }]
})
const misses = rows.filter((row) => row.judged && missed(row.scenario, row.figures).length > 0)
const judgedRows = rows.filter((row) => row.judged).length
const table = [render(rows), "", `Bars missed in ${misses.length} of ${judgedRows} scenarios.`].join("\n")
console.log(table)

for (const { name } of policies) {
  const of = rows.filter(({ policy }) => policy === name)
  const callers = of.reduce((sum, row) => sum + row.figures.callers, 0)
  const micros = of.reduce((sum, row) => sum + row.figures.microsPerCaller * row.figures.callers, 0)
  if (callers > 0) console.error(`${name}: ${(micros / callers).toFixed(0)} µs of real time for each caller`)
}
console.error(`${((performance.now() - started) / 1000).toFixed(0)} s`)

/** The arguments that make this very table. */
const command = [
  `npm run simulate -- --seed ${seed}`,
  ...(values.quick ? ["--quick"] : []),
  ...(values.only === "" ? [] : [`--only "${values.only}"`]),
  ...(values.policy === "" ? [] : [`--policy "${values.policy}"`])
].join(" ")
const page = new URL("../../docs/performance.md", import.meta.url)
const between = /(<!-- simulation -->\n)[\s\S]*(<!-- \/simulation -->)/
if (values.write) {
  const text = readFileSync(page, "utf8")
  if (!between.test(text)) throw new Error("docs/performance.md has no <!-- simulation --> … <!-- /simulation -->")
  writeFileSync(
    page,
    text.replace(between, (_, open: string, close: string) => `${open}\n\`${command}\` printed:\n\n${table}\n${close}`)
  )
}
if (values.check && misses.length > 0) process.exitCode = 1
