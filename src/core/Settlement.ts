/**
 * Settle: take a lease back with its verdict, and charge whoever the verdict names.
 *
 * @since 0.1.0
 */
import * as Audit from "./Audit.js"
import * as Charge from "./Charge.js"
import * as Circuit from "./Circuit.js"
import * as Counts from "./Counts.js"
import * as Epochs from "./Epochs.js"
import * as Grouping from "./Grouping.js"
import * as Headroom from "./Headroom.js"
import type { Lease } from "./Lending.js"
import * as Member from "./Member.js"
import * as Outage from "./Outage.js"
import type { Failure, Outcome } from "./Outcome.js"
import * as Pace from "./Pace.js"
import * as Pool from "./Pool.js"
import type { PoolEvent } from "./PoolEvent.js"
import * as Recent from "./Recent.js"
import * as Standing from "./Standing.js"
import type { Usage } from "./Usage.js"
import * as Withdrawal from "./Withdrawal.js"

export type { Policy } from "./Charge.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Verdict {
  readonly now: number
  readonly outcome: Outcome
  readonly policy: Charge.Policy
  /** The owner of the limits that the answer named (an organization), if it did. */
  readonly owner?: string | undefined
  /** What the answer said it used, whatever became of it. */
  readonly usage?: Usage | undefined
}

/**
 * The number of the opening that this failure would be, counted from 1: what the cooldown schedule is to be asked.
 *
 * @since 0.1.0
 * @category getters
 */
export const nextTrip = (self: Pool.Pool, lease: Lease, outcome: Outcome): number => {
  const found = Pool.find(self, lease.tokenId)
  if (found === null || outcome._tag !== "Failure") return 1
  if (outcome.scope === "provider") return Circuit.nextTrip(self.provider.circuit)
  return Circuit.nextTrip(Epochs.standingOf(found.member, Epochs.targetModel(lease, outcome.scope)).circuit)
}

/**
 * Takes the lease back. The caller sees to it that a lease is settled once.
 *
 * @since 0.1.0
 * @category transitions
 */
export const settle = (self: Pool.Pool, lease: Lease, verdict: Verdict): Pool.Step => {
  const { now, outcome, owner, usage } = verdict
  const woken = Pool.wake(self, now)
  const known = Grouping.learn(woken.pool, lease.tokenId, owner, now)
  const heard = hearOfProvider(known, lease, verdict)
  const answer = { actual: costOf(usage), isServed: outcome._tag === "Success" }
  const audited = hearOfRests(heard.pool, lease, verdict)
  const pool = Headroom.giveBack(audited.pool, lease, answer, now)
  const events = [...woken.events, ...heard.events, ...audited.events]
  const found = Pool.find(pool, lease.tokenId)
  // The token was removed while it was in use: there is nobody left to charge.
  if (found === null) return { pool, events }
  const { member, slot } = found
  const out = lease.counted && lease.number > member.joined && member.inFlight > 0
  const returned = out ? Member.change(member, { inFlight: member.inFlight - 1 }) : member
  const counted =
    usage === undefined
      ? returned
      : Member.change(returned, { counts: Counts.use(returned.counts, lease.model, usage) })
  const step = charged(pool, slot, counted, lease, verdict)
  return append(events, step)
}

/**
 * The answer to this lease has begun: whatever becomes of it, the provider is there, and what rested the token does not
 * hold any more.
 *
 * @since 0.1.0
 * @category transitions
 */
export const begun = (self: Pool.Pool, lease: Lease, now: number): Pool.Step => {
  const answered = answeredBy(self, lease, now)
  return append(answered.events, Audit.pass(answered.pool, lease, now))
}

/** Whoever answers is there. */
const answeredBy = (self: Pool.Pool, lease: Lease, now: number): Pool.Step => {
  const { alias, providerId, tokenId } = lease
  return Outage.answered(self, lease, { at: now, providerId, tokenId, alias })
}

/** What a verdict says of the provider itself; its failures are charged with all others. */
const hearOfProvider = (pool: Pool.Pool, lease: Lease, { now, outcome }: Verdict): Pool.Step => {
  if (outcome._tag === "Abandoned") return { pool: Outage.abandon(pool, lease, now), events: [] }
  return outcome._tag === "Failure" && outcome.blame === "provider"
    ? { pool, events: [] }
    : answeredBy(pool, lease, now)
}

/** What a verdict says of the rests that the lease audited. */
const hearOfRests = (pool: Pool.Pool, lease: Lease, { now, outcome, policy }: Verdict): Pool.Step => {
  switch (outcome._tag) {
    case "Success":
      return Audit.pass(pool, lease, now)
    case "Abandoned":
      return { pool: Audit.giveBack(pool, lease, now), events: [] }
    case "Failure":
      return { pool: Audit.fail(pool, lease, policy.audit?.everyMillis ?? 0, now), events: [] }
  }
}

