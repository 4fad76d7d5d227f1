/**
 * What a request costs, in each of the units that limits are counted in.
 *
 * @since 0.1.0
 */
/**
 * What is counted: requests, or the units of text of their input, of their output, or of both.
 *
 * @since 0.1.0
 * @category models
 */
export type Unit = "requests" | "input" | "output" | "usage"

/**
 * What one request costs of each unit.
 *
 * @since 0.1.0
 * @category models
 */
export interface Cost {
  readonly input: number
  readonly output: number
}

/**
 * @since 0.1.0
 * @category getters
 */
export const costIn = (unit: Unit, { input, output }: Cost): number => {
  switch (unit) {
    case "requests":
      return 1
    case "input":
      return input
    case "output":
      return output
    case "usage":
      return input + output
  }
}

/**
 * What is usual, after one more.
 *
 * @since 0.1.0
 * @category combinators
 */
export const average = (usual: Cost, actual: Cost): Cost => ({
  input: moved(usual.input, actual.input),
  output: moved(usual.output, actual.output)
})

const moved = (usual: number, actual: number): number => (usual === 0 ? actual : usual + (actual - usual) / 8)
