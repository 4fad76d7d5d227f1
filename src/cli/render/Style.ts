/**
 * Emphasis: ANSI sequences for a terminal, nothing elsewhere.
 *
 * @since 0.1.0
 */

/**
 * @since 0.1.0
 * @category models
 */
export type Emphasis = "strong" | "weak" | "good" | "warning" | "bad"

/**
 * @since 0.1.0
 * @category models
 */
export type Style = (emphasis: Emphasis, text: string) => string

const codes: Record<Emphasis, readonly [number, number]> = {
  strong: [1, 22],
  weak: [2, 22],
  good: [32, 39],
  warning: [33, 39],
  bad: [31, 39]
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const plain: Style = (_, text) => text

/**
 * @since 0.1.0
 * @category constructors
 */
export const colour: Style = (emphasis, text) => {
  const [on, off] = codes[emphasis]
  return text === "" ? "" : `\u001b[${on}m${text}\u001b[${off}m`
}
