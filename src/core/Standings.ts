/**
 * The standings that hold a member for a model: its own, that of its group, and that for the model. Provider and model as
 * a whole are the pool's (`Pool.opensAt`).
 *
 * @since 0.1.0
 */
import * as Member from "./Member.js"
import * as Pool from "./Pool.js"
import * as Standing from "./Standing.js"

/**
 * @since 0.1.0
 * @category getters
 */
export const of = (pool: Pool.Pool, member: Member.Member, model: string | null): ReadonlyArray<Standing.Standing> => {
  const own = [member.standing, Pool.groupStanding(pool, member)]
  return model === null ? own : [...own, Member.modelStanding(member, model)]
}

/**
 * Until when any of them holds the member: `now` or earlier when none does, `null` when only a person can change it.
 *
 * @since 0.1.0
 * @category getters
 */
export const heldUntil = (pool: Pool.Pool, member: Member.Member, model: string | null, now: number): number | null => {
  let last = now
  for (const standing of of(pool, member, model)) {
    const until = Standing.heldUntil(standing, now)
    if (until === null) return null
    last = Math.max(last, until)
  }
  return last
}
