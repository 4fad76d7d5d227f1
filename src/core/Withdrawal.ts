/**
 * Withdrawal: what corroboration does to a pool. Takes back what was imposed on tokens for a failure they share, and
 * charges what they have in common. See `Corroboration` for when and why.
 *
 * @since 0.1.0
 */
import * as Charge from "./Charge.js"
import * as Circuit from "./Circuit.js"
import type { Cooldown } from "./Cooldown.js"
import * as Corroboration from "./Corroboration.js"
import * as Epochs from "./Epochs.js"
import type { Lease } from "./Lending.js"
import * as Member from "./Member.js"
import * as ModelLanes from "./ModelLanes.js"
import * as Pool from "./Pool.js"
import type { PoolEvent } from "./PoolEvent.js"
import * as Slots from "./Slots.js"
import * as Standing from "./Standing.js"
import * as Strategy from "./Strategy.js"

/**
 * The suspicion that stands instead of a charge against the token, if one does.
 *
 * A suspicion that was refuted still covers what was lent before that; what was lent later is the token's own affair.
 *
 * @since 0.1.0
 * @category getters
 */
export const explains = (self: Charge.Case): Corroboration.Suspicion | null => {
  if (!isOpinion(self)) return null
  const suspicion = Corroboration.find(self.pool.doubt, causeOf(self))
  if (suspicion === null || suspicion.refuted === null) return suspicion
  return self.lease.number <= suspicion.refuted && suspicion.tokens.includes(self.lease.tokenId) ? suspicion : null
}

/**
 * Charges nobody with a failure that a suspicion explains. The token is set aside, so that those who have not spoken
 * yet are tried; when nobody is left, the provider (or the model) rests, twice as long each round.
 *
 * @since 0.1.0
 * @category transitions
 */
export const setAside = (self: Charge.Case, suspicion: Corroboration.Suspicion): Pool.Step => {
  const { lease, now, slot } = self
  const { pool } = Charge.excuse(self)
  const terms = self.policy.corroboration
  const member = Slots.get(pool.members, slot) ?? self.member
  const change = (fields: Partial<Corroboration.Suspicion>) =>
    Corroboration.update(pool.doubt, suspicion, {
      tokens: Corroboration.withToken(suspicion, lease.tokenId),
      ...fields
    })
  const isOfBefore = suspicion.refuted !== null || lease.number <= suspicion.since
  const isOfTheRequest = suspicion.request !== null && suspicion.request === lease.request
  if (terms === null || terms === undefined || isOfBefore || isOfTheRequest) {
    return { pool: Pool.change(pool, { doubt: change({}) }), events: [] }
  }
  const rest = restFor(self, terms, suspicion.round, "the same failure of other tokens is not explained yet")
  const aside = Member.modify(member, suspicion.model, (s) => Standing.rest(s, { ...rest, code: self.outcome.code }))
  const tried = Pool.put(Pool.change(pool, { doubt: change({ request: null }) }), slot, aside, now)
  const lane = ModelLanes.laneFor(tried.lanes, lease.model, tried.lane)
  if (Strategy.count(lane) > 0) return { pool: tried, events: [] }
  const round = change({ request: null, round: suspicion.round + 1 })
  return blame({ ...self, pool: Pool.change(tried, { doubt: round }) }, suspicion.model, rest)
}

/**
 * Weighs what a failure imposed on its token. When enough tokens agree, all that is taken back.
 *
 * @since 0.1.0
 * @category transitions
 */
export const corroborate = (self: Charge.Case, charged: Charge.Charged): Pool.Step => {
  const terms = self.policy.corroboration
  const { lease, now } = self
  const cause = causeOf(self)
  if (terms === null || terms === undefined || charged.imposed === null || !isOpinion(self)) return charged
  // A token that was suspected before, and fails so again after a sibling was served, is convicted.
  if (Corroboration.find(self.pool.doubt, cause)?.tokens.includes(lease.tokenId)) return charged
  const { leases } = charged.pool
  const { tokenId, request } = lease
  const doubt = Corroboration.note(
    charged.pool.doubt,
    { ...cause, ...charged.imposed, tokenId, request, at: now, leases },
    terms
  )
  const pool = Pool.change(charged.pool, { doubt })
  const evidence = Corroboration.gather(doubt, cause)
  const tokens = new Set(evidence.map((e) => e.tokenId))
  if (tokens.size < Corroboration.quorum(terms, witnesses(pool, tokens))) return { pool, events: charged.events }

  const events: Array<PoolEvent> = [...charged.events]
  const why = `${tokens.size} tokens failed alike (${cause.code}) while none was served: not this token's fault`
  let next = Pool.change(pool, { doubt: Corroboration.suspect(doubt, evidence, cause, leases) })
  for (const id of tokens) {
    const found = Pool.find(next, id)
    if (found === null) continue
    const own = evidence.filter((e) => e.tokenId === id)
    const member = Member.modify(found.member, cause.model, (s) => takeBack(s, own, cause.code, now))
    if (member === found.member) continue
    next = Pool.put(next, found.slot, member, now)
    events.push({ _tag: "Withdrawn", ...Pool.origin(next, member, now), code: cause.code, why })
  }
  // One request that fails with every token: nothing of the pool is to rest for it.
  if (Corroboration.find(next.doubt, cause)?.request != null) return { pool: next, events }
  const rest = restFor(self, terms, 0, `${tokens.size} tokens failed alike (${cause.code}) while none was served`)
  const blamed = blame({ ...self, pool: next }, cause.model, rest)
  return { pool: blamed.pool, events: [...events, ...blamed.events] }
}

