/** The modelled vendor: what becomes of an attempt, and a record of every one. */
import type { VirtualTime } from "./clock.js"
import { type Said, say } from "./dialects.js"
import { makeLimit } from "./limits.js"
import type { Scenario } from "./scenarios.js"
import { type Caller, oneWayMillis, type World } from "./world.js"

/** `null`: no answer came. */
export type Answer = Said | null

export interface Attempt {
  /** When the caller sent it. */
  readonly at: number
  readonly caller: number
  readonly token: number
  /** `0`: no answer. */
  readonly status: number
}

export interface Upstream {
  /** Sends an attempt; the answer comes in its time. */
  readonly send: (token: number, caller: Caller, reply: (answer: Answer) => void) => void
  /** All attempts in the order in which they reached the vendor. */
  readonly attempts: ReadonlyArray<Attempt>
}

export const makeUpstream = (scenario: Scenario, world: World, time: VirtualTime): Upstream => {
  const limits = world.limits.map(makeLimit)
  const attempts: Array<Attempt> = []

  const statusOf = (index: number, now: number): number => {
    const token = world.tokens[index]
    const limit = token === undefined ? undefined : limits[token.limit]
    const { outage } = world
    if (outage !== null && now >= outage.from && now < outage.until) {
      return outage.answer === "network" ? 0 : outage.answer
    }
    if (token === undefined || limit === undefined || token.revoked) return 401
    if (now >= token.spentAt) return 402
    return limit.admit(now) ? 200 : 429
  }

  return {
    attempts,
    send: (index, caller, reply) => {
      const sent = time.now()
      time.at(sent + oneWayMillis, () => {
        const now = time.now()
        const status = statusOf(index, now)
        attempts.push({ at: sent, caller: caller.index, token: index, status })
        const token = world.tokens[index]
        const answer = status === 0 ? null : say(scenario, status, token, token && limits[token.limit], now)
        time.at(now + oneWayMillis + (status === 200 ? caller.service : 0), () => reply(answer))
      })
    }
  }
}
