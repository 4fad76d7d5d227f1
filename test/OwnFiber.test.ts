import { describe, expect, it } from "@effect/vitest"
import { Context, Deferred, Effect, Exit, Fiber, FiberRef, FiberRefs } from "effect"
import * as OwnFiber from "../src/OwnFiber.js"

const one = FiberRef.unsafeMake("outer 1")
const two = FiberRef.unsafeMake("outer 2")
const other = FiberRef.unsafeMake(0)
const both = Effect.all([FiberRef.get(one), FiberRef.get(two)])

class Name extends Context.Tag("Name")<Name, string>() {}

const terms: OwnFiber.Terms<Name> = {
  context: (outer) => Context.add(outer, Name, "given"),
  settings: [OwnFiber.setting(one, () => "inner 1"), OwnFiber.setting(two, (outer) => `not ${outer}`)]
}

/** A timer that is run by hand. */
const byHand = () => {
  const timer = { tell: () => {}, off: 0 }
  const set: OwnFiber.Timer = (tell) => {
    timer.tell = tell
    return () => {
      timer.off++
    }
  }
  return { timer, set }
}

describe("OwnFiber", () => {
  it.effect("sets each for the time of the effect, and gives it its context", () =>
    Effect.gen(function* () {
      expect(yield* OwnFiber.run(terms, () => Effect.all([Name, both]))).toEqual(["given", ["inner 1", "not outer 2"]])
      expect(yield* both).toEqual(["outer 1", "outer 2"])
    })
  )

  it.effect.each([
    ["fails", Effect.fail("so")],
    ["dies", Effect.die("so")],
    ["is interrupted", Effect.interrupt]
  ] as const)("ends as the effect does when it %s", ([, effect]) =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(OwnFiber.run<void, string, Name>(terms, () => effect))
      const direct = yield* Effect.exit(effect)
      expect([Exit.isFailure(exit), Exit.isInterrupted(exit)]).toEqual([true, Exit.isInterrupted(direct)])
      expect(yield* both).toEqual(["outer 1", "outer 2"])
    })
  )

  it.effect("changes for the caller what the effect changes, but not what was set for its time", () =>
    Effect.gen(function* () {
      const change = Effect.zipRight(
        FiberRef.update(other, (n) => n + 1),
        FiberRef.set(one, "changed")
      )
      yield* OwnFiber.run(terms, () => Effect.zipRight(Effect.yieldNow(), change))
      yield* Effect.exit(OwnFiber.run(terms, () => Effect.zipRight(change, Effect.fail("so"))))
      expect([yield* FiberRef.get(other), yield* FiberRef.get(one)]).toEqual([2, "outer 1"])
      expect(yield* Effect.serviceOption(Name)).toMatchObject({ _tag: "None" })
    })
  )

  it.effect("keeps nothing of the fiber where the effect changed nothing", () =>
    Effect.gen(function* () {
      const before = yield* Effect.getFiberRefs
      yield* OwnFiber.run(terms, () => Effect.locally(Effect.void, other, 5))
      const after = yield* Effect.getFiberRefs
      expect(FiberRefs.get(after, other)).toEqual(FiberRefs.get(before, other))
    })
  )

  it.effect("waits, when it is interrupted, until the effect has ended", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const events: Array<string> = []
      const { set, timer } = byHand()
      const slow = Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never).pipe(
        Effect.onInterrupt(() =>
          Effect.zipRight(
            Effect.yieldNow(),
            Effect.sync(() => events.push("ended"))
          )
        )
      )
      const run = OwnFiber.run<void, string, Name>(terms, (giveUp) => {
        giveUp(set, () => "late")
        return slow
      })
      const fiber = yield* Effect.fork(run)
      yield* Deferred.await(begun)
      expect(Exit.isInterrupted(yield* Fiber.interrupt(fiber))).toBe(true)
      expect([events, timer.off]).toEqual([["ended"], 1])
    })
  )

  it.effect("gives the effect up when its time is over, with the error for it", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const ended = yield* Deferred.make<void>()
      const { set, timer } = byHand()
      const run = OwnFiber.run<void, string, Name>(terms, (giveUp) => {
        giveUp(set, () => "late")
        return Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never).pipe(
          Effect.onInterrupt(() => Deferred.succeed(ended, undefined))
        )
      })
      const fiber = yield* Effect.fork(run)
      yield* Deferred.await(begun)
      timer.tell()
      expect(yield* Fiber.await(fiber)).toEqual(Exit.fail("late"))
      yield* Deferred.await(ended)
    })
  )

  it.effect("calls the timer off when the effect ends before", () =>
    Effect.gen(function* () {
      const { set, timer } = byHand()
      const run = OwnFiber.run<string, string, Name>(terms, (giveUp) => {
        giveUp(set, () => "late")
        return Effect.as(Effect.yieldNow(), "in time")
      })
      expect([yield* run, timer.off]).toEqual(["in time", 1])
      timer.tell()
    })
  )
})
