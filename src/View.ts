/**
 * Views of providers for people and for `--json`: plain data without secrets.
 *
 * @since 0.1.0
 */
import type { ConfiguredProvider } from "./ConfiguredProvider.js"
import * as Capacity from "./core/Capacity.js"
import * as Hope from "./core/Hope.js"
import type * as Joining from "./core/Joining.js"
import * as Pool from "./core/Pool.js"
import * as PoolView from "./core/PoolView.js"
import type { Size } from "./core/Size.js"
import type * as WaitQueue from "./core/WaitQueue.js"
import type { Exhausted, RequestTooLarge, Unavailable } from "./RotationError.js"
import * as RotationError from "./RotationError.js"
import { mask } from "./Token.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface TokenView extends PoolView.TokenView {
  /** What may be shown of the secret: `sk-ant-api03-…f3Qa`. */
  readonly masked: string
  /** Calls in flight in all programs: in this one now, in others as they last told, half a second ago or so. */
  readonly inFlight: number
}

/**
 * @since 0.1.0
 * @category models
 */
export interface ProviderView {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly baseUrl: string
  readonly active: boolean
  readonly strategy: PoolView.PoolView["strategy"]
  readonly holds: PoolView.PoolView["holds"]
  readonly tokens: ReadonlyArray<TokenView>
  /** Tokens that are configured but cannot be used, and why. */
  readonly problems: ConfiguredProvider["problems"]
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  provider: ConfiguredProvider,
  pool: PoolView.PoolView,
  active: boolean,
  elsewhere: ReadonlyMap<string, number>
): ProviderView => ({
  id: provider.id,
  name: provider.name,
  type: provider.vendor.type,
  baseUrl: provider.baseUrl,
  active,
  strategy: pool.strategy,
  holds: pool.holds,
  tokens: pool.tokens.map((view) => {
    const token = provider.tokens.get(view.id)
    const inFlight = view.inFlight + (elsewhere.get(view.id) ?? 0)
    return { ...view, inFlight, masked: token === undefined ? "****" : mask(token.secret) }
  }),
  problems: provider.problems
})

/**
 * What a caller is told whom no token of the pool can serve.
 *
 * @since 0.1.0
 * @category constructors
 */
export const exhausted = (
  provider: ConfiguredProvider,
  pool: Pool.Pool,
  { exclude, model, size }: WaitQueue.Wish,
  refusal: Joining.Refusal,
  now: number
): Exhausted =>
  RotationError.exhausted(
    {
      providerId: provider.id,
      retryAt: refusal.retryAt ?? retryAt(pool, { model, exclude: [], request: null, size }, now),
      because: refusal.because
    },
    () =>
      unavailable(PoolView.view(pool, now), provider.problems, model, exclude)
        .map((token) => inUse(pool, token, model, now))
        .map((token) => (size === null ? token : forSize(pool, token, model, size, now)))
  )

/**
 * What a caller is told whose request is larger than any token of the pool may serve; `null` when it is not.
 *
 * @since 0.1.0
 * @category constructors
 */
export const tooLarge = (pool: Pool.Pool, { model, size }: WaitQueue.Wish, now: number): RequestTooLarge | null => {
  const excess = size === null ? null : Capacity.excessOfAll(pool, { model, size, now })
  if (excess === null) return null
  const owner = Pool.find(pool, excess.owner)
  return new RotationError.RequestTooLarge({
    providerId: pool.providerId,
    model,
    unit: excess.unit,
    usage: excess.size,
    limit: excess.limit,
    reason: excess.reason,
    whose: owner === null ? `group "${excess.owner}"` : `token "${owner.member.profile.alias}"`,
    attempts: []
  })
}

/** A token that nothing holds back but the calls that are under way with it. */
const inUse = (pool: Pool.Pool, token: Unavailable, model: string | null, now: number): Unavailable => {
  const member = Pool.find(pool, token.tokenId)?.member
  if (member === undefined || token.state !== "ready" || token.why !== "") return token
  return PoolView.untilFor(pool, member, model, now) === Infinity
    ? { ...token, state: "in use", why: "a call that is under way has to end first" }
    : token
}

/** A token that is ready, but not for a request of this size. */
const forSize = (pool: Pool.Pool, token: Unavailable, model: string | null, size: Size, now: number): Unavailable => {
  const member = Pool.find(pool, token.tokenId)?.member
  if (member === undefined || token.state !== "ready") return token
  const until = soonest(PoolView.untilFor(pool, member, model, now, size), now)
  return until === null
    ? { ...token, why: "its limit is smaller than the request", until }
    : { ...token, why: "it has no room yet for a request of this size", until }
}

/** Who waits for a request in flight may wait for the time as well. */
const retryAt = (pool: Pool.Pool, wish: WaitQueue.Wish, now: number): number | null => {
  const until = PoolView.retryAt(pool, now, wish.model, wish.exclude, wish.size)
  const soon = soonest(until, now)
  if (until !== Infinity || soon === null) return soon
  return Math.max(soon, Hope.earliest(pool, wish, { enough: soon, from: 0, now }).at ?? soon)
}

/** A token that only waits for a request in flight has no time of its own: a second is as good a guess as any. */
const soonest = (until: number | null, now: number): number | null => (until === Infinity ? now + 1_000 : until)

const unavailable = (
  pool: PoolView.PoolView,
  problems: ConfiguredProvider["problems"],
  model: string | null,
  tried: ReadonlyArray<string>
): ReadonlyArray<Unavailable> => {
  const shared = pool.holds.find((hold) => hold.model === null || hold.model === model)
  const tokens = pool.tokens.map((token): Unavailable => {
    const hold = token.holds.find((h) => h.model === null || h.model === model) ?? shared
    const named = { alias: token.alias, tokenId: token.id }
    if (!token.enabled) return { ...named, state: "disabled", why: "disabled", until: null }
    if (hold !== undefined) return { ...named, state: hold.state, why: hold.why, until: hold.until }
    return tried.includes(token.id)
      ? { ...named, state: "tried", why: token.lastError?.why ?? "already tried for this request", until: null }
      : { ...named, state: token.state, why: "", until: token.until }
  })
  return [
    ...tokens,
    ...problems.map(({ alias, reason }) => ({ alias, tokenId: "", state: "unusable", why: reason, until: null }))
  ]
}
