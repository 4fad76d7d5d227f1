/**
 * Reading a secret without showing it to anybody: from a reference, from standard input, or at a hidden prompt.
 *
 * @since 0.1.0
 */
import * as Path from "node:path"
import type * as Terminal from "@effect/platform/Terminal"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TokenReference from "../TokenReference.js"
import { type Cancelled, CommandFailed, UsageError } from "./Failure.js"
import * as HiddenPrompt from "./HiddenPrompt.js"
import { Stdio } from "./Stdio.js"

/**
 * What is to stand in the config as the token's value: the secret itself, `env:NAME`, or `file:PATH` with an absolute
 * path.
 *
 * @since 0.1.0
 * @category reading
 */
export const read = (
  from: Option.Option<string>,
  what: string
): Effect.Effect<Redacted.Redacted, UsageError | CommandFailed | Cancelled, Stdio | Terminal.Terminal> =>
  Effect.gen(function* () {
    if (Option.isSome(from)) return yield* reference(from.value)
    const stdio = yield* Stdio
    const secret = stdio.stdinIsTerminal
      ? yield* HiddenPrompt.ask(`Secret of ${what} (not shown): `)
      : yield* piped(stdio.stdin)
    const reason = TokenReference.fault(secret)
    if (reason === undefined) return secret
    return yield* new CommandFailed({
      reason: `The secret ${reason}`,
      remedy: "Give one secret and nothing else, or refer to it: --from env:NAME, --from file:PATH"
    })
  })

/** Never repeats what it was given: somebody may have put a secret there. */
const reference = (text: string): Effect.Effect<Redacted.Redacted, UsageError> =>
  Effect.gen(function* () {
    const parsed = TokenReference.parse(text)
    if (parsed._tag === "Variable" && /^[A-Za-z_]\w*$/.test(parsed.name)) return Redacted.make(`env:${parsed.name}`)
    if (parsed._tag === "File" && parsed.path !== "") {
      // Relative paths in the config are relative to the config; on the command line to where the user stands.
      return Redacted.make(`file:${parsed.path.startsWith("~") ? parsed.path : Path.resolve(parsed.path)}`)
    }
    return yield* new UsageError({
      reason: "--from takes a reference, not a secret",
      remedy: "Write --from env:NAME for an environment variable or --from file:PATH for a file"
    })
  })

/** Longer than any token; a file piped in by mistake is not read to its end. */
const mostBytes = 65_536

const piped = (stdin: Stream.Stream<Uint8Array>): Effect.Effect<Redacted.Redacted, CommandFailed> =>
  Effect.gen(function* () {
    const bytes = yield* Stream.runFoldWhile(
      stdin,
      new Uint8Array(),
      (all) => all.length <= mostBytes,
      (all, more) => {
        const joined = new Uint8Array(all.length + more.length)
        joined.set(all)
        joined.set(more, all.length)
        return joined
      }
    )
    const text = new TextDecoder().decode(bytes).trim()
    if (text !== "" && bytes.length <= mostBytes) return Redacted.make(text)
    return yield* new CommandFailed({
      reason: text === "" ? "Standard input holds no secret" : "Standard input is too long for a secret",
      remedy: "Pipe the secret in, run this in a terminal to be asked for it, or refer to it: --from env:NAME"
    })
  })
