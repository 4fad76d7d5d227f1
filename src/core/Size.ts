/**
 * A size: what the caller of a request expects it to use, in the vendor's units of text.
 *
 * It is what the request reserves at the gates instead of what requests usually cost there. Whoever knows only the whole
 * of it says that, and it is divided into input and output as usual; whoever knows only one of the two says that one, and
 * the other is what it usually is.
 *
 * @since 0.1.0
 */
import type { Cost, Unit } from "./Cost.js"

/**
 * As a caller says it: input and output together, or each for itself. What is read from a cache counts where the vendor
 * counts it.
 *
 * @since 0.1.0
 * @category models
 */
export type Declared = number | { readonly input?: number | undefined; readonly output?: number | undefined }

/**
 * `null`: not said. Either `usage` is said, or at least one of the others.
 *
 * @since 0.1.0
 * @category models
 */
export interface Size {
  readonly input: number | null
  readonly output: number | null
  readonly usage: number | null
}

/**
 * The size a caller declares; `null` when it declares none.
 *
 * @since 0.1.0
 * @category constructors
 */
export const of = (declared: Declared | undefined): Size | null => {
  if (declared === undefined) return null
  if (typeof declared === "number") return { input: null, output: null, usage: declared }
  const { input = null, output = null } = declared
  return input === null && output === null ? null : { input, output, usage: null }
}

/**
 * What cannot be a size, as it was said; `null` when all of it can.
 *
 * @since 0.1.0
 * @category predicates
 */
export const fault = (declared: Declared | undefined): string | null => {
  const size = of(declared)
  const said = size === null ? [] : [size.input, size.output, size.usage]
  const wrong = said.find((part) => part !== null && !(Number.isFinite(part) && part >= 0))
  return wrong === undefined ? null : String(wrong)
}

/**
 * What a request of this size is expected to cost where requests usually cost `typical`.
 *
 * @since 0.1.0
 * @category getters
 */
export const cost = ({ input, output, usage }: Size, typical: Cost): Cost => {
  if (usage === null) return { input: input ?? typical.input, output: output ?? typical.output }
  const whole = typical.input + typical.output
  const inputs = whole === 0 ? usage : usage * (typical.input / whole)
  return { input: inputs, output: usage - inputs }
}

/**
 * What a request of this size uses at least of a unit, by what its caller says alone.
 *
 * @since 0.1.0
 * @category getters
 */
export const least = ({ input, output, usage }: Size, unit: Unit): number =>
  unit === "requests"
    ? 1
    : unit === "usage"
      ? (usage ?? (input ?? 0) + (output ?? 0))
      : ((unit === "input" ? input : output) ?? 0)

/**
 * Whether whatever has no room for `other` has none for this size either.
 *
 * @since 0.1.0
 * @category predicates
 */
export const covers = (self: Size, other: Size): boolean =>
  isAtLeast(self.input, other.input) && isAtLeast(self.output, other.output) && isAtLeast(self.usage, other.usage)

/**
 * Sizes of one class differ by less than a fifth.
 *
 * @since 0.1.0
 * @category getters
 */
export const classOf = ({ input, output, usage }: Size): ReadonlyArray<number | null> =>
  [input, output, usage].map(step)

/**
 * A size that covers all of its class.
 *
 * @since 0.1.0
 * @category getters
 */
export const mostOf = ({ input, output, usage }: Size): Size => ({
  input: stepEnd(input),
  output: stepEnd(output),
  usage: stepEnd(usage)
})

const isAtLeast = (a: number | null, b: number | null): boolean => (a === null || b === null ? a === b : a >= b)

/** Four steps double. */
const step = (part: number | null): number | null => (part === null ? null : Math.floor(Math.log2(part + 1) * 4))

const stepEnd = (part: number | null): number | null => {
  const of = step(part)
  return of === null ? null : Math.ceil(2 ** ((of + 1) / 4))
}
