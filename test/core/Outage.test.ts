import { describe, expect, it } from "vitest"
import * as Counts from "../../src/core/Counts.js"
import type { Lease } from "../../src/core/Lending.js"
import * as Operation from "../../src/core/Operation.js"
import * as Outage from "../../src/core/Outage.js"
import * as Outcome from "../../src/core/Outcome.js"
import * as PoolState from "../../src/core/PoolState.js"
import { failure, make, policy, poolOf, revoked, type World } from "../support/pool.js"

const down = failure({ blame: "provider", scope: "provider", code: "http_503", why: "it is down" })
const terms = { failures: 5, requests: 3, windowMillis: 10_000 }

const world = (): World => make(poolOf(["a", "b"]), { policy: { ...policy, trouble: terms } })

const lendTo = (self: World, request: string): Lease => {
  const lease = self.lend({ request })
  if (lease === null) throw new Error(`nothing could be lent at ${self.now}`)
  return lease
}

const failBy = (self: World, requests: ReadonlyArray<string>) => {
  for (const request of requests) self.settle(lendTo(self, request), down)
}

const enough = ["r1", "r2", "r3", "r1", "r2"]

/** Opened at 0: the next probe may go at 60 s, as the policy of these tests has it. */
const opened = (): World => {
  const self = world()
  failBy(self, enough)
  return self
}

describe("the circuit of a provider opens", () => {
  it.each([
    ["at five failures in a row of three requests", enough, true],
    ["not at four", ["r1", "r2", "r3", "r4"], false],
    ["not for two requests, however often they fail", ["r1", "r2", "r1", "r2", "r1", "r2", "r1", "r2"], false]
  ])("%s", (_, requests, isOpen) => {
    const self = world()
    failBy(self, requests)
    expect(Outage.isOpen(self.pool)).toBe(isOpen)
    expect(self.states()).toEqual(["a ready", "b ready"])
    expect(self.happened().includes("ProviderTroubled a")).toBe(isOpen)
  })

  it.each([
    ["a success", Outcome.success],
    ["a refusal of a token", revoked],
    ["a fault of the request", failure({ blame: "request", scope: null })]
  ])("not when %s came in between", (_, answer) => {
    const self = world()
    failBy(self, ["r1", "r2", "r3", "r4"])
    self.settle(lendTo(self, "r5"), answer)
    failBy(self, ["r6", "r7", "r8", "r9"])
    expect(Outage.isOpen(self.pool)).toBe(false)
    failBy(self, ["r10"])
    expect(Outage.isOpen(self.pool)).toBe(true)
  })

  it("not when the failures are far apart, nor by attempts nobody has an answer of", () => {
    const self = world()
    for (const [i, request] of enough.entries()) failBy(self.at(i * 4), [request])
    expect(Outage.isOpen(self.pool)).toBe(false)
    const gone = world()
    for (const request of enough) gone.settle(lendTo(gone, request), Outcome.abandoned)
    expect(Outage.isOpen(gone.pool)).toBe(false)
  })

  it("although an answer to an earlier request comes between its failures", () => {
    const self = world()
    const early = lendTo(self, "r0")
    failBy(self, ["r1", "r2", "r3", "r4"])
    self.settle(early, Outcome.success)
    failBy(self, ["r5"])
    expect(Outage.isOpen(self.pool)).toBe(true)
  })

  it("never when the user wants none", () => {
    const self = make(poolOf(["a"]), { policy: { ...policy, trouble: null } })
    for (let i = 0; i < 20; i++) self.settle(lendTo(self, `r${i}`), down)
    expect(Outage.isOpen(self.pool)).toBe(false)
  })
})

