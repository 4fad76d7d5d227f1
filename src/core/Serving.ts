/**
 * Serving: which of those who wait is lent a token next.
 *
 * The heads of the lines are asked in the order they came, and the first who can be served is. The first of them who waits
 * for nothing but room for a large request has a token saved up for it (see `Room`), so that whoever came later leaves it
 * what it waits for. So a large request waits no longer than until one token that may serve it has room, and holds up
 * smaller ones at that token only.
 *
 * @since 0.1.0
 */
import * as Lending from "./Lending.js"
import type * as Pool from "./Pool.js"
import type * as Room from "./Room.js"
import * as WaitQueue from "./WaitQueue.js"

/**
 * Who is served, and with what.
 *
 * @since 0.1.0
 * @category models
 */
export interface Served<A> {
  readonly waiter: WaitQueue.Waiter<A>
  readonly step: Pool.Step
  readonly lease: Lending.Lease
}

/**
 * Serves the first who can be. `opensAt`: when somebody who is not served may have the room it waits for; `Infinity` when
 * nobody waits for that.
 *
 * @since 0.1.0
 * @category transitions
 */
export const next = <A>(
  pool: Pool.Pool,
  queue: WaitQueue.WaitQueue<A>,
  decision: Pick<Lending.Request, "now" | "random" | "probeMillis">
): { readonly served: Served<A> | null; readonly opensAt: number } => {
  let saving: Room.Saving | null = null
  let opensAt = Infinity
  const refused: Array<WaitQueue.Wish> = []
  for (const waiter of WaitQueue.heads(queue)) {
    const { wish } = waiter
    if (refused.some((other) => WaitQueue.asksMore(wish, other))) continue
    const step = Lending.acquire(pool, { ...decision, ...requestOf(wish), saving })
    if (step.lease !== null) return { served: { waiter, step, lease: step.lease }, opensAt }
    if (wish.size === null) continue
    refused.push(wish)
    if (step.saving === null) continue
    // Who has room already waits for a request in flight to end, and that is no matter of time.
    if (step.saving.at > decision.now) opensAt = Math.min(opensAt, step.saving.at)
    saving ??= step.saving
  }
  return { served: null, opensAt }
}

/**
 * What is asked of the pool for a wish.
 *
 * @since 0.1.0
 * @category conversions
 */
export const requestOf = ({ exclude, model, request, size }: WaitQueue.Wish) => ({
  model: model ?? undefined,
  request: request ?? undefined,
  exclude,
  size
})
