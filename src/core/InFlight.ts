/**
 * Calls in flight, as every process last told the others.
 *
 * A process tells them with whatever else it writes, and can be killed before it takes back what it told: what is older
 * than `lifetime` no longer counts. Nothing is decided by these numbers; they are for people.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type * as Pool from "./Pool.js"
import * as Slots from "./Slots.js"

/**
 * By process: when it said so, and how many of each token.
 *
 * @since 0.1.0
 * @category schemas
 */
export const InFlight = Schema.Record({
  key: Schema.String,
  value: Schema.Struct({ at: Schema.Number, tokens: Schema.Record({ key: Schema.String, value: Schema.Number }) })
})

/**
 * @since 0.1.0
 * @category models
 */
export interface InFlight extends Schema.Schema.Type<typeof InFlight> {}

/**
 * How long a process is believed that says nothing more, in milliseconds.
 *
 * @since 0.1.0
 * @category constants
 */
export const lifetime = 600_000

/**
 * What one process has to tell.
 *
 * @since 0.1.0
 * @category constructors
 */
export const of = (pool: Pool.Pool, writer: string, now: number): InFlight => ({
  [writer]: {
    at: now,
    tokens: Object.fromEntries(
      Slots.toArray(pool.members).flatMap(({ inFlight, profile }) => (inFlight === 0 ? [] : [[profile.id, inFlight]]))
    )
  }
})

/**
 * What both know: of each process, what it said last.
 *
 * @since 0.1.0
 * @category combinators
 */
export const merge = (a: InFlight, b: InFlight): InFlight => ({
  ...a,
  ...Object.fromEntries(
    Object.entries(b).filter(([writer, said]) => {
      const known = Object.hasOwn(a, writer) ? a[writer] : undefined
      if (known === undefined || known.at !== said.at) return known === undefined || said.at > known.at
      return JSON.stringify(said) > JSON.stringify(known)
    })
  )
})

/**
 * Without those who have nothing in flight and those who are no longer believed.
 *
 * @since 0.1.0
 * @category combinators
 */
export const prune = (self: InFlight, now: number): InFlight =>
  Object.fromEntries(
    Object.entries(self).filter(([, { at, tokens }]) => isBelieved(at, now) && Object.keys(tokens).length > 0)
  )

/**
 * What the other processes told.
 *
 * @since 0.1.0
 * @category combinators
 */
export const without = (self: InFlight, writer: string): InFlight =>
  Object.fromEntries(Object.entries(self).filter(([other]) => other !== writer))

/**
 * How many of each token are in flight by all that was told.
 *
 * @since 0.1.0
 * @category getters
 */
export const total = (self: InFlight, now: number): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const { at, tokens } of Object.values(self)) {
    if (!isBelieved(at, now)) continue
    for (const [tokenId, count] of Object.entries(tokens)) counts.set(tokenId, (counts.get(tokenId) ?? 0) + count)
  }
  return counts
}

const isBelieved = (at: number, now: number): boolean => Math.abs(now - at) <= lifetime
