/**
 * Joining: whether it has a point to join the queue of a pool, and if not, when to come back.
 *
 * @since 0.1.0
 */
import * as Admission from "./Admission.js"
import * as Flow from "./Flow.js"
import * as Hope from "./Hope.js"
import * as Outage from "./Outage.js"
import type * as Pool from "./Pool.js"
import * as PoolView from "./PoolView.js"
import * as Throughput from "./Throughput.js"
import * as WaitQueue from "./WaitQueue.js"

/**
 * Why nobody is lent a token: all of them rest; they are in use, and as many callers wait as may; or they are in use, and
 * whoever joined the queue now would wait too long.
 *
 * @since 0.1.0
 * @category models
 */
export type Because = "resting" | "queue-full" | "overloaded"

/**
 * Why a caller is turned away; `retryAt` (epoch milliseconds) when that is known better than from the rests of the tokens.
 *
 * @since 0.1.0
 * @category models
 */
export interface Refusal {
  readonly because: Because
  readonly retryAt: number | null
}

/**
 * No token can serve in time.
 *
 * @since 0.1.0
 * @category constructors
 */
export const late: Refusal = { because: "resting", retryAt: null }

/**
 * What tells whether a pool is asked for more than it can serve.
 *
 * @since 0.1.0
 * @category models
 */
export interface Strain {
  readonly pool: Pool.Pool
  readonly admission: Admission.Admission
}

/**
 * The same, and how many wait.
 *
 * @since 0.1.0
 * @category models
 */
export interface Queue extends Strain {
  readonly waiting: number
}

/**
 * Somebody was served after waiting so long; 0 when nobody was waiting. While the provider is down or coming back, waits
 * say nothing of the tokens; and a pool that stood idle meanwhile is asked in bursts, not for more than it can serve.
 *
 * @since 0.1.0
 * @category transitions
 */
export const serve = ({ admission, pool }: Strain, waitMillis: number, now: number): Admission.Admission => {
  if (Outage.isOpen(pool) || pool.flow !== null) return Admission.forget(admission)
  const stoodIdle = waitMillis === 0 && wasIdle({ admission, pool }, now)
  return Admission.serve(stoodIdle ? Admission.initial : admission, waitMillis, now)
}

/**
 * Somebody waited in vain: for the provider, or because the tokens cannot serve everybody.
 *
 * @since 0.1.0
 * @category transitions
 */
export const lose = ({ admission, pool }: Strain, now: number): Admission.Admission =>
  Outage.isOpen(pool) || (pool.flow !== null && now - pool.flow.since < backlogMillis)
    ? admission
    : Admission.lose(admission, now)

/**
 * Why waiting has no point, if it has none: no token comes back in time, or too many wait already.
 *
 * @since 0.1.0
 * @category getters
 */
export const refuse = (
  queue: Queue,
  wish: WaitQueue.Wish,
  caller: {
    readonly now: number
    readonly deadline: number
    readonly priority: WaitQueue.Priority
    readonly maxWaiting: number
  }
): Refusal | null => {
  const { pool, waiting } = queue
  const { deadline, maxWaiting, now, priority } = caller
  const behind = waitBehind(queue, waiting, now)
  // What costs nothing to know comes first: nobody is asked more often than a pool that is asked for too much.
  const longest = behind === null ? Infinity : longestBehind(queue, priority, deadline - now, now)
  const turnedAway = turnAway(waiting >= maxWaiting, behind, longest, now)
  if (turnedAway !== null) return turnedAway
  const back = returnsAt(pool, wish, { now, enough: Math.min(deadline, now + soonMillis) })
  if (back === null || (back > deadline && (back !== Infinity || deadline <= now))) {
    // Beyond what is known, there may be hope: a probe that is out may end any moment.
    const hoped = deadline > now ? Hope.earliest(pool, wish, { enough: deadline, from: 0, now }).at : null
    return hoped !== null && hoped <= deadline ? null : late
  }
  return behind === null || back === Infinity ? null : turnAway(false, back - now, longest, now)
}

