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
import * as Admission from "./core/Admission.js"
import * as Hope from "./core/Hope.js"
import * as Joining from "./core/Joining.js"
import type * as Lending from "./core/Lending.js"
import * as Pool from "./core/Pool.js"
import * as Serving from "./core/Serving.js"
import * as WaitQueue from "./core/WaitQueue.js"
import type { Service as Config } from "./RotationConfig.js"
import * as RotationState from "./RotationState.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Waiting {
  /**
   * Lends a token as soon as one can be had, in turn; or says why not, as soon as that is known: none returns before
   * `deadline` (epoch milliseconds), or too many are waiting. To be run where it cannot be interrupted, so that no lease is
   * lost between this and whoever holds it.
   */
  readonly wait: (
    providerId: string,
    wish: WaitQueue.Wish,
    options: {
      readonly deadline: number
      /** See `AcquireOptions.since`. */
      readonly since: number
      readonly priority: WaitQueue.Priority
      /** Takes a lease back that came in the very moment its caller was interrupted. */
      readonly giveBack: (lease: Lending.Lease) => Effect.Effect<void>
      /** Lets the wait itself be interrupted, if its caller can be. */
      readonly restore: <A>(effect: Effect.Effect<A>) => Effect.Effect<A>
    }
  ) => Effect.Effect<Lending.Lease | Joining.Refusal>
  /** Serves whoever waits and can be served now, and tells who never will be. To be called after every change of a pool. */
  readonly serve: (providerId: string) => Effect.Effect<void>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: {
  readonly state: Ref.Ref<RotationState.RotationState>
  readonly config: Config
  /** Publishes what happened in a pool and sees to its writing; `null` when there is nothing left to do. */
  readonly announce: (providerId: string, step: Pool.Step) => Effect.Effect<void> | null
  /** Looks whether other processes changed something. */
  readonly refresh: Effect.Effect<void>
}): Effect.Effect<Waiting, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { announce, config, refresh, state } = options
    const scope = yield* Effect.scope
    const timers = yield* Ref.make<ReadonlyMap<string, Timer>>(new Map())
    const probeMillis = Duration.toMillis(config.probeTimeout)
    const refreshMillis = Duration.toMillis(config.refreshInterval)
    const { maxWaiting } = config

    /**
     * Serves one waiter, the first who can be. When nobody can, those are told whose wait has turned hopeless; and when
     * nobody is, it says when one may have the room it waits for.
     */
    const serveOne = (providerId: string): Effect.Effect<number | null> =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const random = yield* Random.next
        const turn = yield* Ref.modify(state, (s): readonly [Turn, RotationState.RotationState] => {
          const entry = s.entries.get(providerId)
          if (entry === undefined || entry.queue.size === 0) {
            return [{ served: null, opensAt: Infinity, hopeless: [] }, s]
          }
          const turn = Serving.next(entry.pool, entry.queue, { now, random, probeMillis })
          if (turn.served === null) {
            const [hopeless, queue] = Hope.giveUp(entry.pool, entry.queue, now)
            const admission = hopeless.length === 0 ? entry.admission : Joining.lose(entry, now)
            const next = queue === entry.queue ? s : RotationState.modify(s, providerId, () => ({ queue, admission }))
            return [{ ...turn, hopeless }, next]
          }
          const { step, waiter } = turn.served
          const [, queue] = WaitQueue.leave(entry.queue, waiter.ticket)
          const admission = Joining.serve(entry, now - waiter.at, now)
          return [
            { ...turn, hopeless: [] },
            RotationState.modify(s, providerId, () => ({ pool: step.pool, queue, admission }))
          ]
        })
        const { hopeless, opensAt, served } = turn
        for (const waiter of hopeless) yield* Deferred.succeed(waiter.value, Joining.late)
        // Who is gone may have held up others.
        if (served === null) return hopeless.length === 0 ? opensAt : null
        yield* Deferred.succeed(served.waiter.value, served.lease)
        yield* announce(providerId, served.step) ?? Effect.void
        return null
      })

    const serve = (providerId: string): Effect.Effect<void> =>
      Effect.gen(function* () {
        if (((yield* Ref.get(state)).entries.get(providerId)?.queue.size ?? 0) === 0) return
        let opensAt: number | null = null
        while (opensAt === null) opensAt = yield* serveOne(providerId)
        yield* setTimer(providerId, opensAt)
      }).pipe(Effect.uninterruptible)

    /** One timer per provider, and only while somebody waits. */
    const setTimer = (providerId: string, opensAt: number): Effect.Effect<void> =>
      Effect.gen(function* () {
        const entry = (yield* Ref.get(state)).entries.get(providerId)
        const now = yield* Clock.currentTimeMillis
        const running = (yield* Ref.get(timers)).get(providerId)
        if (entry === undefined || entry.queue.size === 0) return
        // Other processes may help too, so nobody waits longer than it takes to look at what they learnt.
        const at = Math.min(
          now + refreshMillis,
          Math.max(now + 1, Math.ceil(opensAt)),
          Math.max(now + 1, nextChange(entry.pool, now))
        )
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
        // The provider is gone: that is told to all who stood here.
        if (entry === undefined) return [false, s]
        const [left, queue] = WaitQueue.leave(entry.queue, ticket)
        return [left, RotationState.modify(s, providerId, () => ({ queue }))]
      })

    const wait: Waiting["wait"] = (providerId, wish, { deadline, giveBack, priority, restore, since }) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const mine = yield* Deferred.make<Lending.Lease | Joining.Refusal>()
        const [place, refusal] = yield* Ref.modify(state, (s): readonly [Place, RotationState.RotationState] => {
          const entry = s.entries.get(providerId)
          if (entry === undefined) return [[null, Joining.late], s]
          const refusal = Joining.refuse({ ...entry, waiting: entry.queue.size }, wish, {
            now,
            deadline,
            priority,
            maxWaiting
          })
          // However many wait for something else: who is the first to ask for this may be served at once.
          const mayJoin = refusal === null || (refusal !== Joining.late && !WaitQueue.isWaitedFor(entry.queue, wish))
          if (!mayJoin) {
            return [
              [null, refusal],
              RotationState.modify(s, providerId, (e) => ({ admission: Admission.turnAway(e.admission, now) }))
            ]
          }
          // Who may not stay looks once, and gives up by itself.
          const until = refusal === null ? deadline : now
          const [ticket, queue] = WaitQueue.join(entry.queue, wish, mine, { since, deadline: until, priority })
          const admission = entry.queue.size === 0 ? Joining.serve(entry, 0, now) : entry.admission
          return [[ticket, refusal], RotationState.modify(s, providerId, () => ({ queue, admission }))]
        })
        if (place === null) return refusal
        yield* serve(providerId)
        if (refusal !== null) return (yield* leave(providerId, place)) ? refusal : yield* Deferred.await(mine)
        const waited = restore(Effect.timeoutOption(Deferred.await(mine), Math.max(0, deadline - now)))
        const lease = yield* Effect.onInterrupt(waited, () =>
          Effect.flatMap(leave(providerId, place), (left) =>
            left
              ? Effect.void
              : Effect.flatMap(Deferred.await(mine), (answer) => ("because" in answer ? Effect.void : giveBack(answer)))
          )
        )
        if (Option.isSome(lease)) return lease.value
        // Served in the very moment of giving up: then the lease is there and is used.
        if (!(yield* leave(providerId, place))) return yield* Deferred.await(mine)
        // Who came with no time to wait has not waited in vain.
        if (deadline <= now) return Joining.late
        const gaveUpAt = yield* Clock.currentTimeMillis
        yield* Ref.update(state, (s) =>
          RotationState.modify(s, providerId, (entry) => ({ admission: Joining.lose(entry, gaveUpAt) }))
        )
        return Joining.late
      })

    return { wait, serve }
  })

/** Who is served, and who will not be. */
type Turn = ReturnType<typeof Serving.next<RotationState.Waiter>> & {
  readonly hopeless: ReadonlyArray<WaitQueue.Waiter<RotationState.Waiter>>
}

interface Timer {
  readonly at: number
  readonly fiber: Fiber.RuntimeFiber<void>
}

/** Where a caller stands, and why it may not stay there; one of the two at least. */
type Place =
  | readonly [ticket: null, refusal: Joining.Refusal]
  | readonly [ticket: WaitQueue.Ticket, refusal: Joining.Refusal | null]

const without = (timers: ReadonlyMap<string, Timer>, providerId: string): ReadonlyMap<string, Timer> => {
  const rest = new Map(timers)
  rest.delete(providerId)
  return rest
}

/** The first time at which the pool, or what holds all of it, changes by itself. */
const nextChange = (pool: Pool.Pool, now: number): number => {
  const whole = [null, ...Object.keys(pool.models)].map((model) => Pool.opensAt(pool, model, now))
  return Math.min(
    ...[Pool.nextWake(pool), Pool.nextAudit(pool), ...whole].map((at) =>
      at !== null && at > now ? Math.ceil(at) : Infinity
    )
  )
}
