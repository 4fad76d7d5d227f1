/** The promise door over a config of its own, against a scripted provider. */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach } from "vitest"
import { dispose } from "../../src/promise/runtime.js"
import { type Options, type Script, type Service, startScriptedProvider } from "../support/ScriptedProvider.js"

const cleanups: Array<() => Promise<unknown>> = []

afterEach(async () => {
  await dispose()
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

export interface Door {
  readonly provider: Service
  readonly directory: string
  readonly secretOf: (alias: string) => string
  readonly configure: (config: unknown) => Promise<void>
}

/** One provider of this type whose tokens, by alias, do as scripted. */
export const open = async (
  type: "anthropic" | "openai" | "google",
  scripts: Readonly<Record<string, Script>>,
  options: Options = {}
): Promise<Door> => {
  const secretOf = (alias: string) => `secret-of-${alias}-0123456789abcdefghijklmnop`
  const provider = await startScriptedProvider({
    tokens: Object.fromEntries(Object.entries(scripts).map(([alias, script]) => [secretOf(alias), script])),
    ...options
  })
  const directory = await mkdtemp(join(tmpdir(), "llmctl-"))
  const configure = (config: unknown) =>
    writeFile(join(directory, "config.json"), JSON.stringify(config), { mode: 0o600 })
  await configure({
    providers: [
      {
        id: type,
        name: type,
        type,
        baseUrl: type === "openai" ? `${provider.url}/v1` : provider.url,
        tokens: Object.keys(scripts).map((alias) => ({ alias, value: secretOf(alias) }))
      }
    ],
    activeProviderId: type
  })
  const before = process.env.LLMCTL_CONFIG_DIR
  process.env.LLMCTL_CONFIG_DIR = directory
  cleanups.push(async () => {
    if (before === undefined) delete process.env.LLMCTL_CONFIG_DIR
    else process.env.LLMCTL_CONFIG_DIR = before
    await provider.close()
    await rm(directory, { recursive: true, force: true })
  })
  return { provider, directory, secretOf, configure }
}
