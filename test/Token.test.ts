import { Redacted } from "effect"
import { describe, expect, it } from "vitest"
import * as ForeignToken from "../src/ForeignToken.js"
import { all, byType, generic } from "../src/providers/index.js"
import * as Token from "../src/Token.js"

const secret = (text: string) => Redacted.make(text)

describe("a token's shape", () => {
  it.each([
    ["sk-ant-api03-0123456789abcdef0123456789wxyz", "sk-ant-api03-…wxyz"],
    ["sk-svcacct-0123456789abcdef0123456789wxyz", "sk-svcacct-…wxyz"],
    ["sk-0123456789abcdef0123456789wxyz", "sk-…wxyz"],
    ["0123456789abcdef0123456789wxyz", "…wxyz"],
    ["sk-ant-api03-0123456789wxyz", "****"],
    ["short", "****"]
  ])("masks %s", (text, masked) => {
    expect(Token.mask(secret(text))).toBe(masked)
  })

  it("hides at least 24 characters of every vendor's tokens, and shows how they begin", () => {
    for (const { tokenPrefixes = [] } of all) {
      for (const prefix of tokenPrefixes) {
        const text = `${prefix}${"x".repeat(24)}TAIL`
        expect(Token.mask(secret(text))).toBe(`${prefix}…TAIL`)
        expect(Token.mask(secret(text.slice(1)))).not.toContain("x".repeat(2))
      }
    }
  })

  it("tells whose a token is that was given to another vendor", () => {
    const of = (type: string, text: string) =>
      ForeignToken.vendorOf(byType(type) ?? generic, Token.prefixOf(secret(text)), all)?.type
    expect(of("anthropic", "sk-proj-abc")).toBe("openai")
    expect(of("openai", "sk-ant-api03-abc")).toBe("anthropic")
    expect(of("deepseek", "gsk_abc")).toBe("groq")
    expect(of("openai", "sk-or-v1-abc")).toBe("openrouter")
    for (const { tokenPrefixes = [], type } of all)
      for (const prefix of tokenPrefixes) expect(of(type, `${prefix}x`)).toBeUndefined()
    // What many vendors' tokens begin with, or servers of the user's own take, tells nothing.
    expect(of("openai", "sk-abc")).toBeUndefined()
    expect(of("deepseek", "sk-abc")).toBeUndefined()
    expect(of("generic", "sk-ant-abc")).toBeUndefined()
    expect(of("anthropic", "whatever")).toBeUndefined()
  })

  it("fits its own vendor's tokens whole", () => {
    const examples: Readonly<Record<string, string>> = {
      anthropic: `sk-ant-api03-${"a".repeat(93)}AA`,
      openai: `sk-proj-${"a".repeat(74)}T3BlbkFJ${"b".repeat(74)}`,
      google: `AIza${"a".repeat(35)}`,
      openrouter: `sk-or-v1-${"0a".repeat(32)}`,
      groq: `gsk_${"a".repeat(52)}`,
      xai: `xai-${"a".repeat(80)}`,
      zhipu: `${"0a".repeat(16)}.${"A".repeat(16)}`,
      huggingface: `hf_${"a".repeat(34)}`,
      perplexity: `pplx-${"a".repeat(48)}`
    }
    for (const [type, text] of Object.entries(examples)) expect(byType(type)?.tokenShape?.test(text), type).toBe(true)
  })
})
