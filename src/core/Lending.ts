/**
 * Acquire: lend a ready member for one attempt.
 *
 * @since 0.1.0
 */
import * as HashMap from "effect/HashMap"
import * as Audit from "./Audit.js"
import * as Circuit from "./Circuit.js"
import * as Counts from "./Counts.js"
import * as Flow from "./Flow.js"
import * as Headroom from "./Headroom.js"
import type { Epoch, Lease } from "./Lease.js"
import * as Member from "./Member.js"
import * as ModelLanes from "./ModelLanes.js"
import * as Outage from "./Outage.js"
import * as Plenty from "./Plenty.js"
import * as Pool from "./Pool.js"
import * as Room from "./Room.js"
import type { Size } from "./Size.js"
import * as Slots from "./Slots.js"
import * as Standing from "./Standing.js"
import * as Strategy from "./Strategy.js"
import * as Throughput from "./Throughput.js"

export type { Epoch, Lease } from "./Lease.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Request {
  readonly now: number
  /** In [0, 1). */
  readonly random: number
  readonly model?: string | undefined
  /** See `Lease.request`. */
  readonly request?: string | undefined
  /** Tokens this request has no use for: already tried. */
  readonly exclude?: ReadonlyArray<string> | undefined
  /** What its caller expects it to use; absent: what is usual. */
  readonly size?: Size | null | undefined
  /** What is saved up for somebody who came earlier. */
  readonly saving?: Room.Saving | null | undefined
  /** See `Lease.counted`; `true` when absent. */
  readonly counted?: boolean | undefined
  /** Whether its caller stood in the queue. */
  readonly hasWaited?: boolean | undefined
  /** How long a probe keeps its place if nobody ever says how it went, in milliseconds. */
  readonly probeMillis: number
}

/**
 * What came of it. `saving`: who will have room first for a request of a declared size that nobody has room for.
 *
 * @since 0.1.0
 * @category models
 */
export interface Acquired extends Pool.Step {
  readonly lease: Lease | null
  readonly saving: Room.Saving | null
}

/**
 * Lends a member, or `null` when none can be lent now.
 *
 * @since 0.1.0
 * @category transitions
 */
export const acquire = (self: Pool.Pool, request: Request): Acquired => {
  const { now } = request
  // An empty name names no model.
  const model = request.model === "" ? null : (request.model ?? null)
  const woken = Pool.wake(self, now)
  const { saving, slot, turn } = choose(woken.pool, request, model)
  const before = Slots.get(woken.pool.members, slot)
  if (before === undefined) return { ...woken, lease: null, saving }
  const number = woken.pool.leases + 1
  const audits = Audit.asksAbout(woken.pool, before, model, now)
  const { counted = true, size = null } = request
  let events = woken.events
  let member = Member.change(before, {
    inFlight: before.inFlight + (counted ? 1 : 0),
    turn: number,
    lent: before.lent + 1,
    lastUsedAt: now,
    counts: Counts.more(before.counts, "uses")
  })
  const sendProbe = (forModel: string | null, standing: Standing.Standing): boolean => {
    // The member is in the lane, so whatever its circuit waited for is over, even if the clock was set back since.
    if (standing.circuit._tag !== "Open" && standing.circuit._tag !== "HalfOpen") return false
    member = Member.modify(member, forModel, (s) =>
      Standing.move(s, Circuit.probe(s.circuit, now + request.probeMillis))
    )
    events = [...events, { _tag: "CircuitHalfOpened", ...Pool.origin(woken.pool, before, now), model: forModel }]
    return true
  }
  const probesToken = sendProbe(null, before.standing)
  const probesModel = model !== null && sendProbe(model, Member.modelStanding(before, model))
  const rested =
    audits.length === 0
      ? woken.pool
      : Audit.begin(woken.pool, slot, { lease: number, model, now, until: now + request.probeMillis })
  const used = Pool.touch(rested, slot, member, turn, number)
  const lent = probesToken || probesModel ? Pool.put(used, slot, member, now) : used
  const [passed, gated] = Headroom.pass(lent, slot, member, { model, size, counted, now })
  const [probesProvider, probing] = Outage.probe(gated, now)
  const lease: Lease = {
    providerId: self.providerId,
    tokenId: before.profile.id,
    alias: before.profile.alias,
    model,
    request: request.request ?? null,
    size,
    at: now,
    number,
    nth: member.lent,
    counted,
    passed,
    probesProvider,
    audits,
    token: epoch(member.standing, probesToken),
    forModel: model === null ? null : epoch(Member.modelStanding(member, model), probesModel)
  }
  return {
    pool: Pool.change(probing, {
      out: counted ? HashMap.set(probing.out, number, lease) : probing.out,
      throughput: Throughput.count(probing.throughput, now),
      flow:
        probing.flow === null
          ? null
          : Flow.pass(probing.flow, { hasWaited: request.hasWaited === true, random: request.random, now })
    }),
    events,
    saving: null,
    lease
  }
}

/**
 * A lease for a verdict that somebody gives without having acquired one: it speaks of the token as it is now. `probe`
 * says whether the token was handed out as the probe of its circuit.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unasked = (self: Pool.Pool, tokenId: string, probe: boolean, now: number): Lease | null => {
  const found = Pool.find(self, tokenId)
  if (found === null) return null
  const { profile, standing } = found.member
  return {
    providerId: self.providerId,
    tokenId,
    alias: profile.alias,
    model: null,
    request: null,
    size: null,
    at: now,
    number: self.leases,
    nth: found.member.lent,
    counted: false,
    passed: Headroom.nothing,
    probesProvider: false,
    audits: [],
    token: epoch(standing, probe && standing.circuit._tag === "HalfOpen"),
    forModel: null
  }
}

const epoch = (standing: Standing.Standing, probe: boolean): Epoch => ({
  term: standing.term,
  generation: standing.generation,
  probe,
  circuit: standing.circuit
})

const choose = (pool: Pool.Pool, request: Request, model: string | null): Room.Choice => {
  const { exclude = [], now, random, saving = null, size = null } = request
  const none: Room.Choice = { slot: -1, turn: pool.turn, saving: null }
  const opens = Pool.opensAt(pool, model, now)
  if (opens === null || opens > now) return none
  let lane = ModelLanes.laneFor(pool.lanes, model, pool.lane)
  for (const tokenId of exclude) {
    const found = Pool.find(pool, tokenId)
    if (found !== null) lane = Strategy.place(lane, found.slot, found.member, false)
  }
  const chosen =
    size === null && saving === null
      ? usual(pool, lane, { model, now, random, isShort: request.hasWaited === true })
      : Room.choose(pool, lane, { model, exclude, size, saving, now, random })
  // Who is handed a token by hand may never say how it went.
  if (chosen.slot >= 0 || request.counted === false) return chosen
  const audited = Audit.choose(pool, { model, exclude, size, now })
  return audited < 0 ? chosen : { ...none, slot: audited }
}

const usual = (pool: Pool.Pool, lane: Strategy.Lane, asked: Parameters<typeof Plenty.choose>[2]): Room.Choice => {
  const [slot, turn] = Plenty.choose(pool, lane, asked)
  return { slot, turn, saving: null }
}
