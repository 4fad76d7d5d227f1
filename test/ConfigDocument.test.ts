import { describe, expect, it } from "@effect/vitest"
import { Either, Redacted } from "effect"
import { decode } from "../src/ConfigDocument.js"
import { configuredTokens } from "../src/ConfigTokens.js"
import { vendors } from "./support/vendors.js"

const canary = "sk-CANARY"
const provider = (fields: object) => ({ providers: [{ id: "a", type: "anthropic", ...fields }] })
const tokens = (...list: ReadonlyArray<unknown>) => provider({ tokens: list })
const decoded = (document: unknown) => decode("c.json", JSON.stringify(document, null, 2))
const names = (document: unknown) => {
  const { providers } = Either.getOrThrow(decoded(document))
  return providers.flatMap((entry) => configuredTokens(entry, vendors)).map(({ alias }) => alias)
}

describe("a config document", () => {
  it.each([
    {},
    { providers: null, activeProviderId: null },
    { version: 3, providers: [], other: { providers: 1 } },
    provider({
      name: null,
      baseUrl: null,
      apiKey: null,
      tokens: null,
      tokenStrategy: null,
      envVars: null,
      models: [1]
    }),
    provider({ apiKey: "", baseUrl: "", envVars: { DEBUG: true }, tokenStrategy: { healthCheckInterval: 1 } }),
    tokens({ value: "k", alias: null, weight: null, enabled: null, group: null, lastUsed: 1, healthy: true })
  ])("may be %j", (document) => {
    expect(Either.isRight(decoded(document))).toBe(true)
  })

  it.each<readonly [unknown, string]>([
    [[], 'c.json:1: the document must be an object like {"providers": []}. Correct it in that file.'],
    [{ providers: canary }, "c.json:2: providers must be an array of providers. Correct it in that file."],
    [
      { providers: [canary] },
      'c.json:3: providers[0] must be an object like {"id": "anthropic", "type": "anthropic", "tokens": []}. Correct it in that file.'
    ],
    [{ providers: [{ type: "x" }] }, "c.json:3: providers[0].id is missing. Correct it in that file."],
    [{ providers: [{ id: " ", type: "x" }] }, "c.json:4: providers[0].id is empty. Correct it in that file."],
    [{ providers: [{ id: "a" }] }, "c.json:3: providers[0].type is missing. Correct it in that file."],
    [provider({ name: 1 }), "c.json:6: providers[0].name must be a text. Correct it in that file."],
    [
      { providers: [...provider({}).providers, ...provider({}).providers] },
      'c.json:8: providers[1].id is "a", as is that of providers[0]. Give one of them another id.'
    ],
    [
      provider({ baseUrl: canary }),
      "c.json:6: providers[0].baseUrl must be a URL that begins with https:// or http://. Correct it in that file."
    ],
    [
      provider({ baseUrl: `https://u:${canary}@host` }),
      "c.json:6: providers[0].baseUrl must not hold a user name or password. Correct it in that file."
    ],
    [
      provider({ tokenStrategy: { type: "fair" } }),
      'c.json:7: providers[0].tokenStrategy.type must be "round-robin", "weighted", "random" or "least-used". Correct it in that file.'
    ],
    [
      provider({ tokenStrategy: "random" }),
      'c.json:6: providers[0].tokenStrategy must be an object like {"type": "random"}. Correct it in that file.'
    ],
    [provider({ apiKey: 12 }), "c.json:6: providers[0].apiKey must be a text. Correct it in that file."],
    [
      provider({ apiKey: `${canary}\n` }),
      "c.json:6: providers[0].apiKey holds white space or control characters. Correct it in that file."
    ],
    [
      provider({ envVars: [canary] }),
      "c.json:6: providers[0].envVars must be an object of texts. Correct it in that file."
    ],
    [provider({ tokens: {} }), "c.json:6: providers[0].tokens must be an array of tokens. Correct it in that file."],
    [
      tokens(canary),
      'c.json:7: providers[0].tokens[0] must be an object like {"value": "env:NAME"}. Correct it in that file.'
    ],
    [tokens({ alias: "x" }), "c.json:7: providers[0].tokens[0].value is missing. Correct it in that file."],
    [tokens({ value: "" }), "c.json:8: providers[0].tokens[0].value is empty. Correct it in that file."],
    [
      tokens({ value: "env:" }),
      'c.json:8: providers[0].tokens[0].value names no variable after "env:". Correct it in that file.'
    ],
    [
      tokens({ value: `${canary}😀` }),
      "c.json:8: providers[0].tokens[0].value holds characters that no HTTP header can carry. Correct it in that file."
    ],
    [
      tokens({ value: `${canary} x` }),
      "c.json:8: providers[0].tokens[0].value holds white space or control characters. Correct it in that file."
    ],
    [
      tokens({ value: canary, weight: 0 }),
      'c.json:9: providers[0].tokens[0].weight must be above 0. To keep a token from being used, set "enabled" to false.'
    ],
    [
      tokens({ value: canary, weight: "2" }),
      "c.json:9: providers[0].tokens[0].weight must be a number. Correct it in that file."
    ],
    [
      tokens({ value: canary, enabled: 1 }),
      "c.json:9: providers[0].tokens[0].enabled must be true or false. Correct it in that file."
    ],
    [
      tokens({ value: canary, alias: "x" }, { value: "b", alias: "x" }),
      'c.json:13: providers[0].tokens[1].alias is "x", as is that of providers[0].tokens[0]. Give one of them another alias.'
    ],
    [
      tokens({ value: canary }, { value: canary, alias: "y" }),
      'c.json:11: providers[0].tokens[1].value of "y" is the same as that of "token-1". Remove one of the two.'
    ],
    [
      tokens({ value: canary, alias: "a\u001b[31m" }),
      "c.json:9: providers[0].tokens[0].alias holds control characters. Correct it in that file."
    ]
  ])("is refused with place, reason and remedy: %j", (document, message) => {
    const result = decoded(document)
    expect(Either.isLeft(result) && result.left.message).toBe(message)
    expect(message).not.toContain(canary)
  })

  it("names the line of a syntax error", () => {
    const result = decode("c.json", `{\n  "providers": [\n    { "id": "a", "apiKey": "${canary} }\n  ]\n}`)
    expect(Either.isLeft(result) && result.left.message).toBe(
      "c.json:3: a text that begins here is not closed on its line or has a bad escape. Correct that line, or move the file away to begin with a new one."
    )
  })

  it("names every token: as given, after its variable, or by its place, and no name twice", () => {
    expect(
      names(
        tokens(
          { value: "k1" },
          { value: "env:MY_Key" },
          { value: "k3", alias: "token-4" },
          { value: "k4" },
          { value: "file:~/key" }
        )
      )
    ).toEqual(["token-1", "my-key", "token-4", "token-4-2", "token-5"])
  })

  it("takes tokens, else the lone key, else the variables that hold tokens", () => {
    const envVars = { ANTHROPIC_AUTH_TOKEN: "r", OPENAI_API_KEY: "o", DEBUG: "1" }
    expect(names(provider({ tokens: [{ value: "k" }], apiKey: "b", envVars }))).toEqual(["token-1"])
    expect(names(provider({ tokens: [], apiKey: "b", envVars }))).toEqual(["default"])
    expect(names(provider({ apiKey: " ", envVars }))).toEqual(["anthropic-auth-token"])
    expect(names(provider({ type: "my-relay", envVars }))).toEqual(["anthropic-auth-token", "openai-api-key"])
    expect(names(provider({ envVars: { DEBUG: "1" } }))).toEqual([])
  })

  it("sends the token of ANTHROPIC_AUTH_TOKEN as a bearer token", () => {
    const { providers } = Either.getOrThrow(decoded(provider({ envVars: { ANTHROPIC_AUTH_TOKEN: "r" } })))
    const [token] = providers.flatMap((entry) => configuredTokens(entry, vendors))
    expect({ ...token, value: token && Redacted.value(token.value) }).toMatchObject({ bearer: true, value: "r" })
  })
})
