/** The laws of a pool, as slow and obvious checks. */
import * as HashMap from "effect/HashMap"
import { expect } from "vitest"
import * as Bits from "../../src/core/Bits.js"
import * as Cooldown from "../../src/core/Cooldown.js"
import * as Gate from "../../src/core/Gate.js"
import * as Gates from "../../src/core/Gates.js"
import type { Lease, Request } from "../../src/core/Lending.js"
import * as Lending from "../../src/core/Lending.js"
import * as Limits from "../../src/core/Limits.js"
import * as Member from "../../src/core/Member.js"
import * as MinTree from "../../src/core/MinTree.js"
import * as NewPool from "../../src/core/NewPool.js"
import * as OwnedGates from "../../src/core/OwnedGates.js"
import * as Pool from "../../src/core/Pool.js"
import * as PoolView from "../../src/core/PoolView.js"
import * as Slots from "../../src/core/Slots.js"
import type { Remembered } from "../../src/core/Standing.js"
import * as Strategy from "../../src/core/Strategy.js"

/** Read off the raw fields, on purpose without the functions under test. */
export const isFree = (standing: Remembered | undefined, now: number): boolean => {
  if (standing === undefined) return true
  const { circuit } = standing
  if (circuit._tag === "Isolated") return false
  if (circuit._tag === "Open" && circuit.until > now) return false
  if (circuit._tag === "HalfOpen" && circuit.probeUntil > now) return false
  const rests = standing.cooldown === null ? standing.guesses : [standing.cooldown, ...standing.guesses]
  return rests.every((rest) => rest.until !== null && rest.until <= now)
}

const isOpen = (pool: Pool.Pool, member: Member.Member, model: string | null, now: number): boolean =>
  [member.profile.id, member.profile.group ?? member.learntGroup].every((owner) => {
    const gate = owner === null ? undefined : Gates.at(OwnedGates.of(pool.gates, owner), model)
    return gate === undefined || Gate.opensAt(gate, now) <= now
  })

export const couldServe = (pool: Pool.Pool, member: Member.Member, model: string | null, now: number): boolean => {
  const group = member.profile.group ?? member.learntGroup
  const own = (record: Readonly<Record<string, Remembered>>, key: string) =>
    Object.getOwnPropertyDescriptor(record, key)?.value as Remembered | undefined
  return (
    member.profile.enabled &&
    isOpen(pool, member, null, now) &&
    isOpen(pool, member, model, now) &&
    isFree(member.standing, now) &&
    isFree(pool.provider, now) &&
    (pool.flow === null || Math.ceil(pool.flow.next) <= now) &&
    (group === null ||
      isFree(HashMap.unsafeGet(HashMap.set(pool.groups, group, Pool.ofGroup(pool, group)), group), now)) &&
    (model === null || (isFree(own(member.models, model), now) && isFree(own(pool.models, model), now)))
  )
}

