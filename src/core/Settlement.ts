/**
 * Settle: take a lease back with its verdict, and charge whoever the verdict names.
 *
 * @since 0.1.0
 */
import * as Circuit from "./Circuit.js"
import type { Cooldown } from "./Cooldown.js"
import type { Epoch, Lease } from "./Lending.js"
import * as Member from "./Member.js"
import type { Failure, Outcome, Scope } from "./Outcome.js"
import * as Pool from "./Pool.js"
import type { PoolEvent } from "./PoolEvent.js"
import * as Standing from "./Standing.js"

/**
 * The figures a verdict without a stated time is settled by. All in milliseconds but `threshold`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Policy {
  /** Consecutive failures that open a circuit. */
  readonly threshold: number
  /** How long the circuit opens if this failure opens it: the answer of the cooldown schedule for `nextTrip`. */
  readonly circuitMillis: number
  /** Rest for spent money or allowance when nobody says how long. */
  readonly quotaMillis: number
  /** Rest for a token and a model it may not use when nobody says how long. */
  readonly modelMillis: number
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Verdict {
  readonly now: number
  readonly outcome: Outcome
  readonly policy: Policy
  /** The owner of the limits that the answer named (an organization), if it did. */
  readonly owner?: string | undefined
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
  const model = targetModel(lease, outcome.scope)
  return Circuit.nextTrip((model === null ? found.member.standing : Member.modelStanding(found.member, model)).circuit)
}

/**
 * Takes the lease back. The caller sees to it that a lease is settled once.
 *
 * @since 0.1.0
 * @category transitions
 */
export const settle = (self: Pool.Pool, lease: Lease, verdict: Verdict): Pool.Step => {
  const { now, outcome } = verdict
  const woken = Pool.wake(self, now)
  const located = Pool.find(woken.pool, lease.tokenId)
  // The token was removed while it was in use: there is nobody left to charge.
  if (located === null) return woken
  const pool = verdict.owner === undefined ? woken.pool : Pool.learnGroup(woken.pool, located.slot, verdict.owner, now)
  const { slot, member } = Pool.find(pool, lease.tokenId) ?? located
  const returned = count({ ...member, inFlight: Math.max(0, member.inFlight - (lease.counted ? 1 : 0)) }, outcome, now)
  switch (outcome._tag) {
    case "Success":
      return append(woken.events, succeed(pool, slot, returned, lease, now))
    case "Abandoned":
      return append(woken.events, abandon(pool, slot, returned, lease, now))
    case "Failure":
      return append(woken.events, charge(pool, slot, returned, lease, outcome, verdict))
  }
}

const append = (events: ReadonlyArray<PoolEvent>, step: Pool.Step): Pool.Step =>
  events.length === 0 ? step : { pool: step.pool, events: [...events, ...step.events] }

const count = (member: Member.Member, outcome: Outcome, now: number): Member.Member => {
  const { counts } = member
  switch (outcome._tag) {
    case "Success":
      return { ...member, counts: { ...counts, successes: counts.successes + 1 } }
    case "Abandoned":
      return { ...member, counts: { ...counts, abandoned: counts.abandoned + 1 } }
    case "Failure": {
      const lastError = { at: now, blame: outcome.blame, code: outcome.code, why: outcome.why }
      return isOwnFault(outcome)
        ? { ...member, lastError, counts: { ...counts, errors: counts.errors + 1 } }
        : { ...member, counts: { ...counts, excused: counts.excused + 1 } }
    }
  }
}

const isOwnFault = (outcome: Failure): boolean =>
  outcome.blame === "token" || outcome.blame === "quota" || outcome.blame === "rate-limit"

/** The two standings a lease speaks of: the token's, and the token's for the model. */
const spokenOf = (lease: Lease): ReadonlyArray<readonly [string | null, Epoch]> =>
  lease.model === null || lease.forModel === null
    ? [[null, lease.token]]
    : [
        [null, lease.token],
        [lease.model, lease.forModel]
      ]

const isFresh = (standing: Standing.Standing, epoch: Epoch): boolean =>
  standing.term === epoch.term && standing.generation === epoch.generation

