/**
 * Statistics: what the tokens of a provider have done, as totals, shares and rates.
 *
 * @since 0.1.0
 */
import * as Counts from "./core/Counts.js"
import type { ProviderView } from "./View.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface TokenStatistics {
  readonly id: string
  readonly alias: string
  readonly counts: Counts.Counts
  /** Part of the provider's uses that went to this token, 0 to 1; 0 when there were none. */
  readonly share: number
  /** Successes among the attempts with a verdict, 0 to 1; `null` when there was none. */
  readonly successRate: number | null
}

/**
 * @since 0.1.0
 * @category models
 */
export interface ProviderStatistics {
  readonly id: string
  readonly name: string
  readonly totals: Counts.Counts
  readonly successRate: number | null
  readonly tokens: ReadonlyArray<TokenStatistics>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (provider: ProviderView): ProviderStatistics => {
  const totals = provider.tokens.reduce((sum, { counts }) => Counts.add(sum, counts), Counts.zero)
  return {
    id: provider.id,
    name: provider.name,
    totals,
    successRate: successRate(totals),
    tokens: provider.tokens.map(({ alias, counts, id }) => ({
      id,
      alias,
      counts,
      share: totals.uses === 0 ? 0 : counts.uses / totals.uses,
      successRate: successRate(counts)
    }))
  }
}

const successRate = (counts: Counts.Counts): number | null => {
  const judged = counts.successes + counts.errors + counts.excused
  return judged === 0 ? null : counts.successes / judged
}
