import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Circuit from "../../src/core/Circuit.js"
import * as arbitraries from "../support/arbitraries.js"

const fail = (circuit: Circuit.Circuit, now: number, delay: number) =>
  Circuit.fail(circuit, { now, threshold: 3, delay, why: "it failed" })

const opened = (delay = 60): Circuit.Circuit => fail(fail(fail(Circuit.closed, 0, delay), 0, delay), 0, delay)

describe("Circuit", () => {
  it("opens at the third failure in a row, and not before", () => {
    const twice = fail(fail(Circuit.closed, 1, 60), 2, 60)
    expect(twice).toEqual({ _tag: "Closed", change: 0, failures: 2, run: 0 })
    expect(fail(twice, 3, 60)).toEqual({ _tag: "Open", change: 1, until: 63, trips: 1, why: "it failed" })
  })

  it("starts counting again after a success", () => {
    const forgiven = Circuit.forgive(fail(fail(Circuit.closed, 1, 60), 2, 60))
    expect(fail(fail(forgiven, 3, 60), 4, 60)).toEqual({ _tag: "Closed", change: 0, failures: 2, run: 1 })
  })

  it("awaits its probe from the end of the opening", () => {
    expect(Circuit.awaitsProbe(opened(), 59)).toBe(false)
    expect(Circuit.awaitsProbe(opened(), 60)).toBe(true)
    expect(Circuit.awaitsProbe(Circuit.probe(opened(), 90), 89)).toBe(false)
    expect(Circuit.awaitsProbe(Circuit.probe(opened(), 90), 90)).toBe(true)
    expect(Circuit.awaitsProbe(Circuit.closed, 0)).toBe(false)
  })

  it("opens again and counts on when the probe fails; starts over after a recovery", () => {
    const half = Circuit.probe(opened(), 90)
    expect(Circuit.nextTrip(half)).toBe(2)
    expect(fail(half, 70, 120)).toMatchObject({ _tag: "Open", until: 190, trips: 2 })
    expect(Circuit.nextTrip(Circuit.close(half))).toBe(1)
  })

  it("is not prolonged by failures that come in while it is open", () => {
    const open = opened()
    expect(fail(open, 30, 600)).toBe(open)
  })

  it("awaits another probe when the one it sent is returned", () => {
    expect(Circuit.awaitsProbe(Circuit.returnProbe(Circuit.probe(opened(), 90), 61), 61)).toBe(true)
  })

  it("does not wait for a probe when a state it was probed in is restored", () => {
    const half = Circuit.probe(opened(), 90)
    const isolated = Circuit.isolate(half, { since: 70, code: "a", why: "w", evidence: [] })
    const restored = Circuit.restore(isolated, half, 71)
    expect(restored).toEqual({ _tag: "Open", change: 3, until: 71, trips: 1, why: "it failed" })
  })

  it("stands in its later state where two histories meet", () => {
    const half = Circuit.probe(opened(), 90)
    const closed = Circuit.close(half)
    for (const earlier of [Circuit.closed, opened(), half]) {
      expect(Circuit.latest(closed, earlier)).toBe(closed)
      expect(Circuit.latest(earlier, closed)).toBe(closed)
    }
    expect(Circuit.latest(opened(), half)).toBe(half)
  })

  it("is not closed by a success that another process had before it opened", () => {
    const forgiven = Circuit.forgive(fail(Circuit.closed, 0, 60))
    expect(Circuit.latest(forgiven, opened())).toEqual(opened())
  })

  it("keeps the longer of two openings that know nothing of each other", () => {
    const probed = Circuit.probe(opened(60), 90)
    expect(Circuit.latest(probed, opened(200))).toEqual(opened(200))
  })

  it("merges in any order and any number of times to one answer", () => {
    fc.assert(
      fc.property(arbitraries.circuit, arbitraries.circuit, arbitraries.circuit, (a, b, c) => {
        const { latest } = Circuit
        expect(latest(a, b)).toEqual(latest(b, a))
        expect(latest(latest(a, b), c)).toEqual(latest(a, latest(b, c)))
        expect(Circuit.same(a, b)).toBe(JSON.stringify(a) === JSON.stringify(b))
      }),
      { numRuns: 2_000 }
    )
  })
})
