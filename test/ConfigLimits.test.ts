import { Either, Schema } from "effect"
import { describe, expect, it } from "vitest"
import * as ConfigLimits from "../src/ConfigLimits.js"
import * as Limits from "../src/core/Limits.js"

const fields = ["requestsPerMinute", "usagePerMinute", "concurrency"] as const

describe("limits in the config", () => {
  it.each(fields)("may be any number from 1 on, or left out, or null: %s", (field) => {
    for (const value of [1, 1.5, 60, 1e9, null, undefined]) {
      expect(ConfigLimits.fault({ [field]: value })).toBeUndefined()
    }
    for (const value of [0, 0.99, -1, Number.NaN, Infinity, -Infinity]) {
      expect(ConfigLimits.fault({ [field]: value })).toEqual({ field, reason: "must be 1 or more" })
    }
  })

  it("name the first field that is wrong", () => {
    expect(ConfigLimits.fault({ concurrency: 0, requestsPerMinute: -1 })?.field).toBe("requestsPerMinute")
  })

  it.each<[string, ConfigLimits.GroupEntry | undefined, Limits.Limits | undefined]>([
    ["nothing", undefined, undefined],
    ["an empty entry", {}, undefined],
    ["nulls", { requestsPerMinute: null, usagePerMinute: null, concurrency: null }, undefined],
    ["one limit", { concurrency: 2 }, Limits.of({ concurrency: 2 })],
    [
      "all of them",
      { requestsPerMinute: 1, usagePerMinute: 2, concurrency: 3 },
      { requestsPerMinute: 1, usagePerMinute: 2, concurrency: 3 }
    ]
  ])("are what is stated: %s", (_, entry, limits) => {
    expect(ConfigLimits.of(entry)).toEqual(limits)
  })

  it("are numbers, in the group entry of the file as well", () => {
    const decode = Schema.decodeUnknownEither(ConfigLimits.GroupEntry)
    expect(Either.isRight(decode({ requestsPerMinute: 60, concurrency: null }))).toBe(true)
    for (const wrong of ["60", true, [60], {}]) expect(Either.isLeft(decode({ requestsPerMinute: wrong }))).toBe(true)
    expect(Either.isLeft(decode(60))).toBe(true)
  })
})
