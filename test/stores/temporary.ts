import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { afterAll } from "vitest"

/** Fresh directories, removed when the test file is through. */
export const temporaryDirectories = (): (() => string) => {
  const root = Fs.mkdtempSync(Path.join(Os.tmpdir(), "llmctl-"))
  afterAll(() => Fs.rmSync(root, { recursive: true, force: true }))
  let n = 0
  return () => Path.join(root, `d${++n}`)
}
