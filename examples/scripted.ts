/** What stands in for a vendor and a config in the examples: an embedded provider, and two tokens, one of them revoked. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startScriptedProvider } from "../test/support/ScriptedProvider.js"

export const scripted = async (type: "anthropic" | "openai" | "google") => {
  const secrets = { left: "token-of-somebody-who-left-0001", mine: "token-that-is-good-00000000002" }
  const provider = await startScriptedProvider({
    tokens: {
      [secrets.left]: { kind: "revoked" },
      [secrets.mine]: { kind: "ok", text: ["Hello", " from", " the", " good", " token."] }
    }
  })
  const directory = mkdtempSync(join(tmpdir(), "llmctl-example-"))
  process.env.LLMCTL_CONFIG_DIR = directory
  const tokens = Object.entries(secrets).map(([alias, value]) => ({ alias, value }))
  const baseUrl = type === "openai" ? `${provider.url}/v1` : provider.url
  const config = { providers: [{ id: type, name: `${type} (scripted)`, type, baseUrl, tokens }] }
  writeFileSync(join(directory, "config.json"), JSON.stringify(config), { mode: 0o600 })
  return {
    /** Says which tokens were tried, and cleans up. */
    close: async () => {
      const tried = provider.requests.map(({ token }) => tokens.find(({ value }) => value === token)?.alias)
      console.log(`tried: ${tried.join(" → ")}`)
      await provider.close()
      rmSync(directory, { recursive: true })
    }
  }
}
