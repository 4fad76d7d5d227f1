/**
 * Virtual time: an Effect `Clock` and `Scheduler` under which hours pass in seconds, the same way every time.
 *
 * All runnable fibers run until nothing can happen without time passing; then time jumps to the next thing that is due.
 * `TestClock` promises the same, but it finds out that all fibers are suspended by polling them every 10 ms of real time
 * (`awaitSuspended`) and keeps its sleepers in a list that it sorts whole: 10 ms for each of the millions of wake-ups of
 * a run would be hours. Owning the scheduler makes the question exact and free: its queue is empty.
 *
 * Times are whole milliseconds and a sleep takes at least one, as under Node's timers.
 */
import { Clock, Duration, Effect, Scheduler } from "effect"
import { type Heap, makeHeap } from "./heap.js"

export interface VirtualTime {
  readonly clock: Clock.Clock
  readonly scheduler: Scheduler.Scheduler
  /** Milliseconds since the run began. */
  readonly now: () => number
  /** Does something at a time, at the earliest now; returns how to call it off. */
  readonly at: (time: number, task: () => void) => () => void
  /** Lets time pass until `isDone` says so or nothing is left to happen. */
  readonly run: (isDone: () => boolean) => void
}

/** When the runs begin, in epoch milliseconds: any fixed date will do, on a whole minute. */
export const epoch = Date.UTC(2026, 0, 1)

export const makeVirtualTime = (): VirtualTime => {
  const heap: Heap = makeHeap()
  let now = 0
  let runnable: Array<() => void> = []

  const settle = () => {
    while (runnable.length > 0) {
      const tasks = runnable
      runnable = []
      for (const task of tasks) task()
    }
  }

  const at = (time: number, task: () => void) => heap.push(Math.max(now, Math.ceil(time)), task)

  const clock: Clock.Clock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: () => epoch + now,
    unsafeCurrentTimeNanos: () => BigInt(epoch + now) * 1_000_000n,
    currentTimeMillis: Effect.sync(() => epoch + now),
    currentTimeNanos: Effect.sync(() => BigInt(epoch + now) * 1_000_000n),
    sleep: (duration) =>
      Effect.async<void>((resume) => {
        const millis = Duration.toMillis(duration)
        if (!Number.isFinite(millis)) return undefined
        return Effect.sync(at(now + Math.max(1, millis), () => resume(Effect.void)))
      })
  }

  return {
    clock,
    scheduler: {
      shouldYield: (fiber) => Scheduler.defaultScheduler.shouldYield(fiber),
      scheduleTask: (task) => {
        runnable.push(task)
      }
    },
    now: () => now,
    at,
    run: (isDone) => {
      settle()
      while (!isDone()) {
        const next = heap.pop()
        if (next === null) return
        now = next.time
        next.task()
        settle()
      }
    }
  }
}
