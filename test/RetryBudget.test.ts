import { expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { TokenRotation } from "../src/TokenRotation.js"
import { changing, rotationFrom, vendor, withSecrets } from "./support/rotation.js"

const acme = { provider: vendor, tokens: withSecrets([{ alias: "a" }]) }
const other = { provider: { ...vendor, type: "other" }, tokens: withSecrets([{ alias: "b" }]) }

it.effect("who asks for a provider that is not there pays nothing in for it", () =>
  Effect.gen(function* () {
    const config = yield* changing(acme, other)
    const retryBudget = { ratio: 1, perSecond: 0, cap: 3 }
    yield* Effect.gen(function* () {
      const rotation = yield* TokenRotation
      const look = Effect.zipRight(TestClock.adjust("1 minute"), rotation.providers)
      const spend = Effect.map(
        Effect.all(Array.from({ length: 5 }, () => rotation.withdraw("acme"))),
        (all) => all.filter((granted) => granted).length
      )
      yield* look
      expect(yield* spend).toBe(3)
      yield* rotation.begin("acme")
      yield* config.change(other)
      yield* look
      yield* rotation.begin("acme")
      expect(yield* spend).toBe(0)
      yield* config.change(acme)
      yield* look
      expect(yield* spend).toBe(1)
    }).pipe(Effect.provide(rotationFrom(config.source, { retryBudget })))
  })
)
