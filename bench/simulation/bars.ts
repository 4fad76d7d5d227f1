/** What llmctl promises of these figures, checked row by row. */
import type { Figures } from "./metrics.js"
import type { Dialect, Scenario } from "./scenarios.js"

interface Bar {
  readonly goodput: number
  readonly wasted: number
}

export const bars: Readonly<Record<Dialect, Bar>> = {
  headers: { goodput: 0.98, wasted: 0.02 },
  "retry-after": { goodput: 0.97, wasted: 0.1 },
  silent: { goodput: 0.93, wasted: 0.3 }
}

/** What was missed, each with its figure; nothing when all bars hold. */
export const missed = (scenario: Scenario, figures: Figures): ReadonlyArray<string> => {
  const { goodput, wasted } = bars[scenario.dialect]
  const { bound, callers, p50, recovery, served } = figures
  const misses: Array<string> = []
  const miss = (holds: boolean, what: string) => {
    if (!holds) misses.push(what)
  }
  const reached = goodputOf(figures)
  miss(reached >= goodput, `goodput ${reached.toFixed(3)} < ${goodput}`)
  miss(wastedOf(figures) <= wasted, `wasted ${wastedOf(figures).toFixed(3)} > ${wasted}`)
  if (scenario.load === 50 && scenario.faults) {
    const points = (100 * (bound - served)) / callers
    miss(points <= 0.5, `${points.toFixed(1)} points fewer served`)
  }
  if (scenario.load === 150) miss(p50 <= 10_000, `p50 ${(p50 / 1000).toFixed(1)} s > 10 s`)
  if (recovery !== null) {
    miss(recovery.millis <= 3000, `back after ${(recovery.millis / 1000).toFixed(1)} s > 3 s`)
    miss(recovery.peak <= 1.3, `peak ${recovery.peak.toFixed(2)} > 1.3`)
  }
  return misses
}

export const goodputOf = ({ bound, served }: Figures): number => (bound === 0 ? 1 : served / bound)

/** For each success. */
export const wastedOf = ({ served, wasted }: Figures): number => wasted / Math.max(1, served)
