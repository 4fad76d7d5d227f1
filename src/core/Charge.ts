/**
 * Charge: what a failure does to whom it is charged to.
 *
 * @since 0.1.0
 */
import * as Audit from "./Audit.js"
import * as Circuit from "./Circuit.js"
import type { Cooldown } from "./Cooldown.js"
import type * as Corroboration from "./Corroboration.js"
import * as Counts from "./Counts.js"
import * as Epochs from "./Epochs.js"
import * as Flow from "./Flow.js"
import * as Grouping from "./Grouping.js"
import type { Epoch, Lease } from "./Lending.js"
import * as Member from "./Member.js"
import * as Outage from "./Outage.js"
import type { Failure, Scope } from "./Outcome.js"
import * as Pace from "./Pace.js"
import * as Pool from "./Pool.js"
import type { PoolEvent } from "./PoolEvent.js"
import * as Recent from "./Recent.js"
import * as Standing from "./Standing.js"
import * as Throughput from "./Throughput.js"
import type * as Trouble from "./Trouble.js"

/**
 * The figures a verdict without a stated time is settled by. All in milliseconds but `threshold`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Policy {
  /** Consecutive failures that open a circuit. */
  readonly threshold: number
  /** How long the circuit opens if this failure opens it: the answer of the schedule for `nextTrip`. */
  readonly circuitMillis: number
  /** Rest for spent money or allowance when nobody says how long. */
  readonly quotaMillis: number
  /** Rest for a token and a model it may not use when nobody says how long. */
  readonly modelMillis: number
  /** When failures that tokens share are charged to what they have in common; `null` or absent: never. */
  readonly corroboration?: Corroboration.Terms | null | undefined
  /** When the circuit of the provider opens; `null` or absent: never. */
  readonly trouble?: Trouble.Terms | null | undefined
  /** Which long rests are audited; `null` or absent: none. */
  readonly audit?: Audit.Terms | null | undefined
}

/**
 * A failure, and the pool and member it came back to. The member's counts are up to date already.
 *
 * @since 0.1.0
 * @category models
 */
export interface Case {
  readonly pool: Pool.Pool
  readonly slot: number
  readonly member: Member.Member
  readonly lease: Lease
  readonly outcome: Failure
  readonly now: number
  readonly policy: Policy
}

/**
 * `imposed`: what was held against the token itself by our own judgement, and could be taken back.
 *
 * @since 0.1.0
 * @category models
 */
export interface Charged extends Pool.Step {
  readonly imposed: { readonly before: Circuit.Circuit; readonly after: Circuit.Circuit } | null
}

/**
 * @since 0.1.0
 * @category transitions
 */
export const charge = (self: Case): Charged => {
  switch (self.outcome.scope) {
    case null:
      return excuse(self)
    case "provider":
      return chargeProvider(self)
    case "model":
      return chargeModel(self)
    case "token":
    case "token+model":
      return chargeToken(self)
    case "group":
      return Member.group(self.member) === null ? chargeToken(self) : chargeGroup(self, Member.group(self.member) ?? "")
  }
}

/**
 * Charges nobody. A probe among the leases proved nothing and goes back.
 *
 * @since 0.1.0
 * @category transitions
 */
export const excuse = (self: Case): Charged => ({
  pool: Pool.put(self.pool, self.slot, Epochs.returnProbes(self.member, self.lease, self.now), self.now),
  events: [],
  imposed: null
})

/**
 * @since 0.1.0
 * @category constructors
 */
export const rested = (self: Case, cooldown: Cooldown, scope: Scope): PoolEvent => ({
  _tag: "Rested",
  ...Pool.origin(self.pool, self.member, self.now),
  scope,
  model: scope === "model" || scope === "token+model" ? self.lease.model : null,
  group: scope === "group" ? Member.group(self.member) : null,
  until: cooldown.until,
  blame: cooldown.blame,
  provenance: cooldown.provenance,
  code: cooldown.code,
  why: cooldown.why
})

