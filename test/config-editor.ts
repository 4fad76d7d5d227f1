/** A process that edits a config a number of times: `tsx config-editor.ts <file> <name> <times>`. */
import { pathToFileURL } from "node:url"
import { Effect, Redacted } from "effect"
import { addToken } from "../src/ConfigEdit.js"
import * as ConfigStore from "../src/ConfigStore.js"

const [, entry, path = "", name, times] = process.argv
if (entry !== undefined && import.meta.url === pathToFileURL(entry).href) {
  const store = ConfigStore.make({ providers: [], path })
  for (let i = 0; i < Number(times); i++) {
    const value = Redacted.make(`sk-${name}-${i}`)
    await Effect.runPromise(store.edit((document) => addToken(document, "a", { value, alias: `${name}-${i}` }, [])))
    process.stdout.write(".")
  }
}
