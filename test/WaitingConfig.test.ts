import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Option, TestClock } from "effect"
import type * as ConfigSource from "../src/ConfigSource.js"
import * as Limits from "../src/core/Limits.js"
import * as Outcome from "../src/core/Outcome.js"
import * as TokenRotation from "../src/TokenRotation.js"
import { changing, limited, rotationFrom, vendor, withSecrets } from "./support/rotation.js"
import { runVirtually } from "./support/virtual.js"

const provider = (id: string, aliases: ReadonlyArray<string>, limits = {}): ConfigSource.Options => ({
  provider: vendor,
  id,
  tokens: withSecrets(aliases.map((alias) => ({ alias, group: "org" }))),
  groupLimits: { org: Limits.of(limits) }
})

/** A rotation whose config is changed while it runs. */
const running = (...providers: ReadonlyArray<ConfigSource.Options>) =>
  Effect.map(changing(...providers), ({ change, source }) => ({
    layer: rotationFrom(source, { acquireTimeout: "30 seconds" }),
    change
  }))

const use = (outcome: Outcome.Outcome, providerId?: string, options?: TokenRotation.AcquireOptions) =>
  Effect.flatMap(TokenRotation.TokenRotation, (rotation) =>
    Effect.scoped(
      Effect.flatMap(rotation.acquire(providerId, options), (lease) =>
        Effect.as(lease.settle(outcome), lease.token.alias)
      )
    )
  )

/** Holds a token until it is told to give it back. */
const hold = (providerId: string) =>
  Effect.gen(function* () {
    const rotation = yield* TokenRotation.TokenRotation
    const done = yield* Deferred.make<void>()
    const held = yield* Deferred.make<string>()
    const fiber = yield* Effect.fork(
      Effect.scoped(
        Effect.gen(function* () {
          const lease = yield* rotation.acquire(providerId)
          yield* Deferred.succeed(held, lease.token.alias)
          yield* Deferred.await(done)
          yield* lease.settle(Outcome.success)
        })
      )
    )
    const alias = yield* Deferred.await(held)
    return { alias, giveBack: Effect.zipRight(Deferred.succeed(done, undefined), Fiber.join(fiber)) }
  })

const inFlight = Effect.flatMap(TokenRotation.TokenRotation, ({ pools }) =>
  Effect.map(pools, (all) => all.map(({ id, tokens }) => [id, ...tokens.map(({ inFlight }) => inFlight)]))
)

/** Runs a program in virtual time, with every step at which fibers can take turns. */
const everyStep = <E>(program: (steps: number, who: "waiting" | "noticing") => Effect.Effect<void, E>) => {
  for (let opsBeforeYield = 30; opsBeforeYield < 60; opsBeforeYield++) {
    for (let steps = 0; steps < 12; steps++) {
      for (const who of ["waiting", "noticing"] as const) runVirtually(program(steps, who), opsBeforeYield)
    }
  }
}

const notice = TestClock.adjust("500 millis")

