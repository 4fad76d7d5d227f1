import { describe, expect, it } from "@effect/vitest"
import { Either } from "effect"
import type { ConfiguredProvider } from "../src/ConfiguredProvider.js"
import * as ProviderUrl from "../src/ProviderUrl.js"
import { anthropic } from "../src/providers/Anthropic.js"
import { huggingface } from "../src/providers/HuggingFace.js"
import { openai } from "../src/providers/OpenAI.js"
import { together } from "../src/providers/Together.js"

const at = (baseUrl: string, vendor = openai): ConfiguredProvider => ({
  id: "p",
  name: "P",
  vendor,
  baseUrl,
  strategy: "round-robin",
  tokens: new Map(),
  problems: []
})

/** Where it really goes. */
const placed = (baseUrl: string, asked: string, vendor = openai) =>
  Either.match(ProviderUrl.place(at(baseUrl, vendor), asked), { onLeft: () => "refused", onRight: ({ href }) => href })

const own = "https://api.openai.com/v1"
const relay = "https://relay.example/openai/v1"
const bare = "https://relay.example"

describe("ProviderUrl.place", () => {
  it.each([
    [own, "/v1/models", "https://api.openai.com/v1/models"],
    [own, "/models?a=1", "https://api.openai.com/v1/models?a=1"],
    [own, "https://api.openai.com/v1/models", "https://api.openai.com/v1/models"],
    [relay, "/v1/models", "https://relay.example/openai/v1/models"],
    [relay, "/openai/v1/models", "https://relay.example/openai/v1/models"],
    [relay, "https://api.openai.com/v1/models?a=1", "https://relay.example/openai/v1/models?a=1"],
    [bare, "/v1/models", "https://relay.example/v1/models"],
    [bare, "/models", "https://relay.example/v1/models"],
    [own, "/v1/models?key=secret&a=1", "https://api.openai.com/v1/models?a=1"],
    [own, "/v1/models?k%65y=secret", "https://api.openai.com/v1/models"],
    [own, "/v1/models?q=a%20b&key=secret&x='~'", "https://api.openai.com/v1/models?q=a%20b&x=%27~%27"],
    [own, "/v1/models#part", "https://api.openai.com/v1/models"]
  ])("over %s places %s", (baseUrl, asked, expected) => {
    expect(placed(baseUrl, asked)).toBe(expected)
  })

  it.each([
    // What the SDKs of these vendors ask of, whatever the base URL is.
    [together.baseUrl, "https://api.together.ai/v1/models", "https://api.together.ai/v1/models", together],
    ["https://api.together.ai/v1", "https://api.together.ai/v1/models", "https://api.together.ai/v1/models", together],
    [relay, "https://api.together.ai/v1/models", "https://relay.example/openai/v1/models", together],
    [huggingface.baseUrl, "https://huggingface.co/api/models/a", "https://huggingface.co/api/models/a", huggingface],
    [huggingface.baseUrl, "https://huggingface.co.evil.example/api", "refused", huggingface],
    [own, "https://huggingface.co/api/models/a", "refused", openai]
  ])("over %s places %s, of the vendor's too, at %s", (baseUrl, asked, expected, vendor) => {
    expect(placed(baseUrl, asked, vendor)).toBe(expected)
    expect(ProviderUrl.isOf(at(baseUrl, vendor), asked)).toBe(expected !== "refused")
  })

  it.each(["//evil.example/v1/models", "/\\evil.example/v1/models", "/v1/../../evil.example", "/@evil.example/v1"])(
    "keeps %s at its provider, whatever it looks like",
    (asked) => {
      for (const provider of [at(own), at(relay), at(bare), at("https://api.anthropic.com", anthropic)]) {
        const url = ProviderUrl.place(provider, asked)
        expect(Either.isRight(url) && url.right.origin).toBe(new URL(provider.baseUrl).origin)
      }
    }
  )

  it("goes where it went before, whatever somebody made of the URL that was answered", () => {
    const provider = at(own)
    for (let time = 0; time < 3; time++) {
      const url = Either.getOrThrow(ProviderUrl.place(provider, "/v1/models"))
      expect(url.href).toBe(placed(own, "/v1/models"))
      expect(() => Object.assign(url, { href: "https://evil.example" })).toThrow(TypeError)
    }
  })

  it("places what it placed before, whatever was asked of whom in between", () => {
    const providers = [at(own), at(relay)]
    const asked = ["/v1/models", "/v1/models", "/v1/files", "https://evil.example/v1", "/v1/models"]
    const hrefs = providers.map((provider) =>
      asked.map((url) =>
        Either.match(ProviderUrl.place(provider, url), { onLeft: () => "refused", onRight: (to) => to.href })
      )
    )
    expect(hrefs).toEqual([own, relay].map((baseUrl) => asked.map((url) => placed(baseUrl, url))))
  })

  it.each(["https://evil.example/v1/models", "https://api.openai.com.evil.example/v1", "models", "file:///etc/passwd"])(
    "refuses %s",
    (asked) => {
      for (const baseUrl of [own, relay, bare]) expect(placed(baseUrl, asked)).toBe("refused")
    }
  )
})
