/**
 * Headroom: obeying known limits before they are hit.
 *
 * A request passes up to three gates: what is known of the token alone, of the group it shares limits with, and of
 * whichever owns its limits for the model it asks. When a gate shuts or opens, every member that passes through it
 * changes its place in the lanes, with no answer needed.
 *
 * @since 0.1.0
 */
import * as HashMap from "effect/HashMap"
import type * as Cost from "./Cost.js"
import * as Gate from "./Gate.js"
import * as GateLearning from "./GateLearning.js"
import * as Grouped from "./Grouped.js"
import type { Lease, Passed } from "./Lease.js"
import * as Member from "./Member.js"
import * as OwnedGates from "./OwnedGates.js"
import * as Pace from "./Pace.js"
import * as Pool from "./Pool.js"
import * as PoolGates from "./PoolGates.js"
import * as Recent from "./Recent.js"
import type { Size } from "./Size.js"
import * as Slots from "./Slots.js"
import type * as Statement from "./Statement.js"

/**
 * @since 0.1.0
 * @category constructors
 */
export const nothing: ReadonlyArray<Passed> = []

/**
 * What of a lease tells which gates are its own.
 *
 * @since 0.1.0
 * @category models
 */
export interface Entry {
  readonly tokenId: string
  readonly nth: number
  readonly model: string | null
  readonly passed: ReadonlyArray<Passed>
}

/**
 * Lets a request of this member through every gate it has, and says which number it was at each.
 *
 * @since 0.1.0
 * @category transitions
 */
export const pass = (
  self: Pool.Pool,
  slot: number,
  member: Member.Member,
  request: {
    readonly model: string | null
    readonly size?: Size | null
    readonly counted: boolean
    readonly now: number
  }
): readonly [passed: ReadonlyArray<Passed>, pool: Pool.Pool] => {
  const { counted, now, size = null } = request
  if (HashMap.isEmpty(self.gates) && size === null) return [nothing, self]
  let pool = self
  const passed: Array<Passed> = []
  for (const [owner, model] of placesOf(member, request.model)) {
    // A declared size is remembered where its answer will state a limit, though none may be known yet.
    const isItsOwn = size !== null && owner === Member.owner(member) && model === request.model
    const gate = PoolGates.at(pool, owner, model) ?? (isItsOwn ? unheard(member) : undefined)
    if (gate === undefined) continue
    const [ticket, next] = Gate.pass(gate, counted, now, size)
    passed.push({ ...ticket, owner, model })
    pool = PoolGates.put(pool, slot, owner, model, next, now)
  }
  return [passed, pool]
}

/**
 * Takes note of what an answer states of the limits of its model, as soon as its headers are there.
 *
 * @since 0.1.0
 * @category transitions
 */
export const hear = (
  self: Pool.Pool,
  lease: Entry & Pick<Lease, "at">,
  statements: ReadonlyArray<Statement.Statement>,
  now: number
): Pool.Pool => {
  const found = Pool.find(self, lease.tokenId)
  if (found === null || statements.length === 0) return self
  const owner = Member.owner(found.member)
  const gate = PoolGates.at(self, owner, lease.model) ?? unheard(found.member)
  const next = Gate.hear(gate, statements, passAt(gate, lease, owner, lease.model).number, now, lease.at)
  return next === gate ? self : PoolGates.put(self, found.slot, owner, lease.model, next, now)
}

/**
 * Takes a lease back through its gates. `actual`: what it cost, if the answer said so; `isServed`: it was answered.
 *
 * @since 0.1.0
 * @category transitions
 */
export const giveBack = (
  self: Pool.Pool,
  lease: Pick<Lease, "tokenId" | "number" | "at">,
  answer: { readonly actual: Cost.Cost | null; readonly isServed: boolean },
  now: number
): Pool.Pool => {
  const slot = Pool.find(self, lease.tokenId)?.slot ?? nowhere
  const out = HashMap.get(self.out, lease.number)
  let pool: Pool.Pool = out._tag === "None" ? self : Pool.change(self, { out: HashMap.remove(self.out, lease.number) })
  for (const ticket of out._tag === "None" ? nothing : out.value.passed) {
    const { model, owner } = ticket
    const gate = PoolGates.at(pool, owner, model)
    if (gate === undefined) continue
    const returned = Gate.giveBack(gate, ticket, answer.actual)
    const next = answer.isServed ? GateLearning.serve(returned, ticket, { sentAt: lease.at, now }) : returned
    if (next !== gate) pool = PoolGates.put(pool, slot, owner, model, next, now)
  }
  return pool
}

/**
 * Learns from a refusal for pace: by the limit of the token or its group, for one model or for all.
 *
 * @since 0.1.0
 * @category transitions
 */
