/** Runs `ctl` in this process, over a directory of its own, and gives what a shell would see. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { QuitException, Terminal } from "@effect/platform/Terminal"
import { Effect, Layer, Mailbox, Option, Stream } from "effect"
import { ConfigStore } from "../../src/ConfigStore.js"
import * as Cli from "../../src/cli/Cli.js"
import { Stdio } from "../../src/cli/Stdio.js"
import * as Workspace from "../../src/cli/Workspace.js"

export interface Result {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>
  /** Piped in; absent: standard input is empty. */
  readonly stdin?: string | ReadonlyArray<string>
  /** Standard input is a terminal, and this is typed at the prompt; `\b` and `\u0015` are keys. `null`: Ctrl-C. */
  readonly typed?: string | null
  readonly colour?: boolean
  /** How wide the terminal is; absent: there is none. */
  readonly columns?: number
}

const directories: Array<string> = []

/** A directory that is removed by `removeDirectories`. */
export const directory = (): string => {
  const path = mkdtempSync(join(tmpdir(), "llmctl-cli-"))
  directories.push(path)
  return path
}

export const removeDirectories = (): void => {
  for (const path of directories.splice(0)) rmSync(path, { recursive: true, force: true })
}

/** What stands for a secret in these tests: no output may ever hold it. */
export const canary = (n: number): string => `sk-ant-api03-${String(n).repeat(6)}CANARYcanaryCANARYcanary0123456789`

export const config = (home: string, json: unknown): string => {
  const path = join(home, "config.json")
  writeFileSync(path, typeof json === "string" ? json : JSON.stringify(json, null, 2), { mode: 0o600 })
  return path
}

export const readConfig = (home: string) => JSON.parse(readFileSync(join(home, "config.json"), "utf8"))

/** `ctl` on the config in `home`; the clock is the test's. */
export const ctl = (home: string, line: ReadonlyArray<string>, around: Surroundings = {}) =>
  Effect.gen(function* () {
    let stdout = ""
    let stderr = ""
    const chunks = typeof around.stdin === "string" ? [around.stdin] : (around.stdin ?? [])
    const stdio = Layer.succeed(Stdio, {
      out: (text) =>
        Effect.sync(() => {
          stdout += text
        }),
      err: (text) => {
        stderr += text
      },
      stdin: Stream.fromIterable(chunks.map((chunk) => new TextEncoder().encode(chunk))),
      stdinIsTerminal: around.typed !== undefined,
      outColour: around.colour ?? false,
      errColour: around.colour ?? false,
      outColumns: around.columns ?? Number.POSITIVE_INFINITY,
      utcOffset: () => 0
    })
    const exitCode = yield* Cli.main(line, "9.9.9").pipe(
      Effect.provide([
        stdio,
        terminal(around.typed ?? null, (text) => (stderr += text)),
        FileSystem.layerNoop({}),
        Path.layer
      ]),
      Effect.provideService(Workspace.Workspace, Workspace.make({ HOME: home, LLMCTL_CONFIG_DIR: home, ...around.env }))
    )
    const result: Result = { exitCode, stdout, stderr }
    return result
  })

const terminal = (typed: string | null, display: (text: string) => void) =>
  Layer.succeed(
    Terminal,
    Terminal.of({
      columns: Effect.succeed(80),
      rows: Effect.succeed(24),
      isTTY: Effect.succeed(true),
      readLine: Effect.fail(new QuitException()),
      display: (text) => Effect.sync(() => display(text)),
      readInput: Effect.gen(function* () {
        const mailbox = yield* Mailbox.make<{
          readonly input: Option.Option<string>
          readonly key: { name: string; ctrl: boolean; meta: boolean; shift: boolean }
        }>()
        const key = (name: string, ctrl = false) => ({ name, ctrl, meta: false, shift: false })
        const keys = new Map([
          ["\b", key("backspace")],
          ["\u0015", key("u", true)]
        ])
        for (const letter of typed ?? "") {
          yield* mailbox.offer({ input: Option.some(letter), key: keys.get(letter) ?? key(letter) })
        }
        if (typed === null) yield* mailbox.offer({ input: Option.some("\u0003"), key: key("c", true) })
        else yield* mailbox.offer({ input: Option.none(), key: key("enter") })
        return mailbox
      })
    })
  )

/** A program that runs over the same config and state as `ctl` on `home`. */
export const running = (home: string, env: Readonly<Record<string, string>> = {}) =>
  Layer.unwrapScoped(
    Effect.gen(function* () {
      const workspace = Workspace.make({ HOME: home, LLMCTL_CONFIG_DIR: home, ...env })
      const store = yield* Effect.provide(ConfigStore, workspace.config(Option.none()))
      return (yield* workspace.pools(store)).layer
    })
  )
