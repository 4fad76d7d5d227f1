/**
 * Asking for something that must not be seen.
 *
 * The hidden prompt of `@effect/cli` draws itself anew at every key, and counts the hidden letters as drawn: a pasted
 * secret longer than the terminal is wide would wipe the lines above. This one writes its question once.
 *
 * @since 0.1.0
 */
import * as Terminal from "@effect/platform/Terminal"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { Cancelled } from "./Failure.js"

/**
 * What is typed up to the return key. Fails when the prompt is left by Ctrl-C or Ctrl-D.
 *
 * @since 0.1.0
 * @category reading
 */
export const ask = (question: string): Effect.Effect<Redacted.Redacted, Cancelled, Terminal.Terminal> =>
  Effect.gen(function* () {
    const terminal = yield* Terminal.Terminal
    // First, because from then on the terminal does not echo what is typed.
    const keys = yield* terminal.readInput
    yield* terminal.display(question)
    let typed: ReadonlyArray<string> = []
    for (;;) {
      const { input, key } = yield* keys.take
      if (key.ctrl && (key.name === "c" || key.name === "d")) return yield* new Cancelled()
      if (key.name === "return" || key.name === "enter") break
      if (key.name === "backspace") typed = typed.slice(0, -1)
      else if (key.ctrl && key.name === "u") typed = []
      else if (!key.ctrl && !key.meta && Option.isSome(input)) typed = [...typed, input.value]
    }
    yield* terminal.display("\n")
    return Redacted.make(typed.join("").trim())
  }).pipe(
    Effect.scoped,
    Effect.mapError(() => new Cancelled())
  )
