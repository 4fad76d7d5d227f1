/**
 * `npm run bench [name…]`: runs the benches whose names are given, or all of them, and prints plain tables.
 *
 * A bench is a module beside this one that exports `name` and `run`.
 */
import { readdirSync } from "node:fs"

interface Bench {
  readonly name: string
  readonly run: () => Promise<void> | void
}

const isBench = (module: object): module is Bench =>
  "name" in module && typeof module.name === "string" && "run" in module && typeof module.run === "function"

const files = readdirSync(new URL(".", import.meta.url))
  .filter((file) => file.endsWith(".ts") && file !== "run.ts")
  .sort()
const modules: ReadonlyArray<object> = await Promise.all(
  files.map((file) => import(new URL(file, import.meta.url).href))
)
const benches = modules.filter(isBench)
const names = benches.map(({ name }) => name).join(", ")

const wanted = process.argv.slice(2)
if (wanted.includes("--help") || wanted.includes("-h")) {
  console.log(`npm run bench [name…]\n\nMeasures on this machine and prints plain tables; all of them, or: ${names}`)
  process.exit(0)
}
const unknown = wanted.find((word) => benches.every(({ name }) => name !== word))
if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}"; they are: ${names}.`)
  process.exit(2)
}

for (const { name, run } of benches) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`# ${name}\n`)
  await run()
  console.log("")
}
