import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Queue } from "effect"
import { epoch, makeVirtualTime, type VirtualTime } from "../../bench/simulation/clock.js"

const runIn = <A>(time: VirtualTime, program: Effect.Effect<A>) =>
  Effect.runFork(Effect.withClock(program, time.clock), { scheduler: time.scheduler })

describe("Virtual time", () => {
  it("lets an hour pass at once, and says so", () => {
    const time = makeVirtualTime()
    const fiber = runIn(time, Effect.zipRight(Effect.sleep("1 hour"), Clock.currentTimeMillis))
    time.run(() => false)
    assert.deepStrictEqual(fiber.unsafePoll()?._tag, "Success")
    assert.strictEqual(time.now(), 3_600_000)
    assert.strictEqual(time.clock.unsafeCurrentTimeMillis(), epoch + 3_600_000)
  })

  it("does what is due in order, and what is due together in the order it was asked for", () => {
    const time = makeVirtualTime()
    const done: Array<string> = []
    for (const [at, what] of [
      [30, "d"],
      [10, "a"],
      [20, "b"],
      [20, "c"],
      [30, "e"]
    ] as const) {
      time.at(at, () => done.push(`${what}${time.now()}`))
    }
    time.run(() => false)
    assert.deepStrictEqual(done, ["a10", "b20", "c20", "d30", "e30"])
  })

  it("does not what was called off, and stops when it is told", () => {
    const time = makeVirtualTime()
    const done: Array<number> = []
    const callOff = [10, 20, 30, 40].map((at) => time.at(at, () => done.push(at)))
    callOff[0]?.()
    callOff[2]?.()
    time.run(() => done.length === 1)
    assert.deepStrictEqual(done, [20])
    time.run(() => false)
    assert.deepStrictEqual(done, [20, 40])
  })

  it("passes only once every fiber waits", () => {
    const time = makeVirtualTime()
    const seen: Array<string> = []
    const program = Effect.gen(function* () {
      const queue = yield* Queue.unbounded<number>()
      const reader = yield* Effect.fork(
        Effect.forever(
          Effect.flatMap(Queue.take(queue), (n) => Effect.sync(() => seen.push(`read ${n} at ${time.now()}`)))
        )
      )
      for (let n = 0; n < 3; n++) {
        yield* Queue.offer(queue, n)
        yield* Effect.yieldNow()
        yield* Effect.sleep(5)
      }
      yield* Fiber.interrupt(reader)
    })
    const fiber = runIn(time, program)
    time.run(() => false)
    assert.strictEqual(fiber.unsafePoll()?._tag, "Success")
    assert.deepStrictEqual(seen, ["read 0 at 0", "read 1 at 5", "read 2 at 10"])
  })

  it("sleeps a millisecond at least, as under timers, and wakes no one who was interrupted", () => {
    const time = makeVirtualTime()
    const program = Effect.gen(function* () {
      yield* Effect.sleep(0)
      const sleeper = yield* Effect.fork(Effect.sleep("1 day"))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(sleeper)
    })
    runIn(time, program)
    time.run(() => false)
    assert.strictEqual(time.now(), 1)
  })
})
