/** The world of a scenario, drawn from the seed: tokens, limits, faults, and who calls when. */
import { chance } from "./chance.js"
import type { LimitSpec } from "./limits.js"
import { minute } from "./limits.js"
import type { Scenario } from "./scenarios.js"

export interface TokenSpec {
  readonly alias: string
  readonly group: number
  /** Index of the limit it falls under, which it may share. */
  readonly limit: number
  readonly revoked: boolean
  /** When its credit is used up, if ever. */
  readonly spentAt: number
}

export interface Outage {
  readonly from: number
  readonly until: number
  /** A status, or no answer at all. */
  readonly answer: 503 | 529 | "network"
}

export interface Caller {
  readonly index: number
  readonly at: number
  /** How long the vendor takes over its request. */
  readonly service: number
}

export interface World {
  readonly tokens: ReadonlyArray<TokenSpec>
  readonly limits: ReadonlyArray<LimitSpec>
  readonly outage: Outage | null
  readonly callers: ReadonlyArray<Caller>
  readonly ends: number
  /** What every caller grants for getting a token, from its arrival on, in milliseconds. */
  readonly patience: number
}

/** From the caller to the vendor, and back again. */
export const oneWayMillis = 25

export const makeWorld = (scenario: Scenario, seed: number): World => {
  const { minutes, size } = scenario
  const ends = minutes * minute
  const limits = limitsOf(scenario, seed)
  const { outage: answer } = scenario
  const outage = answer === null ? null : { from: ends / 3, until: ends / 3 + minute, answer }
  // Late enough to tell what comes of it from what comes of the outage.
  const tokens = tokensOf(scenario, seed, Math.max(ends / 2, (outage?.until ?? 0) + minute))
  const usable = new Set(tokens.filter(({ revoked }) => !revoked).map(({ limit }) => limit))
  const perMinute = limits.reduce((sum, limit, index) => sum + (usable.has(index) ? limit.perMinute : 0), 0)
  return {
    tokens,
    limits,
    ends,
    outage,
    patience: 30_000,
    callers: callersOf(scenario, perMinute, ends, chance(seed, `callers of ${size}`))
  }
}

/** 20 to 120 requests a minute, unequal, with windows that begin anywhere in the minute. */
const limitsOf = ({ groups, size, upstream }: Scenario, seed: number): ReadonlyArray<LimitSpec> => {
  const draw = chance(seed, `limits of ${size}`)
  return Array.from({ length: groups === null ? size : Math.ceil(size / groups.of) }, () => {
    const perMinute = Math.round(draw.between(20, 120))
    const phase = -Math.floor(draw.between(0, minute))
    return upstream === "window"
      ? { kind: "window", perMinute, capacity: perMinute, phase }
      : { kind: "bucket", perMinute, capacity: upstream === "bucket" ? perMinute : Math.max(1, perMinute / 6), phase }
  })
}

/** With faults: every tenth token is revoked, at least one, and the credit of one other ends midway. */
const tokensOf = ({ faults, groups, size }: Scenario, seed: number, spentAt: number): ReadonlyArray<TokenSpec> => {
  const draw = chance(seed, `faults of ${size}`)
  const order = Array.from({ length: size }, (_, index) => ({ index, key: draw.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ index }) => index)
  const revoked = new Set(faults ? order.slice(0, Math.max(1, Math.round(size / 10))) : [])
  const spent = faults ? order[size - 1] : undefined
  return Array.from({ length: size }, (_, index) => {
    const limit = groups === null ? index : Math.floor(index / groups.of)
    return {
      alias: `token-${index}`,
      group: limit,
      limit,
      revoked: revoked.has(index),
      spentAt: index === spent ? spentAt : Number.POSITIVE_INFINITY
    }
  })
}

/** They come independently of each other; most are served in about a second, some take ten. Slow ones take 15 times that. */
const callersOf = (
  { isSlow, load }: Scenario,
  capacity: number,
  ends: number,
  draw: ReturnType<typeof chance>
): ReadonlyArray<Caller> => {
  const perMinute = (capacity * load) / 100
  const scale = isSlow ? 15 : 1
  const callers: Array<Caller> = []
  for (let at = 0; ; ) {
    at += draw.exponential(minute / perMinute)
    if (at >= ends) return callers
    const service = Math.min(10_000, Math.max(100, draw.lognormal(1_000, 0.7)))
    callers.push({ index: callers.length, at: Math.round(at), service: Math.round(service * scale) })
  }
}
