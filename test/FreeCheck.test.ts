import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted, TestClock } from "effect"
import type { ConfiguredProvider } from "../src/ConfiguredProvider.js"
import * as FreeCheck from "../src/FreeCheck.js"
import * as providers from "../src/providers/index.js"
import { vendor as acme } from "./support/rotation.js"

const secret = "CANARY-of-a-secret"

const configured = (type: string, baseUrl?: string): ConfiguredProvider => {
  const vendor = providers.byType(type) ?? expect.fail(`no vendor ${type}`)
  return {
    id: type,
    name: vendor.name,
    vendor,
    baseUrl: baseUrl ?? vendor.baseUrl,
    strategy: "round-robin",
    tokens: new Map(),
    problems: []
  }
}

const token = (provider: ConfiguredProvider) =>
  ({
    id: "0123456789abcdef",
    providerId: provider.id,
    alias: "work",
    secret: Redacted.make(secret),
    weight: 1,
    enabled: true,
    group: undefined,
    limits: undefined,
    bearer: false
  }) as const

const encode = (body: unknown) => new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body))

/** A vendor that answers each path so; what it was asked is kept. */
const scripted = (answers: Readonly<Record<string, readonly [status: number, body: unknown]>>) => {
  const asked: Array<FreeCheck.Request> = []
  const send: FreeCheck.Send = (request) =>
    Effect.sync(() => {
      asked.push(request)
      const [status, body] = answers[new URL(request.url).pathname] ?? [404, "not found"]
      return { status, headers: { "content-type": "application/json" }, body: encode(body) }
    })
  return { asked, send }
}

const check = (provider: ConfiguredProvider, answers: Parameters<typeof scripted>[0]) =>
  FreeCheck.run(provider, token(provider), scripted(answers).send)

const kinds: ReadonlyArray<
  readonly [string, string, Parameters<typeof scripted>[0], Record<string, unknown>, string?]
> = [
  ["a list of models", "anthropic", { "/v1/models": [200, { data: [] }] }, { _tag: "Good", funds: null }],
  [
    "Anthropic's 401",
    "anthropic",
    { "/v1/models": [401, { type: "error", error: { type: "authentication_error", message: "invalid x-api-key" } }] },
    { _tag: "Bad", outcome: { blame: "token", cooldownMillis: "permanent" } }
  ],
  [
    "Anthropic's 404 for an unknown token",
    "anthropic",
    { "/v1/models": [404, { type: "error", error: { type: "not_found_error", message: "x" } }] },
    { _tag: "Bad" }
  ],
  ["a relay that has no such path", "anthropic", {}, { _tag: "Unclear", status: 404 }, "https://relay.test"],
  ["a relay that refuses the token", "openai", { "/v1/models": [401, "no"] }, { _tag: "Bad" }, "https://relay.test/v1"],
  [
    "a limit of the check",
    "openai",
    { "/v1/models": [429, { error: { code: "rate_limit_exceeded" } }] },
    { _tag: "Unclear", status: 429 }
  ],
  ["trouble of the vendor", "openai", { "/v1/models": [503, "busy"] }, { _tag: "Unclear", status: 503 }],
  [
    "Google's 400 for an expired key",
    "google",
    {
      "/v1beta/models": [
        400,
        { error: { code: 400, message: "API key expired. Please renew the API key.", status: "INVALID_ARGUMENT" } }
      ]
    },
    { _tag: "Bad" }
  ],
  [
    "a token of xAI that is blocked",
    "xai",
    { "/v1/api-key": [200, { name: "k", api_key_blocked: true, api_key_disabled: false, team_blocked: false }] },
    { _tag: "Bad", outcome: { code: "blocked" } }
  ],
  [
    "a good token of xAI",
    "xai",
    { "/v1/api-key": [200, { name: "k", api_key_blocked: false, api_key_disabled: false, team_blocked: false }] },
    { _tag: "Good" }
  ],
  [
    "xAI's 400 for a wrong key",
    "xai",
    { "/v1/api-key": [400, { code: "Client specified an invalid argument", error: "Incorrect API key provided" }] },
    { _tag: "Bad" }
  ],
  [
    "DeepSeek with money",
    "deepseek",
    { "/user/balance": [200, { is_available: true, balance_infos: [] }] },
    { _tag: "Good", funds: "left", proof: { isFunded: true } }
  ],
  [
    "DeepSeek without money",
    "deepseek",
    { "/user/balance": [200, { is_available: false }] },
    { _tag: "Good", funds: "spent", proof: { isFunded: false } }
  ],
  [
    "Moonshot with money",
    "moonshot",
    { "/v1/models": [200, { data: [] }], "/v1/users/me/balance": [200, { code: 0, data: { available_balance: 4.2 } }] },
    { _tag: "Good", funds: "left" }
  ],
  [
    "Kimi's plan, which has no balance",
    "moonshot",
    { "/coding/v1/models": [200, { data: [] }] },
    { _tag: "Good", funds: null },
    "https://api.kimi.com/coding/v1"
  ],
  [
    "SiliconFlow with money",
    "siliconflow",
    { "/v1/user/info": [200, { code: 20000, status: true, data: { totalBalance: "88.88" } }] },
    { _tag: "Good", funds: "left" }
  ],
  [
    "OpenRouter with its limit spent",
    "openrouter",
    { "/api/v1/key": [200, { data: { limit: 5, limit_remaining: 0 } }] },
    { _tag: "Good", funds: "spent" }
  ],
  [
    "OpenRouter with its limit not spent, which says nothing of the credit",
    "openrouter",
    { "/api/v1/key": [200, { data: { limit: 5, limit_remaining: 3 } }] },
    { _tag: "Good", funds: null }
  ],
  [
    "DashScope's 200 that is a refusal",
    "dashscope",
    { "/compatible-mode/v1/models": [200, { code: "InvalidApiKey", message: "Invalid API-key provided." }] },
    { _tag: "Bad" }
  ],
  ["a vendor without one", "perplexity", {}, { _tag: "None" }]
]

