import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Schedule, TestClock } from "effect"
import * as Outcome from "../src/core/Outcome.js"
import * as RotationConfig from "../src/RotationConfig.js"
import * as TokenRotation from "../src/TokenRotation.js"
import { classify, rotationOf } from "./support/rotation.js"

const delays = (schedule: Schedule.Schedule<unknown, unknown>, numbers: ReadonlyArray<number>) =>
  Effect.forEach(numbers, (n) => RotationConfig.nthDelay(schedule, n))

describe("the n-th delay of a schedule", () => {
  it.effect.each<[string, Schedule.Schedule<unknown, unknown>, ReadonlyArray<number>]>([
    ["doubles", Schedule.exponential("1 seconds"), [1_000, 2_000, 4_000, 8_000]],
    ["stays", Schedule.spaced("7 seconds"), [7_000, 7_000, 7_000, 7_000]],
    [
      "is the last one when the schedule ends",
      Schedule.fromDelays("1 seconds", "5 seconds"),
      [1_000, 5_000, 5_000, 5_000]
    ],
    ["is nothing when the schedule never recurs", Schedule.stop, [0, 0, 0, 0]],
    [
      "is that of the slower of two",
      Schedule.intersect(Schedule.spaced("3 seconds"), Schedule.exponential("1 seconds")),
      [3_000, 3_000, 4_000, 8_000]
    ]
  ])("%s", ([, schedule, expected]) =>
    Effect.gen(function* () {
      expect(yield* delays(schedule, [1, 2, 3, 4])).toEqual(expected)
      // Asked, never slept on.
      expect(yield* TestClock.currentTimeMillis).toBe(0)
    })
  )
})

describe("the default pauses", () => {
  it.effect("between probes of a provider are half a second, then a second, less a fifth at most", () =>
    Effect.gen(function* () {
      const pauses = yield* Effect.forEach(Array.from({ length: 40 }), () =>
        delays(RotationConfig.defaults.recovery, [1, 2, 3, 30])
      )
      for (const [first = 0, ...later] of pauses) {
        expect(first >= 400 && first <= 500).toBe(true)
        for (const pause of later) expect(pause >= 800 && pause <= 1_000).toBe(true)
      }
      expect(new Set(pauses.map(([first]) => first)).size).toBeGreaterThan(20)
    })
  )

  it.effect("of a circuit are a minute, doubling to half an hour, less a fifth at most from the second on", () =>
    Effect.gen(function* () {
      const pauses = yield* delays(RotationConfig.defaults.cooldown, [1, 2, 3, 4, 5, 6, 50])
      const whole = [60, 120, 240, 480, 960, 1_800, 1_800].map((seconds) => seconds * 1_000)
      expect(pauses[0]).toBe(60_000)
      for (const [i, most] of whole.entries()) {
        expect(pauses[i]).toBeLessThanOrEqual(most)
        expect(pauses[i]).toBeGreaterThanOrEqual(most * 0.8)
      }
    })
  )
})

const down = classify({ status: 503, headers: {}, now: 0 })

/** A provider that answers nothing but trouble until its circuit opens. */
const breakDown = Effect.gen(function* () {
  const rotation = yield* TokenRotation.TokenRotation
  const fail = Effect.scoped(Effect.flatMap(rotation.acquire("acme"), (lease) => lease.settle(down)))
  yield* Effect.repeatN(fail, 4)
  return { rotation, fail }
})

describe("the recovery knob", () => {
  it.effect("is the pause before each probe of a provider that is down", () =>
    Effect.gen(function* () {
      const { fail, rotation } = yield* breakDown
      for (const seconds of [7, 20, 20]) {
        const since = yield* TestClock.currentTimeMillis
        expect(yield* Effect.flip(rotation.next("acme"))).toMatchObject({ retryAt: since + seconds * 1_000 })
        yield* TestClock.adjust(seconds * 1_000 - 1)
        expect(yield* Effect.isFailure(fail)).toBe(true)
        yield* TestClock.adjust(1)
        yield* fail
      }
    }).pipe(Effect.provide(rotationOf(["a", "b"], {}, { recovery: Schedule.fromDelays("7 seconds", "20 seconds") })))
  )

  it.effect("starts anew after the provider was back, and leaves the tokens' own pauses alone", () =>
    Effect.gen(function* () {
      const { rotation } = yield* breakDown
      yield* TestClock.adjust("7 seconds")
      const served = yield* Effect.fork(
        Effect.scoped(Effect.flatMap(rotation.acquire("acme"), (lease) => lease.settle(Outcome.success)))
      )
      yield* Fiber.join(served)
      yield* TestClock.adjust("1 minute")
      yield* breakDown
      const now = yield* TestClock.currentTimeMillis
      expect(yield* Effect.flip(rotation.next("acme"))).toMatchObject({ retryAt: now + 7_000 })
      expect((yield* rotation.pools)[0]?.tokens.map(({ counts, failures }) => [counts.errors, failures])).toEqual([
        [0, 0],
        [0, 0]
      ])
    }).pipe(Effect.provide(rotationOf(["a", "b"], {}, { recovery: Schedule.fromDelays("7 seconds", "20 seconds") })))
  )
})
