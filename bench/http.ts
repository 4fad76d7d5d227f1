/**
 * Calls per second through the rotating client over those through the bare client beneath it: the same requests, 32 at a
 * time, to a server on loopback in a process of its own: one that answers at once, for which the bar of 0.9 is meant, and
 * one that thinks for 50 ms, which is still fast for an LLM. The two clients take turns, and the median of the rounds'
 * ratios is shown: what else the machine does hits both. Beside it stands the processor time of a call.
 *
 * Our sources are compiled first, as users have them: what runs TypeScript as it is wraps every function in a call that
 * keeps its name, which costs us a fifth and the client beneath, which comes compiled, nothing.
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath, pathToFileURL } from "node:url"
import { build } from "esbuild"
import type * as Clients from "./http/clients.js"

export const name = "http"

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** Where the packages it imports are found. */
const outfile = fileURLToPath(new URL("../node_modules/.cache/llmctl/bench-http.mjs", import.meta.url))

const compiled = async (): Promise<typeof Clients> => {
  await build({
    entryPoints: [fileURLToPath(new URL("http/clients.ts", import.meta.url))],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    outfile
  })
  return import(pathToFileURL(outfile).href)
}

export const run = async (): Promise<void> => {
  const server = fork(fileURLToPath(new URL("http/server.ts", import.meta.url)))
  const [port] = await once(server, "message")
  const { compare } = await compiled()
  const results = await compare(`http://127.0.0.1:${port}`)
  server.disconnect()
  for (const { rounds, think } of results) {
    console.log(think === 0 ? "a vendor that answers at once" : `a vendor that thinks for ${think} ms`)
    const line = (name: string, of: (round: readonly [Clients.Measured, Clients.Measured]) => Clients.Measured) => {
      const rate = median(rounds.map((round) => of(round).callsPerSecond))
      const cpu = median(rounds.map((round) => of(round).cpuPerCall))
      console.log(`  ${name}  ${rate.toFixed(0).padStart(5)} calls/s  ${cpu.toFixed(0).padStart(5)} µs of CPU a call`)
    }
    line("bare client    ", ([bare]) => bare)
    line("rotating client", ([, rotating]) => rotating)
    const ratio = median(rounds.map(([bare, rotating]) => rotating.callsPerSecond / bare.callsPerSecond))
    console.log(`  ratio            ${ratio.toFixed(3)}`)
  }
}
