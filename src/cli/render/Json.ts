/**
 * Views as the documented JSON: field by field, so that what `--json` prints changes only on purpose.
 *
 * @since 0.1.0
 */
import type { Counts } from "../../core/Counts.js"
import type { Hold } from "../../core/PoolView.js"
import type { ProviderStatistics } from "../../Statistics.js"
import type { ProviderView, TokenView } from "../../View.js"
import type * as Shapes from "../JsonShapes.js"
import type { Problem } from "../Session.js"
import { change } from "./Why.js"

/**
 * @since 0.1.0
 * @category rendering
 */
export const print = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/**
 * @since 0.1.0
 * @category rendering
 */
export const tokens = (
  views: ReadonlyArray<ProviderView>,
  problems: ReadonlyArray<Problem>,
  now: number
): typeof Shapes.Tokens.Type => ({
  version: 1,
  now,
  providers: views.map((view) => ({
    ...provider(view),
    holds: view.holds.map(hold),
    tokens: view.tokens.map(token),
    problems: problems
      .filter(({ providerId }) => providerId === view.id)
      .map(({ alias, reason }) => ({ alias, reason }))
  }))
})

/**
 * @since 0.1.0
 * @category rendering
 */
export const stats = (all: ReadonlyArray<ProviderStatistics>, now: number): typeof Shapes.Stats.Type => ({
  version: 1,
  now,
  providers: all.map(({ id, name, successRate, tokens, totals }) => ({
    id,
    name,
    totals: counts(totals),
    usage: usage(totals),
    successRate,
    tokens: tokens.map((one) => ({
      id: one.id,
      alias: one.alias,
      counts: counts(one.counts),
      usage: usage(one.counts),
      share: one.share,
      successRate: one.successRate
    }))
  }))
})

/**
 * @since 0.1.0
 * @category rendering
 */
export const why = (view: ProviderView, one: TokenView, now: number): typeof Shapes.Why.Type => ({
  version: 1,
  now,
  provider: view.id,
  token: token(one),
  holds: [...one.holds, ...view.holds].map((held) => ({ ...hold(held), change: change(held, one.alias) })),
  usable: usable(view, one)
})

/**
 * @since 0.1.0
 * @category rendering
 */
export const providers = (views: ReadonlyArray<ProviderView>, now: number): typeof Shapes.Providers.Type => ({
  version: 1,
  now,
  providers: views.map((view) => ({
    ...provider(view),
    tokens: view.tokens.length,
    usable: view.tokens.filter((one) => usable(view, one)).length
  }))
})

/**
 * Whether the token could be lent now, for a model nothing is held against.
 *
 * @since 0.1.0
 * @category predicates
 */
export const usable = (view: ProviderView, one: TokenView): boolean =>
  (one.state === "ready" || one.state === "half-open") &&
  view.holds.every(({ model, state }) => model !== null || state === "half-open")

const provider = ({ active, baseUrl, id, name, strategy, type }: ProviderView) => ({
  id,
  name,
  type,
  baseUrl,
  active,
  strategy
})

const token = (one: TokenView): typeof Shapes.Token.Type => ({
  id: one.id,
  alias: one.alias,
  masked: one.masked,
  state: one.state,
  until: one.until,
  holds: one.holds.map(hold),
  weight: one.weight,
  enabled: one.enabled,
  group: one.group,
  inFlight: one.inFlight,
  failures: one.failures,
  lastUsedAt: one.lastUsedAt,
  lastError: one.lastError && {
    at: one.lastError.at,
    blame: one.lastError.blame,
    code: one.lastError.code,
    why: one.lastError.why
  },
  counts: counts(one.counts)
})

const hold = (one: Hold): typeof Shapes.Hold.Type => ({
  state: one.state,
  scope: one.scope,
  model: one.model,
  group: one.group,
  until: one.until,
  since: one.since,
  blame: one.blame,
  provenance: one.provenance,
  code: one.code,
  why: one.why,
  evidence: [...one.evidence],
  auditAt: one.auditAt ?? null
})

const usage = (all: Counts): ReadonlyArray<typeof Shapes.Usage.Type> =>
  Object.entries(all.usage)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([model, { cacheRead, cacheWrite, input, output }]) => ({ model, input, output, cacheRead, cacheWrite }))

const counts = (all: typeof Shapes.Counts.Type): typeof Shapes.Counts.Type => ({
  uses: all.uses,
  successes: all.successes,
  errors: all.errors,
  excused: all.excused,
  abandoned: all.abandoned,
  rests: all.rests
})
