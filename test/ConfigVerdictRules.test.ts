import { Either, Option } from "effect"
import { assert, describe, expect, it } from "vitest"
import * as ConfigDocument from "../src/ConfigDocument.js"
import * as ConfigLoad from "../src/ConfigLoad.js"
import * as Outcome from "../src/core/Outcome.js"
import { withRules } from "../src/Provider.js"
import { openai } from "../src/providers/OpenAI.js"

const now = Date.UTC(2026, 7, 31, 12)

const document = (...rules: ReadonlyArray<unknown>) =>
  ConfigDocument.decode(
    "config.json",
    JSON.stringify({ providers: [{ id: "relay", type: "openai", tokens: [{ value: "env:A" }], rules }] }, null, 1)
  )

const surroundings = { environment: {}, readFile: () => Option.none(), home: "/", directory: "/" } as never

const judge = (rules: ReadonlyArray<unknown>, facts: Partial<Parameters<typeof openai.classify>[0]>) => {
  const [loaded] = ConfigLoad.fromDocument(Either.getOrThrow(document(...rules)), [], surroundings)
  assert(loaded !== undefined)
  return withRules(openai, loaded.rules).classify({ status: 429, headers: {}, now, ...facts })
}

const quota = { blame: "quota" }

describe("rules of the user's own", () => {
  it("come before what the vendor's answer would mean, and say so", () => {
    const rule = {
      when: { status: 401 },
      verdict: { blame: "quota", cooldown: "2h30m", scope: "group", retryOtherToken: false }
    }
    const outcome = judge([rule], { status: 401, body: '{"error":{"code":"invalid_api_key"}}' })
    expect(outcome).toMatchObject({
      blame: "quota",
      cooldownMillis: 9_000_000,
      scope: "group",
      retryOtherToken: false,
      provenance: "documented",
      evidence: ["status 401", "rules[0] of the config"]
    })
  })

  it("come before a web page, too", () => {
    const rule = { when: { body: "Please Top Up" }, verdict: quota }
    const outcome = judge([rule], { status: 502, body: "<html>please top up</html>" })
    expect(outcome).toMatchObject({ blame: "quota", retryOtherToken: true, scope: "token", cooldownMillis: null })
  })

  it("match on status, class of status, code, header and body, all that is given at once", () => {
    const all = { status: ["5xx", 429], code: ["DAILY_CAP"], header: { "X-Relay": "full" }, body: "upstream" }
    const facts = { headers: { "x-relay": "is FULL" }, body: '{"error":{"code":"daily_cap","message":"Upstream"}}' }
    const matches = (more: object) => {
      const outcome = judge([{ when: all, verdict: { blame: "model" } }], { ...facts, ...more })
      return outcome._tag === "Failure" && outcome.blame === "model"
    }
    expect(matches({})).toBe(true)
    expect(matches({ status: 503 })).toBe(true)
    expect(matches({ status: 400 })).toBe(false)
    expect(matches({ headers: {} })).toBe(false)
    expect(matches({ body: '{"error":{"code":"other","message":"Upstream"}}' })).toBe(false)
    expect(matches({ body: '{"error":{"code":"daily_cap","message":""}}' })).toBe(false)
  })

  it("take the first that matches, and the time the answer states where they name none", () => {
    const rules = [
      { when: { status: 403 }, verdict: { blame: "token", cooldown: "permanent" } },
      { when: { status: 429 }, verdict: { blame: "rate-limit", scope: "token" } },
      { when: { status: "4xx" }, verdict: quota }
    ]
    expect(judge(rules, { headers: { "retry-after": "7" } })).toMatchObject({ cooldownMillis: 7_000, scope: "token" })
    expect(judge(rules, { status: 403 })).toMatchObject({ blame: "token", cooldownMillis: "permanent" })
    expect(judge(rules, { status: 404 })).toMatchObject({ blame: "quota" })
  })

  it("are not refined by what the headers say", () => {
    const headers = { "x-ratelimit-limit-requests": "0", "x-ratelimit-remaining-requests": "0" }
    expect(judge([], { headers })).toMatchObject({ blame: "quota" })
    expect(judge([{ when: { status: 429 }, verdict: { blame: "rate-limit" } }], { headers })).toMatchObject({
      blame: "rate-limit"
    })
  })

  it("leave a success alone unless they name its status", () => {
    const body = '{"choices":[{"message":{"content":"quota"}}]}'
    expect(judge([{ when: { body: "quota" }, verdict: quota }], { status: 200, body })).toBe(Outcome.success)
    const named = { when: { status: 200, header: { "x-relay": "no money" } }, verdict: quota }
    expect(judge([named], { status: 200, headers: { "x-relay": "No money" } })).toMatchObject({ blame: "quota" })
    expect(judge([named], { status: 200 })).toBe(Outcome.success)
  })

  it("can say that nobody is to blame", () => {
    expect(judge([{ when: { status: 429 }, verdict: { blame: "none" } }], {})).toBe(Outcome.abandoned)
  })

  it.each<readonly [unknown, string]>([
    [5, 'providers[0].rules[0] must be an object like {"when": {"status": 429}, "verdict": {"blame": "quota"}}'],
    [{ verdict: quota }, "providers[0].rules[0].when is missing"],
    [{ when: {}, verdict: quota }, "providers[0].rules[0].when matches every answer"],
    [{ when: { header: {} }, verdict: quota }, "providers[0].rules[0].when matches every answer"],
    [{ when: { staus: 429 }, verdict: quota }, "providers[0].rules[0].when.staus must not be there"],
    [{ when: { status: 42 }, verdict: quota }, "providers[0].rules[0].when.status is no HTTP status"],
    [{ when: { status: [429, "6xx"] }, verdict: quota }, "providers[0].rules[0].when.status[1] is no HTTP status"],
    [{ when: { status: true }, verdict: quota }, "providers[0].rules[0].when.status must be a status like 429"],
    [{ when: { body: " " }, verdict: quota }, "providers[0].rules[0].when.body is empty"],
    [{ when: { status: 429 }, verdict: { blame: "me" } }, 'providers[0].rules[0].verdict.blame must be one of "token"'],
    [
      { when: { status: 429 }, verdict: { blame: "quota", cooldown: "soon" } },
      "providers[0].rules[0].verdict.cooldown is no length of time"
    ],
    [
      { when: { status: 429 }, verdict: { blame: "quota", cooldown: "0s" } },
      "providers[0].rules[0].verdict.cooldown is no length of time"
    ],
    [
      { when: { status: 429 }, verdict: { blame: "request", scope: "token" } },
      'providers[0].rules[0].verdict.scope has no meaning beside "blame": "request"'
    ],
    [
      { when: { status: 429 }, verdict: { ...quota, colour: 1 } },
      "providers[0].rules[0].verdict.colour must not be there"
    ]
  ])("that are wrong are an error of the config with its place and remedy: %j", (rule, reason) => {
    const error = Option.getOrThrow(Either.getLeft(document(rule)))
    expect(error.reason).toContain(reason)
    expect(error.remedy).not.toBe("")
    expect(error.line).toBeGreaterThan(8)
  })
})
