import { describe, expect, it } from "vitest"
import * as Headroom from "../../src/core/Headroom.js"
import type { Lease } from "../../src/core/Lending.js"
import * as Limits from "../../src/core/Limits.js"
import type { Profile } from "../../src/core/Member.js"
import * as Operation from "../../src/core/Operation.js"
import * as Outcome from "../../src/core/Outcome.js"
import * as Settlement from "../../src/core/Settlement.js"
import type { Statement } from "../../src/core/Statement.js"
import type { Usage } from "../../src/core/Usage.js"
import { profile } from "../support/arbitraries.js"
import { make, policy, type World } from "../support/pool.js"

const of = (id: string, limits: Parameters<typeof Limits.of>[0], fields: Partial<Profile> = {}) =>
  profile(id, { limits: Limits.of(limits), ...fields })

const limited = (profiles: ReadonlyArray<Profile>, groups: Operation.GroupLimits = {}) =>
  make(Operation.fresh("acme", profiles, "round-robin", 0, groups))

const stated = (remaining: number): Statement => ({
  kind: "requests",
  unit: "requests",
  limit: 10,
  remaining,
  resetAt: 60_000,
  periodMillis: null,
  refill: "at-once"
})

const change = (self: World, profiles: ReadonlyArray<Profile>, groups: Operation.GroupLimits = {}) => {
  self.pool = Operation.reconcile(self.pool, profiles, "round-robin", self.now, groups)
}

const lend = (self: World): Lease => {
  const lease = self.lend()
  if (lease === null) throw new Error(`nothing could be lent at ${self.now}`)
  return lease
}

const used = (self: World, lease: Lease, units: number) => {
  const usage: Usage = { input: units, output: 0, cacheRead: 1_000_000, cacheWrite: 0 }
  self.pool = Settlement.settle(self.pool, lease, { now: self.now, outcome: Outcome.success, policy, usage }).pool
}

/** How many can be lent now, one after another. */
const room = (self: World): number => {
  const before = self.pool
  let count = 0
  while (count < 20 && self.lend() !== null) count++
  self.pool = before
  return count
}

describe("a limit the user set", () => {
  it("of requests holds in any minute, whether they are settled or not", () => {
    const self = limited([of("a", { requestsPerMinute: 3 })])
    expect(room(self)).toBe(3)
    self.settle(lend(self), Outcome.success)
    self.at(40).settle(lend(self), Outcome.success)
    expect(room(self)).toBe(1)
    lend(self)
    expect([self.lend(), self.retryAt()]).toEqual([null, 60])
    expect(room(self.at(60))).toBe(1)
    expect(room(self.at(100))).toBe(3)
  })

  it("of concurrency holds until a request comes back, whatever became of it", () => {
    const self = limited([of("a", { concurrency: 2 })])
    const [one, two] = [lend(self), lend(self)]
    expect([self.lend(), self.retryAt()]).toEqual([null, Infinity])
    self.settle(one, Outcome.abandoned)
    expect(room(self)).toBe(1)
    self.settle(two, Outcome.success)
    expect(room(self)).toBe(2)
  })

  it("of usage reserves what a request usually takes, and puts it right when the answer says", () => {
    const self = limited([of("a", { usagePerMinute: 1_000 })])
    used(self, lend(self), 400)
    expect(room(self)).toBe(1)
    const second = lend(self)
    expect([self.lend(), self.retryAt()]).toEqual([null, 60])
    used(self, second, 100)
    // 500 are used, and 362 are usual by now.
    expect(room(self)).toBe(1)
    expect(room(self.at(60))).toBe(2)
  })

  it("of usage goes by what a request usually takes after a reset, too", () => {
    const self = limited([of("a", { usagePerMinute: 1_000 })])
    used(self, lend(self), 400)
    self.reset()
    expect(room(self)).toBe(1)
  })

  it("of usage lets a request through that is larger than all of it, and then waits", () => {
    const self = limited([of("a", { usagePerMinute: 100 })])
    used(self, lend(self), 5_000)
    expect([self.lend(), self.retryAt()]).toEqual([null, 60])
    expect(room(self.at(60))).toBe(1)
  })

  it("of a group is that of all its tokens together, and leaves others alone", () => {
    const groups = { org: Limits.of({ requestsPerMinute: 2 }) }
    const self = limited([profile("a", { group: "org" }), profile("b", { group: "org" })], groups)
    expect(room(self)).toBe(2)
    const other = limited([profile("a", { group: "org" }), profile("c")], groups)
    expect(room(other)).toBe(20)
  })

  it("of a group holds beside that of its token", () => {
    const groups = { org: Limits.of({ concurrency: 3 }) }
    const tokens = [of("a", { concurrency: 1 }, { group: "org" }), of("b", { concurrency: 5 }, { group: "org" })]
    expect(room(limited(tokens, groups))).toBe(3)
  })

  it("counts a request that names no model once", () => {
    const self = limited([of("a", { requestsPerMinute: 4, concurrency: 4 })])
    self.lend({ model: "" })
    self.lend({ model: "opus" })
    expect(room(self)).toBe(2)
  })
})

