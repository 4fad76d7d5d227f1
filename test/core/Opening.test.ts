import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Opening from "../../src/core/Opening.js"
import * as Pace from "../../src/core/Pace.js"
import * as Window from "../../src/core/Window.js"
import { ask, bucket, paceAlone, slidingLog, windows } from "../support/asking.js"

const minute = 60_000

/** Asked by a vendor that says nothing but 429, and takes its time over what it serves. */
const silently = (limit: Parameters<typeof ask>[0], options: Partial<Parameters<typeof ask>[1]> = {}) =>
  ask(limit, { minutes: 20, every: 50, isSilent: true, service: 800, ...options })

describe("A window whose refusals say nothing", () => {
  it("is found by when it opens, and then used to the full", () => {
    const asked = fc.record({
      limit: fc.integer({ min: 10, max: 120 }),
      phase: fc.nat(minute - 1),
      every: fc.integer({ min: 10, max: 200 }),
      service: fc.integer({ min: 0, max: 10_000 })
    })
    fc.assert(
      fc.property(asked, ({ every, limit, phase, service }) => {
        const { isKnown, of, refused } = silently(windows({ limitAt: () => limit, phase }), { every, service })
        expect(isKnown).toBe(true)
        for (let index = 8; index < 19; index++) expect(of.served(index, phase)).toBeGreaterThanOrEqual(limit * 0.9)
        expect(refused.filter((at) => at > 8 * minute).length).toBeLessThan(11 * (4 + 300 / every))
      }),
      { numRuns: 60 }
    )
  })

  it.each([
    ["a limit that grows", (index: number) => (index < 8 ? 20 : 60), 60],
    ["a limit that shrinks", (index: number) => (index < 8 ? 60 : 20), 20]
  ])("follows %s", (_name, limitAt, expected) => {
    const { of } = silently(windows({ limitAt: (now) => limitAt(now / minute) }), { minutes: 25 })
    for (let index = 18; index < 24; index++) expect(of.served(index, 7_300)).toBeGreaterThanOrEqual(expected * 0.9)
  })

  it.each([
    [20, 20],
    [60, 60],
    [120, 120],
    [60, 10],
    [120, 20]
  ])("is not seen in a bucket of %d a minute that holds %d", (perMinute, capacity) => {
    for (const every of [10, 50, 170]) {
      const { between, isKnown, refused } = silently(bucket(perMinute, capacity), { minutes: 40, every })
      expect(isKnown).toBe(false)
      expect(between(5, 40) / 35).toBeGreaterThan(perMinute * 0.9)
      expect(refused.length / between(0, 40)).toBeLessThan(0.3)
    }
  })

  it.each([
    ["every request counts for a minute of its own", () => slidingLog(60)],
    ["a window is ten seconds", () => windows({ limitAt: () => 10, millis: 10_000 })],
    ["a window is twenty seconds", () => windows({ limitAt: () => 20, millis: 20_000 })],
    ["a window is five minutes", () => windows({ limitAt: () => 300, millis: 300_000 })]
  ])("costs nothing where %s", (_name, limit) => {
    const sum = (learn?: typeof paceAlone) =>
      [10, 50, 100].reduce((total, every) => total + silently(limit(), { minutes: 40, every, learn }).between(0, 40), 0)
    expect(sum()).toBeGreaterThan(sum(paceAlone) * 0.97)
  })

  it.each([
    ["some are large", (now: number) => (now % 700 < 70 ? 30_000 : 300)],
    ["all are large for five minutes, then small", (now: number) => (now % 600_000 < 300_000 ? 30_000 : 300)]
  ])("costs hardly anything where requests are not what is counted, and %s", (_name, sizeAt) => {
    const limit = () => windows({ limitAt: () => 100_000 })
    const sum = (learn?: typeof paceAlone) =>
      [20, 100].reduce(
        (total, every) => total + silently(limit(), { minutes: 60, every, sizeAt, learn }).between(0, 60),
        0
      )
    expect(sum()).toBeGreaterThan(sum(paceAlone) * 0.95)
  })

  it("is waited for when it opens a little later each time", () => {
    const limit = windows({ limitAt: () => 60, millis: 60_400 })
    const { between, refused, served } = silently(limit, { minutes: 40, every: 10 })
    expect(between(10, 40)).toBeGreaterThan(30 * 54)
    expect(refused.length / served.length).toBeLessThan(0.2)
  })

  it.each([2, 4])("is shared by %d processes that know nothing of one another", (processes) => {
    const { between, refused, served } = silently(windows({ limitAt: () => 60 }), { minutes: 40, processes })
    expect(between(10, 40)).toBeGreaterThan(30 * 57)
    expect(refused.length / served.length).toBeLessThan(0.3)
  })
})

