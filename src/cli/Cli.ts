/**
 * The command tree of `ctl`, and the way from words on the command line to an exit code.
 *
 * @since 0.1.0
 */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as CommandLine from "./CommandLine.js"
import { node, textOf } from "./CommandTree.js"
import * as Explain from "./commands/Explain.js"
import * as Providers from "./commands/Providers.js"
import * as Tokens from "./commands/Tokens.js"
import * as Ending from "./Ending.js"
import { exitCodes, UsageError } from "./Failure.js"
import * as Report from "./Report.js"
import { help } from "./render/Help.js"
import { Stdio, type Service as StdioService } from "./Stdio.js"

const about = {
  summary: "rotates pools of API tokens for LLM providers",
  examples: [
    ["ctl tokens add --provider anthropic", "adds a token; asks for the secret"],
    ["ctl tokens", "shows every token and its state"],
    ["ctl tokens why work", "says why one of them rests"]
  ]
} as const

const root = Command.make("ctl").pipe(Command.withDescription(about.summary))

const command = root.pipe(Command.withSubcommands([Tokens.command, Providers.command, Explain.command]))

/**
 * Every command, as data.
 *
 * @since 0.1.0
 * @category help
 */
export const tree = node(root, {
  about,
  children: [Tokens.tree, Providers.tree, node(Explain.command, Explain)],
  runs: false
})

/**
 * Does what the words after `ctl` say; the result is the exit code. Whatever goes wrong has been told by then.
 *
 * @since 0.1.0
 * @category running
 */
export const main = (words: ReadonlyArray<string>, version: string) =>
  Effect.gen(function* () {
    const stdio = yield* Stdio
    return yield* perform(words, version).pipe(
      Effect.as<number>(exitCodes.ok),
      Effect.catchAllCause(Ending.told),
      Effect.withConsole(yield* consoleOver(stdio)),
      Effect.provide(Logger.replace(Logger.defaultLogger, logger(stdio))),
      Logger.withMinimumLogLevel(LogLevel.Warning)
    )
  })

const perform = (words: ReadonlyArray<string>, version: string) =>
  Effect.gen(function* () {
    const request = yield* CommandLine.read(tree, words)
    switch (request._tag) {
      case "Help":
        return yield* Report.data((_, style) => help(request.path, style))
      case "Version":
        return yield* Report.data(() => `${version}\n`)
      case "Run":
        return yield* Command.run(command, { name: "ctl", version })(["node", "ctl", ...request.words]).pipe(
          Effect.provide(CliConfig.layer({ isCaseSensitive: true, showBuiltIns: false })),
          Effect.catchIf(ValidationError.isValidationError, (error) => Effect.fail(invalid(error, request.path)))
        )
    }
  })

const invalid = (error: ValidationError.ValidationError, path: ReadonlyArray<{ readonly name: string }>): UsageError =>
  new UsageError({
    reason: textOf(error.error) || "The command line cannot be read",
    remedy: `See: ${path.map(({ name }) => name).join(" ")} --help`
  })

/** What `@effect/cli` prints itself: completions and the wizard. Its errors are told once, by us. */
const consoleOver = (stdio: StdioService): Effect.Effect<Console.Console> =>
  Console.consoleWith((inner) =>
    Effect.succeed({
      ...inner,
      log: (...texts: ReadonlyArray<unknown>) => stdio.out(`${texts.join(" ")}\n`),
      error: () => Effect.void
    })
  )

const logger = (stdio: StdioService) =>
  Logger.make(({ logLevel, message }) => {
    const text = Array.isArray(message) ? message.join(" ") : String(message)
    stdio.err(`${logLevel.label.toLowerCase().replace("warn", "warning")}: ${text}\n`)
  })
