import { describe, expect, it } from "vitest"
import * as SpokenTime from "../../src/core/SpokenTime.js"

/** A Monday. */
const now = Date.UTC(2026, 7, 31, 12)

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

describe("SpokenTime", () => {
  it.each([
    ["Rate limit reached. Please try again in 20m13.5s.", 20 * minute + 13.5 * second],
    ["Rate limit exceeded. Try again in 2 days.", 2 * day],
    ["Please try again in 58 hours. Please review our Terms of Service.", 58 * hour],
    ["Monthly usage limit reached. It will reset in 10 days 19 hours.", 10 * day + 19 * hour],
    ["Weekly usage limit reached. Resets in 6hr 29min.", 6 * hour + 29 * minute],
    ["try again in 1 hour, 5 minutes and 3 seconds", hour + 5 * minute + 3 * second],
    ["Too many requests. Retry in ~ 12 s", 12 * second],
    ["Quota will be replenished in 2.12:00:00.", 2 * day + 12 * hour],
    ["You have exceeded the rate limit. Retry-After: 25", 25 * second],
    ["Please retry your request in 500 milliseconds.", 500],
    ["Next request allowed in 15 seconds", 15 * second],
    ["Please try again in an hour.", hour],
    ["Please try again in less than a minute.", minute]
  ])("reads the length of time in %j", (message, millis) => {
    expect(SpokenTime.find(message, now, undefined)).toBe(millis)
  })

  it.each([
    ["Rate limited, resets at 2026-08-31T13:00:00Z", hour],
    ["It will reset at 2026-08-31 23:59:59 +0800 CST. We recommend upgrading your plan.", 4 * hour - second],
    ["You will regain access on 2026-09-01 at 00:00 UTC.", 12 * hour],
    ["Please wait for your limit to reset on September 2, 2026 at 2:00 AM or switch", 38 * hour],
    ["Available again on September 1, 2026 at 12:00 PM UTC.", day],
    ["Try again at Sep 1st, 2026 2:00 PM.", 26 * hour],
    ["Rate limit. Reset at 1788181200", hour],
    ["Rate limit. Reset at: 1788181200000", hour],
    ["limit resets at Mon, 31 Aug 2026 12:10:00 GMT", 10 * minute],
    ["Limit reached. Resets at 18:00 UTC.", 6 * hour],
    ["Free quota used. Try again after 00:00 UTC.", 12 * hour],
    ["Quota resets tomorrow at 18:00 UTC", 30 * hour],
    ["Your limit resets daily at midnight UTC", 12 * hour],
    ["Limit reached. Resets at 2:10 PM (UTC)", 2 * hour + 10 * minute],
    ["You have hit your limit · resets 5pm (UTC)", 5 * hour]
  ])("reads the point of time in %j", (message, millis) => {
    expect(SpokenTime.find(message, now, undefined)).toBe(millis)
  })

  it.each([
    ["请求过于频繁，请 30 秒后重试", 30 * second],
    ["请1分钟后再试", minute],
    ["请1小时30分钟后再试", 90 * minute],
    ["请 2 个小时后再试", 2 * hour],
    ["请等待 45 秒再试", 45 * second],
    ["请在 1m30s 后重试", 90 * second],
    ["30秒後に再試行してください", 30 * second],
    ["您的限额将于 2026-08-31 22:00:00 重置", 2 * hour],
    ["额度已用完，重置时间：2026-08-31 22:00:00", 2 * hour],
    ["该账号将在 2026年8月31日 21:00 恢复", hour]
  ])("reads Chinese, and takes its dates for Beijing's: %j", (message, millis) => {
    expect(SpokenTime.find(message, now, undefined)).toBe(millis)
  })

  it("knows the zone of a vendor better than by its language", () => {
    expect(SpokenTime.find("Your limit will reset at 2026-08-31 22:00:00", now, 480)).toBe(2 * hour)
    expect(SpokenTime.find("您的限额将于 2026-08-31 22:00:00 重置", now, 0)).toBe(10 * hour)
  })

  it.each([
    "This model is limited to 20 requests per 5 minutes.",
    "您已达到请求数限制：3分钟内最多请求5次",
    "您的套餐有效期至 2027-01-01 00:00:00，额度已用完",
    "You have used 1788181200 tokens; your limit is 1000000000.",
    "Your key was created on September 2, 2026 at 2:00 AM.",
    "Your window resets at 18:00.",
    "Your limit was reset at 2026-08-31T11:00:00Z.",
    "Rate limit exceeded. Please try again later."
  ])("finds no time to come back in %j", (message) => {
    expect(SpokenTime.find(message, now, undefined)).toBeUndefined()
  })
})
