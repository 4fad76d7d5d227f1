/** Runs one scenario under one policy. */
import { Effect, Logger, LogLevel, Random, Runtime } from "effect"
import { makeVirtualTime, type VirtualTime } from "./clock.js"
import { type Figures, measure } from "./metrics.js"
import type { Policy } from "./policy.js"
import type { Scenario } from "./scenarios.js"
import { type Answer, makeUpstream, type Upstream } from "./upstream.js"
import { type Caller, makeWorld, type World } from "./world.js"

export interface Run {
  readonly time: VirtualTime
  readonly upstream: Upstream
  /** Callers that said they were served, by index. */
  readonly served: ReadonlySet<number>
  /** Whether every caller came and went. */
  readonly isDone: () => boolean
  /** Lets the policy close. */
  readonly close: () => void
}

export const simulate = (scenario: Scenario, policy: Policy, seed: number): Figures => {
  const world = makeWorld(scenario, seed)
  const { close, isDone, served, time, upstream } = begin(scenario, world, policy, seed)
  const started = performance.now()
  time.run(isDone)
  const realMillis = performance.now() - started
  close()
  return measure({ world, attempts: upstream.attempts, served, realMillis })
}

/** Sets everything up; nothing happens before time is let run. */
export const begin = (scenario: Scenario, world: World, policy: Policy, seed: number): Run => {
  const time = makeVirtualTime()
  const upstream = makeUpstream(scenario, world, time)
  const served = new Set<number>()
  let open = 0
  let arrived = 0

  const send = (token: number, caller: Caller) =>
    Effect.async<Answer>((resume) => upstream.send(token, caller, (answer) => resume(Effect.succeed(answer))))

  const program = Effect.gen(function* () {
    const call = yield* policy.make({ scenario, world, send })
    const fork = Runtime.runFork(yield* Effect.runtime<never>())
    const arrive = () => {
      const caller = world.callers[arrived]
      if (caller === undefined) return
      arrived++
      open++
      fork(call(caller), { scheduler: time.scheduler }).addObserver((exit) => {
        open--
        if (exit._tag === "Failure") throw new Error(`a caller died: ${String(exit.cause)}`)
        if (exit.value) served.add(caller.index)
      })
      time.at(world.callers[arrived]?.at ?? time.now(), arrive)
    }
    time.at(world.callers[0]?.at ?? 0, arrive)
    yield* Effect.never
  }).pipe(
    Effect.scoped,
    Effect.withClock(time.clock),
    Effect.withRandom(Random.make(seed)),
    // Spans are of no use here, and would cost more than what is measured; nor is what is said of the store.
    Effect.withTracerEnabled(false),
    Logger.withMinimumLogLevel(LogLevel.Error)
  )

  const fiber = Effect.runFork(program, { scheduler: time.scheduler })
  return {
    time,
    upstream,
    served,
    isDone: () => arrived === world.callers.length && open === 0,
    close: () => {
      fiber.unsafeInterruptAsFork(fiber.id())
      time.run(() => true)
      if (fiber.unsafePoll() === null) throw new Error("the policy does not close")
    }
  }
}
