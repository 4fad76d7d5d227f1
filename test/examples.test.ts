/** Every example runs as it stands, with nothing configured, and is short. */
import { spawn } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const readme = readFileSync(`${root}README.md`, "utf8")
const files = readdirSync(`${root}examples`)

const run = (file: string): Promise<{ readonly exitCode: number | null; readonly output: string }> =>
  new Promise((resolve) => {
    // Nothing of this machine's own tokens and settings.
    const child = spawn(process.execPath, ["--import", "tsx", `examples/${file}`], {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: "/nonexistent" }
    })
    let output = ""
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk
      })
    }
    child.on("close", (exitCode) => resolve({ exitCode, output }))
  })

describe("The example", () => {
  // The demo has tests of its own: `npm start`. What stands in for a vendor is no example.
  for (const file of files.filter((name) => name !== "demo.ts" && name !== "scripted.ts")) {
    it(`${file} is served by the good token, after the revoked one was refused`, { timeout: 30_000 }, async () => {
      const { exitCode, output } = await run(file)
      expect(output).toMatch(/Hello/)
      expect(output).toMatch(/tried: left → mine/)
      expect(output).not.toMatch(/token-(?:of|that)/)
      expect(exitCode).toBe(0)
    })

    it(`${file} is under 40 lines and named by the README`, () => {
      expect(readFileSync(`${root}examples/${file}`, "utf8").split("\n").length).toBeLessThan(40)
      expect(readme.includes(`(examples/${file})`)).toBe(true)
    })
  }
})
