import { describe, expect, it } from "vitest"
import type { Cooldown } from "../../src/core/Cooldown.js"
import * as Member from "../../src/core/Member.js"
import * as Standing from "../../src/core/Standing.js"
import { profile } from "../support/arbitraries.js"

const until = (millis: number): Cooldown => ({
  until: millis,
  since: 0,
  blame: "rate-limit",
  provenance: "stated",
  code: "a",
  why: "w",
  evidence: []
})

const restFor = (member: Member.Member, model: string, millis: number) =>
  Member.modify(member, model, (s) => Standing.rest(s, until(millis)))

describe("Member", () => {
  it("is in the declared group, else in the one the answers named", () => {
    const learnt = { ...Member.make(profile("a")), learntGroup: "org-b" }
    expect(Member.group(learnt)).toBe("org-b")
    expect(Member.group({ ...learnt, profile: profile("a", { group: "org-a" }) })).toBe("org-a")
    expect(Member.group(Member.make(profile("a")))).toBeNull()
  })

  it("has a standing for any model name", () => {
    const member = restFor(Member.make(profile("a")), "__proto__", 9)
    expect(Member.modelStanding(member, "__proto__").cooldown).toEqual(until(9))
    expect(Member.modelStanding(member, "constructor")).toBe(Standing.initial)
  })

  it("forgets rests that are over, and models about which there is then nothing to say", () => {
    const member = restFor(restFor(Member.make(profile("a")), "opus", 9), "haiku", 20)
    expect(Object.keys(Member.prune(member, 9).models)).toEqual(["haiku"])
    expect(Member.prune(member, 8)).toBe(member)
  })

  it("does not pile up odd model names: of those that hold nothing back the latest are kept", () => {
    let member = restFor(Member.make(profile("a")), "held", 1_000)
    for (let i = 0; i < 100; i++) member = Member.modify(member, `odd-${i}`, Standing.clear)
    const models = Object.keys(Member.prune(member, 0).models)
    expect(models).toHaveLength(33)
    expect(models[0]).toBe("held")
    expect(models.at(-1)).toBe("odd-99")
  })
})
