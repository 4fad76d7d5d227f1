/** Runs an effect in virtual time: hours pass at once, and the same way every time. */
import { type Clock, Duration, Effect, Exit } from "effect"
import { makeVirtualTime, type VirtualTime } from "../../bench/simulation/clock.js"

export { epoch } from "../../bench/simulation/clock.js"

/** `opsBeforeYield`: how much a fiber does before others have their turn; from 30 on it gets anywhere. */
export const runVirtually = <A, E>(program: Effect.Effect<A, E>, opsBeforeYield = 2048): A => {
  const time = makeVirtualTime()
  return runOn(time, time.clock, program, opsBeforeYield)
}

/** The same, but all that is due at one time begins before any of it goes on: so what happens at once takes turns. */
export const runAtOnce = <A, E>(program: Effect.Effect<A, E>, opsBeforeYield: number): A => {
  const time = makeVirtualTime()
  const due = new Map<number, Set<() => void>>()
  const sleep: Clock.Clock["sleep"] = (duration) =>
    Effect.async<void>((resume) => {
      const at = time.now() + Math.max(1, Duration.toMillis(duration))
      if (!Number.isFinite(at)) return undefined
      const wake = () => resume(Effect.void)
      const others = due.get(at)
      if (others === undefined) {
        time.at(at, () => {
          for (const each of due.get(at) ?? []) each()
        })
      }
      due.set(at, (others ?? new Set()).add(wake))
      return Effect.sync(() => due.get(at)?.delete(wake))
    })
  return runOn(time, { ...time.clock, sleep }, program, opsBeforeYield)
}

const runOn = <A, E>(
  time: VirtualTime,
  clock: Clock.Clock,
  program: Effect.Effect<A, E>,
  opsBeforeYield: number
): A => {
  const stepped = Effect.withMaxOpsBeforeYield(Effect.withClock(program, clock), opsBeforeYield)
  const fiber = Effect.runFork(stepped, { scheduler: time.scheduler })
  time.run(() => fiber.unsafePoll() !== null)
  const exit = fiber.unsafePoll()
  if (exit === null) throw new Error(`nothing can happen any more at ${time.now()} ms, and the program is not over`)
  return Exit.getOrElse(exit, (cause) => {
    throw new Error(`the program failed: ${cause}`)
  })
}
