import { describe, expect, it } from "vitest"
import * as Operation from "../../src/core/Operation.js"
import * as Outcome from "../../src/core/Outcome.js"
import { profile } from "../support/arbitraries.js"
import { failure, limited, make, poolOf, revoked } from "../support/pool.js"

const inOrg = (...ids: ReadonlyArray<string>) =>
  make(
    Operation.fresh(
      "acme",
      ids.map((id) => profile(id, { group: id === "z" ? undefined : "org" })),
      "round-robin",
      0
    )
  )

describe("reset", () => {
  it("takes back everything that is held against the tokens it names, and against what they share", () => {
    const world = make(poolOf(["a", "b", "c"]))
    world.use("a", revoked)
    world.use("b", limited(30))
    world.use("c", limited(30, { scope: "token+model" }), { model: "opus" })
    world.use("c", failure({ blame: "provider", scope: "provider", cooldownMillis: 9_000 }))
    world.reset(["a", "c"])
    expect(world.states()).toEqual(["a ready", "b cooling 30", "c ready"])
    expect(world.view().holds).toEqual([])
    expect(world.lend({ model: "opus", exclude: ["a", "b"] })).not.toBeNull()
    world.reset()
    expect(world.states()).toEqual(["a ready", "b ready", "c ready"])
  })

  it("ignores what was on its way when it was done, of a token that was held and of one that was not", () => {
    const world = make(poolOf(["a", "b"]))
    const [held, free] = [world.lendOf("a"), world.lendOf("b")]
    world.use("a", revoked)
    world.reset()
    world.settle(held, revoked)
    world.settle(free, limited(30))
    expect(world.states()).toEqual(["a ready", "b ready"])
  })

  it("gives nobody a second probe for the one it took the circuit from", () => {
    const world = make(poolOf(["a"]))
    for (let i = 0; i < 3; i++) world.use("a", failure())
    const probe = world.at(60).lendOf("a")
    world.reset()
    world.settle(probe, failure())
    expect(world.view().tokens[0]).toMatchObject({ state: "ready", failures: 0, inFlight: 0 })
  })

  it("frees a group for all its tokens", () => {
    const world = inOrg("a", "b")
    world.use("a", limited(30, { scope: "group" }))
    world.reset(["b"])
    expect(world.states()).toEqual(["a ready", "b ready"])
  })

  it("keeps the history, and says who was reset", () => {
    const world = make(poolOf(["a"]))
    world.use("a", limited(30))
    world.happened()
    world.reset()
    expect(world.view().tokens[0]?.counts).toMatchObject({ uses: 1, errors: 1, rests: 1 })
    expect(world.happened()).toEqual(["Reset a"])
  })
})

describe("isolate", () => {
  it("holds a token out until someone acts, once", () => {
    const world = make(poolOf(["a", "b"]))
    world.isolate("a")
    world.isolate("a")
    world.isolate("nobody")
    expect(world.at(1e7).states()).toEqual(["a isolated", "b ready"])
    expect(world.happened()).toEqual(["Isolated a"])
  })

  it("by hand replaces an isolation of our own, and outlives what is on its way", () => {
    const world = make(poolOf(["a"]))
    const early = world.lendOf("a")
    world.use("a", revoked)
    world.isolate("a")
    world.settle(early, Outcome.success)
    expect(world.view().tokens[0]?.holds).toMatchObject([{ state: "isolated", code: "by_hand" }])
  })
})

describe("reconcile", () => {
  it("leaves each token its own standing when tokens are removed, added and reordered", () => {
    const world = make(poolOf(["a", "b", "c"]))
    world.use("b", limited(30))
    world.use("c", revoked)
    world.pool = Operation.reconcile(
      world.pool,
      ["c", "x", "b"].map((id) => profile(id)),
      "least-used",
      0
    )
    expect(world.states()).toEqual(["c isolated", "x ready", "b cooling 30"])
    expect(world.lend()?.tokenId).toBe("x")
  })

  it("gives a replaced secret a clean start: it is another token", () => {
    const world = make(poolOf(["a"]))
    world.use("a", revoked)
    world.pool = Operation.reconcile(world.pool, [profile("a2", { alias: "a" })], "round-robin", 0)
    expect(world.states()).toEqual(["a ready"])
  })

  it("counts in flight only what was lent since a token came back", () => {
    const world = make(poolOf(["a", "b"]))
    const early = world.lendOf("a")
    world.pool = Operation.reconcile(world.pool, [profile("b")], "round-robin", 0)
    world.pool = Operation.reconcile(world.pool, [profile("a"), profile("b")], "round-robin", 0)
    world.lendOf("a")
    world.settle(early, Outcome.success)
    expect(world.view().tokens[0]?.inFlight).toBe(1)
  })

  it("comes back itself when nothing changes", () => {
    const pool = poolOf(["a", "b"])
    expect(Operation.reconcile(pool, [profile("a"), profile("b")], "round-robin", 5)).toBe(pool)
  })
})

describe("a group", () => {
  it("rests whole when one of its tokens meets the group's limit", () => {
    const world = inOrg("a", "b", "z")
    world.use("a", limited(30, { scope: "group" }))
    expect(world.states()).toEqual(["a cooling 30", "b cooling 30", "z ready"])
    expect([1, 2].map(() => world.lend()?.tokenId)).toEqual(["z", "z"])
    expect(world.at(30).states()).toEqual(["a ready", "b ready", "z ready"])
  })

  it("is learnt from the answers, and a token that turns out to be of a resting group rests", () => {
    const world = make(poolOf(["a", "b", "c"]))
    world.settle(world.lendOf("a"), limited(30, { scope: "group" }), "org-1")
    world.settle(world.lendOf("b"), Outcome.success, "org-1")
    world.settle(world.lendOf("c"), Outcome.success, "org-2")
    expect(world.states()).toEqual(["a cooling 30", "b cooling 30", "c ready"])
    expect(world.view().tokens.map(({ group }) => group)).toEqual(["org-1", "org-1", "org-2"])
  })

  it("that the user declared stands against what the answers name", () => {
    const world = inOrg("a")
    world.settle(world.lendOf("a"), Outcome.success, "org-1")
    expect(world.view().tokens[0]?.group).toBe("org")
  })

  it("limit of a token whose group nobody knows is the token's alone", () => {
    const world = make(poolOf(["a", "b"]))
    world.use("a", limited(30, { scope: "group" }))
    expect(world.states()).toEqual(["a cooling 30", "b ready"])
  })

  it("is held out whole when it is gone for good", () => {
    const world = inOrg("a", "b", "z")
    world.use("a", failure({ scope: "group", cooldownMillis: "permanent", code: "org_disabled" }))
    expect(world.at(1e7).states()).toEqual(["a cooling", "b cooling", "z ready"])
    expect(world.retryAt(null, ["z"])).toBeNull()
  })
})

describe("totals", () => {
  it("are the sums over all tokens", () => {
    const world = make(poolOf(["a", "b"]))
    world.use("a", Outcome.success)
    world.use("b", limited(1))
    expect(Operation.totals(world.pool)).toEqual({
      uses: 2,
      successes: 1,
      errors: 1,
      excused: 0,
      abandoned: 0,
      rests: 1,
      usage: {}
    })
  })
})