describe("a limit that is changed while requests are out", () => {
  it("by being lowered lets no more through until enough are back", () => {
    const self = limited([of("a", { concurrency: 3 })])
    const out = [lend(self), lend(self), lend(self)]
    change(self, [of("a", { concurrency: 1 })])
    for (const lease of out) {
      expect(self.lend()).toBeNull()
      self.settle(lease, Outcome.success)
    }
    expect(room(self)).toBe(1)
  })

  it("by being raised lets more through at once", () => {
    const self = limited([of("a", { requestsPerMinute: 1 })])
    lend(self)
    change(self, [of("a", { requestsPerMinute: 3 })])
    expect(room(self)).toBe(2)
  })

  it("by being removed and set again counts what is still out", () => {
    const self = limited([of("a", { concurrency: 1 })])
    const out = lend(self)
    change(self, [profile("a")])
    expect(room(self)).toBe(20)
    change(self, [of("a", { concurrency: 1 })])
    expect(self.lend()).toBeNull()
    self.settle(out, Outcome.success)
    expect(room(self)).toBe(1)
  })

  it("by being set at all counts what is out, and gives it back once", () => {
    const self = limited([profile("a")])
    const out = [lend(self), lend(self)]
    change(self.at(30), [of("a", { concurrency: 2, requestsPerMinute: 3 })])
    expect([self.lend(), self.retryAt()]).toEqual([null, Infinity])
    self.settle(out[0] ?? lend(self), Outcome.success)
    const third = lend(self)
    expect(self.lend()).toBeNull()
    for (const lease of [...out, third]) self.settle(lease, Outcome.success)
    // Three are of this minute, two of them from before the limit was set.
    expect([self.lend(), self.retryAt()]).toEqual([null, 60])
    expect(room(self.at(60))).toBe(2)
    expect(room(self.at(90))).toBe(2)
  })

  it("by being set where the vendor has stated some counts what is out, as the vendor counted it", () => {
    const self = limited([profile("a")])
    const out = [lend(self), lend(self)]
    for (const lease of out.slice(0, 1)) self.pool = Headroom.hear(self.pool, lease, [stated(5)], 0)
    change(self, [of("a", { concurrency: 3 })])
    expect(room(self)).toBe(1)
    change(self, [of("a", { concurrency: 10 })])
    expect(room(self)).toBe(4)
  })

  it("of a group counts what is out of the tokens that come into it", () => {
    const groups = { org: Limits.of({ concurrency: 2 }) }
    const self = limited([profile("a"), profile("b", { group: "org" })], groups)
    const out = self.lendOf("a")
    change(self, [profile("a", { group: "org" }), profile("b", { group: "org" })], groups)
    expect(room(self)).toBe(1)
    change(self, [profile("a"), profile("b", { group: "org" })], groups)
    change(self, [profile("a", { group: "org" }), profile("b", { group: "org" })], groups)
    expect(room(self)).toBe(1)
    self.settle(out, Outcome.success)
    expect(room(self)).toBe(2)
  })

  it("of a group counts what is out of a token that is found to belong to it", () => {
    const self = limited([profile("a"), profile("b", { group: "org" })], { org: Limits.of({ concurrency: 2 }) })
    const [first, second] = [self.lendOf("a"), self.lendOf("a")]
    self.settle(first, Outcome.success, "org")
    expect(room(self)).toBe(1)
    self.settle(second, Outcome.success)
    expect(room(self)).toBe(2)
  })

  it("does not lose a place to a token that was removed while it was used", () => {
    const groups = { org: Limits.of({ concurrency: 1 }) }
    const tokens = [of("a", { concurrency: 1 }, { group: "org" }), profile("b", { group: "org" })]
    const self = limited(tokens, groups)
    const lease = self.lendOf("a")
    change(self, tokens.slice(1), groups)
    expect(self.lend()).toBeNull()
    self.settle(lease, Outcome.success)
    expect(room(self)).toBe(1)
    change(self, tokens.slice(0, 1), groups)
    expect(room(self)).toBe(1)
  })

  it("keeps count over a reset, also of what was sent before it", () => {
    const self = limited([of("a", { concurrency: 2, requestsPerMinute: 3 })])
    const [one, two] = [lend(self), lend(self)]
    self.reset()
    expect(self.lend()).toBeNull()
    for (const lease of [one, two]) self.settle(lease, Outcome.success)
    expect(room(self)).toBe(1)
  })
})

describe("Limits", () => {
  it("are what is stated first, else what is stated next", () => {
    const own = Limits.of({ concurrency: 1 })
    const other = Limits.of({ concurrency: 5, requestsPerMinute: 9 })
    expect(Limits.orElse(own, other)).toEqual(Limits.of({ concurrency: 1, requestsPerMinute: 9 }))
    expect([Limits.isNone(Limits.of({})), Limits.isNone(own)]).toEqual([true, false])
    expect([Limits.same(own, Limits.of({ concurrency: 1 })), Limits.same(own, other)]).toEqual([true, false])
  })
})
