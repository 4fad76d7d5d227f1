/** Chance, from a seed: what is drawn under one name is the same whatever else is drawn. */
import { Hash, Utils } from "effect"

export interface Chance {
  /** In [0, 1). */
  readonly next: () => number
  readonly between: (low: number, high: number) => number
  /** With that mean. */
  readonly exponential: (mean: number) => number
  readonly lognormal: (median: number, sigma: number) => number
}

export const chance = (seed: number, name: string): Chance => {
  const random = new Utils.PCGRandom(seed, Hash.string(name))
  const next = () => random.number()
  /** By Box and Muller. */
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    exponential: (mean) => -mean * Math.log(1 - next()),
    lognormal: (median, sigma) => median * Math.exp(sigma * normal())
  }
}