export const refuse = (
  self: Pool.Pool,
  lease: Entry,
  refusal: {
    readonly model: string | null
    /** In how many milliseconds to come back, if the answer said so. */
    readonly millis: number | null
    readonly now: number
  }
): Pool.Pool => {
  const found = Pool.find(self, lease.tokenId)
  if (found === null) return self
  const { millis, model, now } = refusal
  const owner = Member.owner(found.member)
  const gate = PoolGates.at(self, owner, model) ?? unheard(found.member)
  const pass = passAt(gate, lease, owner, model)
  const next = GateLearning.refuse(gate, { pass, millis, served: servedBy(self, owner, found.member, now), now })
  return next === gate ? self : PoolGates.put(self, found.slot, owner, model, next, now)
}

/**
 * Lets a token come back slowly whose circuit was open.
 *
 * @since 0.1.0
 * @category transitions
 */
export const restart = (self: Pool.Pool, slot: number, model: string | null, now: number): Pool.Pool => {
  const member = Slots.get(self.members, slot)
  if (member === undefined) return self
  const { id } = member.profile
  const gate = PoolGates.at(self, id, model) ?? Gate.open
  return PoolGates.put(self, slot, id, model, Gate.change(gate, { pace: Pace.restart(gate.sent, now) }), now)
}

/**
 * Forgets what was learnt of the limits of a token and its group; what the user states stays.
 *
 * @since 0.1.0
 * @category transitions
 */
export const reset = (self: Pool.Pool, slot: number, now: number): Pool.Pool => {
  const member = Slots.get(self.members, slot)
  if (member === undefined) return self
  const gates = Member.owners(member).reduce(OwnedGates.forget, self.gates)
  return gates === self.gates ? self : PoolGates.putAll(Pool.change(self, { gates }), slot, Member.owner(member), now)
}

/**
 * Forgets what the vendor stated for long of the limits that a request of this member passes: its answer states it anew.
 *
 * @since 0.1.0
 * @category transitions
 */
export const askAnew = (self: Pool.Pool, slot: number, model: string | null, now: number): Pool.Pool => {
  const member = Slots.get(self.members, slot)
  if (member === undefined) return self
  return OwnedGates.places(self.gates, member, model).reduce((pool, { gate, model, owner }) => {
    const asked = Gate.askAnew(gate, now)
    return asked === gate ? pool : PoolGates.put(pool, slot, owner, model, asked, now)
  }, self)
}

/** Every gate a request may have to pass, the same one once. */
const placesOf = (
  member: Member.Member,
  model: string | null
): ReadonlyArray<readonly [owner: string, model: string | null]> =>
  Member.owners(member).flatMap((owner) =>
    model === null ? [[owner, null] as const] : [[owner, null] as const, [owner, model] as const]
  )

/**
 * The gate of a limit that nothing was heard of yet: who is in flight has passed it all the same. That of a token goes on
 * from how often it was lent, so that each of those has its number.
 */
const unheard = (member: Member.Member): Gate.Gate =>
  Gate.change(Gate.open, { sent: isAlone(member) ? member.lent : Math.max(0, member.inFlight - 1) })

const isAlone = (member: Member.Member): boolean => Member.owner(member) === member.profile.id

/** As what a request passed the gate, or would have; its number is 0 where it was sent before any that has one. */
const passAt = (
  { sent }: Gate.Gate,
  { nth, passed, tokenId }: Entry,
  owner: string,
  model: string | null
): Pick<Passed, "number" | "isGuess"> =>
  // A number beyond those the gate has given was given by one that is forgotten.
  passed.find((ticket) => ticket.owner === owner && ticket.model === model && ticket.number <= sent) ?? {
    number: owner === tokenId ? Math.min(nth, sent) : 0,
    isGuess: false
  }

/** The slot of a token that was removed; others may share its gates. */
const nowhere = -1

/**
 * About how many requests of an owner are served within a minute. A minute that has only begun says too little: what was
 * served may have been all that may be, or go on like that, so it is taken for what is between the two.
 */
const servedBy = (pool: Pool.Pool, owner: string, member: Member.Member, now: number): number =>
  membersOf(pool, owner, member).reduce((sum, { recent }) => sum + Math.sqrt(productOf(recent, now)), 0)

const productOf = (recent: Recent.Recent, now: number): number =>
  Recent.within(recent, Pace.windowMillis, now) * Recent.goingOn(recent, Pace.windowMillis, now)

const membersOf = (pool: Pool.Pool, owner: string, member: Member.Member): ReadonlyArray<Member.Member> =>
  owner === member.profile.id
    ? [member]
    : Grouped.slots(pool.grouped, owner).flatMap((slot) => Slots.get(pool.members, slot) ?? [])
