#!/usr/bin/env node
/**
 * `ctl`: the process. Nothing else in the command line touches `process` or Node's platform.
 *
 * `--version` answers before anything is loaded; the rest is imported only then.
 *
 * @since 0.1.0
 */
import { readFileSync } from "node:fs"
import type { Host } from "./Launch.js"

const words = process.argv.slice(2)
// Two levels up both from the sources and from the bundle.
const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))

const wantsColour = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && (process.env.NO_COLOR ?? "") === "" && process.env.TERM !== "dumb"

/** Over the stream, not its async iterator: an iterator that waits for input cannot be interrupted. */
const stdin: Host["stdin"] = async () => {
  const { fromReadable } = await import("@effect/platform-node/NodeStream")
  return fromReadable(
    () => process.stdin,
    (cause) => cause,
    { closeOnDone: false }
  )
}

const start = async (): Promise<void> => {
  const [{ exitCodeOf, launch }, { runMain }] = await Promise.all([
    import("./Launch.js"),
    import("@effect/platform-node/NodeRuntime")
  ])
  // A reader that has seen enough (`ctl tokens | head -1`) is no error.
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code !== "EPIPE") {
      process.stderr.write(`error: Standard output cannot be written: ${code}. See whether its disk is full\n`)
    }
    process.exit(code === "EPIPE" ? 0 : 1)
  })
  const program = launch(words, version, {
    environment: process.env,
    writeOut: (text, done) => void process.stdout.write(text, done),
    writeError: (text) => void process.stderr.write(text),
    stdin,
    terminal: async () => (await import("@effect/platform-node/NodeTerminal")).make(),
    stdinIsTerminal: process.stdin.isTTY === true,
    outColour: wantsColour(process.stdout),
    errColour: wantsColour(process.stderr),
    // A terminal that does not know its size says 0.
    outColumns: process.stdout.columns || undefined,
    errColumns: process.stderr.columns ?? 80,
    utcOffset: (epochMillis) => -new Date(epochMillis).getTimezoneOffset()
  })
  runMain(program, {
    disableErrorReporting: true,
    // It writes to standard output, beside the logger that `Cli` puts in place of the default one.
    disablePrettyLogger: true,
    teardown: (exit, onExit) => onExit(exitCodeOf(exit))
  })
}

if (words.length === 1 && words[0] === "--version") process.stdout.write(`${version}\n`)
else await start()