const describeIndexes = (pool: Pool.Pool, pickOrder: boolean) => {
  const members = Slots.toArray(pool.members)
  const laneOf = (lane: Strategy.Lane) => members.map((member, slot) => Strategy.has(lane, slot, member))
  const orderOf = (lane: Strategy.Lane) =>
    pickOrder && lane._tag === "Order" ? members.map((_, slot) => MinTree.get(lane.order, slot)) : []
  return {
    lane: laneOf(pool.lane),
    order: orderOf(pool.lane),
    lanes: Object.entries(pool.lanes)
      .map(([model, { held, lane }]) => [model, laneOf(lane), orderOf(lane), Bits.toArray(held)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    agenda: members.map((_, slot) => MinTree.get(pool.agenda, slot)),
    audits: members.map((_, slot) => MinTree.get(pool.audits, slot)),
    nextWake: Pool.nextWake(pool),
    grouped: [...pool.grouped].map(([group, slots]) => [group, Bits.toArray(slots)] as const).sort()
  }
}

/** Every index equals what a rebuild from the members gives. */
export const expectIndexesInStep = (self: Pool.Pool, now: number): void => {
  const { pool } = Pool.wake(self, now)
  const { gates, groups, models, provider, providerId, strategy } = pool
  const members = Slots.toArray(pool.members)
  const rebuilt = NewPool.make({ providerId, strategy, members, now, groups, models, provider, gates })
  expect(describeIndexes(pool, true)).toEqual(describeIndexes(rebuilt, true))
}

/** Which rests may be asked about before their time. */
export const auditTerms = { afterMillis: 4_000, everyMillis: 3_000 }

/** An audit asks about long rests that the vendor declared, alone, not too often, and only when nobody could serve. */
const expectHonestAudit = (before: Pool.Pool, request: Request, lease: Lease, out: ReadonlyArray<Lease>): void => {
  const { now } = request
  const model = request.model ?? null
  const others = Slots.toArray(before.members).filter(({ profile }) => !request.exclude?.includes(profile.id))
  expect(others.filter((member) => couldServe(before, member, model, now))).toEqual([])
  const rivals = out.filter((other) => other.audits.length > 0 && other.at + request.probeMillis > now)
  expect(rivals.map(({ tokenId }) => tokenId)).toEqual([])
  const member = Pool.find(before, lease.tokenId)?.member
  if (member === undefined) throw new Error("a token was lent that is not in the pool")
  expect(
    member.profile.enabled && isFree(before.provider, now) && isFree(Pool.at(before.models, model ?? ""), now)
  ).toBe(true)
  const standings = [member.standing, Pool.groupStanding(before, member), Member.modelStanding(member, model ?? "")]
  for (const standing of standings) expect(isFree({ ...standing, cooldown: null }, now)).toBe(true)
  expect(standings.filter((standing) => !isFree(standing, now)).map(({ cooldown }) => cooldown)).toEqual(
    lease.audits.map(({ rest }) => rest)
  )
  for (const { rest } of lease.audits) {
    expect(["stated", "documented"]).toContain(rest.provenance)
    expect((rest.until ?? Number.NaN) - rest.since).toBeGreaterThan(auditTerms.afterMillis)
    expect(now - rest.since).toBeGreaterThanOrEqual(auditTerms.everyMillis)
  }
}

/** What was lent could serve, as its one probe if it had to be; and if nothing was lent, nothing could, until `retryAt`. */
export const expectHonestLending = (
  before: Pool.Pool,
  request: Request,
  lease: Lease | null,
  out: ReadonlyArray<Lease>
): void => {
  const { now } = request
  const model = request.model ?? null
  const exclude = request.exclude ?? []
  if (lease !== null) {
    const member = Pool.find(before, lease.tokenId)?.member
    expect(exclude).not.toContain(lease.tokenId)
    if (member === undefined) throw new Error("a token was lent that is not in the pool")
    if (lease.audits.length > 0) expectHonestAudit(before, request, lease, out)
    else expect(couldServe(before, member, model, now)).toBe(true)
    expect(lease.token.probe).toBe(member.standing.circuit._tag !== "Closed")
    if (lease.token.probe) {
      const rivals = out.filter((o) => o.tokenId === lease.tokenId && o.token.probe)
      const awaited = rivals.filter(
        ({ at, token }) =>
          token.term === lease.token.term && token.circuit._tag === "HalfOpen" && at + request.probeMillis > now
      )
      // A rival that is still out has lost its circuit to an act of somebody else, never its place to another probe.
      for (const { token } of awaited) expect(token.circuit.change).toBeLessThan(lease.token.circuit.change)
    }
    return
  }
  const rest = Slots.toArray(before.members).filter(({ profile }) => !exclude.includes(profile.id))
  expect(rest.filter((member) => couldServe(before, member, model, now)).map(({ profile }) => profile.id)).toEqual([])
  const at = PoolView.retryAt(before, now, model, exclude)
  const lendAt = (time: number) => Lending.acquire(before, { ...request, now: time }).lease
  if (at === null) expect(lendAt(now + 1e12)).toBeNull()
  else if (at === Infinity) {
    // Only what comes back can help.
    expect(lendAt(now + 1e12)).toBeNull()
    const busy = [...before.gates].flatMap(([, gates]) => Object.values(gates).filter(isFull))
    expect(busy.length).toBeGreaterThan(0)
  } else {
    expect(at).toBeGreaterThan(now)
    expect(lendAt(at - 1)?.audits).not.toEqual([])
    expect(lendAt(at)).not.toBeNull()
  }
}

const isFull = ({ inFlight, limits }: Gate.Gate): boolean =>
  limits.concurrency !== null && inFlight >= limits.concurrency

/**
 * Every gate has in flight what went through it and is still out, and no more than the user lets it; what is out of a
 * token counts at each limit of the user's, whichever came first.
 */
export const expectGatesInStep = (before: Pool.Pool, pool: Pool.Pool, out: ReadonlyArray<Lease>): void => {
  const held = [...HashMap.values(pool.out)]
  expect(held.map(({ number }) => number).sort(ascending)).toEqual(out.map(({ number }) => number).sort(ascending))
  const isLent = pool.leases > before.leases
  for (const [owner, gates] of pool.gates) {
    for (const [key, gate] of Object.entries(gates)) {
      const model = key === "" ? null : key
      const mine = held.filter(({ passed }) => passed.some((p) => p.owner === owner && p.model === model))
      const was = Gates.at(OwnedGates.of(before.gates, owner), model)
      if (model === null) expect(gate.inFlight).toBe(mine.length)
      if (isLent && was !== undefined && gate.inFlight > was.inFlight && gate.limits.concurrency !== null) {
        expect(gate.inFlight).toBeLessThanOrEqual(gate.limits.concurrency)
      }
      expect(gate.pace === null || (gate.pace.perMinute >= 1 && Number.isFinite(gate.pace.next))).toBe(true)
    }
  }
  for (const { passed, tokenId } of held) {
    const member = Pool.find(pool, tokenId)?.member
    if (member === undefined) continue
    for (const owner of [tokenId, member.profile.group ?? member.learntGroup ?? tokenId]) {
      const limits = Gates.at(OwnedGates.of(pool.gates, owner), null)?.limits
      if (limits === undefined || Limits.isNone(limits)) continue
      expect(passed.filter((p) => p.owner === owner && p.model === null)).toHaveLength(1)
    }
  }
}

const ascending = (a: number, b: number) => a - b

/** In no minute more requests than the user lets: counted anew from all leases after number `since`. */
export const expectMinutesKept = (pool: Pool.Pool, all: ReadonlyArray<Lease>, since: number): void => {
  for (const [owner, gates] of pool.gates) {
    const limit = Gates.at(gates, null)?.limits.requestsPerMinute ?? null
    if (limit === null) continue
    const times = all.flatMap(({ at, number, passed }) =>
      number > since && passed.some((ticket) => ticket.owner === owner && ticket.model === null) ? [at] : []
    )
    for (const at of times) {
      expect(times.filter((other) => other > at - 60_000 && other <= at).length).toBeLessThanOrEqual(limit)
    }
  }
}

export const expectInFlight = (pool: Pool.Pool, out: ReadonlyArray<Lease>): void => {
  for (const member of Slots.toArray(pool.members)) {
    const mine = out.filter(({ number, tokenId }) => tokenId === member.profile.id && number > member.joined)
    expect(member.inFlight).toBe(mine.length)
  }
}

/** Nothing but a person's act, or an audit that was served, ends a stated rest before its time. */
export const expectNoStatedRestShortened = (
  before: Pool.Pool,
  after: Pool.Pool,
  now: number,
  passed: Lease | null = null
): void => {
  for (const old of Slots.toArray(before.members)) {
    const next = Pool.find(after, old.profile.id)?.member
    if (next === undefined || next.standing.term !== old.standing.term) continue
    for (const model of [null, ...Object.keys(old.models)]) {
      const was = model === null ? old.standing : Member.modelStanding(old, model)
      const is = model === null ? next.standing : Member.modelStanding(next, model)
      if (was.cooldown === null || is.term !== was.term) continue
      const { cooldown } = was
      const until = cooldown.until ?? Infinity
      // What is over has ended by itself, whatever an audit of it says since.
      if (until <= now) continue
      // Two rests that say the same in two places are two: the audit ends the one it was sent for.
      const isItsOwn = passed?.audits.some(
        (audit) => audit.model === model && audit.scope !== "group" && Cooldown.isSameRest(audit.rest, cooldown)
      )
      if (passed?.tokenId === old.profile.id && isItsOwn) {
        expect(is.lifts).toBe(was.lifts + 1)
        continue
      }
      expect(is.cooldown === null ? -1 : (is.cooldown.until ?? Infinity)).toBeGreaterThanOrEqual(until)
    }
  }
}

/** A failure of one code, whatever it takes back, ends no rest and no isolation of another. */
export const expectOtherRestsKept = (before: Pool.Pool, after: Pool.Pool, code: string, now: number): void => {
  for (const old of Slots.toArray(before.members)) {
    const next = Pool.find(after, old.profile.id)?.member
    if (next === undefined) continue
    const { circuit } = old.standing
    if (circuit._tag === "Isolated" && circuit.code !== code) expect(next.standing.circuit).toEqual(circuit)
    for (const guess of old.standing.guesses) {
      if (guess.code === code || (guess.until !== null && guess.until <= now)) continue
      expect(next.standing.guesses).toContainEqual(guess)
    }
  }
}
