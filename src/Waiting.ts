/**
 * Waiting for a token: callers who cannot be served now stand in a `WaitQueue` and are woken exactly when one of them
 * can be, by a settle, by the time, or by what another process learnt.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import * as Lending from "./core/Lending.js"
import * as Pool from "./core/Pool.js"
import * as PoolView from "./core/PoolView.js"
import * as Standing from "./core/Standing.js"
import * as WaitQueue from "./core/WaitQueue.js"
import type { Service as Config } from "./RotationConfig.js"
import * as RotationState from "./RotationState.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Waiting {
  /**
   * Lends a token as soon as one can be had, in turn. `null`: not before `deadline` (epoch milliseconds), or too many are
   * waiting.
   */
  readonly wait: (
    providerId: string,
    wish: WaitQueue.Wish,
    options: {
      readonly deadline: number
      readonly priority: WaitQueue.Priority
      /** Takes a lease back that came in the very moment its caller was interrupted. */
      readonly giveBack: (lease: Lending.Lease) => Effect.Effect<void>
    }
  ) => Effect.Effect<Lending.Lease | null>
  /** Serves whoever waits and can be served now. To be called after every change of a pool. */
  readonly serve: (providerId: string) => Effect.Effect<void>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: {
  readonly state: Ref.Ref<RotationState.RotationState>
  readonly config: Config
  /** Publishes what happened in a pool and sees to its writing. */
  readonly announce: (providerId: string, step: Pool.Step) => Effect.Effect<void>
  /** Looks whether other processes changed something. */
  readonly refresh: Effect.Effect<void>
}): Effect.Effect<Waiting, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { announce, config, refresh, state } = options
    const scope = yield* Effect.scope
    const timers = yield* Ref.make<ReadonlyMap<string, Timer>>(new Map())
    const probeMillis = Duration.toMillis(config.probeTimeout)
    const refreshMillis = Duration.toMillis(config.refreshInterval)

    /** Serves one waiter, the first who can be. */
    const serveOne = (providerId: string): Effect.Effect<boolean> =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const random = yield* Random.next
        const served = yield* Ref.modify(state, (s): readonly [Served | null, RotationState.RotationState] => {
          const entry = s.entries.get(providerId)
          if (entry === undefined || entry.queue.size === 0) return [null, s]
          for (const { ticket, value, wish } of WaitQueue.heads(entry.queue)) {
            const step = Lending.acquire(entry.pool, { now, random, ...wishOf(wish), probeMillis })
            if (step.lease === null) continue
            const [, queue] = WaitQueue.leave(entry.queue, ticket)
            const next = RotationState.modify(s, providerId, (e) => ({ ...e, pool: step.pool, queue }))
            return [{ step, lease: step.lease, waiter: value }, next]
          }
          return [null, s]
        })
        if (served === null) return false
        yield* announce(providerId, served.step)
        return yield* Deferred.succeed(served.waiter, served.lease)
      })

    const serve = (providerId: string): Effect.Effect<void> =>
      Effect.gen(function* () {
        if (((yield* Ref.get(state)).entries.get(providerId)?.queue.size ?? 0) === 0) return
        while (yield* serveOne(providerId));
        yield* setTimer(providerId)
      }).pipe(Effect.uninterruptible)

    /** One timer per provider, and only while somebody waits. */
    const setTimer = (providerId: string): Effect.Effect<void> =>
      Effect.gen(function* () {
        const entry = (yield* Ref.get(state)).entries.get(providerId)
        const now = yield* Clock.currentTimeMillis
        const running = (yield* Ref.get(timers)).get(providerId)
        if (entry === undefined || entry.queue.size === 0) return
        // Other processes may help too, so nobody waits longer than it takes to look at what they learnt.
        const at = Math.min(now + refreshMillis, Math.max(now + 1, nextChange(entry.pool, now)))
        if (running !== undefined && running.at > now && running.at <= at) return
        if (running !== undefined) yield* Fiber.interruptFork(running.fiber)
        const ring = Effect.sleep(at - now).pipe(
          Effect.zipRight(Ref.update(timers, (all) => without(all, providerId))),
          Effect.zipRight(refresh),
          Effect.zipRight(serve(providerId))
        )
        const fiber = yield* Effect.forkIn(Effect.interruptible(ring), scope)
        yield* Ref.update(timers, (all) => new Map(all).set(providerId, { at, fiber }))
      })

    const leave = (providerId: string, ticket: WaitQueue.Ticket) =>
      Ref.modify(state, (s): readonly [boolean, RotationState.RotationState] => {
        const entry = s.entries.get(providerId)
        if (entry === undefined) return [true, s]
        const [left, queue] = WaitQueue.leave(entry.queue, ticket)
        return [left, RotationState.modify(s, providerId, (e) => ({ ...e, queue }))]
      })

    const wait: Waiting["wait"] = (providerId, wish, { deadline, giveBack, priority }) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          const mine = yield* Deferred.make<Lending.Lease>()
          const ticket = yield* Ref.modify(
            state,
            (s): readonly [WaitQueue.Ticket | null, RotationState.RotationState] => {
              const entry = s.entries.get(providerId)
              if (entry === undefined || !mayWait(entry, wish, now, deadline, config.maxWaiting)) return [null, s]
              const [place, queue] = WaitQueue.join(entry.queue, wish, mine, { now, priority })
              return [place, RotationState.modify(s, providerId, (e) => ({ ...e, queue }))]
            }
          )
          if (ticket === null) return null
          yield* serve(providerId)
          const waited = restore(Effect.timeoutOption(Deferred.await(mine), Math.max(0, deadline - now)))
          const lease = yield* Effect.onInterrupt(waited, () =>
            Effect.flatMap(leave(providerId, ticket), (left) =>
              left ? Effect.void : Effect.flatMap(Deferred.await(mine), giveBack)
            )
          )
          if (Option.isSome(lease)) return lease.value
          // Served in the very moment of giving up: then the lease is there and is used.
          return (yield* leave(providerId, ticket)) ? null : yield* Deferred.await(mine)
        })
      )

    return { wait, serve }
  })