describe("a caller who waits for a provider that is taken out of the config", () => {
  it.effect("is told so at once, by that name, and by what is there", () =>
    Effect.gen(function* () {
      const { change, layer } = yield* running(provider("acme", ["a"]), provider("other", ["b"]))
      yield* Effect.gen(function* () {
        yield* use(limited(20), "acme")
        const waiting = yield* Effect.forEach(["high", "normal", "low"] as const, (priority) =>
          Effect.fork(Effect.flip(use(Outcome.success, "acme", { priority, model: priority })))
        )
        yield* TestClock.adjust("1 seconds")
        yield* change(provider("other", ["b"]))
        yield* notice
        for (const fiber of waiting) {
          expect(yield* Fiber.poll(fiber)).toMatchObject({ _tag: "Some" })
          expect(yield* Fiber.join(fiber)).toMatchObject({
            _tag: "UnknownProvider",
            providerId: "acme",
            known: ["other"]
          })
        }
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("can be served by what is new when the provider is back", () =>
    Effect.gen(function* () {
      const { change, layer } = yield* running(provider("acme", ["a"]))
      yield* Effect.gen(function* () {
        yield* use(limited(20), "acme")
        const waiting = yield* Effect.fork(Effect.flip(use(Outcome.success, "acme")))
        yield* TestClock.adjust("1 seconds")
        yield* change()
        yield* notice
        expect(yield* Fiber.poll(waiting)).toMatchObject({ _tag: "Some" })
        yield* change(provider("acme", ["a", "c"]))
        yield* notice
        expect(yield* use(Outcome.success, "acme")).toBe("c")
      }).pipe(Effect.provide(layer))
    })
  )

  it("is told so, and leaves nothing behind, whoever is interrupted at whatever step of it", () => {
    const acme = provider("acme", ["a"], { concurrency: 1 })
    const other = provider("other", ["b"])
    let told = 0
    everyStep((steps, who) =>
      Effect.gen(function* () {
        const { change, layer } = yield* running(acme, other)
        yield* Effect.gen(function* () {
          const rotation = yield* TokenRotation.TokenRotation
          const held = yield* hold("acme")
          yield* Effect.sleep(100)
          const waiting = yield* Effect.fork(use(Outcome.success, "acme", { timeout: "5 minutes" }))
          // The next to look, and not the queue itself, is the first to notice.
          yield* Effect.sleep(350)
          yield* change(other)
          const noticing = yield* Effect.fork(rotation.pools)
          yield* Effect.repeatN(Effect.yieldNow(), steps)
          yield* who === "waiting" ? Fiber.interrupt(waiting) : Fiber.interrupt(noticing)
          yield* Effect.sleep(500)
          const end = yield* Fiber.poll(waiting)
          expect(end).toMatchObject({ _tag: "Some" })
          if (Option.exists(end, (exit) => !Exit.isInterrupted(exit))) told++
          yield* held.giveBack
          yield* change(acme)
          yield* Effect.sleep(500)
          expect(yield* use(Outcome.success, "acme", { timeout: 0 })).toBe("a")
        }).pipe(Effect.provide(layer))
      })
    )
    expect(told).toBeGreaterThan(20)
  })
})

describe("a caller who is lent a token that is removed in that moment", () => {
  it("is lent another one, and the place of the first is free again", () => {
    const limits = { concurrency: 1 }
    const served = new Map<string, number>()
    everyStep((steps, who) =>
      Effect.gen(function* () {
        const { change, layer } = yield* running(provider("acme", ["a"], limits))
        yield* Effect.gen(function* () {
          const rotation = yield* TokenRotation.TokenRotation
          const held = yield* hold("acme")
          yield* Effect.sleep(100)
          const waiting = yield* Effect.fork(use(Outcome.success, "acme"))
          // The next to look, and not the queue itself, is the first to notice.
          yield* Effect.sleep(350)
          yield* change(provider("acme", ["b"], limits))
          const settle = Effect.zipRight(
            Effect.repeatN(Effect.yieldNow(), who === "waiting" ? steps : 0),
            held.giveBack
          )
          const look = Effect.zipRight(Effect.repeatN(Effect.yieldNow(), who === "waiting" ? 0 : steps), rotation.pools)
          yield* Effect.zip(settle, look, { concurrent: true })
          const alias = yield* Fiber.join(waiting)
          served.set(alias, (served.get(alias) ?? 0) + 1)
          yield* Effect.sleep(500)
          expect(yield* use(Outcome.success, "acme", { timeout: 0 })).toBe("b")
        }).pipe(Effect.provide(layer))
      })
    )
    expect([...served.keys()].sort()).toEqual(["a", "b"])
  })
})

describe("a caller who waits while a token is added", () => {
  it("is lent it, at whatever step whoever noticed first is interrupted", () => {
    everyStep((steps) =>
      Effect.gen(function* () {
        const { change, layer } = yield* running(provider("acme", ["a"]))
        yield* Effect.gen(function* () {
          const rotation = yield* TokenRotation.TokenRotation
          yield* use(limited(20), "acme")
          yield* Effect.sleep(100)
          const waiting = yield* Effect.fork(use(Outcome.success, "acme"))
          yield* Effect.sleep(350)
          yield* change(provider("acme", ["a", "b"]))
          const noticing = yield* Effect.fork(rotation.pools)
          yield* Effect.repeatN(Effect.yieldNow(), steps)
          yield* Fiber.interrupt(noticing)
          expect(yield* Fiber.join(waiting)).toBe("b")
          expect(yield* inFlight).toEqual([["acme", 0, 0]])
        }).pipe(Effect.provide(layer))
      })
    )
  })
})

describe("a provider that comes back into the config", () => {
  it.effect("is known still: its rests, and what is out of it", () =>
    Effect.gen(function* () {
      const acme = provider("acme", ["a", "b"], { concurrency: 1 })
      const { change, layer } = yield* running(acme, provider("other", ["c"]))
      yield* Effect.gen(function* () {
        const rotation = yield* TokenRotation.TokenRotation
        yield* use(limited(20), "acme")
        const held = yield* hold("acme")
        expect(held.alias).toBe("b")
        yield* change(provider("other", ["c"]))
        yield* notice
        yield* change(acme, provider("other", ["c"]))
        yield* notice
        expect(yield* inFlight).toEqual([
          ["acme", 0, 1],
          ["other", 0]
        ])
        // One at a time: what is out from before counts, and its end frees the place.
        const waiting = yield* Effect.fork(use(Outcome.success, "acme"))
        yield* TestClock.adjust("1 seconds")
        expect(yield* Fiber.poll(waiting)).toMatchObject({ _tag: "None" })
        yield* held.giveBack
        expect(yield* Fiber.join(waiting)).toBe("b")
        expect((yield* rotation.pools)[0]?.tokens.map(({ inFlight, state }) => [inFlight, state])).toEqual([
          [0, "cooling"],
          [0, "ready"]
        ])
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("has lost no place to a call that ended while it was gone", () =>
    Effect.gen(function* () {
      const acme = provider("acme", ["a"], { concurrency: 1 })
      const { change, layer } = yield* running(acme, provider("other", ["c"]))
      yield* Effect.gen(function* () {
        const held = yield* hold("acme")
        yield* change(provider("other", ["c"]))
        yield* notice
        yield* use(Outcome.success, "other")
        yield* held.giveBack
        yield* change(acme)
        yield* notice
        expect(yield* use(Outcome.success, "acme", { timeout: 0 })).toBe("a")
        expect(yield* inFlight).toEqual([["acme", 0]])
      }).pipe(Effect.provide(layer))
    })
  )
})

describe("a caller who names no provider", () => {
  it.effect("waits for the one that was active when it came, and loses no place when another becomes active", () =>
    Effect.gen(function* () {
      const acme = provider("acme", ["a"], { concurrency: 1 })
      const other = provider("other", ["b"])
      const { change, layer } = yield* running(acme, other)
      yield* Effect.gen(function* () {
        const held = yield* hold("acme")
        const waiting = yield* Effect.fork(use(Outcome.success))
        yield* TestClock.adjust("1 seconds")
        yield* change(other, acme)
        yield* notice
        expect(yield* use(Outcome.success)).toBe("b")
        yield* held.giveBack
        expect(yield* Fiber.join(waiting)).toBe("a")
        expect(yield* use(Outcome.success, "acme", { timeout: 0 })).toBe("a")
      }).pipe(Effect.provide(layer))
    })
  )
})

describe("a limit that is set while calls are under way", () => {
  it.effect("counts them, and lets the next one through when one of them ends", () =>
    Effect.gen(function* () {
      const { change, layer } = yield* running(provider("acme", ["a"]))
      yield* Effect.gen(function* () {
        const [one, two] = [yield* hold("acme"), yield* hold("acme")]
        yield* change(provider("acme", ["a"], { concurrency: 2 }))
        yield* notice
        const waiting = yield* Effect.fork(use(Outcome.success, "acme"))
        yield* TestClock.adjust("1 seconds")
        expect(yield* Fiber.poll(waiting)).toMatchObject({ _tag: "None" })
        yield* one.giveBack
        expect(yield* Fiber.join(waiting)).toBe("a")
        yield* two.giveBack
        expect(yield* inFlight).toEqual([["acme", 0]])
      }).pipe(Effect.provide(layer))
    })
  )
})
