import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Recent from "../../src/core/Recent.js"
import * as Throughput from "../../src/core/Throughput.js"

describe("Recent", () => {
  it("counts exactly within its first window, and never counts what is two windows old", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30_000), { maxLength: 60 }), (pauses) => {
        let recent = Recent.count(Recent.none, 60_000, 1_000_000)
        let now = 1_000_000
        const times = [now]
        for (const pause of pauses) {
          now += pause
          recent = Recent.count(recent, 60_000, now)
          times.push(now)
          const within = Recent.within(recent, 60_000, now)
          if (now < 1_060_000) expect(within).toBe(times.length)
          expect(within).toBeGreaterThan(0)
          expect(within).toBeLessThanOrEqual(times.filter((at) => at > now - 120_000).length)
        }
        expect(Recent.within(recent, 60_000, now + 120_000)).toBe(0)
      })
    )
  })

  it("estimates an even rate within a few", () => {
    let recent = Recent.none
    for (let now = 0; now <= 600_000; now += 500) recent = Recent.count(recent, 60_000, now)
    for (const later of [0, 200]) expect(Math.abs(Recent.within(recent, 60_000, 600_000 + later) - 120)).toBeLessThan(3)
  })

  it("stands a clock that is set back", () => {
    const recent = Recent.count(Recent.count(Recent.none, 60_000, 100_000), 60_000, 50_000)
    expect(Recent.within(recent, 60_000, 50_000)).toBe(2)
  })
})

describe("Throughput", () => {
  const steady = (perSecond: number, seconds: number) => {
    let throughput = Throughput.begin(0)
    for (let i = 0; i < perSecond * seconds; i++) throughput = Throughput.count(throughput, (i * 1_000) / perSecond)
    return throughput
  }

  it.each([5, 30, 60, 200])("measures ten a second after %d seconds", (seconds) => {
    const rate = Throughput.perSecond(steady(10, seconds), seconds * 1_000)
    expect(rate).toBeGreaterThan(9.5)
    expect(rate).toBeLessThan(10.5)
  })

  it("tells how long somebody waits behind others, once it has measured for a while", () => {
    expect(Throughput.waitBehind(steady(10, 10), 50, 10_000)).toBeNull()
    expect(Throughput.waitBehind(Throughput.begin(0), 50, 60_000)).toBeNull()
    expect(Throughput.waitBehind(steady(10, 60), 50, 60_000)).toBeCloseTo(5_000, -2)
  })

  it("counts each second of the last minute for itself, whatever the pauses", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20_000), { minLength: 1, maxLength: 80 }), (pauses) => {
        let now = 1_000_000
        let throughput = Throughput.begin(now)
        const times: Array<number> = []
        for (const pause of pauses) {
          now += pause
          throughput = Throughput.count(throughput, now)
          times.push(now)
        }
        const from = Math.floor(now / 1_000) * 1_000 - 60_000
        const expected = times.filter((at) => at >= from).length
        const elapsed = Math.max(1_000, Math.min(60_000 + (now % 1_000), now - 1_000_000))
        expect(Throughput.perSecond(throughput, now)).toBeCloseTo((expected * 1_000) / elapsed, 6)
        expect(Throughput.perSecond(throughput, now + 200_000)).toBe(0)
      })
    )
  })

  it("foretells a turn from the same second of the minute before", () => {
    let throughput = Throughput.begin(0)
    for (let at = 0; at < 120_000; at += 60_000) {
      for (let i = 0; i < 30; i++) throughput = Throughput.count(throughput, at + 20_000)
    }
    // Thirty go in the twentieth second: who is behind eleven then, behind thirty-one a minute later.
    expect(Throughput.waitInTurn(throughput, 11, 125_000)).toBeCloseTo(15_000 + 11_000 / 30, 6)
    expect(Throughput.waitInTurn(throughput, 31, 125_000)).toBeCloseTo(75_000 + 1_000 / 30, 6)
    // The first of them is not put off for the second to be over.
    expect(Throughput.waitInTurn(throughput, 1, 125_000)).toBeLessThan(15_100)
    expect(Throughput.waitInTurn(throughput, 0, 125_000)).toBe(0)
    // Before a minute is known, as if it were even.
    expect(Throughput.waitInTurn(steady(10, 30), 50, 30_000)).toBeCloseTo(5_000, -2)
  })

  it("foretells how many are served in one go", () => {
    let throughput = Throughput.begin(0)
    for (let at = 0; at < 120_000; at += 60_000) {
      for (const [second, times] of [
        [20, 30],
        [21, 2],
        [22, 1],
        [30, 9]
      ] as const) {
        for (let i = 0; i < times; i++) throughput = Throughput.count(throughput, at + second * 1_000)
      }
    }
    const at = (second: number) => Throughput.inOneGo(throughput, second * 1_000 - 5_000, 125_000)
    expect([at(20), at(21), at(23), at(30), at(80)]).toEqual([33, 3, 0, 9, 33])
    // However long it goes on, a minute is all that is known.
    expect(Throughput.inOneGo(steady(10, 90), 0, 90_000)).toBeLessThanOrEqual(600)
  })

  it("stands a clock that is set back", () => {
    const throughput = Throughput.count(Throughput.count(Throughput.begin(100_000), 100_000), 50_000)
    expect(Throughput.perSecond(throughput, 100_000)).toBe(2)
  })

  it("counts anew when the clock is set back by more than it remembers", () => {
    const day = 86_400_000
    let throughput = Throughput.begin(0)
    const lend = (from: number, until: number) => {
      for (let now = from; now < until; now += 100) throughput = Throughput.count(throughput, now)
    }
    lend(day, day + 90_000)
    lend(day - 7_200_000, day - 7_080_000)
    expect(Throughput.perSecond(throughput, day - 7_080_000)).toBeCloseTo(10, 0)
    expect(Throughput.waitInTurn(throughput, 50, day - 7_080_000)).toBeCloseTo(5_000, -3)
  })
})
