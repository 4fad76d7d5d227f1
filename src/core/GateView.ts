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
import * as Pace from "./Pace.js"
import * as Window from "./Window.js"

/**
 * What shuts the gate: a limit the user set, one the vendor stated, or the pace that was learnt.
 *
 * @since 0.1.0
 * @category models
 */
export type Reason = "limit_set" | "limit_stated" | "pace_learnt"

/**
 * What shuts a gate that is shut: whichever opens last.
 *
 * @since 0.1.0
 * @category getters
 */
export const reason = (self: Gate.Gate, now: number): Reason => {
  const at = Gate.opensAt(self, now)
  const { pace, window } = self
  if (pace !== null && Pace.opensAt(pace) >= at) return "pace_learnt"
  if (window !== null && Window.opensAt(window, now) >= at) return "pace_learnt"
  return Gate.opensAt(Gate.change(self, { stated: Gate.open.stated }), now) >= at ? "limit_set" : "limit_stated"
}

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
    const why = reason(gate, now)
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
        provenance: provenances[why],
        code: why,
        why: words[why],
        evidence: []
      }
    ]
  })

const provenances: Readonly<Record<Reason, Hold["provenance"]>> = {
  limit_set: null,
  limit_stated: "stated",
  pace_learnt: "guess"
}

const words: Readonly<Record<Reason, string>> = {
  limit_set: "the limit you set is used up",
  limit_stated: "the limit its vendor stated is used up",
  pace_learnt: "it is used as fast as it was found to be served"
}