/**
 * Behind how long a queue who is so patient may stand. Who lets others go first has agreed to wait longer than others for
 * it, and must not be turned away for ever because there are always some.
 */
const longestBehind = (queue: Queue, priority: WaitQueue.Priority, patience: number, now: number): number => {
  const ahead = WaitQueue.headStart[priority]
  const longest = isBeforeOpening(queue, now)
    ? Admission.longestWaitBeforeOpening(patience)
    : Admission.longestWait(patience)
  return Math.min(longest + Math.max(0, ahead), patience + ahead)
}

/**
 * Whether whoever joins is served together with those who wait, as soon as anybody is, if the next minute is as the last one
 * was: they wait for a window to open. So with each minute the queue may grow by what comes in those few seconds. Half of
 * what goes then is left to those who come later, so that as many do not wait as do.
 */
const isBeforeOpening = ({ admission, pool, waiting }: Queue, now: number): boolean => {
  const { flow, throughput } = pool
  if (flow !== null || !Admission.isSettled(admission, now)) return false
  const first = Throughput.waitInTurn(throughput, 1, now)
  // One alone is served at once at any pace.
  const last = Throughput.waitInTurn(throughput, Math.max(2, waiting + 1), now)
  if (first === null || last === null || last - first > atOnceMillis) return false
  return waiting < Throughput.inOneGo(throughput, first, now) * patientShare
}

const turnAway = (isFull: boolean, wait: number | null, longest: number, now: number): Refusal | null => {
  const retryAt = wait === null ? null : now + Math.max(soonMillis, Math.ceil(wait))
  if (isFull) return { because: "queue-full", retryAt }
  return wait !== null && wait > longest ? { because: "overloaded", retryAt } : null
}

/** Whether far fewer came since somebody waited last than are served in such a time. */
const wasIdle = ({ admission, pool }: Strain, now: number): boolean => {
  const elapsed = now - admission.waitedAt
  if (elapsed >= forgottenMillis) return true
  const seconds = Math.floor(elapsed / 1_000) - 1
  const usual = Throughput.perSecond(pool.throughput, now)
  return usual * seconds >= fewest && Throughput.lately(pool.throughput, seconds, now) < usual / 2
}

/** How long who joins a strained queue would wait; `null` where nobody is to be turned away for that. */
const waitBehind = ({ admission, pool }: Strain, waiting: number, now: number): number | null => {
  if (Outage.isOpen(pool) || !Admission.isStrained(admission, now)) return null
  if (pool.flow !== null) return Flow.waitBehind(pool.flow, waiting, now)
  return Admission.isSettled(admission, now)
    ? Throughput.waitInTurn(pool.throughput, waiting, now)
    : Throughput.waitBehind(pool.throughput, waiting, now)
}

/** When waiting may have an end, as `PoolView.retryAt` says; beyond pools of usual size by a bound that costs nothing. */
const returnsAt = (
  pool: Pool.Pool,
  wish: WaitQueue.Wish,
  { enough, now }: { readonly enough: number; readonly now: number }
): number | null => {
  return PoolView.isUsual(pool)
    ? PoolView.retryAt(pool, now, wish.model, wish.exclude, wish.size, enough)
    : PoolView.bound(pool, now)
}

/** A token that is back so soon is back in time; no need to look for one that is back sooner, nor to come back sooner. */
const soonMillis = 1_000
/** Idleness of fewer requests may be chance. */
const fewest = 5
const forgottenMillis = 60_000
/** Whose time was nearly over when the provider came back is lost to the outage. */
const backlogMillis = 10_000
/** Fewer than anybody may wait, so that a queue which is served evenly is none that waits for a window. */
const atOnceMillis = 4_000
/** How much of what goes in one go those may use up who wait long for it. */
const patientShare = 0.5
