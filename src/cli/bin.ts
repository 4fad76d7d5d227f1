#!/usr/bin/env node
/**
 * `ctl`: the process. Nothing else in the command line touches `process` or Node's platform.
 *
 * `--version` answers before anything is loaded; the rest is imported only then.
 *
 * @since 0.1.0
 */
import { readFileSync } from "node:fs"

const words = process.argv.slice(2)
// Two levels up both from the sources and from the bundle.
const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))

const start = async () => {
  const Cli = await import("./Cli.js")
  const { Stdio } = await import("./Stdio.js")
  const { exitCodes } = await import("./Failure.js")
  const Workspace = await import("./Workspace.js")
  const Terminal = await import("@effect/platform/Terminal")
  const NodeFileSystem = await import("@effect/platform-node/NodeFileSystem")
  const NodePath = await import("@effect/platform-node/NodePath")
  const NodeRuntime = await import("@effect/platform-node/NodeRuntime")
  const NodeStream = await import("@effect/platform-node/NodeStream")
  const NodeTerminal = await import("@effect/platform-node/NodeTerminal")
  const Effect = await import("effect/Effect")
  const Exit = await import("effect/Exit")
  const Layer = await import("effect/Layer")
  const Stream = await import("effect/Stream")

  // A reader that has seen enough (`ctl tokens | head -1`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1))

  const wantsColour = (stream: NodeJS.WriteStream) =>
    stream.isTTY === true && (process.env.NO_COLOR ?? "") === "" && process.env.TERM !== "dumb"

  const errColour = wantsColour(process.stderr)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters.
  const colourSequence = /\u001b\[[\d;]*m/g

  const stdio = Layer.succeed(Stdio, {
    out: (text) =>
      Effect.async<void>((resume) => {
        process.stdout.write(text, () => resume(Effect.void))
      }),
    err: (text) => {
      process.stderr.write(text)
    },
    // Over the stream, not its async iterator: an iterator that waits for input cannot be interrupted.
    stdin: Stream.orDie(
      NodeStream.fromReadable<unknown, Uint8Array>(
        () => process.stdin,
        (cause) => cause,
        { closeOnDone: false }
      )
    ),
    stdinIsTerminal: process.stdin.isTTY === true,
    outColour: wantsColour(process.stdout),
    errColour,
    utcOffset: (epochMillis) => -new Date(epochMillis).getTimezoneOffset()
  })

  // Prompts are talk: they go to standard error, and standard output stays data.
  const prompts = Layer.effect(
    Terminal.Terminal,
    Effect.map(Terminal.Terminal, (inner) =>
      Terminal.Terminal.of({
        ...inner,
        columns: Effect.sync(() => process.stderr.columns ?? 80),
        display: (text) =>
          Effect.sync(() => void process.stderr.write(errColour ? text : text.replace(colourSequence, "")))
      })
    )
  ).pipe(Layer.provide(NodeTerminal.layer))

  const program = Cli.main(words, version).pipe(
    Effect.provide([stdio, prompts, NodeFileSystem.layer, NodePath.layer]),
    Effect.provideService(Workspace.Workspace, Workspace.make(process.env))
  )

  NodeRuntime.runMain(program, {
    disableErrorReporting: true,
    teardown: (exit, onExit) =>
      onExit(Exit.isSuccess(exit) && typeof exit.value === "number" ? exit.value : exitCodes.interrupted)
  })
}

if (words.length === 1 && words[0] === "--version") process.stdout.write(`${version}\n`)
else await start()
