/** A process that increments a document until it is killed, and says so on stdout after each durable increment. */
import * as Fs from "node:fs"
import { pathToFileURL } from "node:url"
import * as VersionedFiles from "../../src/stores/VersionedFiles.js"

export interface Document {
  readonly count: number
  readonly padding: string
}

/** All of one letter, which the count decides: a mixture of two documents would show. */
export const document = (count: number): Document => ({
  count,
  padding: String.fromCharCode(97 + (count % 26)).repeat(20_000)
})

export const increment = (current: string | undefined): string =>
  JSON.stringify(document(current === undefined ? 1 : (JSON.parse(current) as Document).count + 1))

const [, entry, directory, times] = process.argv
if (entry !== undefined && import.meta.url === pathToFileURL(entry).href && directory !== undefined) {
  const files = VersionedFiles.make(directory)
  for (let i = 0; i < Number(times ?? Number.POSITIVE_INFINITY); i++) {
    await files.commit("k", increment)
    Fs.writeSync(1, ".")
  }
}
