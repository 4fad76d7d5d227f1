import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Admission from "../../src/core/Admission.js"

const second = 1_000

/** Somebody is served every half second of [from, until), after the wait that is given for the time. */
const served = (
  self: Admission.Admission,
  from: number,
  until: number,
  waitAt: (now: number) => number
): Admission.Admission => {
  let admission = self
  for (let now = from; now < until; now += 500) admission = Admission.serve(admission, waitAt(now), now)
  return admission
}

const standing = (until: number) => served(Admission.initial, 0, until, () => 7 * second)

describe("Admission", () => {
  it("takes nobody for strain who is served without waiting long", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5_000), fc.nat(9_000))), (served) => {
        let admission = Admission.initial
        let now = 0
        for (const [wait, pause] of served) {
          now += pause
          admission = Admission.serve(admission, wait, now)
          expect(Admission.isStrained(admission, now)).toBe(false)
        }
      })
    )
  })

  it("finds a queue that stands within half a minute", () => {
    expect(Admission.isStrained(standing(15 * second), 15 * second)).toBe(false)
    expect(Admission.isStrained(standing(35 * second), 35 * second)).toBe(true)
  })

  it("leaves a long queue alone that shrinks by more than a second in ten", () => {
    const admission = served(Admission.initial, 0, 120 * second, (now) => Math.max(0, 30 * second - now / 5))
    for (let now = 0; now < 120 * second; now += second) expect(Admission.isStrained(admission, now)).toBe(false)
  })

  it("does not take one jump of the wait for a queue that stands", () => {
    const calm = served(Admission.initial, 0, 60 * second, () => 0)
    const jumped = served(calm, 60 * second, 75 * second, () => 20 * second)
    expect(Admission.isStrained(jumped, 75 * second)).toBe(false)
  })

  it("is strained for half a minute after somebody waited in vain", () => {
    const lost = Admission.lose(Admission.initial, 10 * second)
    expect(Admission.isStrained(lost, 39 * second)).toBe(true)
    expect(Admission.isStrained(lost, 41 * second)).toBe(false)
  })

  it("takes a good moment for no end of a long strain, but a good minute", () => {
    const strained = standing(90 * second)
    const better = served(strained, 90 * second, 130 * second, () => 0)
    expect(Admission.isStrained(better, 130 * second)).toBe(true)
    const good = served(better, 130 * second, 170 * second, () => 0)
    expect(Admission.isStrained(good, 170 * second)).toBe(false)
    // Nor is it over for ever.
    expect(
      Admission.isStrained(
        served(good, 170 * second, 210 * second, () => 9 * second),
        210 * second
      )
    ).toBe(true)
  })

  it("ends at once what was strained for a moment only", () => {
    const moment = standing(35 * second)
    expect(Admission.isStrained(moment, 35 * second)).toBe(true)
    const better = served(moment, 35 * second, 60 * second, () => 0)
    expect(Admission.isStrained(better, 60 * second)).toBe(false)
  })

  it("is settled after a minute of strain, whatever good moments there were", () => {
    const half = standing(55 * second)
    expect(Admission.isSettled(half, 55 * second)).toBe(false)
    const better = served(half, 55 * second, 66 * second, () => 0)
    const again = served(better, 66 * second, 120 * second, () => 8 * second)
    expect(Admission.isSettled(again, 120 * second)).toBe(true)
  })

  it("forgets what was waited, and not that somebody waited in vain", () => {
    const lost = Admission.lose(standing(60 * second), 60 * second)
    expect(Admission.isStrained(Admission.forget(lost), 61 * second)).toBe(true)
    expect(Admission.isStrained(Admission.forget(lost), 100 * second)).toBe(false)
    expect(Admission.isStrained(Admission.forget(standing(60 * second)), 60 * second)).toBe(false)
  })

  it("is over in its time though the clock was set back by hours", () => {
    const day = 86_400 * second
    const strained = served(Admission.initial, day, day + 90 * second, () => 7 * second)
    const back = Admission.lose(strained, day + 90 * second)
    expect(Admission.isStrained(back, day + 91 * second)).toBe(true)
    const better = served(back, day - 7_200 * second, day - 7_140 * second, () => 0)
    expect(Admission.isStrained(better, day - 7_140 * second)).toBe(false)
  })
})
