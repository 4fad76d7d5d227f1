import { inspect } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import { Either, FastCheck, Redacted } from "effect"
import { type ConfigDocument, decode, empty } from "../src/ConfigDocument.js"
import * as ConfigEdit from "../src/ConfigEdit.js"
import { configuredTokens } from "../src/ConfigTokens.js"
import { vendors } from "./support/vendors.js"

const read = (document: unknown) => Either.getOrThrow(decode("c.json", JSON.stringify(document)))
const value = (document: ConfigDocument) => JSON.parse(Redacted.value(document.text))
const message = (edited: Either.Either<unknown, Error>) => (Either.isLeft(edited) ? edited.left.message : "edited")
const tokens = (document: ConfigDocument, id = "a") =>
  document.providers
    .filter((entry) => entry.id === id)
    .flatMap((entry) => configuredTokens(entry, vendors))
    .map(({ place: _, ...token }) => ({ ...token, value: Redacted.value(token.value) }))
const secret = Redacted.make("sk-new")
const one = (fields: object) => read({ providers: [{ id: "a", type: "anthropic", ...fields }] })

/** Any fields but those the config knows. */
const unknown = FastCheck.dictionary(
  FastCheck.string().map((key) => `x${key}`),
  FastCheck.jsonValue()
)
const secrets = FastCheck.uniqueArray(FastCheck.stringMatching(/^[a-z]{4,8}$/), { minLength: 1, maxLength: 5 })
const documents = FastCheck.tuple(
  secrets,
  FastCheck.array(FastCheck.boolean(), { minLength: 5, maxLength: 5 }),
  unknown,
  unknown,
  unknown
).map(([list, named, inToken, inProvider, inRoot]) =>
  read({
    ...inRoot,
    providers: [
      {
        ...inProvider,
        id: "a",
        type: "anthropic",
        tokens: list.map((text, i) => ({ ...inToken, value: text, ...(named[i] ? { alias: `n-${text}` } : {}) }))
      },
      { id: "b", type: "openai", ...inProvider, tokens: [{ value: "other", ...inToken }] }
    ],
    activeProviderId: "a"
  })
)

/** The text without what the edits are about. */
const rest = (document: ConfigDocument) => {
  const { providers, ...root } = value(document)
  return JSON.stringify([root, providers.map(({ tokens, ...fields }: { tokens: unknown }) => fields)])
}

