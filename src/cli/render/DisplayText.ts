/**
 * Text as a terminal shows it: how many columns it takes, and what it may not contain.
 *
 * @since 0.1.0
 */

/**
 * The columns a text takes: wide characters (East Asian, emoji) count two, combining marks and colour none.
 *
 * @since 0.1.0
 * @category getters
 */
export const width = (text: string): number => {
  let columns = 0
  for (const character of text.replace(colourSequence, "")) columns += widthOf(character)
  return columns
}

/**
 * Pads to a number of columns; what is longer stays as it is.
 *
 * @since 0.1.0
 * @category combinators
 */
export const pad = (text: string, columns: number, align: "left" | "right"): string => {
  const space = " ".repeat(Math.max(0, columns - width(text)))
  return align === "left" ? text + space : space + text
}

/**
 * A text from outside (an alias, a vendor's code) made harmless: control characters, and with them escape sequences
 * that could rewrite the screen, become `�`.
 *
 * @since 0.1.0
 * @category combinators
 */
export const clean = (text: string): string => text.replace(control, "\uFFFD")

/**
 * Cut to a number of columns, with `…` where something is missing.
 *
 * @since 0.1.0
 * @category combinators
 */
export const cut = (text: string, columns: number): string => {
  if (width(text) <= columns) return text
  let kept = ""
  let used = 0
  for (const character of text) {
    used += widthOf(character)
    if (used > columns - 1) break
    kept += character
  }
  return `${kept.trimEnd()}…`
}

/** What `Style.colour` writes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters.
const colourSequence = /\u001b\[\d+m/g

/** C0, DEL, C1, and the marks that turn the direction of a line around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const control = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

const zeroWidth = /^(?:\p{Mn}|\p{Me}|[\u200b-\u200f])$/u

/** Unicode's East Asian wide and fullwidth blocks, and the emoji planes. */
const wide: ReadonlyArray<readonly [number, number]> = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd]
]

const widthOf = (character: string): number => {
  const point = character.codePointAt(0) ?? 0
  if (point < 0x300) return 1
  if (zeroWidth.test(character)) return 0
  return wide.some(([from, to]) => point >= from && point <= to) ? 2 : 1
}