/**
 * Weighs a success. What stands refuted by it is taken back at once: the provider's rest, and those of the tokens that
 * were set aside.
 *
 * @since 0.1.0
 * @category transitions
 */
export const refute = (self: Pool.Pool, lease: Lease, now: number): Pool.Step => {
  const doubt = Corroboration.served(self.doubt, lease, self.leases)
  if (doubt === self.doubt) return { pool: self, events: [] }
  const events: Array<PoolEvent> = []
  let pool = Pool.change(self, { doubt })
  for (const { code, model, tokens } of Corroboration.standing(self.doubt)) {
    if (Corroboration.standing(doubt).some((s) => s.code === code && s.model === model)) continue
    pool =
      model === null
        ? Pool.change(pool, { provider: Standing.withdraw(pool.provider, code) })
        : Pool.change(pool, {
            models: { ...pool.models, [model]: Standing.withdraw(Pool.at(pool.models, model), code) }
          })
    for (const tokenId of tokens) {
      const found = Pool.find(pool, tokenId)
      const member = found === null ? null : Member.modify(found.member, model, (s) => Standing.withdraw(s, code))
      if (found === null || member === null || member === found.member) continue
      pool = Pool.put(pool, found.slot, member, now)
      const why = "a token was served: the provider works"
      events.push({ _tag: "Withdrawn", ...Pool.origin(pool, member, now), code, why })
    }
  }
  return { pool, events }
}

/** Only what we conclude ourselves can be withdrawn, and only from answers to leases: not what a person reports. */
const isOpinion = ({ lease, member, outcome, policy }: Charge.Case): boolean =>
  policy.corroboration != null &&
  lease.counted &&
  (outcome.scope === "token" ||
    outcome.scope === "token+model" ||
    // Of a group nobody knows, the token alone was charged.
    (outcome.scope === "group" && Member.group(member) === null)) &&
  outcome.blame !== "request" &&
  (outcome.cooldownMillis === "permanent" || outcome.cooldownMillis === null || outcome.provenance === "guess")

const causeOf = ({ lease, outcome }: Charge.Case): Corroboration.Cause => ({
  blame: outcome.blame,
  code: outcome.code,
  model: Epochs.targetModel(lease, outcome.scope)
})

/** Tokens that could have said otherwise: those that are ready, and those that failed alike. */
const witnesses = (pool: Pool.Pool, failed: ReadonlySet<string>): number => {
  let count = Strategy.count(pool.lane)
  for (const tokenId of failed) {
    const found = Pool.find(pool, tokenId)
    if (found !== null && !Strategy.has(pool.lane, found.slot, found.member)) count++
  }
  return count
}

/**
 * Undoes what this evidence imposed, the latest first, as far back as nothing else happened to the circuit in between.
 * Rests of another reason, and all that was stated, stay.
 */
const takeBack = (
  standing: Standing.Standing,
  evidence: ReadonlyArray<Corroboration.Evidence>,
  code: string,
  now: number
): Standing.Standing => {
  let circuit = standing.circuit
  for (const { after, before } of [...evidence].reverse()) {
    if (before !== after && Circuit.same(circuit, after)) circuit = before
  }
  const freed =
    circuit === standing.circuit ? standing : Standing.move(standing, Circuit.restore(standing.circuit, circuit, now))
  return Standing.withdraw(freed, code)
}

const restFor = (self: Charge.Case, terms: Corroboration.Terms, round: number, why: string): Cooldown => ({
  until: self.now + terms.restMillis * 2 ** Math.min(6, round),
  since: self.now,
  blame: causeOf(self).model === null ? "provider" : "model",
  provenance: "guess",
  code: self.outcome.code,
  why,
  evidence: ["several tokens failed alike", ...self.outcome.evidence]
})

const blame = (self: Charge.Case, model: string | null, rest: Cooldown): Pool.Step => {
  const { now, pool } = self
  if (model === null) {
    const provider = Standing.rest(Standing.prune(pool.provider, now), rest)
    return { pool: Pool.change(pool, { provider }), events: [Charge.rested(self, rest, "provider")] }
  }
  const standing = Standing.rest(Standing.prune(Pool.at(pool.models, model), now), rest)
  const models = Member.pruneModels({ ...pool.models, [model]: standing }, now)
  return { pool: Pool.change(pool, { models }), events: [Charge.rested(self, rest, "model")] }
}
