/**
 * A view: a secret-free snapshot of a pool for people, as plain JSON.
 *
 * @since 0.1.0
 */
import * as HashMap from "effect/HashMap"
import * as Capacity from "./Capacity.js"
import type { Circuit } from "./Circuit.js"
import * as Cooldown from "./Cooldown.js"
import type * as Counts from "./Counts.js"
import * as GateView from "./GateView.js"
import type { Hold, State } from "./Hold.js"
import * as Member from "./Member.js"
import * as OwnedGates from "./OwnedGates.js"
import * as Pool from "./Pool.js"
import type { Size } from "./Size.js"
import * as Slots from "./Slots.js"
import * as Standing from "./Standing.js"
import * as Standings from "./Standings.js"
import * as Strategy from "./Strategy.js"

export type { Hold, State } from "./Hold.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface TokenView {
  readonly id: string
  readonly alias: string
  readonly state: State
  /** When the token as a whole may be lent again; `null` when it may now, or when only a person can change it. */
  readonly until: number | null
  /** Everything that holds the token or one of its models back, the longest first. */
  readonly holds: ReadonlyArray<Hold>
  readonly weight: number
  readonly enabled: boolean
  readonly group: string | null
  readonly inFlight: number
  /** Consecutive failures counted towards opening its circuit. */
  readonly failures: number
  readonly lastUsedAt: number | null
  readonly lastError: Member.LastError | null
  readonly counts: Counts.Counts
}

/**
 * @since 0.1.0
 * @category models
 */
export interface PoolView {
  readonly providerId: string
  readonly strategy: Strategy.Strategy
  /** What holds the whole provider, or a model of it, back. */
  readonly holds: ReadonlyArray<Hold>
  readonly tokens: ReadonlyArray<TokenView>
}

/**
 * @since 0.1.0
 * @category getters
 */
export const view = (pool: Pool.Pool, now: number): PoolView => ({
  providerId: pool.providerId,
  strategy: pool.strategy,
  holds: [
    ...holdsOf(pool.provider, { scope: "provider", model: null, group: null }, now),
    ...Object.entries(pool.models).flatMap(([model, s]) => holdsOf(s, { scope: "model", model, group: null }, now))
  ],
  tokens: Slots.toArray(pool.members).map((member) => viewMember(pool, member, now))
})

/**
 * When a token could next be lent for `model`, over all tokens not in `exclude` and large enough for a request of this
 * `size`: epoch milliseconds, `null` when only a person can change that, `Infinity` when a request in flight must end
 * first. Looks at every member until one is back by `enough`.
 *
 * @since 0.1.0
 * @category getters
 */
export const retryAt = (
  pool: Pool.Pool,
  now: number,
  model: string | null = null,
  exclude: ReadonlyArray<string> = [],
  size: Size | null = null,
  enough = now
): number | null => {
  const untilOf = (member: Member.Member) => untilFor(pool, member, model, now, size)
  return soonest(pool, { exclude, enough, from: 0 }, untilOf).at
}

/**
 * The member that is back first, by what `at` says of each that is enabled and not in `exclude`; `null`: none is. Looks
 * from the one at `from` on until one is back by `enough`.
 *
 * @since 0.1.0
 * @category getters
 */
export const soonest = (
  pool: Pool.Pool,
  options: { readonly exclude: ReadonlyArray<string>; readonly enough: number; readonly from: number },
  at: (member: Member.Member) => number | null
): { readonly slot: number; readonly at: number | null } => {
  const { enough, exclude, from } = options
  const { length } = pool.members
  let first: { readonly slot: number; readonly at: number | null } = { slot: 0, at: null }
  for (let i = 0; i < length; i++) {
    const slot = (from + i) % length
    const member = Slots.get(pool.members, slot)
    if (member === undefined || !member.profile.enabled || exclude.includes(member.profile.id)) continue
    const until = at(member)
    if (until === null) continue
    if (first.at === null || until < first.at) first = { slot, at: until }
    if (until <= enough) return first
  }
  return first
}

/**
 * Whether all members of the pool may be looked at for a caller.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isUsual = (pool: Pool.Pool): boolean => pool.members.length <= 256

/**
 * A time before which no member returns, that costs nothing to know; `null` when none does by itself.
 *
 * @since 0.1.0
 * @category getters
 */
export const bound = (pool: Pool.Pool, now: number): number | null => {
  const isBusy = Strategy.count(pool.lane) > 0 || !HashMap.isEmpty(pool.gates)
  const first = Pool.nextWake(pool)
  if (isBusy) return now
  return first === Infinity ? null : first
}

