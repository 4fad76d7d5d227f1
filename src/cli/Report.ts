/**
 * Saying things: data on standard output, talk on standard error, each in the style of where it goes.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { clean } from "./render/DisplayText.js"
import { colour, plain, type Style } from "./render/Style.js"
import type { Clockwork } from "./render/Times.js"
import { Stdio } from "./Stdio.js"

/**
 * Prints data.
 *
 * @since 0.1.0
 * @category output
 */
export const data = (
  render: (clock: Clockwork, style: Style, columns: number) => string
): Effect.Effect<void, never, Stdio> =>
  Effect.gen(function* () {
    const stdio = yield* Stdio
    const now = yield* Clock.currentTimeMillis
    const clock = { now, utcOffset: stdio.utcOffset }
    yield* stdio.out(render(clock, stdio.outColour ? colour : plain, stdio.outColumns))
  })

/**
 * Tells the user something.
 *
 * @since 0.1.0
 * @category output
 */
export const tell = (render: (style: Style) => string): Effect.Effect<void, never, Stdio> =>
  Effect.map(Stdio, (stdio) => stdio.err(`${render(stdio.errColour ? colour : plain)}\n`))

/**
 * Warns the user of something that is not wrong but should change.
 *
 * @since 0.1.0
 * @category output
 */
export const warn = (text: string): Effect.Effect<void, never, Stdio> =>
  tell((style) => `${style("warning", "warning:")} ${clean(text)}`)

/**
 * Tells the user what went wrong. An error may say several lines of its own; each is kept.
 *
 * @since 0.1.0
 * @category output
 */
export const fail = (message: string): Effect.Effect<void, never, Stdio> =>
  tell((style) => `${style("bad", "error:")} ${message.split("\n").map(clean).join("\n")}`)
