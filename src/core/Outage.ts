/**
 * Outage: the circuit of a provider, so that an outage costs one attempt a second and not one per caller.
 *
 * It opens when several requests fail one after another for no fault of any token. Then one request at a time probes,
 * whoever has waited longest, and all others wait. Any answer that is not the provider's failure shows that it is back;
 * the pool then lends as `Flow` lets it. Evidence has its epoch here too: what was sent before the circuit opened says
 * nothing about now.
 *
 * @since 0.1.0
 */
import * as Circuit from "./Circuit.js"
import * as Flow from "./Flow.js"
import type { Lease } from "./Lease.js"
import * as Pool from "./Pool.js"
import type { Origin } from "./PoolEvent.js"
import * as Standing from "./Standing.js"
import * as Throughput from "./Throughput.js"
import * as Trouble from "./Trouble.js"

/**
 * Whether the provider's circuit is not closed.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isOpen = (pool: Pool.Pool): boolean => pool.provider.circuit._tag !== "Closed"

/**
 * The provider failed this lease. `delay`: how long its circuit opens if this opens it.
 *
 * @since 0.1.0
 * @category transitions
 */
export const fail = (
  pool: Pool.Pool,
  lease: Lease,
  failure: { readonly origin: Origin; readonly terms: Trouble.Terms; readonly delay: number; readonly why: string }
): Pool.Step => {
  const { delay, origin, terms, why } = failure
  const { circuit } = pool.provider
  const now = origin.at
  if (circuit._tag === "HalfOpen") {
    if (!isProbeOf(pool, circuit, lease)) return unchanged(pool)
    return open(Pool.change(pool, { trouble: Trouble.took(pool.trouble, now - lease.at) }), origin, { delay, why })
  }
  if (circuit._tag !== "Closed" || lease.number <= pool.trouble.since) return unchanged(pool)
  const strikes = [
    ...pool.trouble.strikes.filter(({ at }) => now - at <= terms.windowMillis),
    { at: now, number: lease.number, request: lease.request }
  ].slice(-most)
  const struck = Pool.change(pool, { trouble: { ...Trouble.took(pool.trouble, now - lease.at), strikes } })
  return strikes.length < terms.failures || requestsOf(strikes) < terms.requests
    ? unchanged(struck)
    : open(struck, origin, { delay, why })
}

/**
 * The provider gave this lease an answer of its own, good or bad: it is there.
 *
 * @since 0.1.0
 * @category transitions
 */
export const answered = (pool: Pool.Pool, lease: Lease, origin: Origin): Pool.Step => {
  const { strikes } = pool.trouble
  const { circuit } = pool.provider
  if (circuit._tag === "Closed") {
    if (strikes.length === 0) return unchanged(pool)
    const left = strikes.filter(({ number }) => number > lease.number)
    return unchanged(Pool.change(pool, { trouble: { ...pool.trouble, strikes: left } }))
  }
  if (lease.number <= pool.trouble.since) return unchanged(pool)
  return {
    pool: Pool.change(pool, {
      provider: Standing.move(pool.provider, Circuit.close(circuit)),
      // Probes that nobody waited for any longer may still fail: they were sent before.
      trouble: { ...pool.trouble, strikes: [], since: pool.leases },
      flow: Flow.after(pool.trouble.steady, origin.at),
      throughput: Throughput.begin(origin.at)
    }),
    events: [{ _tag: "ProviderRecovered", ...origin }]
  }
}

/**
 * Takes over what another process knows of the provider, and comes through the trouble it found as through its own.
 *
 * @since 0.1.0
 * @category transitions
 */
export const adopt = (pool: Pool.Pool, provider: Standing.Standing, now: number): Pool.Pool => {
  // In a new term somebody has taken everything back.
  if (provider.term !== pool.provider.term) return Pool.change(pool, { provider, flow: null })
  const wasOpen = isOpen(pool)
  const adopted = Pool.change(pool, { provider })
  if (wasOpen === isOpen(adopted)) return adopted
  return wasOpen
    ? Pool.change(adopted, { flow: Flow.after(pool.trouble.steady, now), throughput: Throughput.begin(now) })
    : Pool.change(adopted, {
        trouble: { ...pool.trouble, strikes: [], since: pool.leases, steady: Throughput.steady(pool.throughput, now) }
      })
}

/**
 * The lease came back without a verdict: if it was the probe, the next lease probes.
 *
 * @since 0.1.0
 * @category transitions
 */
export const abandon = (pool: Pool.Pool, lease: Lease, now: number): Pool.Pool => {
  const { circuit } = pool.provider
  return circuit._tag === "HalfOpen" && isProbeOf(pool, circuit, lease)
    ? Pool.change(pool, { provider: Standing.move(pool.provider, Circuit.returnProbe(circuit, now)) })
    : pool
}

/**
 * Sends the probe out if the circuit awaits one; says whether it does.
 *
 * @since 0.1.0
 * @category transitions
 */
export const probe = (pool: Pool.Pool, now: number): readonly [isProbe: boolean, pool: Pool.Pool] =>
  Circuit.awaitsProbe(pool.provider.circuit, now)
    ? [
        true,
        Pool.change(pool, {
          provider: Standing.move(
            pool.provider,
            Circuit.probe(pool.provider.circuit, now + verdictMillis(pool, pool.leases))
          )
        })
      ]
    : [false, pool]

/**
 * Whether the lease is the probe that is awaited. One that was given up on, and another sent in its place, can still say
 * that the provider is back, but no longer that it is not: that would outdate the other.
 */
const isProbeOf = (pool: Pool.Pool, circuit: Circuit.HalfOpen, lease: Lease): boolean =>
  lease.probesProvider &&
  lease.number > pool.trouble.since &&
  circuit.probeUntil === lease.at + verdictMillis(pool, lease.number)

/** All that is lent while the circuit is open are probes; the one in question counts already. */
const verdictMillis = ({ trouble }: Pool.Pool, number: number): number =>
  Trouble.verdictMillis(trouble, Math.max(1, number - trouble.since))

const open = (
  pool: Pool.Pool,
  origin: Origin,
  opening: { readonly delay: number; readonly why: string }
): Pool.Step => {
  const { delay, why } = opening
  const { circuit } = pool.provider
  const steady = circuit._tag === "Closed" ? Throughput.steady(pool.throughput, origin.at) : pool.trouble.steady
  const opened = Circuit.fail(circuit, { now: origin.at, threshold: 0, delay: Math.max(delay, pauseFor(steady)), why })
  if (opened._tag !== "Open") return unchanged(pool)
  return {
    pool: Pool.change(pool, {
      provider: Standing.move(pool.provider, opened),
      trouble: { ...pool.trouble, strikes: [], since: pool.leases, steady }
    }),
    events: [{ _tag: "ProviderTroubled", ...origin, until: opened.until, trips: opened.trips, why }]
  }
}

/** Probes shall be at most a fifth of the usual traffic, where that is little. */
const pauseFor = (steady: number): number => Math.min(longestPause, 5_000 / Math.max(1, steady))

const longestPause = 5_000

const unchanged = (pool: Pool.Pool): Pool.Step => ({ pool, events: [] })

/** Requests without a name count one each. */
const requestsOf = (strikes: ReadonlyArray<Trouble.Strike>): number =>
  new Set(strikes.map(({ number, request }) => request ?? number)).size

const most = 16
