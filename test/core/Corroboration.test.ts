import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Corroboration from "../../src/core/Corroboration.js"
import * as Outcome from "../../src/core/Outcome.js"
import type { Strategy } from "../../src/core/Strategy.js"
import { strategy } from "../support/arbitraries.js"
import { broke, failure, limited, make, policy, poolOf, revoked, type World } from "../support/pool.js"

const terms: Corroboration.Terms = { tokens: 3, share: 0.5, windowMillis: 10_000, restMillis: 5_000 }
const of = (ids: string, strategy: Strategy = "round-robin") =>
  make(poolOf([...ids], strategy), { policy: { ...policy, corroboration: terms } })

/** Lends whoever is next and settles with what `answer` says of it; the token, or `none`. */
const call = (world: World, answer: (id: string) => Outcome.Outcome, request?: string): string => {
  const lease = world.lend({ request })
  if (lease === null) return "none"
  world.settle(lease, answer(lease.tokenId))
  return lease.tokenId
}

describe("failures that tokens share", () => {
  it("are taken back from the tokens and charged to the provider", () => {
    const world = of("abcd")
    for (const id of "ab") world.use(id, revoked)
    expect(world.states()).toEqual(["a isolated", "b isolated", "c ready", "d ready"])
    world.happened()
    world.use("c", revoked)
    expect(world.states()).toEqual(["a ready", "b ready", "c ready", "d ready"])
    expect(world.happened()).toEqual([
      "AttemptFailed c",
      "Isolated c",
      "Withdrawn a",
      "Withdrawn b",
      "Withdrawn c",
      "Rested c"
    ])
    expect(world.view().holds).toMatchObject([
      { scope: "provider", until: 5_000, blame: "provider", provenance: "guess", code: "revoked" }
    ])
    expect([world.lend(), world.retryAt()]).toEqual([null, 5])
  })

  it.each([
    ["isolations", revoked, 1],
    ["guessed rests", broke, 1],
    ["rests for a group nobody knows", { ...broke, scope: "group" } as const, 1],
    ["counted failures", failure(), 1],
    ["opened circuits", failure(), 3]
  ])("take back %s", (_, outcome, times) => {
    const world = of("abc")
    for (const id of "ab") for (let i = 0; i < times; i++) world.use(id, outcome)
    world.use("c", outcome)
    expect(world.view().tokens.map(({ failures, state }) => [state, failures])).toEqual(Array(3).fill(["ready", 0]))
  })

  it("do not touch what the server stated, nor what other reasons hold", () => {
    const world = of("abcd")
    const early = [..."abc"].map((id) => [id, world.lendOf(id), world.lendOf(id)] as const)
    for (const [, lease] of early.slice(0, 1)) world.settle(lease, limited(30))
    for (const [, lease] of early.slice(1, 2)) world.settle(lease, broke)
    for (const [, , lease] of early) world.settle(lease, revoked)
    expect(world.states()).toEqual(["a cooling 30", "b cooling 3600", "c ready", "d ready"])
  })

  it("do not release a token that a person has taken out meanwhile", () => {
    const world = of("abcd")
    world.use("a", revoked)
    world.isolate("a")
    world.use("b", revoked)
    world.use("c", revoked)
    expect(world.states()).toEqual(["a isolated", "b ready", "c ready", "d ready"])
  })

  it("are charged to the model when only one model is concerned", () => {
    const world = of("abcd")
    const refused = failure({ blame: "model", scope: "token+model", code: "no_such_model" })
    for (const id of "abc") world.use(id, refused, { model: "opus" })
    expect(world.view().holds).toMatchObject([{ scope: "model", model: "opus", until: 5_000, blame: "model" }])
    expect(world.lend({ model: "opus" })).toBeNull()
    expect(world.lend({ model: "haiku" })).not.toBeNull()
  })

  it("are charged to nobody when one request had them all", () => {
    const world = of("abcd")
    for (const id of "abc") world.use(id, revoked, { request: "r1" })
    expect(world.states()).toEqual(["a ready", "b ready", "c ready", "d ready"])
    expect(world.view().holds).toEqual([])
    expect(call(world, () => Outcome.success, "r2")).not.toBe("none")
  })

  it.each([
    ["two tokens", "abcd", "ab", 0],
    ["a pool of two", "ab", "ab", 0],
    ["less than half of those that could speak", "abcdefgh", "abc", 0],
    ["more time than the window", "abcd", "abc", 6]
  ])("are their own with %s", (_, ids, failing, pause) => {
    const world = of(ids)
    ;[...failing].forEach((id, i) => {
      world.at(i * pause).use(id, revoked)
    })
    const states = world.view().tokens.filter(({ alias }) => failing.includes(alias))
    expect(states.map(({ state }) => state)).toEqual([...failing].map(() => "isolated"))
    expect(world.view().holds).toEqual([])
  })

  it("are their own when somebody was served in between", () => {
    const world = of("abcd")
    world.use("a", revoked)
    world.use("b", revoked)
    world.use("d", Outcome.success)
    world.use("c", revoked)
    expect(world.states()).toEqual(["a isolated", "b isolated", "c isolated", "d ready"])
  })

  it("are not refuted by a success that was lent before", () => {
    const world = of("abcd")
    const early = world.lendOf("d")
    world.use("a", revoked)
    world.use("b", revoked)
    world.settle(early, Outcome.success)
    world.use("c", revoked)
    expect(world.states()).toEqual(["a ready", "b ready", "c ready", "d ready"])
  })

  it("are not withdrawn when a person reports them, nor without terms", () => {
    const reported = of("abc")
    for (const id of "abc") reported.use(id, revoked, { counted: false })
    const off = make(poolOf(["a", "b", "c"]))
    for (const id of "abc") off.use(id, revoked)
    for (const world of [reported, off]) expect(world.states()).toEqual(["a isolated", "b isolated", "c isolated"])
  })
})

