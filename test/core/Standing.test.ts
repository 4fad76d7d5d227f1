import { FastCheck as fc, Schema } from "effect"
import { describe, expect, it } from "vitest"
import * as Circuit from "../../src/core/Circuit.js"
import type { Cooldown } from "../../src/core/Cooldown.js"
import * as Standing from "../../src/core/Standing.js"
import * as arbitraries from "../support/arbitraries.js"

const rest = (until: number | null, fields: Partial<Cooldown> = {}): Cooldown => ({
  until,
  since: 0,
  blame: "rate-limit",
  provenance: "stated",
  code: "a",
  why: "w",
  evidence: [],
  ...fields
})

const guess = (until: number | null, code: string): Cooldown => rest(until, { provenance: "guess", code })

describe("Standing", () => {
  it("is held until the last of its circuit and its rests", () => {
    const open: Circuit.Circuit = { _tag: "Open", change: 1, until: 40, trips: 1, why: "w" }
    const both = Standing.rest(Standing.rest(Standing.move(Standing.initial, open), rest(20)), guess(60, "b"))
    expect(Standing.heldUntil(both, 0)).toBe(60)
    expect(Standing.isReady(both, 59)).toBe(false)
    expect(Standing.isReady(both, 60)).toBe(true)
  })

  it("keeps a guess of each reason, and the longest fact", () => {
    const standing = [rest(20), guess(60, "b"), guess(50, "c"), rest(30), guess(40, "b")].reduce(
      Standing.rest,
      Standing.initial
    )
    expect(Standing.rests(standing)).toEqual([rest(30), guess(60, "b"), guess(50, "c")])
  })

  it("takes back the guess of one reason and leaves all else", () => {
    const standing = [rest(20), guess(60, "b"), guess(50, "c")].reduce(Standing.rest, Standing.initial)
    expect(Standing.rests(Standing.withdraw(standing, "b"))).toEqual([rest(20), guess(50, "c")])
    expect(Standing.withdraw(standing, "a")).toBe(standing)
  })

  it("does not take a withdrawn guess back from a process that has not heard of it", () => {
    const before = Standing.rest(Standing.initial, guess(60, "b"))
    const after = Standing.withdraw(Standing.rest(before, rest(20)), "b")
    expect(Standing.merge(before, after)).toMatchObject({ guesses: [], cooldown: rest(20) })
  })

  it("does not lose what another process learnt to a success of this one", () => {
    const failing = Standing.move(Standing.initial, { _tag: "Closed", change: 0, failures: 1, run: 0 })
    const mine = Standing.move(failing, Circuit.forgive(failing.circuit))
    const reason = { since: 5, code: "revoked", why: "w", evidence: [] }
    const theirs = Standing.rest(Standing.move(failing, Circuit.isolate(failing.circuit, reason)), rest(3_600))
    expect(Standing.merge(mine, theirs)).toMatchObject({ circuit: { _tag: "Isolated" }, cooldown: rest(3_600) })
  })

  it("obeys a person before any process", () => {
    const hand = { since: 5, code: "by_hand", why: "w", evidence: [] }
    const held = Standing.hold(Standing.initial, hand)
    let busy: Standing.Standing = Standing.initial
    for (let i = 0; i < 5; i++) {
      busy = Standing.move(busy, { _tag: "Open", change: 2 * i + 1, until: i, trips: 1, why: "w" })
      busy = Standing.move(busy, Circuit.close(busy.circuit))
    }
    expect(Standing.merge(busy, held).circuit._tag).toBe("Isolated")
    expect(Standing.merge(held, Standing.clear(held))).toMatchObject({ circuit: Circuit.closed, cooldown: null })
  })

  it("merges in any order and any number of times to one answer", () => {
    const { standing } = arbitraries
    fc.assert(
      fc.property(standing, standing, standing, (a, b, c) => {
        const { merge } = Standing
        expect(merge(a, b)).toEqual(merge(b, a))
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)))
        expect(merge(a, a)).toEqual(a)
        expect(merge(merge(a, b), b)).toEqual(merge(a, b))
      }),
      { numRuns: 2_000 }
    )
  })

  it("survives being written and read", () => {
    const codec = Schema.parseJson(Standing.Remembered)
    fc.assert(
      fc.property(arbitraries.standing, (standing) => {
        expect(Schema.decodeSync(codec)(Schema.encodeSync(codec)(standing))).toEqual(standing)
      })
    )
  })
})
