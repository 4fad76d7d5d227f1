/**
 * From what a process is to the program that runs in it. It knows no process of its own: `bin` hands one in.
 *
 * Imported as a whole after the fast answers of `bin`, so that a bundle keeps only what is used.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Terminal from "@effect/platform/Terminal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Variables } from "../Environment.js"
import * as Cli from "./Cli.js"
import { exitCodes } from "./Failure.js"
import { Stdio } from "./Stdio.js"
import * as Workspace from "./Workspace.js"

/**
 * The process, as far as `ctl` cares.
 *
 * @since 0.1.0
 * @category models
 */
export interface Host {
  readonly environment: Variables
  readonly writeOut: (text: string, done: () => void) => void
  readonly writeError: (text: string) => void
  /** Standard input and the terminal are loaded when they are first read. */
  readonly stdin: () => Promise<Stream.Stream<Uint8Array, unknown>>
  readonly terminal: () => Promise<Effect.Effect<Terminal.Terminal, never, Scope.Scope>>
  readonly stdinIsTerminal: boolean
  readonly outColour: boolean
  readonly errColour: boolean
  /** `undefined`: standard output is no terminal. */
  readonly outColumns: number | undefined
  readonly errColumns: number
  readonly utcOffset: (epochMillis: number) => number
}

/**
 * Does what the words say; the result is the exit code.
 *
 * @since 0.1.0
 * @category running
 */
export const launch = (words: ReadonlyArray<string>, version: string, host: Host): Effect.Effect<number> =>
  Cli.main(words, version).pipe(
    // `@effect/cli` asks for files and paths, for options that we do not have.
    Effect.provide([stdio(host), prompts(host), FileSystem.layerNoop({}), Path.layer]),
    Effect.provideService(Workspace.Workspace, Workspace.make(host.environment))
  )

/**
 * The exit code of a process whose program was interrupted or died.
 *
 * @since 0.1.0
 * @category running
 */
export const exitCodeOf = (exit: { readonly _tag: string; readonly value?: unknown }): number =>
  typeof exit.value === "number" ? exit.value : exitCodes.interrupted

const stdio = (host: Host): Layer.Layer<Stdio> =>
  Layer.succeed(Stdio, {
    out: (text) => Effect.async<void>((resume) => host.writeOut(text, () => resume(Effect.void))),
    err: host.writeError,
    stdin: Stream.unwrap(Effect.map(Effect.promise(host.stdin), Stream.orDie)),
    stdinIsTerminal: host.stdinIsTerminal,
    outColour: host.outColour,
    errColour: host.errColour,
    outColumns: host.outColumns ?? Number.POSITIVE_INFINITY,
    utcOffset: host.utcOffset
  })

/** Prompts are talk: they go to standard error, and standard output stays data. */
const prompts = (host: Host): Layer.Layer<Terminal.Terminal> => {
  const terminal = Effect.flatten(Effect.promise(host.terminal))
  return Layer.succeed(
    Terminal.Terminal,
    Terminal.Terminal.of({
      columns: Effect.succeed(host.errColumns),
      rows: Effect.succeed(24),
      isTTY: Effect.succeed(host.stdinIsTerminal),
      readInput: Effect.flatMap(terminal, ({ readInput }) => readInput),
      readLine: Effect.scoped(Effect.flatMap(terminal, ({ readLine }) => readLine)),
      display: (text) => Effect.sync(() => host.writeError(host.errColour ? text : text.replace(colourSequence, "")))
    })
  )
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters.
const colourSequence = /\u001b\[[\d;]*m/g