/**
 * When this member could next be lent for `model`, for a request of this size or a usual one: `Infinity` when a request in
 * flight must end first.
 *
 * @since 0.1.0
 * @category getters
 */
export const untilFor = (
  pool: Pool.Pool,
  member: Member.Member,
  model: string | null,
  now: number,
  size: Size | null = null
): number | null => {
  if (size !== null && Capacity.excess(pool.gates, member, { model, size, now }) !== null) return null
  const whole = Pool.opensAt(pool, model, now)
  if (whole === null) return null
  const held = Standings.heldUntil(pool, member, model, now)
  if (held === null) return null
  return Math.max(whole, held, Math.ceil(OwnedGates.opensAt(pool.gates, member, model, now, size)))
}

/**
 * Whether a token cannot be lent now for `model`, or is gone.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isHeld = (
  pool: Pool.Pool,
  lease: { readonly tokenId: string; readonly model: string | null },
  now: number
): boolean => {
  const found = Pool.find(pool, lease.tokenId)
  return found === null || !found.member.profile.enabled || untilFor(pool, found.member, lease.model, now) !== now
}

const viewMember = (pool: Pool.Pool, member: Member.Member, now: number): TokenView => {
  const { profile, standing } = member
  const group = Member.group(member)
  const own = [
    ...holdsOf(standing, { scope: "token", model: null, group }, now),
    ...holdsOf(Pool.groupStanding(pool, member), { scope: "group", model: null, group }, now),
    ...GateView.holdsOf(pool.gates, member, null, now)
  ].sort(longestFirst)
  const shut = new Set(OwnedGates.shut(pool.gates, member, now))
  const models = Object.entries(member.models)
    .flatMap(([model, s]) => holdsOf(s, { scope: "token+model", model, group }, now))
    .concat([...shut].flatMap((model) => GateView.holdsOf(pool.gates, member, model, now)))
    .sort(longestFirst)
  const state = profile.enabled ? (own[0]?.state ?? "ready") : "disabled"
  return {
    id: profile.id,
    alias: profile.alias,
    state,
    until: profile.enabled ? (own[0]?.until ?? null) : null,
    holds: [...own, ...models],
    weight: profile.weight,
    enabled: profile.enabled,
    group,
    inFlight: member.inFlight,
    failures: standing.circuit._tag === "Closed" ? standing.circuit.failures : 0,
    lastUsedAt: member.lastUsedAt,
    lastError: member.lastError,
    counts: member.counts
  }
}

const longestFirst = (a: Hold, b: Hold): number => {
  const x = a.until ?? (a.state === "half-open" ? 0 : Infinity)
  const y = b.until ?? (b.state === "half-open" ? 0 : Infinity)
  return x === y ? 0 : y - x
}

const holdsOf = (
  standing: Standing.Standing,
  place: Pick<Hold, "scope" | "model" | "group">,
  now: number
): ReadonlyArray<Hold> => {
  const holds: Array<Hold> = []
  const circuit = viewCircuit(standing.circuit, now)
  if (circuit !== null) holds.push({ ...place, ...circuit })
  for (const rest of Standing.rests(standing)) {
    if (!Cooldown.isOver(rest, now)) holds.push({ ...place, state: "cooling", ...rest })
  }
  return holds
}

const viewCircuit = (circuit: Circuit, now: number): Omit<Hold, "scope" | "model" | "group"> | null => {
  const trips = "trips" in circuit ? circuit.trips : 0
  const probes = trips === 2 ? "a failed probe" : `${trips - 1} failed probes`
  const evidence = [trips < 2 ? "failures in a row" : `failures in a row, and ${probes} since`]
  const guess = { since: null, blame: null, provenance: "guess", code: null, evidence } as const
  switch (circuit._tag) {
    case "Closed":
      return null
    case "Open":
      return circuit.until > now
        ? { ...guess, state: "open", until: circuit.until, why: circuit.why }
        : { ...guess, state: "half-open", until: null, why: circuit.why }
    case "HalfOpen":
      return circuit.probeUntil > now
        ? { ...guess, state: "probing", until: circuit.probeUntil, why: circuit.why }
        : { ...guess, state: "half-open", until: null, why: circuit.why }
    case "Isolated":
      return {
        state: "isolated",
        until: null,
        since: circuit.since,
        blame: "token",
        provenance: null,
        code: circuit.code,
        why: circuit.why,
        evidence: circuit.evidence
      }
  }
}