describe("A pace", () => {
  it("tells of an opening when it is served again after a refusal that said nothing", () => {
    const refusal = { now: 1_000, number: 5, sent: 6, millis: null }
    const served = { number: 7, sentAt: 3_000, now: 4_000 }
    const pace = Pace.first(4, refusal)
    expect(Pace.opening(pace, served)).toEqual({
      from: 1_000,
      at: 3_000,
      first: 7,
      refusals: 1,
      served: expect.closeTo(4, 0)
    })
    // Sent before the refusal was known, or after one that said when to come back, or with none before it.
    expect(Pace.opening(pace, { ...served, number: 6 })).toBeNull()
    expect(Pace.opening(Pace.first(4, { ...refusal, millis: 1_000 }), served)).toBeNull()
    expect(Pace.opening(Pace.serve(pace, 7, 3_500), { ...served, number: 8 })).toBeNull()
  })
})

describe("Opening.learn", () => {
  const opening: Opening.Opening = { from: 9_000, at: 10_000, first: 50, sent: 52, refusals: 4, served: 40 }
  const next = { ...opening, from: opening.from + minute, at: opening.at + minute, first: 90, sent: 90, served: 40 }
  const candidate = Opening.learn(null, opening)

  it("supposes a window after a run of refusals, and none after one or two", () => {
    expect(candidate).toMatchObject({ endsAt: 70_000, slack: 1_000, agreements: 0, first: 50, used: 3 })
    expect(Opening.learn(null, { ...opening, refusals: 2 })).toBeNull()
  })

  it("believes in it when it opens whole minutes later and served all in between", () => {
    const used = candidate === null ? null : { ...candidate, limit: 38 }
    const known = Opening.learn(used, next)
    expect(known !== null && Window.isKnown(known)).toBe(true)
    expect(known).toMatchObject({ endsAt: 130_000, limit: 38, used: 1 })
    const some = candidate === null ? null : { ...candidate, limit: 20 }
    expect(Opening.learn(some, next)).toMatchObject({ agreements: 0 })
    expect(Opening.learn(used, { ...next, refusals: 1 })).toMatchObject({ agreements: 1 / 4 })
  })

  it("waits a second more when what opens whole minutes later is refused as soon as it should have opened", () => {
    const known = candidate === null ? null : Opening.learn({ ...candidate, limit: 38 }, next)
    if (known === null) throw new Error("no window")
    const now = known.endsAt
    const early = Window.refuse(Window.pass(known, 130, now), { now: now + 50, number: 130, sent: 140, millis: null })
    expect(early).toMatchObject({ agreements: 1, limit: 38, endsAt: now + 1_050 })
    // Once much of it was served, the refusal says that it is used up.
    const full = Window.pass(known, 130, now)
    expect(Window.refuse(full, { now: now + 900, number: 168, sent: 168, millis: null })).toMatchObject({
      endsAt: now + minute,
      limit: 38
    })
  })

  it("learns nothing from who came so late that any window would have opened", () => {
    const late = { ...opening, from: opening.at - 31_000 }
    expect(Opening.learn(null, late)).toBeNull()
    const used = candidate === null ? null : { ...candidate, limit: 38 }
    expect(Opening.learn(used, { ...next, from: next.at - 31_000 })).toMatchObject({
      agreements: 0,
      endsAt: used?.endsAt,
      first: next.first
    })
  })

  it("begins anew with what opens at another time", () => {
    const other = { ...next, from: next.from + 5_000, at: next.at + 5_000 }
    expect(Opening.learn(candidate, other)).toMatchObject({ endsAt: other.at + minute, agreements: 0 })
  })

  it("leaves a window alone that refusals speak of", () => {
    const stated = Window.refuse(null, { now: 0, number: 1, sent: 1, millis: 30_000 })
    expect(Opening.learn(stated, opening)).toBe(stated)
  })
})