/** Vendors do not count what was read from a cache. */
const costOf = (usage: Usage | undefined) =>
  usage === undefined ? null : { input: usage.input + usage.cacheWrite, output: usage.output }

const charged = (pool: Pool.Pool, slot: number, member: Member.Member, lease: Lease, verdict: Verdict): Pool.Step => {
  const { now, outcome } = verdict
  switch (outcome._tag) {
    case "Success":
      return succeed(pool, slot, member, lease, now)
    case "Abandoned":
      return abandon(pool, slot, member, lease, now)
    case "Failure":
      return fail(pool, slot, member, lease, outcome, verdict)
  }
}

const append = (events: ReadonlyArray<PoolEvent>, step: Pool.Step): Pool.Step =>
  events.length === 0 ? step : { pool: step.pool, events: [...events, ...step.events] }

const succeed = (pool: Pool.Pool, slot: number, member: Member.Member, lease: Lease, now: number): Pool.Step => {
  const events: Array<PoolEvent> = []
  const used = Member.change(member, {
    recent: Recent.count(member.recent, Pace.windowMillis, now),
    counts: Counts.more(member.counts, "successes")
  })
  let next = used
  let closed: ReadonlyArray<string | null> = []
  for (const [model, epoch] of Epochs.spokenOf(lease)) {
    const standing = Epochs.standingOf(next, model)
    // A success of an older epoch revives nobody benched since.
    if (!Epochs.isFresh(standing, epoch)) continue
    if (epoch.probe) {
      events.push({ _tag: "CircuitClosed", ...Pool.origin(pool, member, now), model })
      closed = [...closed, model]
    }
    const circuit = epoch.probe ? Circuit.close(standing.circuit) : Circuit.forgive(standing.circuit)
    if (circuit !== standing.circuit) next = Member.modify(next, model, (s) => Standing.move(s, circuit))
  }
  let settled = next === used ? Pool.touch(pool, slot, next) : Pool.put(pool, slot, next, now)
  for (const model of closed) settled = Headroom.restart(settled, slot, model, now)
  return append(events, Withdrawal.refute(settled, lease, now))
}

const abandon = (pool: Pool.Pool, slot: number, member: Member.Member, lease: Lease, now: number): Pool.Step => {
  const counted = Member.change(member, { counts: Counts.more(member.counts, "abandoned") })
  const next = Epochs.returnProbes(counted, lease, now)
  return { pool: next === counted ? Pool.touch(pool, slot, next) : Pool.put(pool, slot, next, now), events: [] }
}

const fail = (
  pool: Pool.Pool,
  slot: number,
  member: Member.Member,
  lease: Lease,
  outcome: Failure,
  verdict: Verdict
): Pool.Step => {
  const { now, policy } = verdict
  const failed: PoolEvent = {
    _tag: "AttemptFailed",
    ...Pool.origin(pool, member, now),
    blame: outcome.blame,
    code: outcome.code,
    why: outcome.why,
    model: lease.model
  }
  const paced = learnPace(pool, slot, member, lease, verdict)
  const own = { pool: paced, slot, member: countFailure(member, outcome, now), lease, outcome, now, policy }
  const suspicion = Withdrawal.explains(own)
  if (suspicion !== null) {
    return append([failed], Withdrawal.setAside({ ...own, member: countExcused(member) }, suspicion))
  }
  return append([failed], Withdrawal.corroborate(own, Charge.charge(own)))
}

/** A limit by the day or longer says nothing about a pace. */
const learnPace = (
  pool: Pool.Pool,
  slot: number,
  member: Member.Member,
  lease: Lease,
  { now, outcome }: Verdict
): Pool.Pool => {
  if (outcome._tag !== "Failure" || !lease.counted) return pool
  const { cooldownMillis, scope } = outcome
  if (scope === "provider" || scope === "model" || scope === null) return pool
  if (cooldownMillis !== null && (cooldownMillis === "permanent" || cooldownMillis > longestPaced)) return pool
  // An allowance of the day that renews bit by bit is used up for a moment only, as a pace is.
  const isPaced = outcome.blame === "rate-limit" || (outcome.blame === "quota" && cooldownMillis !== null)
  if (!isPaced) return pool
  const model = scope === "token+model" ? lease.model : null
  return Headroom.refuse(Pool.touch(pool, slot, member), lease, { model, millis: cooldownMillis, now })
}

const longestPaced = 120_000

const countFailure = (member: Member.Member, outcome: Failure, now: number): Member.Member => {
  const { blame, code, why } = outcome
  return blame === "token" || blame === "quota" || blame === "rate-limit"
    ? Member.change(member, { lastError: { at: now, blame, code, why }, counts: Counts.more(member.counts, "errors") })
    : countExcused(member)
}

const countExcused = (member: Member.Member): Member.Member =>
  Member.change(member, { counts: Counts.more(member.counts, "excused") })