describe("an open circuit of a provider", () => {
  it("lends nothing until its time, then single probes, with any token, and hurts none", () => {
    const self = opened()
    expect([self.lend(), self.retryAt()]).toEqual([null, 60])
    const probe = self.at(60).lend()
    expect(probe?.probesProvider).toBe(true)
    expect([self.lend(), self.retryAt()]).toEqual([null, 60.25])
    expect(self.at(60.249).lend()).toBeNull()
    expect(self.at(60.25).lend()?.probesProvider).toBe(true)
    expect(self.lend()).toBeNull()
    expect(self.states()).toEqual(["a ready", "b ready"])
  })

  it.each([
    ["soon when failures came at once, and later with each", 0, [60, 60.25, 60.75, 61.75, 62.75]],
    ["in four times what a failure took", 100, [60, 60.4, 61.2, 62.2]],
    ["after a second when failures take longer", 5_000, [60, 61, 62, 63]]
  ])("sends the next probe %s", (_, millis, times) => {
    const self = world()
    const [first, ...others] = enough.map((request) => lendTo(self, request))
    for (const lease of others) self.settle(lease, down)
    if (first !== undefined) self.at(millis / 1_000).settle(first, down)
    for (const [i, time] of times.entries()) {
      const at = time + millis / 1_000
      const next = times[i + 1]
      expect(self.at(at).lend()?.probesProvider).toBe(true)
      if (next !== undefined) expect(self.retryAt()).toBeCloseTo(next + millis / 1_000, 6)
    }
  })

  it("is neither closed nor opened again by what was sent before it opened", () => {
    const self = world()
    const [good, bad, later] = [lendTo(self, "g"), lendTo(self, "b"), lendTo(self, "l")]
    failBy(self, enough)
    self.settle(good, Outcome.success)
    expect(Outage.isOpen(self.pool)).toBe(true)
    self.settle(bad, down)
    expect(self.retryAt()).toBe(60)
    const probe = self.at(60).lend()
    self.settle(later, down)
    expect(self.retryAt()).toBe(60.25)
    if (probe !== null) self.settle(probe, Outcome.success)
    expect(Outage.isOpen(self.pool)).toBe(false)
  })

  it("counts nothing that was sent before it closed", () => {
    const self = world()
    const before = enough.map((request) => lendTo(self, request))
    failBy(self, enough)
    self.settle(lendTo(self.at(60), "p"), Outcome.success)
    for (const lease of before) self.at(61).settle(lease, down)
    expect(Outage.isOpen(self.pool)).toBe(false)
  })

  it("counts no probe that fails after another has closed it", () => {
    const self = opened()
    const slow = [60, 61, 62, 63, 64].map((second) => lendTo(self.at(second), `p${second}`))
    self.settle(lendTo(self.at(65), "p"), Outcome.success)
    for (const probe of slow) self.settle(probe, down)
    expect(Outage.isOpen(self.pool)).toBe(false)
  })

  it("opens again, for longer, when its probe fails", () => {
    const self = opened()
    self.settle(lendTo(self.at(60), "p"), down)
    expect(self.retryAt()).toBe(180)
    expect(self.drainEvents().filter(({ _tag }) => _tag === "ProviderTroubled")).toMatchObject([
      { trips: 1 },
      { trips: 2 }
    ])
  })

  it("is closed by any answer of the provider's own, a refusal too", () => {
    const self = opened()
    self.settle(lendTo(self.at(60), "p"), revoked)
    expect(Outage.isOpen(self.pool)).toBe(false)
    expect(self.happened()).toContain("ProviderRecovered b")
  })

  it("sends another probe at once when one is abandoned", () => {
    const self = opened()
    self.settle(lendTo(self.at(60), "p"), Outcome.abandoned)
    expect(self.lend()?.probesProvider).toBe(true)
    expect(self.lend()).toBeNull()
  })

  it("waits for its latest probe alone: one it gave up on can close it, but not open it or take its place", () => {
    const self = opened()
    const slow = lendTo(self.at(60), "p1")
    const slower = lendTo(self.at(61), "p2")
    const latest = lendTo(self.at(62), "p3")
    self.at(62.5).settle(slow, down)
    expect(self.retryAt()).toBe(63)
    self.settle(slower, Outcome.abandoned)
    expect([self.lend(), self.retryAt()]).toEqual([null, 63])
    self.settle(latest, Outcome.success)
    expect(Outage.isOpen(self.pool)).toBe(false)

    const other = opened()
    const first = lendTo(other.at(60), "p1")
    lendTo(other.at(61), "p2")
    other.at(61.5).settle(first, Outcome.success)
    expect(Outage.isOpen(other.pool)).toBe(false)
  })

  it("is closed by an answer to a token that was removed meanwhile", () => {
    const self = opened()
    const probe = lendTo(self.at(60), "p")
    self.pool = Operation.reconcile(self.pool, [], "round-robin", self.now)
    self.settle(probe, Outcome.success)
    expect(Outage.isOpen(self.pool)).toBe(false)
  })

  it("is closed by a person, after whom nothing counts that was sent before", () => {
    const self = world()
    const before = enough.map((request) => lendTo(self, request))
    failBy(self, enough)
    self.reset()
    expect(Outage.isOpen(self.pool)).toBe(false)
    for (const lease of before) self.settle(lease, down)
    expect(Outage.isOpen(self.pool)).toBe(false)
    failBy(self, enough)
    expect(Outage.isOpen(self.pool)).toBe(true)
  })
})

