import { describe, expect, it } from "vitest"
import * as Counts from "../../src/core/Counts.js"
import * as Lending from "../../src/core/Lending.js"
import * as Operation from "../../src/core/Operation.js"
import * as PoolState from "../../src/core/PoolState.js"
import * as Resume from "../../src/core/Resume.js"
import type { Strategy } from "../../src/core/Strategy.js"
import { profile } from "../support/arbitraries.js"

const profiles = (weights: Readonly<Record<string, number>>) =>
  Object.entries(weights).map(([id, weight]) => ({ ...profile(id), weight }))

/** The tokens that processes are given which make so many calls each, one after another, over one document. */
const lives = (
  strategy: Strategy,
  weights: Readonly<Record<string, number>>,
  processes: number,
  calls = 1
): ReadonlyArray<string> => {
  let document = PoolState.empty
  const given: Array<string> = []
  for (let life = 0; life < processes; life++) {
    const fresh = Operation.fresh("acme", profiles(weights), strategy, life)
    let pool = Resume.resume(PoolState.absorb(fresh, document, () => Counts.zero, life))
    const before = pool
    for (let call = 0; call < calls; call++) {
      const step = Lending.acquire(pool, { now: life * 10 + call, random: 0, probeMillis: 1 })
      pool = step.pool
      given.push(step.lease?.alias ?? "none")
    }
    const unsaved = (id: string) => Counts.since(countsOf(pool, id), countsOf(before, id))
    document = PoolState.write(document, PoolState.fromPool(pool), unsaved)
  }
  return given
}

const countsOf = (pool: ReturnType<typeof Operation.fresh>, id: string): Counts.Counts =>
  PoolState.fromPool(pool).members[id]?.counts ?? Counts.zero

const share = (given: ReadonlyArray<string>, id: string): number =>
  given.filter((each) => each === id).length / given.length

describe("The rotation of a process that begins", () => {
  it("begins with the first token where nobody has used any", () => {
    expect(lives("round-robin", { a: 1, b: 1, c: 1 }, 1)).toEqual(["a"])
  })

  it.each(["round-robin", "least-used"] as const)("goes on under %s where the others stopped", (strategy) => {
    expect(lives(strategy, { a: 1, b: 1, c: 1 }, 7).join("")).toBe("abcabca")
    expect(lives(strategy, { a: 1, b: 1, c: 1 }, 3, 2).join("")).toBe("abcabc")
  })

  it("gives every weight its share although each process makes one call", () => {
    const given = lives("weighted", { a: 5, b: 1, c: 1 }, 700)
    expect(share(given, "a")).toBeCloseTo(5 / 7, 2)
    expect(share(given, "b")).toBeCloseTo(1 / 7, 2)
    expect(given.join("")).not.toContain("aaaaa")
  })

  it("is left alone once it has lent", () => {
    const pool = Operation.fresh("acme", profiles({ a: 1, b: 1 }), "round-robin", 0)
    const { pool: used } = Lending.acquire(pool, { now: 0, random: 0, probeMillis: 1 })
    expect(Resume.resume(used)).toBe(used)
    expect(Resume.resume(pool)).toBe(pool)
  })
})