const chargeProvider = (self: Case): Charged => {
  const { pool } = excuse(self)
  const rest = restFor(self)
  if (rest === null) return { ...strikeProvider({ ...self, pool }), imposed: null }
  if (isOutdated(self)) return { pool, events: [], imposed: null }
  const provider = Standing.rest(Standing.prune(pool.provider, self.now), rest)
  return {
    // Who waits for a stated time comes back as after any other outage: not all at once.
    pool: Pool.change(pool, {
      provider,
      flow: rest.until === null ? pool.flow : Flow.after(Throughput.steady(pool.throughput, self.now), rest.until)
    }),
    events: Standing.rests(provider).includes(rest) ? [rested(self, rest, "provider")] : [],
    imposed: null
  }
}

const strikeProvider = ({ lease, member, now, outcome, policy, pool }: Case): Pool.Step =>
  policy.trouble == null
    ? { pool, events: [] }
    : Outage.fail(pool, lease, {
        origin: Pool.origin(pool, member, now),
        terms: policy.trouble,
        delay: policy.circuitMillis,
        why: outcome.why
      })

const chargeModel = (self: Case): Charged => {
  const { pool } = excuse(self)
  const { model } = self.lease
  const rest = restFor(self)
  if (rest === null || model === null || isOutdated(self)) return { pool, events: [], imposed: null }
  const standing = Standing.rest(Standing.prune(Pool.at(pool.models, model), self.now), rest)
  return {
    pool: Pool.change(pool, { models: Member.pruneModels({ ...pool.models, [model]: standing }, self.now) }),
    events: Standing.rests(standing).includes(rest) ? [rested(self, rest, "model")] : [],
    imposed: null
  }
}

const chargeGroup = (self: Case, group: string): Charged => {
  const { lease, member, now, slot } = self
  const rest = restFor(self)
  if (rest === null) return chargeToken(self)
  if (isOutdated(self) || isRepeated(rest, member.standing, lease.token)) return excuse(self)
  const before = Standing.prune(Pool.ofGroup(self.pool, group), now)
  const after = Standing.rest(before, rest)
  const returned = Epochs.returnProbes(member, lease, now)
  const home = Pool.put(self.pool, slot, Standing.isReady(before, now) ? countRest(returned) : returned, now)
  return after === before
    ? { pool: home, events: [], imposed: null }
    : { pool: Grouping.put(home, group, after, now), events: [rested(self, rest, "group")], imposed: null }
}

const chargeToken = (self: Case): Charged => {
  if (isOutdated(self)) return excuse(self)
  if (self.outcome.cooldownMillis === "permanent" && self.outcome.scope !== "token+model") return isolateToken(self)
  const rest = restFor(self)
  if (rest !== null) return restToken(self, rest)
  // A token that is served is refused for its pace, which is learnt; only one that never is may be broken.
  return self.outcome.blame === "rate-limit" && isServedLately(self) ? excuse(self) : countFailure(self)
}

const isolateToken = (self: Case): Charged => {
  const { member, now, outcome, pool, slot } = self
  const before = member.standing.circuit
  if (before._tag === "Isolated") return excuse(self)
  const { code, evidence, why } = outcome
  const after = Circuit.isolate(before, { since: now, code, why, evidence })
  const next = Member.modify(Epochs.returnProbes(member, self.lease, now, { model: null }), null, (s) =>
    Standing.move(s, after)
  )
  return {
    pool: Pool.put(pool, slot, countRest(next), now),
    events: [{ _tag: "Isolated", ...Pool.origin(pool, member, now), code, why }],
    imposed: { before, after }
  }
}