describe("what comes after", () => {
  it("convicts the guilty one by one when a sibling is served, and spares the rest", () => {
    const world = of("abcd")
    const answer = (id: string) => (id === "d" ? Outcome.success : revoked)
    for (const id of "abc") world.use(id, revoked)
    world.at(5)
    expect(call(world, answer)).toBe("d")
    for (let i = 0; i < 4; i++) call(world, answer)
    expect(world.states()).toEqual(["a isolated", "b isolated", "c isolated", "d ready"])
  })

  it("finds the one good token of a pool whatever the strategy, and isolates the others", () => {
    fc.assert(
      fc.property(strategy, fc.nat(5), (strategy, good) => {
        const world = of("abcdef", strategy)
        const answer = (id: string) => (id === "abcdef"[good] ? Outcome.success : revoked)
        for (let i = 0; i < 200; i++) {
          const lease = world.lend({ random: (i * 0.618_034) % 1 })
          if (lease !== null) world.settle(lease, answer(lease.tokenId))
          else world.at(world.retryAt() ?? 1e9)
        }
        expect(world.states()).toEqual([..."abcdef"].map((id, i) => `${id} ${i === good ? "ready" : "isolated"}`))
      })
    )
  })

  it("asks a pool that is revoked whole ever more rarely, and says honestly when it will again", () => {
    const world = of("abc")
    const rounds: Array<readonly [at: number, calls: number]> = []
    for (let round = 0; round < 9; round++) {
      let calls = 0
      while (call(world, () => revoked) !== "none") calls++
      rounds.push([world.now / 1_000, calls])
      const at = world.retryAt()
      expect(at).not.toBeNull()
      world.at(at ?? 0)
    }
    expect(rounds).toEqual([
      [0, 3],
      [5, 3],
      [10, 3],
      [20, 3],
      [40, 3],
      [80, 3],
      [160, 3],
      [320, 3],
      [640, 3]
    ])
    expect(world.view().tokens.some(({ state }) => state === "isolated")).toBe(false)
  })

  it("leaves nothing behind when the provider comes back", () => {
    const world = of("abc")
    for (let i = 0; i < 3; i++) call(world, () => revoked)
    world.at(5)
    for (let i = 0; i < 6; i++) call(world, () => Outcome.success)
    expect(world.states()).toEqual(["a ready", "b ready", "c ready"])
    expect(world.view().holds).toEqual([])
    expect(world.pool.doubt).toEqual(Corroboration.initial)
  })

  it("sets nobody aside any longer once somebody was served", () => {
    const world = of("abc")
    for (let round = 0; round < 4; round++) {
      while (call(world, () => revoked) !== "none");
      world.at(world.retryAt() ?? 0)
    }
    const [good, late] = [world.lend(), world.lend()]
    if (late !== null) world.settle(late, revoked)
    expect(call(world, () => revoked)).toBe("c")
    expect(world.states()).toEqual(["a ready", "b cooling 80", "c cooling 80"])
    if (good !== null) world.settle(good, Outcome.success)
    expect(world.states()).toEqual(["a ready", "b ready", "c ready"])
    expect(world.view().holds).toEqual([])
  })

  it("is begun anew by a reset", () => {
    const world = of("abc")
    for (let i = 0; i < 3; i++) call(world, () => revoked)
    world.reset()
    expect(world.pool.doubt).toEqual(Corroboration.initial)
    expect(call(world, () => revoked)).toBe("a")
    expect(world.states()).toEqual(["a isolated", "b ready", "c ready"])
  })
})

describe("Corroboration", () => {
  it("asks for three at least, for the share above that, and for 32 at most", () => {
    expect([1, 6, 7, 20, 1_000].map((n) => Corroboration.quorum(terms, n))).toEqual([3, 3, 4, 10, 32])
  })

  it("remembers a bounded amount, however much fails", () => {
    const ids = Array.from({ length: 400 }, (_, i) => `t${i}`)
    const world = make(poolOf(ids), { policy: { ...policy, corroboration: { ...terms, share: 1 } } })
    for (let i = 0; i < 2_000; i++) {
      call(world, () => failure({ code: `code-${i % 40}` }))
      const { evidence, suspicions } = world.pool.doubt
      expect(evidence.length).toBeLessThanOrEqual(128)
      expect(suspicions.length).toBeLessThanOrEqual(8)
      for (const { tokens } of suspicions) expect(tokens.length).toBeLessThanOrEqual(256)
    }
  })
})
