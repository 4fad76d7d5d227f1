/** What is changed field by field is the same as by a spread: nothing is dropped, and nothing is taken for absent. */
import { describe, expect, it } from "vitest"
import * as Counts from "../../src/core/Counts.js"
import * as Gate from "../../src/core/Gate.js"
import * as Member from "../../src/core/Member.js"
import * as Pool from "../../src/core/Pool.js"
import { profile } from "../support/arbitraries.js"
import { poolOf } from "../support/pool.js"

interface Case {
  readonly self: object
  readonly change: (self: object, to: object) => object
  /** What never changes. */
  readonly fixed: ReadonlyArray<string>
  readonly nullable: ReadonlyArray<string>
}

const pool = poolOf(["a"])
const member = Member.make(profile("a"))

const cases: Readonly<Record<string, Case>> = {
  pool: {
    self: pool,
    change: (self, to) => Pool.change(self as Pool.Pool, to),
    fixed: ["providerId", "strategy", "slotOf"],
    nullable: ["flow"]
  },
  member: {
    self: member,
    change: (self, to) => Member.change(self as Member.Member, to),
    fixed: ["profile", "joined"],
    nullable: ["learntGroup", "lastUsedAt", "lastError"]
  },
  gate: {
    self: Gate.open,
    change: (self, to) => Gate.change(self as Gate.Gate, to),
    fixed: [],
    nullable: ["pace", "window"]
  }
}

describe.each(Object.entries(cases))("a changed %s", (_, { change, fixed, nullable, self }) => {
  const keys = Object.keys(self).filter((key) => !fixed.includes(key))

  it("is the same where nothing is changed", () => {
    expect(change(self, {})).toEqual(self)
  })

  it.each(keys)("has what was changed, and all else as it was: %s", (key) => {
    const before = { ...self, [key]: { old: "value" } }
    const values: ReadonlyArray<unknown> = [{ new: "value" }, 0, false, "", ...(nullable.includes(key) ? [null] : [])]
    for (const value of values) expect(change(before, { [key]: value })).toEqual({ ...self, [key]: value })
  })
})

it.each(["uses", "successes", "errors", "excused", "abandoned", "rests"] as const)("counts one more of %s", (what) => {
  const counts = { ...Counts.zero, [what]: 6, usage: { opus: { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 } } }
  expect(Counts.more(counts, what)).toEqual({ ...counts, [what]: 7 })
})
