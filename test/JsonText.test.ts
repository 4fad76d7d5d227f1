import { describe, expect, it } from "@effect/vitest"
import { Either, FastCheck } from "effect"
import * as JsonText from "../src/JsonText.js"

const parse = (text: string) => Either.getOrThrow(JsonText.parse(text))
const reason = (text: string) => {
  const parsed = JsonText.parse(text)
  return Either.isLeft(parsed) ? `${JsonText.lineAt(text, parsed.left.at)}: ${parsed.left.reason}` : "fine"
}

describe("JSON as it was written", () => {
  it.prop(
    "means what JSON.parse says, however it is laid out",
    [FastCheck.jsonValue(), FastCheck.nat(4)],
    ([value, indent]) => {
      const text = JSON.stringify(value, null, indent)
      expect(JsonText.toValue(parse(text))).toEqual(JSON.parse(text))
      expect(JSON.parse(JsonText.print(parse(text)))).toEqual(JSON.parse(text))
    }
  )

  it.prop(
    "is valid exactly when JSON.parse says so",
    [FastCheck.string({ unit: FastCheck.constantFrom(...'{}[]",:1e-.0ntrue \\u\n') })],
    ([text]) => {
      const valid = (() => {
        try {
          JSON.parse(text)
          return true
        } catch {
          return false
        }
      })()
      expect(Either.isRight(JsonText.parse(text))).toBe(valid)
    }
  )

  it("prints what nobody touched as it was: order, digits, escapes, fields given twice", () => {
    const text =
      '{\n  "b": 1.50e400,\n  "2": 12345678901234567890,\n  "1": "\\u00e9",\n  "__proto__": {},\n  "b": []\n}\n'
    expect(JsonText.print(parse(text))).toBe(text)
    expect(JsonText.print(parse(`\uFEFF${text.replaceAll("\n", "\r\n")}`))).toBe(text)
  })

  it.each([
    ["", "1: the file is empty"],
    [" \n ", "1: the file is empty"],
    ['{\n  "a": 1\n', "2: the document ends too early"],
    ['{\n  "a": 1,\n}', '2: there is a "," after the last field'],
    ["[\n1,\n]", '2: there is a "," after the last item'],
    ['{\n"a": 1\n"b": 2 }', '3: a "," or "}" is missing before this'],
    ["[1\n2]", '2: a "," or "]" is missing before this'],
    ['{\n"a" 1}', '2: a ":" is missing after the field name'],
    ["{\na: 1}", "2: a field name in double quotes is missing"],
    ["{\n'a': 1}", "2: a field name in double quotes is missing"],
    ["{\"a\":\n'x'}", '2: texts stand in double quotes (")'],
    ['{"a":\n"x\n"}', "2: a text that begins here is not closed on its line or has a bad escape"],
    ['{"a": 1 // no\n}', "1: JSON has no comments"],
    ['{"a": sk-secret}', "1: a value is missing or is not JSON (texts stand in double quotes)"],
    ["{}\n{}", "2: there is something after the end of the document"],
    ["[".repeat(1_000_000), "1: the document is nested too deeply"]
  ])("says what is wrong with %j, and on which line", (text, expected) => {
    expect(reason(text)).toBe(expected)
  })
})
