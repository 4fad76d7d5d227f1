/**
 * What a lease speaks of: the standings it was given in, and whether they are still as they were then.
 *
 * @since 0.1.0
 */
import * as Circuit from "./Circuit.js"
import type { Epoch, Lease } from "./Lending.js"
import * as Member from "./Member.js"
import type { Scope } from "./Outcome.js"
import * as Standing from "./Standing.js"

/**
 * The standings a lease speaks of: the token's, and the token's for the model.
 *
 * @since 0.1.0
 * @category getters
 */
export const spokenOf = (lease: Lease): ReadonlyArray<readonly [model: string | null, Epoch]> =>
  lease.model === null || lease.forModel === null
    ? [[null, lease.token]]
    : [
        [null, lease.token],
        [lease.model, lease.forModel]
      ]

/**
 * @since 0.1.0
 * @category getters
 */
export const standingOf = (member: Member.Member, model: string | null): Standing.Standing =>
  model === null ? member.standing : Member.modelStanding(member, model)

/**
 * A limit on one model is charged to the token for that model; without a known model, to the token.
 *
 * @since 0.1.0
 * @category getters
 */
export const targetModel = (lease: Lease, scope: Scope | null): string | null =>
  scope === "token+model" ? lease.model : null

/**
 * The epoch of the standing for `model`, or of the token's.
 *
 * @since 0.1.0
 * @category getters
 */
export const epochOf = (lease: Lease, model: string | null): Epoch =>
  model === null || lease.forModel === null ? lease.token : lease.forModel

/**
 * Whether nothing happened to the standing since the lease was given. A probe is awaited as long as its circuit is the
 * one it was sent for, whatever else was learnt meanwhile.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isFresh = (standing: Standing.Standing, epoch: Epoch): boolean =>
  standing.term === epoch.term &&
  (epoch.probe ? Circuit.same(standing.circuit, epoch.circuit) : standing.generation === epoch.generation)

/**
 * Gives the place of an undecided probe back, so that the next lease probes. `except`: the one of this standing is
 * decided.
 *
 * @since 0.1.0
 * @category transitions
 */
export const returnProbes = (
  member: Member.Member,
  lease: Lease,
  now: number,
  except?: { readonly model: string | null }
): Member.Member => {
  let next = member
  for (const [model, epoch] of spokenOf(lease)) {
    if (epoch.probe && except?.model !== model && isFresh(standingOf(next, model), epoch)) {
      next = Member.modify(next, model, (s) => Standing.move(s, Circuit.returnProbe(s.circuit, now)))
    }
  }
  return next
}