const standingOf = (member: Member.Member, model: string | null): Standing.Standing =>
  model === null ? member.standing : Member.modelStanding(member, model)

const succeed = (pool: Pool.Pool, slot: number, member: Member.Member, lease: Lease, now: number): Pool.Step => {
  const events: Array<PoolEvent> = []
  let next = member
  for (const [model, epoch] of spokenOf(lease)) {
    const standing = standingOf(next, model)
    // A success of an older epoch revives nobody benched since.
    if (!isFresh(standing, epoch)) continue
    const { circuit } = standing
    if (epoch.probe) events.push({ _tag: "CircuitClosed", ...Pool.origin(pool, member, now), model })
    if (epoch.probe || (circuit._tag === "Closed" && circuit.failures > 0)) {
      next = Member.modify(next, model, (s) => Standing.relieve(s, Circuit.closed))
    }
  }
  return { pool: next === member ? Pool.touch(pool, slot, next) : Pool.put(pool, slot, next, now), events }
}

const abandon = (pool: Pool.Pool, slot: number, member: Member.Member, lease: Lease, now: number): Pool.Step => {
  const next = returnProbes(member, lease, now)
  return { pool: next === member ? Pool.touch(pool, slot, next) : Pool.put(pool, slot, next, now), events: [] }
}

/** Gives the place of an undecided probe back, so that the next lease probes. */
const returnProbes = (member: Member.Member, lease: Lease, now: number): Member.Member => {
  let next = member
  for (const [model, epoch] of spokenOf(lease)) {
    if (epoch.probe && isFresh(standingOf(next, model), epoch)) {
      next = Member.modify(next, model, (s) => Standing.relieve(s, Circuit.returnProbe(s.circuit, now)))
    }
  }
  return next
}

