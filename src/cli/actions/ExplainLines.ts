/**
 * `ctl explain --stdin`: one JSON object a line in, one a line out, in order, as they come.
 *
 * @since 0.1.0
 */
import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import type { Provider } from "../../Provider.js"
import { AlreadySaid } from "../Failure.js"
import { Stdio } from "../Stdio.js"
import * as Verdict from "../Verdict.js"
import { Workspace } from "../Workspace.js"

/**
 * Answers every line; fails at the end when one of them could not be read.
 *
 * @since 0.1.0
 * @category actions
 */
export const explainLines = Effect.gen(function* () {
  const stdio = yield* Stdio
  const workspace = yield* Workspace
  const now = yield* Clock.currentTimeMillis
  const vendors = new Map<string, Provider | undefined>()
  let count = 0
  let bad = 0
  const answer = (line: string) =>
    Effect.gen(function* () {
      count += 1
      if (line.trim() === "") return ""
      const parsed = Either.flatMap(json(line), (value) =>
        Either.mapLeft(Verdict.parse(value, now), (error) => ({ id: Verdict.idIn(value), error }))
      )
      if (Either.isRight(parsed)) {
        const { provider } = parsed.right
        if (!vendors.has(provider)) vendors.set(provider, yield* workspace.vendorOf(provider))
        const vendor = vendors.get(provider)
        if (vendor !== undefined) return `${JSON.stringify(Verdict.judge(parsed.right, vendor))}\n`
      }
      bad += 1
      const { error, id } = Either.isLeft(parsed)
        ? parsed.left
        : { id: parsed.right.id, error: "provider is of no known type" }
      return `${JSON.stringify({ id, line: count, error })}\n`
    })
  yield* stdio.stdin.pipe(
    Stream.decodeText(),
    Stream.splitLines,
    // As much at once as came at once: one write a chunk.
    Stream.chunks,
    Stream.runForEach((lines) =>
      Effect.flatMap(Effect.forEach(Chunk.toReadonlyArray(lines), answer), (texts) => stdio.out(texts.join("")))
    )
  )
  if (bad > 0) {
    stdio.err(`error: ${bad} of ${count} lines could not be read; their answers say why. Correct them and try again\n`)
    return yield* new AlreadySaid()
  }
})

const json = (line: string): Either.Either<unknown, { readonly id: null; readonly error: string }> =>
  Either.try({ try: (): unknown => JSON.parse(line), catch: () => ({ id: null, error: "is not JSON" }) })
