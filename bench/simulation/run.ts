/**
 * `npm run simulate -- --help` says what may be asked for. The table goes to stdout, how long it took to stderr.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { missed } from "./bars.js"
import { parse, usage } from "./commandLine.js"
import type { Figures } from "./metrics.js"
import { judged, policies } from "./policies.js"
import { type Row, render } from "./table.js"
import type { Job } from "./worker.js"
import { spread } from "./workers.js"

const asked = parse(process.argv.slice(2))
if (asked === undefined) {
  console.log(usage)
  process.exit(0)
}
if (typeof asked === "string") {
  console.error(asked)
  process.exit(2)
}

const { seed } = asked
const jobs: ReadonlyArray<Job> = asked.scenarios.flatMap((scenario) =>
  asked.policies.map((policy) => ({ scenario, policy, seed }))
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
  ...(asked.quick ? ["--quick"] : []),
  ...(asked.only === "" ? [] : [`--only "${asked.only}"`]),
  ...(asked.policy === "" ? [] : [`--policy "${asked.policy}"`])
].join(" ")
const page = new URL("../../docs/performance.md", import.meta.url)
const between = /(<!-- simulation -->\n)[\s\S]*(<!-- \/simulation -->)/
if (asked.write) {
  const text = readFileSync(page, "utf8")
  if (!between.test(text)) throw new Error("docs/performance.md has no <!-- simulation --> … <!-- /simulation -->")
  writeFileSync(
    page,
    text.replace(between, (_, open: string, close: string) => `${open}\n\`${command}\` printed:\n\n${table}\n${close}`)
  )
}
if (asked.check && misses.length > 0) process.exitCode = 1