describe("after an outage", () => {
  it("lends by and by, and all that is asked for once nobody waits", () => {
    const self = world()
    for (let i = 0; i < 20; i++) self.at(i).settle(lendTo(self, `r${i}`), Outcome.success)
    failBy(self.at(20), enough)
    self.settle(lendTo(self.at(80), "p"), Outcome.success)
    expect(self.lend()).not.toBeNull()
    expect(self.lend()).toBeNull()
    expect(self.retryAt()).toBeGreaterThan(80)
    expect(self.at(90).lend()).not.toBeNull()
    expect([self.lend(), self.lend(), self.lend()].every((lease) => lease !== null)).toBe(true)
  })

  it("lends at once when another process has reset the provider", () => {
    const self = world()
    const rest = { ...down, cooldownMillis: 3_600_000, provenance: "stated" } as const
    self.settle(lendTo(self, "r"), rest)
    expect(self.retryAt()).toBe(3_600)
    const other = make(PoolState.absorb(poolOf(["a", "b"]), PoolState.fromPool(self.pool), () => Counts.zero, 0))
    other.reset()
    self.at(1).pool = PoolState.absorb(self.pool, PoolState.fromPool(other.pool), () => Counts.zero, 1_000)
    expect(self.lend()).not.toBeNull()
  })
})

describe("an outage that another process found", () => {
  const busy = (): World => {
    const self = world()
    for (let i = 0; i < 200; i++) self.at(i / 10).settle(lendTo(self, `r${i}`), Outcome.success)
    return self
  }
  const told = (self: World, by: World) => {
    self.pool = PoolState.absorb(self.pool, PoolState.fromPool(by.pool), () => Counts.zero, self.now)
  }

  it("is come through at the rate that was usual here, whoever finds the provider back", () => {
    for (const finder of ["here", "there"] as const) {
      const here = busy()
      const there = opened()
      told(here.at(20), there)
      expect(Outage.isOpen(here.pool)).toBe(true)
      if (finder === "here") here.settle(lendTo(here.at(61), "probe"), Outcome.success)
      else {
        there.settle(lendTo(there.at(61), "probe"), Outcome.success)
        told(here.at(61), there)
      }
      expect(Outage.isOpen(here.pool)).toBe(false)
      expect(here.pool.flow?.steady).toBeCloseTo(10, 0)
    }
  })

  it("holds a program back at no rate at all that has just begun", () => {
    const here = world()
    told(here, opened())
    here.settle(lendTo(here.at(61), "probe"), Outcome.success)
    expect(here.pool.flow).toBeNull()
  })
})