const charge = (
  pool: Pool.Pool,
  slot: number,
  member: Member.Member,
  lease: Lease,
  outcome: Failure,
  verdict: Verdict
): Pool.Step => {
  const { now } = verdict
  const origin = Pool.origin(pool, member, now)
  const failed: PoolEvent = {
    _tag: "AttemptFailed",
    ...origin,
    blame: outcome.blame,
    code: outcome.code,
    why: outcome.why,
    model: lease.model
  }
  const model = targetModel(lease, outcome.scope)
  const step = (next: Pool.Pool, events: ReadonlyArray<PoolEvent>): Pool.Step => ({
    pool: next,
    events: [failed, ...events]
  })
  // Whatever is not charged with this failure was not disproved by it either: its probe goes back.
  const others = (m: Member.Member) => returnProbes(m, withoutProbe(lease, model), now)
  const unharmed = () => step(Pool.put(pool, slot, returnProbes(member, lease, now), now), [])

  const rest = restFor(outcome, verdict)
  const group = outcome.scope === "group" ? Member.group(member) : null
  const rested = (cooldown: Cooldown, scope: Scope): PoolEvent => ({
    _tag: "Rested",
    ...origin,
    scope,
    model: scope === "model" ? lease.model : model,
    group,
    until: cooldown.until,
    blame: cooldown.blame,
    provenance: cooldown.provenance,
    code: cooldown.code,
    why: cooldown.why
  })

  if (outcome.scope === null) return unharmed()
  if (outcome.scope === "provider" || outcome.scope === "model") {
    const healthy = unharmed().pool
    if (rest === null) return step(healthy, [])
    if (outcome.scope === "provider") {
      const provider = Standing.rest(healthy.provider, rest)
      return step({ ...healthy, provider }, provider === healthy.provider ? [] : [rested(rest, "provider")])
    }
    if (lease.model === null) return step(healthy, [])
    const before = Pool.at(healthy.models, lease.model)
    const standing = Standing.rest(Standing.prune(before, now), rest)
    return step(
      { ...healthy, models: { ...healthy.models, [lease.model]: standing } },
      standing === before ? [] : [rested(rest, "model")]
    )
  }

  const epoch = model === null || lease.forModel === null ? lease.token : lease.forModel
  const standing = standingOf(member, model)
  // Evidence from before something was taken back (a reset, a recovery) says nothing about what is now.
  if (standing.term !== epoch.term) return unharmed()
  const fresh = isFresh(standing, epoch)

  if (outcome.cooldownMillis === "permanent" && model === null) {
    const isolated: Circuit.Circuit = {
      _tag: "Isolated",
      since: now,
      code: outcome.code,
      why: outcome.why,
      evidence: outcome.evidence
    }
    if (standing.circuit._tag === "Isolated") return unharmed()
    const next = Member.modify(member, null, (s) => Standing.worsen(s, isolated))
    return step(Pool.put(pool, slot, countRest(next), now), [
      { _tag: "Isolated", ...origin, code: outcome.code, why: outcome.why }
    ])
  }

  if (rest !== null) {
    // A guess is made once per epoch; what the server states or documents merges by maximum whenever it arrives.
    const known = rest.provenance !== "guess" || fresh || standing.cooldown?.code !== rest.code
    if (!known) return unharmed()
    if (group !== null) {
      const before = Standing.prune(Pool.at(pool.groups, group), now)
      const after = Standing.rest(before, rest)
      const home = Pool.put(pool, slot, countRest(returnProbes(member, lease, now)), now)
      return after === before ? step(home, []) : step(Pool.putGroup(home, group, after, now), [rested(rest, "group")])
    }
    const next = Member.modify(others(member), model, (s) => {
      const relieved = epoch.probe && isFresh(s, epoch) ? Standing.relieve(s, Circuit.returnProbe(s.circuit, now)) : s
      return Standing.rest(Standing.prune(relieved, now), rest)
    })
    const changed = standingOf(next, model).cooldown === rest
    return step(
      Pool.put(pool, slot, changed ? countRest(next) : next, now),
      changed ? [rested(rest, model === null ? "token" : "token+model")] : []
    )
  }

  // No time is known: the circuit counts, once per epoch.
  if (!fresh) return unharmed()
  const circuit = Circuit.fail(standing.circuit, {
    now,
    threshold: verdict.policy.threshold,
    delay: verdict.policy.circuitMillis,
    why: outcome.why
  })
  const next = Member.modify(others(member), model, (s) => Standing.worsen(s, circuit))
  const opened = circuit._tag === "Open" && circuit !== standing.circuit
  return step(
    Pool.put(pool, slot, opened ? countRest(next) : next, now),
    opened
      ? [{ _tag: "CircuitOpened", ...origin, model, until: circuit.until, trips: circuit.trips, why: outcome.why }]
      : []
  )
}

const countRest = (member: Member.Member): Member.Member => ({
  ...member,
  counts: { ...member.counts, rests: member.counts.rests + 1 }
})

/** The lease as it speaks of the standings other than the charged one. */
const withoutProbe = (lease: Lease, model: string | null): Lease =>
  model === null
    ? { ...lease, token: { ...lease.token, probe: false } }
    : lease.forModel === null
      ? lease
      : { ...lease, forModel: { ...lease.forModel, probe: false } }

/** A limit on one model is charged to the token for that model; without a known model, to the token. */
const targetModel = (lease: Lease, scope: Scope | null): string | null => (scope === "token+model" ? lease.model : null)

/** The cooldown a failure calls for; `null` when the circuit, or nobody, is to count it. */
const restFor = (outcome: Failure, verdict: Verdict): Cooldown | null => {
  const { now, policy } = verdict
  const cooldown = (until: number | null, provenance: Failure["provenance"]): Cooldown => ({
    until,
    since: now,
    blame: outcome.blame,
    provenance,
    code: outcome.code,
    why: outcome.why,
    evidence: outcome.evidence
  })
  if (outcome.cooldownMillis === "permanent") return cooldown(null, outcome.provenance)
  if (outcome.cooldownMillis !== null) return cooldown(now + Math.max(0, outcome.cooldownMillis), outcome.provenance)
  if (outcome.scope === "provider" || outcome.scope === "model") return null
  if (outcome.blame === "quota") return cooldown(now + policy.quotaMillis, "guess")
  if (outcome.blame === "model") return cooldown(now + policy.modelMillis, "guess")
  return null
}
