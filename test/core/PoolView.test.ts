import { describe, expect, it } from "vitest"
import * as Counts from "../../src/core/Counts.js"
import * as Operation from "../../src/core/Operation.js"
import * as PoolView from "../../src/core/PoolView.js"
import { profile } from "../support/arbitraries.js"
import { broke, failure, limited, make, poolOf, revoked } from "../support/pool.js"

describe("PoolView", () => {
  it("shows a pool that nothing happened to as it is", () => {
    const pool = Operation.fresh("acme", [profile("a", { weight: 2, group: "org" })], "weighted", 0)
    expect(PoolView.view(pool, 0)).toEqual({
      providerId: "acme",
      strategy: "weighted",
      holds: [],
      tokens: [
        {
          id: "a",
          alias: "a",
          state: "ready",
          until: null,
          holds: [],
          weight: 2,
          enabled: true,
          group: "org",
          inFlight: 0,
          failures: 0,
          lastUsedAt: null,
          lastError: null,
          counts: Counts.zero
        }
      ]
    })
  })

  it("gives evidence for a guess, too: what a circuit was opened by", () => {
    const world = make(poolOf(["a"]))
    for (let i = 0; i < 3; i++) world.use("a", failure())
    expect(world.view().tokens[0]?.holds).toMatchObject([{ state: "open", evidence: ["failures in a row"] }])
    world.at(60).use("a", failure())
    expect(world.view().tokens[0]?.holds).toMatchObject([
      { state: "open", evidence: ["failures in a row, and a failed probe since"] }
    ])
  })

  it("says of a rest why, by which evidence, since when and until when", () => {
    const world = make(poolOf(["a"])).at(2)
    world.use("a", limited(30, { evidence: ["status 429", "retry-after: 30"] }))
    expect(world.view().tokens[0]).toMatchObject({ state: "cooling", until: 32_000 })
    expect(world.view().tokens[0]?.holds).toEqual([
      {
        state: "cooling",
        scope: "token",
        model: null,
        group: null,
        until: 32_000,
        since: 2_000,
        blame: "rate-limit",
        provenance: "stated",
        code: "rate_limited",
        why: "too fast",
        evidence: ["status 429", "retry-after: 30"]
      }
    ])
    expect(world.view().tokens[0]?.lastError).toEqual({
      at: 2_000,
      blame: "rate-limit",
      code: "rate_limited",
      why: "too fast"
    })
  })

  it("shows every reason that holds a token, the longest first, and those of its models after", () => {
    const world = make(poolOf(["a"]))
    const early = [world.lendOf("a"), world.lendOf("a")]
    world.use("a", limited(9, { scope: "token+model" }), { model: "opus" })
    for (let i = 0; i < 3; i++) world.use("a", failure())
    const [first, second] = early
    if (first !== undefined) world.settle(first, limited(30))
    if (second !== undefined) world.settle(second, broke)
    expect(world.view().tokens[0]?.holds.map(({ model, state, until }) => [state, until, model])).toEqual([
      ["cooling", 3_600_000, null],
      ["open", 60_000, null],
      ["cooling", 30_000, null],
      ["cooling", 9_000, "opus"]
    ])
  })

  it("names the state of a circuit as it is now", () => {
    const world = make(poolOf(["a", "b", "c"]))
    world.isolate("b")
    for (let i = 0; i < 3; i++) world.use("a", failure())
    expect(world.states()).toEqual(["a open 60", "b isolated", "c ready"])
    expect(world.at(60).states()).toEqual(["a half-open", "b isolated", "c ready"])
    world.lendOf("a")
    expect(world.states()).toEqual(["a probing 70", "b isolated", "c ready"])
  })

  it("shows a disabled token as disabled, whatever else holds it", () => {
    const world = make(Operation.fresh("acme", [profile("a", { enabled: false })], "round-robin", 0))
    world.isolate("a")
    expect(world.states()).toEqual(["a disabled"])
    expect(world.retryAt()).toBeNull()
  })

  it("names the first moment somebody can serve the model, and none when only a person can help", () => {
    const world = make(poolOf(["a", "b"]))
    world.use("a", limited(30))
    world.use("b", limited(9, { scope: "token+model" }), { model: "opus" })
    expect([world.retryAt("opus"), world.retryAt("haiku"), world.retryAt("opus", ["b"])]).toEqual([9, 0, 30])
    world.use("b", revoked)
    expect([world.retryAt(), world.retryAt(null, ["a"])]).toEqual([30, null])
  })

  it("waits for the provider, too", () => {
    const world = make(poolOf(["a"]))
    world.use("a", failure({ blame: "provider", scope: "provider", cooldownMillis: 20_000, provenance: "stated" }))
    expect(world.retryAt()).toBe(20)
    expect(world.view().holds).toMatchObject([{ scope: "provider", state: "cooling", until: 20_000 }])
  })
})
