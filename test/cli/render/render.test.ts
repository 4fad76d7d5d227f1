import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { clean, cut, pad, width } from "../../../src/cli/render/DisplayText.js"
import { colour, plain } from "../../../src/cli/render/Style.js"
import { table } from "../../../src/cli/render/Table.js"
import * as Times from "../../../src/cli/render/Times.js"
import { looksSecret } from "../../../src/cli/SecretShape.js"
import { nearest } from "../../../src/cli/Suggestion.js"

describe("Text on a terminal", () => {
  it("is measured in the columns it takes", () => {
    const widths: ReadonlyArray<readonly [string, number]> = [
      ["", 0],
      ["work", 4],
      ["日本", 4],
      ["e\u0301", 1],
      ["🔑", 2],
      [colour("bad", "red"), 3]
    ]
    for (const [text, columns] of widths) assert.strictEqual(width(text), columns, text)
  })

  it("cannot rewrite the screen or turn a line around", () => {
    assert.strictEqual(clean("a\u001b[2Jb\r\u202ec"), "a�[2Jb��c")
  })

  it.prop(
    "is cut and padded to the columns asked for",
    [FastCheck.string({ unit: "grapheme" }), FastCheck.integer({ min: 1, max: 30 })],
    ([text, columns]) =>
      width(cut(text, columns)) <= columns && width(pad(cut(text, columns), columns, "left")) === columns
  )
})

describe("A table", () => {
  it("is aligned whatever the cells hold", () => {
    const rows = [
      { name: "日本", uses: 5 },
      { name: colour("good", "ok"), uses: 1200 }
    ]
    const text = table(
      [
        { title: "NAME", cell: (row: (typeof rows)[number]) => row.name },
        { title: "USES", align: "right", cell: (row) => String(row.uses) }
      ],
      rows,
      plain
    )
    assert.strictEqual(text, `NAME  USES\n日本     5\n${colour("good", "ok")}    1200\n`)
  })
})

describe("Times", () => {
  const now = Date.UTC(2026, 10, 24, 23, 59, 0)
  const clock = { now, utcOffset: () => 0 }

  it("give lengths in their two largest units", () => {
    const lengths: ReadonlyArray<readonly [number, string]> = [
      [0, "0 s"],
      [400, "under 1 s"],
      [42_000, "42 s"],
      [200_000, "3 min 20 s"],
      [7_500_000, "2 h 5 min"],
      [86_400_000 * 3 + 3_600_000 * 4, "3 d 4 h"]
    ]
    for (const [millis, text] of lengths) assert.strictEqual(Times.length(millis), text)
  })

  it("name the day only when it is another one, in local time", () => {
    assert.strictEqual(Times.ahead(now + 42_000, clock), "23:59:42 (in 42 s)")
    assert.strictEqual(Times.ahead(now + 120_000, clock), "2026-11-25 00:01:00 (in 2 min)")
    assert.strictEqual(Times.ahead(now + 120_000, { now, utcOffset: () => 60 }), "01:01:00 (in 2 min)")
    assert.strictEqual(Times.ago(now - 65_000, clock), "1 min ago")
    assert.strictEqual(Times.ago(now + 5, clock), "just now")
    assert.match(Times.moment(Number.MAX_SAFE_INTEGER, clock), /^9999-12-31/)
  })
})

describe("What was meant", () => {
  it("is guessed from a typing error, not from another word", () => {
    const known = ["list", "stats", "why", "reset", "add", "remove", "enable", "disable"]
    const guesses: ReadonlyArray<readonly [string, string | undefined]> = [
      ["lst", "list"],
      ["ad", "add"],
      ["rest", "reset"],
      ["rmove", "remove"],
      ["stat", "stats"],
      ["hwy", "why"],
      ["dance", undefined],
      ["x", undefined]
    ]
    for (const [word, guess] of guesses) assert.strictEqual(nearest(word, known), guess, word)
  })
})

describe("A word on the command line", () => {
  it("is taken for a secret by its form, not by its length alone", () => {
    const secret = [
      "sk-ant-api03-abcdefghijklmnopqrstuvwxyz",
      "gsk_abcdefghijklmnopqrstuvwx",
      "f3QaZ81mmXk2PpL0cD9s",
      "0123456789abcdef0123456789abcdef"
    ]
    const fine = [
      "work",
      "anthropic-api-key-12",
      "0123456789abcdef",
      "env:SOME_LONG_VARIABLE_NAME_2",
      "file:/a/B/c1/D2",
      "https://Relay1.example.com/v1/x",
      "a-rather-long-alias-of-somebody"
    ]
    for (const word of secret) assert.isTrue(looksSecret(word), word)
    for (const word of fine) assert.isFalse(looksSecret(word), word)
  })
})
