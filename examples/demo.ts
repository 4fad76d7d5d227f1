/**
 * Three tokens, one revoked and one rate-limited, against an embedded provider that speaks Anthropic's wire format over
 * real HTTP. Every call succeeds. Run it with: npm start
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { AutoTokenApiClient } from "llmctl"
import { startScriptedProvider } from "../test/support/ScriptedProvider.js"

const provider = await startScriptedProvider({
  tokens: {
    "sk-ant-api03-demo-token-that-was-revoked-000000000001": { kind: "revoked" },
    "sk-ant-api03-demo-token-with-a-small-limit-0000000002": { kind: "rateLimited", retryAfterSeconds: 20 },
    "sk-ant-api03-demo-token-that-is-healthy-0000000000003": { kind: "ok" }
  }
})
const directory = mkdtempSync(join(tmpdir(), "llmctl-demo-"))
process.env.LLMCTL_CONFIG_DIR = directory
const tokens = [
  { alias: "old-laptop", value: "sk-ant-api03-demo-token-that-was-revoked-000000000001" },
  { alias: "team", value: "sk-ant-api03-demo-token-with-a-small-limit-0000000002" },
  { alias: "mine", value: "sk-ant-api03-demo-token-that-is-healthy-0000000000003" }
]
writeFileSync(
  join(directory, "config.json"),
  JSON.stringify({
    providers: [{ id: "anthropic", name: "Anthropic (scripted)", type: "anthropic", baseUrl: provider.url, tokens }]
  }),
  { mode: 0o600 }
)

for (let call = 1; call <= 6; call++) {
  const before = provider.requests.length
  const reply = await AutoTokenApiClient.callAnthropic([{ role: "user", content: "Hello!" }], {
    model: "claude-3-sonnet-20240229",
    max_tokens: 100
  })
  const tried = provider.requests.slice(before).map(({ token }) => tokens.find(({ value }) => value === token)?.alias)
  console.log(`call ${call}: served, tried ${tried.join(" → ")}: ${JSON.stringify(reply.content[0])}`)
}

console.log("\n$ ctl tokens")
const ctl = fileURLToPath(new URL("../src/cli/bin.ts", import.meta.url))
// What was learnt is written behind, within half a second; then another process can read it.
await new Promise((written) => setTimeout(written, 700))
spawnSync(process.execPath, ["--import", "tsx", ctl, "tokens"], { stdio: "inherit" })

await provider.close()
rmSync(directory, { recursive: true })
