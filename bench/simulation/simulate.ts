/** Runs one scenario under one policy. */
import { Effect, Random, Runtime } from "effect"
import { makeVirtualTime } from "./clock.js"
import { type Figures, measure } from "./metrics.js"
import type { Policy } from "./policy.js"
import type { Scenario } from "./scenarios.js"
import { makeUpstream } from "./upstream.js"
import { makeWorld } from "./world.js"

export const simulate = (scenario: Scenario, policy: Policy, seed: number): Figures => {
  const world = makeWorld(scenario, seed)
  const time = makeVirtualTime()
  const upstream = makeUpstream(scenario, world, time)
  const served = new Set<number>()
  let open = 0
  let arrived = 0

  const send = (token: number, caller: (typeof world.callers)[number]) =>
    Effect.async<Parameters<Parameters<typeof upstream.send>[2]>[0]>((resume) => {
      upstream.send(token, caller, (answer) => resume(Effect.succeed(answer)))
    })

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
        if (exit._tag === "Success" && exit.value) served.add(caller.index)
        if (exit._tag === "Failure") throw new Error(`a caller died: ${String(exit.cause)}`)
      })
      time.at(world.callers[arrived]?.at ?? time.now(), arrive)
    }
    time.at(world.callers[0]?.at ?? 0, arrive)
    yield* Effect.never
  }).pipe(
    Effect.scoped,
    Effect.withClock(time.clock),
    Effect.withRandom(Random.make(seed)),
    Effect.withTracerEnabled(false)
  )

  const fiber = Effect.runFork(program, { scheduler: time.scheduler })
  const started = performance.now()
  time.run(() => arrived === world.callers.length && open === 0)
  const realMillis = performance.now() - started
  fiber.unsafeInterruptAsFork(fiber.id())
  // Lets the service close, in no time.
  time.run(() => true)
  return measure({ world, attempts: upstream.attempts, served, realMillis })
}
