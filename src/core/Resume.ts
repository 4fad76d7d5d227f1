/**
 * Where the rotation goes on in a process that has lent nothing yet: after what the others used last.
 *
 * Without it every process would begin with the first token, and scripts that make one call would never use another.
 *
 * @since 0.1.0
 */
import * as Member from "./Member.js"
import * as Pool from "./Pool.js"
import * as Slots from "./Slots.js"
import type * as Strategy from "./Strategy.js"

/**
 * The pool with its rotation moved on; the same pool once it has lent, or when nobody has used any of its tokens.
 *
 * @since 0.1.0
 * @category transitions
 */
export const resume = (self: Pool.Pool): Pool.Pool => {
  if (self.leases > 0) return self
  const used = Slots.toArray(self.members)
    .map((member, slot): Used => ({ member, slot, at: member.lastUsedAt ?? Number.NEGATIVE_INFINITY }))
    .sort((a, b) => a.at - b.at || a.slot - b.slot)
  if ((used.at(-1)?.member.lastUsedAt ?? null) === null) return self
  const ordered = self.strategy === "least-used" ? inOrderOfUse(self, used) : self
  return { ...ordered, turn: turnAfter(self.lane, used) }
}

interface Used {
  readonly member: Member.Member
  readonly slot: number
  readonly at: number
}

/** The longest unused come first. Turns of leases to come are positive, so these all lie before them. */
const inOrderOfUse = (self: Pool.Pool, used: ReadonlyArray<Used>): Pool.Pool =>
  used.reduce(
    (pool, { member, slot }, rank) => Pool.touch(pool, slot, Member.change(member, { turn: rank - used.length })),
    self
  )

const turnAfter = (lane: Strategy.Lane, used: ReadonlyArray<Used>): Strategy.Turn => {
  const weights = lane._tag === "Classes" ? lane.weights : [undefined]
  const classes = weights.map((weight) =>
    weight === undefined ? used : used.filter(({ member }) => member.profile.weight === weight)
  )
  const shares = classes.map((each, i) => Math.max(0, weights[i] ?? 0) * each.length)
  const total = shares.reduce((sum, share) => sum + share, 0)
  const uses = used.reduce((sum, { member }) => sum + member.counts.uses, 0)
  const next = classAt(shares, total * ((uses * golden) % 1))
  return {
    cursors: classes.map((each) => {
      const last = each.at(-1)
      return last === undefined || last.member.lastUsedAt === null ? 0 : last.slot + 1
    }),
    credits: shares.map((_, i) => (i === next ? total : 0))
  }
}

/**
 * Multiples of the golden ratio fill the unit evenly, however many are taken: processes that make one call each give
 * every class its share without remembering whose turn it was.
 */
const golden = (Math.sqrt(5) - 1) / 2

const classAt = (shares: ReadonlyArray<number>, point: number): number => {
  let upTo = 0
  return shares.findIndex((share) => {
    upTo += share
    return point < upTo
  })
}
