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

const wanted = process.argv.slice(2)
const files = readdirSync(new URL(".", import.meta.url))
  .filter((file) => file.endsWith(".ts") && file !== "run.ts")
  .sort()

for (const file of files) {
  const module: object = await import(new URL(file, import.meta.url).href)
  if (!isBench(module) || (wanted.length > 0 && !wanted.includes(module.name))) continue
  console.log(`# ${module.name}\n`)
  await module.run()
  console.log("")
}
