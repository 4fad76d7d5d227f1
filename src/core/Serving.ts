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
  const refuse = (wish: WaitQueue.Wish, first: Room.Saving | null) => {
    refused.push(wish)
    // Who has room already waits for a request in flight to end, and that is no matter of time.
    if (first !== null && first.at > decision.now) opensAt = Math.min(opensAt, first.at)
  }
  const ask = (wish: WaitQueue.Wish) =>
    Lending.acquire(pool, requestOf(wish, { ...decision, counted: true, saving, hasWaited: true }))
  const heads = WaitQueue.heads(queue)
  // Where nobody has room for the least, nobody has for the rest: one look at all tokens is enough to know.
  const least = leastOf(heads)
  if (least !== null) {
    const step = ask(least)
    if (step.lease === null) refuse(least, step.saving)
  }
  for (const waiter of heads) {
    const { wish } = waiter
    const isVain = refused.some((other) => WaitQueue.asksMore(wish, other))
    if (isVain && saving !== null) continue
    const step = ask(wish)
    if (step.lease !== null) return { served: { waiter, step, lease: step.lease }, opensAt }
    if (wish.size === null) continue
    refuse(wish, step.saving)
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
export const requestOf = (
  { exclude, model, request, size }: WaitQueue.Wish,
  {
    counted,
    hasWaited,
    now,
    probeMillis,
    random,
    saving
  }: Omit<Lending.Request, "exclude" | "model" | "request" | "size">
): Lending.Request => ({
  now,
  random,
  model: model ?? undefined,
  request: request ?? undefined,
  exclude,
  size,
  saving,
  counted,
  hasWaited,
  probeMillis
})

/** The wish that asks least of several that declare a size, as far as they compare; `null` of fewer. */
const leastOf = (heads: ReadonlyArray<WaitQueue.Waiter<unknown>>): WaitQueue.Wish | null => {
  let least: WaitQueue.Wish | null = null
  let count = 0
  for (const { wish } of heads) {
    if (wish.size === null) continue
    count++
    if (least === null || WaitQueue.asksMore(least, wish)) least = wish
  }
  return count < 3 ? null : least
}
