import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as ResetTime from "../../src/core/ResetTime.js"
import * as ResetWindow from "../../src/core/ResetWindow.js"

const now = Date.UTC(2026, 7, 31, 12)
const year = 366 * 86_400_000

/** Whole seconds, up to a month. */
const seconds = fc.integer({ min: 1, max: 2_678_400 })

const goDuration = (total: number): string =>
  [
    [Math.floor(total / 3600), "h"],
    [Math.floor(total / 60) % 60, "m"],
    [total % 60, "s"]
  ]
    .filter(([amount]) => amount !== 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join("")

describe("ResetTime", () => {
  it("reads a length of time alike in every notation", () => {
    fc.assert(
      fc.property(seconds, (length) => {
        const at = now + length * 1000
        const millis = length * 1000
        const date = new Date(at)
        for (const text of [
          `${length}`,
          `${length}.0`,
          date.toUTCString(),
          date.toISOString(),
          `${at / 1000}`,
          `${at}`,
          goDuration(length),
          `${length}s`,
          `${millis}ms`
        ]) {
          expect(ResetTime.ofRetryAfter(text, now), text).toBe(millis)
          expect(ResetTime.ofReset(text, now), text).toBe(millis)
        }
        expect(ResetTime.ofMillis(`${millis}`)).toBe(millis)
        expect(ResetTime.ofInstant(date.toISOString().slice(0, 19).replace("T", " "), now)).toBe(millis)
        expect(ResetTime.ofInstant(date.toISOString().slice(0, 19).replace("T", " "), now - 480 * 60_000, 480)).toBe(
          millis
        )
      })
    )
  })

  it("answers any text with a length of at most a year, or with nothing", () => {
    const unit = fc.constantFrom(
      "s",
      "ms",
      "m",
      "h",
      "d",
      "µs",
      "",
      " ",
      ",",
      "GMT",
      "T",
      "Z",
      "-",
      ":",
      "e9",
      "and ",
      "minutes"
    )
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc
        .array(fc.oneof(fc.integer().map(String), fc.double().map(String), unit), { maxLength: 8 })
        .map((parts) => parts.join(""))
    )
    const sensible = (millis: number | undefined) => millis === undefined || (millis >= 0 && millis <= year)
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 8_640_000_000_000_000 }), (each, at) => {
        expect(sensible(ResetTime.ofRetryAfter(each, at))).toBe(true)
        expect(sensible(ResetTime.ofReset(each, at))).toBe(true)
        expect(sensible(ResetTime.ofMillis(each))).toBe(true)
        expect(sensible(ResetTime.ofDuration(each))).toBe(true)
        expect(sensible(ResetTime.ofInstant(each, at))).toBe(true)
      }),
      { numRuns: 1_000 }
    )
  })

  it.each([
    ["6m0s", 360_000],
    ["20ms", 20],
    ["1h16m19.2s", 4_579_200],
    ["38.2s", 38_200],
    ["7.66s", 7_660],
    ["2m59.56s", 179_560],
    ["1.5", 1_500],
    ["0", 0],
    ["5, 10", 10_000],
    ["10, 5", 10_000],
    ["5, nonsense", 5_000]
  ])("reads %s", (text, millis) => {
    expect(ResetTime.ofRetryAfter(text, now)).toBeCloseTo(millis, 6)
  })

  it.each([
    "",
    "-5",
    "+5",
    "1e3",
    "0x10",
    "NaN",
    "Infinity",
    "soon",
    "5 apples",
    "6m0",
    "99999999999",
    "Mon, 31 Aug 2026 11:59:59 GMT",
    "2026-13-45T00:00:00Z"
  ])("takes %j for no hint", (text) => {
    expect(ResetTime.ofRetryAfter(text, now)).toBeUndefined()
  })

  it("bounds what is stated: no storm without any pause, no rate limit beyond a week, no silence of a year", () => {
    expect(ResetTime.bounded(0, "rate-limit")).toBe(500)
    expect(ResetTime.bounded(year, "rate-limit")).toBe(7 * 86_400_000)
    expect(ResetTime.bounded(year, "quota")).toBe(31 * 86_400_000)
    expect(ResetTime.bounded(year, "provider")).toBe(6 * 3_600_000)
  })
})

/** What the calendar of the platform says of California. */
const pacific = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/Los_Angeles",
  hourCycle: "h23",
  hour: "numeric",
  minute: "numeric",
  second: "numeric"
})

describe("ResetWindow", () => {
  it("ends Google's day at midnight in California, summer and winter, and within 25 hours", () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2040, 0) }), (at) => {
        const millis = ResetWindow.millisUntilEnd("pacific-day", at)
        expect(millis).toBeGreaterThan(0)
        expect(millis).toBeLessThanOrEqual(25 * 3_600_000)
        expect(pacific.format(at + millis)).toBe("00:00:00")
      }),
      { numRuns: 500 }
    )
  })

  it("ends a month on its first, at midnight UTC", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2040, 0) }), (at) => {
        const millis = ResetWindow.millisUntilEnd("month", at)
        expect(millis).toBeGreaterThan(0)
        expect(new Date(at + millis).toISOString()).toMatch(/-01T00:00:00\.000Z$/)
        expect(millis).toBeLessThanOrEqual(31 * 86_400_000)
      })
    )
  })
})
