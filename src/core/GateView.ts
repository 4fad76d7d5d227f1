/**
 * What shut gates hold back, for people. A gate that only waits for a request in flight holds nobody back for long, and
 * is not told.
 *
 * @since 0.1.0
 */
import * as Gate from "./Gate.js"
import * as Gates from "./Gates.js"
import type { Hold } from "./Hold.js"
import * as Member from "./Member.js"
import * as OwnedGates from "./OwnedGates.js"

/**
 * What the gates of a member hold back now, for `model` or for all.
 *
 * @since 0.1.0
 * @category getters
 */
export const holdsOf = (
  gates: OwnedGates.OwnedGates,
  member: Member.Member,
  model: string | null,
  now: number
): ReadonlyArray<Hold> =>
  Member.owners(member).flatMap((owner) => {
    const gate = Gates.at(OwnedGates.of(gates, owner), model)
    const until = gate === undefined ? now : Gate.opensAt(gate, now)
    if (gate === undefined || until <= now || until === Infinity) return []
    const reason = Gate.reason(gate, now)
    const own = owner === member.profile.id
    return [
      {
        state: "cooling",
        scope: model !== null ? "token+model" : own ? "token" : "group",
        model,
        group: own ? null : owner,
        until: Math.ceil(until),
        since: null,
        blame: "rate-limit",
        provenance: provenances[reason],
        code: reason,
        why: words[reason],
        evidence: []
      }
    ]
  })

const provenances: Readonly<Record<Gate.Reason, Hold["provenance"]>> = {
  limit_set: null,
  limit_stated: "stated",
  pace_learnt: "guess"
}

const words: Readonly<Record<Gate.Reason, string>> = {
  limit_set: "the limit you set is used up",
  limit_stated: "the limit its vendor stated is used up",
  pace_learnt: "it is used as fast as it was found to be served"
}
