import { describe, expect, it } from "vitest"
import { ownerIn } from "../src/Provider.js"
import { all, byType } from "../src/providers/index.js"

describe("the owner of the limits", () => {
  it("is whom the vendor's answers name", () => {
    expect(ownerIn({ ownerHeader: "x-owner" }, { "x-owner": " org-a " })).toBe("org-a")
    expect(ownerIn({ ownerHeader: "x-owner" }, { "x-owner": "org-a, org-a" })).toBe("org-a")
  })

  it.each([
    ["the header is not there", {}],
    ["it is empty", { "x-owner": "" }],
    ["it is blank", { "x-owner": "  " }],
    ["it names two", { "x-owner": "org-a, org-b" }],
    ["it is no name", { "x-owner": "x".repeat(5_000) }]
  ])("is nobody when %s: tokens must not become one group by it", (_, headers) => {
    expect(ownerIn({ ownerHeader: "x-owner" }, headers)).toBeUndefined()
    expect(ownerIn({}, headers)).toBeUndefined()
  })

  it("is read of every vendor that names it", () => {
    expect(
      all.flatMap(({ ownerHeader, type }) => (ownerHeader === undefined ? [] : [`${type}: ${ownerHeader}`]))
    ).toEqual(["anthropic: anthropic-organization-id", "openai: openai-organization"])
  })
})

describe("all vendors", () => {
  it("have distinct types, and other words for them that are nobody else's", () => {
    const words = all.flatMap(({ otherTypes = [], type }) => [type, ...otherTypes])
    expect(new Set(words).size).toBe(words.length)
    for (const { otherTypes = [], type } of all)
      for (const word of [type, ...otherTypes]) expect(byType(word)?.type).toBe(type)
    expect(byType("nobody")).toBeUndefined()
  })

  it("name header names in lower case, and codes too", () => {
    for (const { authorization, ownerHeader = "", rateLimits = [], rules = [] } of all) {
      const names = [ownerHeader, ...authorization.map(({ header }) => header)]
      const limits = rateLimits.flatMap(({ limit = "", remaining = "", reset = "" }) => [limit, remaining, reset])
      const codes = rules.flatMap(({ code }) => (code === undefined || code instanceof RegExp ? [] : code))
      for (const word of [...names, ...limits, ...codes]) expect(word).toBe(word.toLowerCase())
    }
  })

  it("share no environment variable and no token prefix: a token would belong to two", () => {
    const variables = all.flatMap(({ env }) => [...env.tokens, ...(env.bearerTokens ?? [])])
    expect(new Set(variables).size).toBe(variables.length)
    const prefixes = all.flatMap(({ tokenPrefixes = [] }) => tokenPrefixes)
    for (const one of prefixes) expect(prefixes.filter((other) => one.startsWith(other))).toEqual([one])
  })
})