describe("a free check", () => {
  for (const [name, type, answers, finding, baseUrl] of kinds) {
    it.effect(`understands ${name}`, () =>
      Effect.map(check(configured(type, baseUrl), answers), (found) => expect(found).toMatchObject(finding))
    )
  }

  it.effect("of every vendor goes to one of its own hosts, or to the relay that stands for it, and nowhere else", () =>
    Effect.gen(function* () {
      for (const vendor of providers.all.filter(
        ({ baseUrl, freeCheck }) => baseUrl !== "" && freeCheck !== undefined
      )) {
        const own = scripted({})
        yield* FreeCheck.run(configured(vendor.type), token(configured(vendor.type)), own.send)
        expect(own.asked).toHaveLength(1)
        for (const { headers, url } of own.asked) {
          const hosts = [vendor.baseUrl, vendor.freeCheck?.path ?? ""].flatMap((at) =>
            URL.canParse(at) ? [new URL(at).origin] : []
          )
          expect(hosts).toContain(new URL(url).origin)
          expect(url).not.toContain(secret)
          expect(JSON.stringify(headers)).toContain(secret)
        }
        const relay = configured(vendor.type, "https://relay.test")
        const through = scripted({})
        yield* FreeCheck.run(relay, token(relay), through.send)
        expect(through.asked.filter(({ url }) => new URL(url).origin !== "https://relay.test")).toEqual([])
        // What lives elsewhere than the API, the relay does not stand for.
        const { freeCheck: { path = "" } = {} } = vendor
        if (URL.canParse(path) && new URL(path).origin !== new URL(vendor.baseUrl).origin)
          expect(through.asked).toEqual([])
      }
    })
  )

  it.effect("is given up after ten seconds, and a broken line says nothing of the token", () =>
    Effect.gen(function* () {
      const provider = configured("openai")
      const slow = yield* Effect.fork(FreeCheck.run(provider, token(provider), () => Effect.never))
      yield* TestClock.adjust("10 seconds")
      expect(yield* slow).toMatchObject({ _tag: "Unclear", status: null, why: "no answer came: timeout" })
      expect(yield* FreeCheck.run(provider, token(provider), () => Effect.fail("ECONNREFUSED"))).toMatchObject({
        _tag: "Unclear",
        status: null
      })
    })
  )

  it.effect("of a vendor of the user's own is judged by its own words", () =>
    Effect.gen(function* () {
      const vendor = { ...acme, baseUrl: "https://acme.test", freeCheck: { path: "/me" } }
      const provider = { ...configured("openai"), id: "acme", vendor, baseUrl: "https://acme.test" }
      expect(yield* check(provider, { "/me": [200, "hello"] })).toMatchObject({ _tag: "Good" })
      expect(yield* check(provider, { "/me": [402, ""] })).toMatchObject({ _tag: "Unclear" })
      expect(yield* check(provider, { "/me": [401, ""] })).toMatchObject({ _tag: "Bad", outcome: { code: "http_401" } })
    })
  )
})