interface Timer {
  readonly at: number
  readonly fiber: Fiber.RuntimeFiber<void>
}

interface Served {
  readonly step: Pool.Step
  readonly lease: Lending.Lease
  readonly waiter: Deferred.Deferred<Lending.Lease>
}

const wishOf = ({ exclude, model, request }: WaitQueue.Wish) => ({
  model: model ?? undefined,
  request: request ?? undefined,
  exclude
})

const without = (timers: ReadonlyMap<string, Timer>, providerId: string): ReadonlyMap<string, Timer> => {
  const rest = new Map(timers)
  rest.delete(providerId)
  return rest
}

/** Whether waiting has a point: a token may come back in time, and the queue has room. */
const mayWait = (
  entry: RotationState.Entry,
  wish: WaitQueue.Wish,
  now: number,
  deadline: number,
  maxWaiting: number
): boolean => {
  if (deadline <= now || entry.queue.size >= maxWaiting) return false
  // With the exact time for pools of usual size; beyond, with a bound that costs nothing.
  const back =
    entry.pool.members.length <= 256
      ? PoolView.retryAt(entry.pool, now, wish.model, wish.exclude)
      : Pool.nextWake(entry.pool)
  return back !== null && back <= deadline
}

/** The first time at which the pool, or what holds all of it, changes by itself. */
const nextChange = (pool: Pool.Pool, now: number): number => {
  let first = Pool.nextWake(pool)
  for (const standing of [pool.provider, ...Object.values(pool.models)]) {
    const until = Standing.heldUntil(standing, now)
    if (until !== null && until > now) first = Math.min(first, until)
  }
  return first
}
