/**
 * When a long rest may be audited: whether the limit that a vendor declared still holds is then asked once, before its
 * time is over.
 *
 * Only what the vendor stated or documents is audited, and only when nothing else holds the token: an isolation or a
 * rest without end waits for a person, and a guess of ours ends soon by itself.
 *
 * @since 0.1.0
 */
import * as Member from "./Member.js"
import * as Standing from "./Standing.js"

/**
 * When a member may be lent to audit what rests it, for `model` or (`null`) as a whole; `Infinity` when it may not:
 * nothing rests it, or something that no answer could end. `group` is the standing of its group.
 *
 * @since 0.1.0
 * @category getters
 */
export const dueAt = (member: Member.Member, group: Standing.Standing, model: string | null, now: number): number => {
  const own = model === null ? Standing.initial : Member.modelStanding(member, model)
  let due = Number.NEGATIVE_INFINITY
  let rests = false
  for (const standing of [member.standing, group, own]) {
    if (Standing.isReady(standing, now)) continue
    rests = true
    due = Math.max(due, ofStanding(standing))
  }
  return rests && member.profile.enabled ? due : Infinity
}

/**
 * When the rest of a standing may be audited: once whatever else holds it is over, too. `Infinity` when it may not.
 *
 * @since 0.1.0
 * @category getters
 */
export const ofStanding = (self: Standing.Standing): number => {
  const { auditAt } = self.cooldown ?? {}
  if (auditAt === undefined) return Infinity
  const other = Standing.heldUntil({ ...self, cooldown: null }, Number.NEGATIVE_INFINITY)
  return other === null ? Infinity : Math.max(auditAt, other)
}

/**
 * The first time at which a member may be audited for anything.
 *
 * @since 0.1.0
 * @category getters
 */
export const firstDue = (member: Member.Member, group: Standing.Standing, now: number): number => {
  const models = Object.keys(member.models)
  if (models.length === 0 && member.standing.cooldown === null && group.cooldown === null) return Infinity
  return models.reduce(
    (first, model) => Math.min(first, dueAt(member, group, model, now)),
    dueAt(member, group, null, now)
  )
}
