/** Runs an effect in virtual time: hours pass at once, and the same way every time. */
import { Effect, Exit } from "effect"
import { makeVirtualTime } from "../../bench/simulation/clock.js"

export { epoch } from "../../bench/simulation/clock.js"

/** `opsBeforeYield`: how much a fiber does before others have their turn; from 30 on it gets anywhere. */
export const runVirtually = <A, E>(program: Effect.Effect<A, E>, opsBeforeYield = 2048): A => {
  const time = makeVirtualTime()
  const stepped = Effect.withMaxOpsBeforeYield(Effect.withClock(program, time.clock), opsBeforeYield)
  const fiber = Effect.runFork(stepped, { scheduler: time.scheduler })
  time.run(() => fiber.unsafePoll() !== null)
  const exit = fiber.unsafePoll()
  if (exit === null) throw new Error(`nothing can happen any more at ${time.now()} ms, and the program is not over`)
  return Exit.getOrElse(exit, (cause) => {
    throw new Error(`the program failed: ${cause}`)
  })
}
