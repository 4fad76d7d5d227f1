/**
 * Audits: asking once in a while whether a long rest that the vendor declared still holds.
 *
 * When nobody else can serve a request, one of those that rest long is lent for it, if that is due. An answer that is
 * served ends the rests it asked about; a refusal leaves them and puts the next audit off; an audit without a verdict
 * gives its place back. One audit of a pool is out at a time, so that a pool that rests as a whole is asked with care.
 *
 * @since 0.1.0
 */
import * as AuditTime from "./AuditTime.js"
import * as Capacity from "./Capacity.js"
import * as Cooldown from "./Cooldown.js"
import * as Grouping from "./Grouping.js"
import * as Headroom from "./Headroom.js"
import type { Audited, Lease } from "./Lease.js"
import * as Member from "./Member.js"
import * as MinTree from "./MinTree.js"
import * as OwnedGates from "./OwnedGates.js"
import * as Pool from "./Pool.js"
import type { PoolEvent } from "./PoolEvent.js"
import type { Size } from "./Size.js"
import * as Slots from "./Slots.js"
import * as Standing from "./Standing.js"

/**
 * Which rests are audited, and how often, in milliseconds: those longer than `afterMillis`, `everyMillis` apart.
 *
 * @since 0.1.0
 * @category models
 */
export interface Terms {
  readonly afterMillis: number
  readonly everyMillis: number
}

/**
 * The slot to lend for an audit; -1 when none is due that could serve `model`. The longest due comes first.
 *
 * @since 0.1.0
 * @category selection
 */
export const choose = (
  self: Pool.Pool,
  request: {
    readonly model: string | null
    readonly exclude: ReadonlyArray<string>
    readonly size?: Size | null
    readonly now: number
  }
): number => {
  const { exclude, now } = request
  if (Pool.nextAudit(self) > now) return -1
  let rest = self.audits
  for (let i = 0; i < mostLookedAt && MinTree.min(rest) <= now; i++) {
    const slot = MinTree.first(rest)
    const member = Slots.get(self.members, slot)
    if (member !== undefined && !exclude.includes(member.profile.id) && isDue(self, member, request)) return slot
    rest = MinTree.set(rest, slot, Infinity)
  }
  return -1
}

/**
 * The rests that a lease of this member for `model` asks about.
 *
 * @since 0.1.0
 * @category getters
 */
export const asksAbout = (
  self: Pool.Pool,
  member: Member.Member,
  model: string | null,
  now: number
): ReadonlyArray<Audited> => {
  const ofModel = model === null ? Standing.initial : Member.modelStanding(member, model)
  const ofGroup = Pool.groupStanding(self, member)
  if (member.standing.cooldown === null && ofGroup.cooldown === null && ofModel.cooldown === null) return nothing
  const group = Member.group(member)
  const places = [
    { scope: "token", model: null, group, standing: member.standing },
    { scope: "group", model: null, group, standing: ofGroup },
    ...(model === null ? [] : [{ scope: "token+model", model, group, standing: ofModel } as const])
  ] as const
  return places.flatMap(({ standing, ...place }) => {
    const rest = standing.cooldown
    return rest === null || Standing.isReady(standing, now) ? [] : [{ ...place, rest }]
  })
}

const nothing: ReadonlyArray<Audited> = []

/**
 * A rest that begins now, with its first audit planned if it is one to be audited.
 *
 * @since 0.1.0
 * @category combinators
 */
export const plan = (rest: Cooldown.Cooldown, terms: Terms | null | undefined, now: number): Cooldown.Cooldown =>
  terms == null || !isAudited(rest) || rest.until === null || rest.until - now <= terms.afterMillis
    ? rest
    : { ...rest, auditAt: now + terms.everyMillis }

/** Of what we guess, only money is asked about, and only by a free check: it may be back any time. */
const isAudited = ({ blame, provenance }: Cooldown.Cooldown): boolean => provenance !== "guess" || blame === "quota"

/**
 * The tokens to be asked about by a free check now: those that rest long for something that such a check `speaksOf`. Of
 * a group that rests, one. It looks at every member, so it is not for every request.
 *
 * @since 0.1.0
 * @category getters
 */
export const checksDue = (
  self: Pool.Pool,
  speaksOf: (rest: Cooldown.Cooldown) => boolean,
  now: number
): ReadonlyArray<string> => {
  const isDue = (rest: Cooldown.Cooldown) =>
    (rest.auditAt ?? Infinity) <= now && !Cooldown.isOver(rest, now) && speaksOf(rest)
  const groups = new Set<string>()
  return Slots.toArray(self.members).flatMap((member) => {
    const group = Member.group(member)
    const forGroup = group !== null && !groups.has(group) && Standing.rests(Pool.ofGroup(self, group)).some(isDue)
    if (!member.profile.enabled || !(forGroup || Standing.rests(member.standing).some(isDue))) return []
    if (group !== null) groups.add(group)
    return [member.profile.id]
  })
}

