import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { omniscient } from "../../bench/simulation/bound.js"
import { type LimitSpec, makeLimit, minute, usedBefore, windowEnd, windowOf } from "../../bench/simulation/limits.js"
import { oneWayMillis, type World } from "../../bench/simulation/world.js"

const limit = (kind: LimitSpec["kind"]): FastCheck.Arbitrary<LimitSpec> =>
  FastCheck.record({
    kind: FastCheck.constant(kind),
    perMinute: FastCheck.integer({ min: 1, max: 4 }),
    capacity: FastCheck.integer({ min: 1, max: 4 }),
    phase: FastCheck.integer({ min: -minute + 1, max: 0 })
  })

const world = (kind: LimitSpec["kind"]): FastCheck.Arbitrary<World> =>
  FastCheck.record({
    limits: FastCheck.array(limit(kind), { minLength: 1, maxLength: 3 }),
    faults: FastCheck.array(
      FastCheck.record({
        revoked: FastCheck.integer({ min: 0, max: 9 }).map((n) => n === 0),
        spentAt: FastCheck.option(FastCheck.nat(4 * minute), { freq: 1 })
      }),
      { minLength: 4, maxLength: 4 }
    ),
    outage: FastCheck.option(
      FastCheck.record({
        from: FastCheck.nat(3 * minute),
        length: FastCheck.constantFrom(20_000, 45_000, 60_000, 90_000)
      }),
      { freq: 3 }
    ),
    // More than can be served, and many at once: a bound is tight only where callers compete.
    times: FastCheck.array(FastCheck.nat(48), { minLength: 20, maxLength: 60 })
  }).map(({ faults, limits, outage, times }) => ({
    limits,
    // One more token than limits: the last two share one.
    tokens: faults.slice(0, limits.length + 1).map(({ revoked, spentAt }, index) => ({
      alias: `token-${index}`,
      group: index,
      limit: Math.min(index, limits.length - 1),
      revoked,
      spentAt: spentAt ?? Number.POSITIVE_INFINITY
    })),
    outage: outage === null ? null : { from: outage.from, until: outage.from + outage.length, answer: 503 },
    callers: times.sort((a, b) => a - b).map((fives, index) => ({ index, at: fives * 5_000, service: 1_000 })),
    ends: 4 * minute,
    patience: 30_000
  }))

/** When a limit has a token that is good: up to then. */
const goodUntil = ({ tokens }: World, index: number) =>
  Math.max(0, ...tokens.filter((t) => t.limit === index && !t.revoked).map(({ spentAt }) => spentAt))

const isOut = ({ outage }: World, at: number) => outage !== null && at >= outage.from && at < outage.until

/** The most callers that single places in windows can be given to, by augmenting paths: slow, and obviously right. */
const greatestMatching = (w: World): number => {
  const places = w.limits.flatMap((spec, index) =>
    Array.from({ length: 7 }, (_, i) => windowOf(spec, 0) + i).flatMap((window) => {
      const from = Math.max(0, windowEnd(spec, window - 1))
      const until = Math.min(windowEnd(spec, window), goodUntil(w, index))
      const left = spec.capacity - (window === windowOf(spec, 0) ? usedBefore(spec) : 0)
      return Array.from({ length: left }, () => ({ from, until }))
    })
  )
  const fits = (at: number, place: { readonly from: number; readonly until: number }) => {
    const first = Math.max(at + oneWayMillis, place.from)
    // Where the first common moment lies in the outage, the next to ask for is the one after it.
    const moment = isOut(w, first) ? (w.outage?.until ?? 0) : first
    return moment < place.until && moment <= at + oneWayMillis + w.patience
  }
  const taken = new Map<number, number>()
  const augment = (caller: number, seen: Set<number>): boolean =>
    places.some((place, index) => {
      if (seen.has(index) || !fits(w.callers[caller]?.at ?? 0, place)) return false
      seen.add(index)
      const holder = taken.get(index)
      if (holder !== undefined && !augment(holder, seen)) return false
      taken.set(index, caller)
      return true
    })
  return w.callers.filter((_, caller) => augment(caller, new Set())).length
}

/** What first come, first served over the separate limits as they are enforced can do: certainly possible. */
const feasible = (w: World): number => {
  const limits = w.limits.map(makeLimit)
  let waiting = [...w.callers]
  let served = 0
  for (let now = 0; now <= w.ends + w.patience + 1000 && waiting.length > 0; now += 100) {
    waiting = waiting.filter(({ at }) => {
      if (at + oneWayMillis > now || isOut(w, now)) return true
      if (now > at + oneWayMillis + w.patience) return false
      const admitted = limits.some((each, index) => now < goodUntil(w, index) && each.admit(now))
      if (admitted) served++
      return !admitted
    })
  }
  return served
}

const servedBy = (w: World) => omniscient(w).filter((at) => at !== null).length

describe("The omniscient policy", () => {
  it("serves exactly the most that windows can", () => {
    FastCheck.assert(
      FastCheck.property(world("window"), (w) => servedBy(w) === greatestMatching(w)),
      { numRuns: 300 }
    )
  })

  it("serves through buckets at least what can be done, and no more than they hold and gain", () => {
    FastCheck.assert(
      FastCheck.property(world("bucket"), (w) => {
        const most = w.limits.reduce((sum, spec, index) => {
          const until = Math.min(goodUntil(w, index), w.ends + w.patience + oneWayMillis)
          return until === 0 ? sum : sum + spec.capacity + (spec.perMinute * until) / minute
        }, 0)
        return servedBy(w) >= feasible(w) && servedBy(w) <= most
      }),
      { numRuns: 300 }
    )
  })

  it("serves nobody early, late or in the outage", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.oneof(world("window"), world("bucket")), (w) => {
        omniscient(w).forEach((served, index) => {
          if (served === null) return
          const arrival = (w.callers[index]?.at ?? 0) + oneWayMillis
          assert.isTrue(served >= arrival && served <= arrival + w.patience && !isOut(w, served))
        })
      }),
      { numRuns: 300 }
    )
  })
})
