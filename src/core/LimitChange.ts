/**
 * Limits of the user's that change, or that a token comes under, while requests are out: those count, too.
 *
 * @since 0.1.0
 */
import * as HashMap from "effect/HashMap"
import * as Gate from "./Gate.js"
import * as Gates from "./Gates.js"
import type { Lease } from "./Lease.js"
import * as Limits from "./Limits.js"
import * as Member from "./Member.js"
import * as OwnedGates from "./OwnedGates.js"
import * as Pool from "./Pool.js"
import * as PoolGates from "./PoolGates.js"

/**
 * The gates under what the user states now of tokens (by id) and groups. What was learnt stays.
 *
 * @since 0.1.0
 * @category transitions
 */
export const configure = (
  gates: OwnedGates.OwnedGates,
  limits: ReadonlyMap<string, Limits.Limits>
): OwnedGates.OwnedGates => {
  let next = gates
  for (const [owner, before] of gates) {
    const gate = Gates.at(before, null)
    if (gate !== undefined && !limits.has(owner)) next = limit(next, owner, Limits.none)
  }
  for (const [owner, stated] of limits) next = limit(next, owner, stated)
  return next
}

/**
 * Counts what is out at limits that came, or that its token came under, after it was sent. `tokenId`: of this one only.
 *
 * @since 0.1.0
 * @category transitions
 */
export const adopt = (self: Pool.Pool, now: number, tokenId?: string): Pool.Pool => {
  // In the order they were sent, as minutes are counted.
  const out = Array.from(HashMap.values(self.out)).sort((a, b) => a.number - b.number)
  return out.reduce(
    (pool, lease) => (tokenId === undefined || tokenId === lease.tokenId ? adoptOne(pool, lease, now) : pool),
    self
  )
}

const adoptOne = (self: Pool.Pool, lease: Lease, now: number): Pool.Pool => {
  const found = Pool.find(self, lease.tokenId)
  if (found === null) return self
  let pool = self
  let { passed } = lease
  for (const owner of Member.owners(found.member)) {
    const gate = PoolGates.at(pool, owner, null)
    const isCounted = passed.some((ticket) => ticket.owner === owner && ticket.model === null)
    if (gate === undefined || isCounted || Limits.isNone(gate.limits)) continue
    const [ticket, { inFlight, requests, usage }] = Gate.pass(gate, true, lease.at, lease.size)
    // What is learnt there is nothing to it: it was not held by that.
    passed = [...passed, { ...ticket, number: 0, isGuess: false, owner, model: null }]
    pool = PoolGates.put(pool, found.slot, owner, null, Gate.change(gate, { inFlight, requests, usage }), now)
  }
  return pool === self ? self : Pool.change(pool, { out: HashMap.set(pool.out, lease.number, { ...lease, passed }) })
}

const limit = (gates: OwnedGates.OwnedGates, owner: string, limits: Limits.Limits): OwnedGates.OwnedGates => {
  const before = OwnedGates.of(gates, owner)
  const gate = Gates.at(before, null) ?? Gate.open
  const after = Gate.limited(gate, limits)
  return after === gate ? gates : HashMap.set(gates, owner, Gates.set(before, null, after))
}