const restToken = (self: Case, rest: Cooldown): Charged => {
  const { lease, member, now, pool, slot } = self
  const model = Epochs.targetModel(lease, self.outcome.scope)
  if (isRepeated(rest, Epochs.standingOf(member, model), Epochs.epochOf(lease, model))) return excuse(self)
  const returned = Epochs.returnProbes(member, lease, now)
  const next = Member.modify(returned, model, (s) => Standing.rest(Standing.prune(s, now), rest))
  const standing = Epochs.standingOf(next, model)
  const imposed = Standing.rests(standing).includes(rest)
  const isNew = imposed && Standing.isReady(Epochs.standingOf(returned, model), now)
  return {
    pool: Pool.put(pool, slot, isNew ? countRest(next) : next, now),
    events: imposed ? [rested(self, rest, model === null ? "token" : "token+model")] : [],
    imposed: imposed && rest.provenance === "guess" ? { before: standing.circuit, after: standing.circuit } : null
  }
}

const isServedLately = ({ lease, member, now }: Case): boolean =>
  lease.counted && Recent.within(member.recent, Pace.windowMillis, now) > 0

/** No time is known: the circuit counts, once per epoch. */
const countFailure = (self: Case): Charged => {
  const { lease, member, now, outcome, policy, pool, slot } = self
  const model = Epochs.targetModel(lease, outcome.scope)
  const standing = Epochs.standingOf(member, model)
  const before = standing.circuit
  if (!Epochs.isFresh(standing, Epochs.epochOf(lease, model))) return excuse(self)
  const after = Circuit.fail(before, {
    now,
    threshold: policy.threshold,
    delay: policy.circuitMillis,
    why: outcome.why
  })
  if (after === before) return excuse(self)
  const next = Member.modify(Epochs.returnProbes(member, lease, now, { model }), model, (s) => Standing.move(s, after))
  const origin = Pool.origin(pool, member, now)
  return after._tag === "Open"
    ? {
        pool: Pool.put(pool, slot, countRest(next), now),
        events: [{ _tag: "CircuitOpened", ...origin, model, until: after.until, trips: after.trips, why: outcome.why }],
        imposed: { before, after }
      }
    : { pool: Pool.put(pool, slot, next, now), events: [], imposed: { before, after } }
}

/** Evidence from before a person acted says nothing about what is now. */
const isOutdated = ({ lease, member, outcome }: Case): boolean => {
  const model = Epochs.targetModel(lease, outcome.scope)
  return Epochs.standingOf(member, model).term !== Epochs.epochOf(lease, model).term
}

/** A guess is made once per epoch; what the server states or documents merges by maximum whenever it arrives. */
const isRepeated = (rest: Cooldown, standing: Standing.Standing, epoch: Epoch): boolean =>
  rest.provenance === "guess" &&
  !Epochs.isFresh(standing, epoch) &&
  Standing.rests(standing).some((known) => known.code === rest.code)

/** A rest that only lengthens another is the same rest: a burst counts one. */
const countRest = (member: Member.Member): Member.Member =>
  Member.change(member, { counts: Counts.more(member.counts, "rests") })

/** The cooldown a failure calls for; `null` when the circuit, or nobody, is to count it. */
const restFor = ({ lease, now, outcome, policy }: Case): Cooldown | null => {
  const { blame, code, cooldownMillis, evidence, scope, why } = outcome
  const until = (millis: number | null, provenance = outcome.provenance): Cooldown => ({
    until: millis === null ? null : now + Math.max(0, millis),
    since: now,
    blame,
    provenance,
    code,
    why,
    evidence
  })
  // A model that a token may never use, but which one we do not know: too little to hold the whole token out for.
  if (cooldownMillis === "permanent") return scope === "token+model" && lease.model === null ? null : until(null)
  if (cooldownMillis !== null && !Number.isNaN(cooldownMillis))
    return Audit.plan(until(Number.isFinite(cooldownMillis) ? cooldownMillis : null), policy.audit, now)
  if (scope === "provider" || scope === "model") return null
  if (blame === "quota") return Audit.plan(until(policy.quotaMillis, "guess"), policy.audit, now)
  if (blame === "model") return until(policy.modelMillis, "guess")
  return null
}