/**
 * A free check of this token goes out: what rests it and its group is not asked about again for `everyMillis`.
 *
 * @since 0.1.0
 * @category transitions
 */
export const checking = (self: Pool.Pool, tokenId: string, everyMillis: number, now: number): Pool.Pool => {
  const found = Pool.find(self, tokenId)
  if (found === null) return self
  const group = Member.group(found.member)
  const places = [{ scope: "token", model: null, group } as const, { scope: "group", model: null, group } as const]
  return places.reduce((pool, place) => modify(pool, tokenId, place, (s) => putOff(s, now + everyMillis), now), self)
}

/**
 * Sends the audit out: until it is back, nobody else audits.
 *
 * @since 0.1.0
 * @category transitions
 */
export const begin = (
  self: Pool.Pool,
  slot: number,
  audit: { readonly lease: number; readonly model: string | null; readonly now: number; readonly until: number }
): Pool.Pool => {
  const { lease, model, now, until } = audit
  return Pool.change(Headroom.askAnew(self, slot, model, now), { audit: { lease, until } })
}

/**
 * The audit was served: what it asked about holds no longer. Rests imposed since stay.
 *
 * @since 0.1.0
 * @category transitions
 */
export const pass = (self: Pool.Pool, lease: Lease, now: number): Pool.Step => {
  if (lease.audits.length === 0) return { pool: self, events: [] }
  let pool = over(self, lease, now)
  const events: Array<PoolEvent> = []
  for (const audited of lease.audits) {
    const next = lift(pool, lease.tokenId, audited, now)
    const member = Pool.find(pool, lease.tokenId)?.member
    if (next === pool || member === undefined) continue
    pool = next
    const { rest, ...place } = audited
    const { blame, code, provenance, until, why } = rest
    const origin = Pool.origin(pool, member, now)
    events.push({ _tag: "AuditPassed", ...origin, ...place, until, blame, provenance, code, why })
  }
  return { pool, events }
}

/**
 * The audit was refused: the rests stay, and are asked about again `everyMillis` later.
 *
 * @since 0.1.0
 * @category transitions
 */
export const fail = (self: Pool.Pool, lease: Lease, everyMillis: number, now: number): Pool.Pool => {
  if (lease.audits.length === 0) return self
  return lease.audits.reduce(
    (pool, audited) => modify(pool, lease.tokenId, audited, (s) => putOff(s, now + everyMillis), now),
    over(self, lease, now + pauseMillis)
  )
}

/**
 * The audit came back without a verdict: the next request may be one.
 *
 * @since 0.1.0
 * @category transitions
 */
export const giveBack = (self: Pool.Pool, lease: Lease, now: number): Pool.Pool => over(self, lease, now)

const lift = (self: Pool.Pool, tokenId: string, { rest, ...place }: Audited, now: number): Pool.Pool =>
  modify(self, tokenId, place, (s) => Standing.lift(s, rest), now)

/** Others may be audited again from `until` on. */
const over = (self: Pool.Pool, lease: Lease, until: number): Pool.Pool =>
  lease.audits.length === 0 || self.audit.lease !== lease.number
    ? self
    : Pool.change(self, { audit: { lease: self.audit.lease, until } })

const modify = (
  self: Pool.Pool,
  tokenId: string,
  { group, model, scope }: Omit<Audited, "rest">,
  change: (standing: Standing.Standing) => Standing.Standing,
  now: number
): Pool.Pool => {
  if (scope === "group") {
    const before = Pool.ofGroup(self, group ?? "")
    const after = change(before)
    return group === null || after === before ? self : Grouping.put(self, group, after, now)
  }
  const found = Pool.find(self, tokenId)
  if (found === null) return self
  const member = Member.modify(found.member, scope === "token" ? null : model, change)
  return member === found.member ? self : Pool.put(self, found.slot, member, now)
}

const putOff = (self: Standing.Standing, at: number): Standing.Standing => {
  const cooldown = self.cooldown === null ? null : Cooldown.auditFrom(self.cooldown, at)
  const guesses = self.guesses.map((guess) => Cooldown.auditFrom(guess, at))
  return cooldown === self.cooldown && guesses.every((guess, i) => guess === self.guesses[i])
    ? self
    : { ...self, cooldown, guesses }
}

const isDue = (
  pool: Pool.Pool,
  member: Member.Member,
  { model, now, size = null }: Parameters<typeof choose>[1]
): boolean =>
  AuditTime.dueAt(member, Pool.groupStanding(pool, member), model, now) <= now &&
  OwnedGates.opensAt(pool.gates, member, model, now, size) <= now &&
  (size === null || Capacity.excess(pool.gates, member, { model, size, now }) === null)

/** What is due for other models only must not make a busy pool look at all its members. */
const mostLookedAt = 32

/** One caller's request asks about one token: whoever was refused does not go on to the next. */
const pauseMillis = 1_000