describe("an edit of the config", () => {
  it.prop("leaves everything alone that it is not about", [documents], ([document]) => {
    const added = Either.getOrThrow(ConfigEdit.addToken(document, "a", { value: secret, alias: "new" }, vendors))
    const disabled = Either.getOrThrow(ConfigEdit.setTokenEnabled(added, "a", "new", false, vendors))
    expect([rest(added), rest(disabled)]).toEqual([rest(document), rest(document)])
    const kept = value(document).providers.map((entry: { tokens: ReadonlyArray<unknown> }) => entry.tokens)
    const now = value(disabled).providers.map((entry: { tokens: ReadonlyArray<unknown> }) => entry.tokens)
    expect(now).toEqual([[...kept[0], { value: "sk-new", alias: "new", enabled: false }], kept[1]])
  })

  it.prop("that removes what was just added gives the same document", [documents], ([document]) => {
    const added = Either.getOrThrow(ConfigEdit.addToken(document, "a", { value: secret }, vendors))
    const alias = tokens(added).at(-1)?.alias ?? ""
    const removed = Either.getOrThrow(ConfigEdit.removeToken(added, "a", alias, vendors))
    expect(value(removed)).toEqual(value(document))
    expect(tokens(removed)).toEqual(tokens(document))
  })

  it.prop("that removes a token leaves the names of the others", [documents, FastCheck.nat(4)], ([document, n]) => {
    const before = tokens(document)
    const gone = before[n % before.length]?.alias ?? ""
    const removed = Either.getOrThrow(ConfigEdit.removeToken(document, "a", gone, vendors))
    expect(tokens(removed)).toEqual(before.filter(({ alias }) => alias !== gone))
    expect(rest(removed)).toBe(rest(document))
  })

  it("writes two spaces, and keeps order and numbers digit for digit", () => {
    const document = Either.getOrThrow(
      decode(
        "c.json",
        '{"2":1.50,"1":12345678901234567890,"providers":[{"z":1,"id":"a","tokens":[],"type":"anthropic"}]}'
      )
    )
    const edited = Either.getOrThrow(
      ConfigEdit.addToken(document, "a", { value: secret, weight: 2, group: "g" }, vendors)
    )
    expect(Redacted.value(edited.text)).toBe(`{
  "2": 1.50,
  "1": 12345678901234567890,
  "providers": [
    {
      "z": 1,
      "id": "a",
      "tokens": [
        {
          "value": "sk-new",
          "alias": "token-1",
          "weight": 2,
          "group": "g"
        }
      ],
      "type": "anthropic"
    }
  ]
}
`)
  })

  it("moves a lone key into tokens when another one joins it", () => {
    const edited = Either.getOrThrow(ConfigEdit.addToken(one({ apiKey: "old", x: 1 }), "a", { value: secret }, vendors))
    expect(value(edited).providers[0]).toEqual({
      id: "a",
      type: "anthropic",
      x: 1,
      tokens: [
        { value: "old", alias: "default" },
        { value: "sk-new", alias: "token-2" }
      ]
    })
  })

  it("keeps a token of envVars in the pool, as a bearer token, when another one joins it", () => {
    const document = one({ envVars: { ANTHROPIC_AUTH_TOKEN: "relay", DEBUG: "1" } })
    const edited = Either.getOrThrow(
      ConfigEdit.addToken(document, "a", { value: Redacted.make("env:MY_KEY") }, vendors)
    )
    expect(tokens(edited).map(({ alias, bearer, value }) => [alias, bearer, value])).toEqual([
      ["anthropic-auth-token", true, "relay"],
      ["my-key", false, "env:MY_KEY"]
    ])
    expect(value(edited).providers[0].envVars).toEqual({ ANTHROPIC_AUTH_TOKEN: "relay", DEBUG: "1" })
  })

  it.each([
    { apiKey: "old" },
    { envVars: { ANTHROPIC_API_KEY: "old" } },
    { tokens: [{ value: "old" }], apiKey: "old" }
  ])("removes a token for good, wherever it stands: %j", (fields) => {
    const document = one(fields)
    const edited = Either.getOrThrow(ConfigEdit.removeToken(document, "a", tokens(document)[0]?.alias ?? "", vendors))
    expect(tokens(edited)).toEqual([])
    expect(Redacted.value(edited.text)).not.toContain("old")
  })

  it("disables a lone key without forgetting it", () => {
    const edited = Either.getOrThrow(ConfigEdit.setTokenEnabled(one({ apiKey: "old" }), "a", "default", false, vendors))
    expect(tokens(edited)).toMatchObject([{ alias: "default", value: "old", enabled: false }])
  })

  it("adds, uses and removes providers", () => {
    const added = Either.getOrThrow(
      ConfigEdit.addProvider(empty("c.json"), {
        id: "r",
        type: "anthropic",
        baseUrl: "https://relay.test",
        strategy: "random"
      })
    )
    const used = Either.getOrThrow(ConfigEdit.useProvider(added, "r"))
    expect(value(used)).toEqual({
      providers: [
        {
          id: "r",
          name: "r",
          type: "anthropic",
          baseUrl: "https://relay.test",
          tokens: [],
          tokenStrategy: { type: "random" }
        }
      ],
      activeProviderId: "r"
    })
    expect(value(Either.getOrThrow(ConfigEdit.removeProvider(used, "r")))).toEqual({ providers: [] })
  })

  it("makes a provider of the environment the active one", () => {
    expect(value(Either.getOrThrow(ConfigEdit.useProvider(empty("c.json"), "openai", ["openai"])))).toEqual({
      providers: [],
      activeProviderId: "openai"
    })
  })

  const document = one({ tokens: [{ value: "sk-one", alias: "work" }] })
  it.each([
    [
      ConfigEdit.addToken(document, "b", { value: secret }, vendors),
      'No provider "b" (known: a). Add one with: ctl providers add b'
    ],
    [
      ConfigEdit.addToken(document, "a", { value: secret, alias: "work" }, vendors),
      'c.json: provider "a" already has a token "work". Choose another alias.'
    ],
    [
      ConfigEdit.addToken(document, "a", { value: Redacted.make("sk-one") }, vendors),
      'c.json: provider "a" already has that token, as "work". Nothing was changed.'
    ],
    [
      ConfigEdit.addToken(document, "a", { value: Redacted.make("sk new") }, vendors),
      "c.json: providers[0].tokens[1].value holds white space or control characters. Nothing was changed."
    ],
    [
      ConfigEdit.removeToken(document, "a", "home", vendors),
      'Provider "a" has no token "home". List them with: ctl tokens --provider a'
    ],
    [
      ConfigEdit.addProvider(document, { id: "a", type: "x" }),
      'c.json: there is a provider "a" already. Choose another id.'
    ],
    [
      ConfigEdit.addProvider(document, { id: "c", type: "x", baseUrl: "ftp://x" }),
      "c.json: providers[1].baseUrl must be a URL that begins with https:// or http://. Nothing was changed."
    ],
    [
      ConfigEdit.useProvider(document, "b", ["openai"]),
      'No provider "b" (known: a, openai). Add one with: ctl providers add b'
    ],
    [ConfigEdit.removeProvider(document, "b"), 'No provider "b" (known: a). Add one with: ctl providers add b']
  ])("that makes no sense says so (%#)", (edited, expected) => {
    expect(message(edited)).toBe(expected)
  })

  it("shows no secret to whoever prints the document", () => {
    const edited = Either.getOrThrow(ConfigEdit.addToken(one({ apiKey: "sk-old" }), "a", { value: secret }, vendors))
    expect(`${inspect(edited, { depth: 20 })}${JSON.stringify(edited)}`).not.toMatch(/sk-/)
  })
})
