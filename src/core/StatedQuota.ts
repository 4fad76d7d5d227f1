/**
 * Quotas: what the headers of an answer say of a limit, as a statement to go by.
 *
 * @since 0.1.0
 */
import type { Unit } from "./Cost.js"
import type { Period, Quota } from "./RateLimitHeaders.js"
import type { Statement } from "./Statement.js"

/**
 * What a vendor's headers say, as a statement; `null` when they say too little to go by.
 *
 * @since 0.1.0
 * @category conversions
 */
export const statementOf = (quota: Quota, now: number): Statement | null => {
  const { fullIn, kind, limit, period, refill, used } = quota
  const unit = unitOf(kind)
  // A share that is used up is all that such a vendor states.
  const remaining = quota.remaining ?? (used !== undefined && used >= 1 ? 0 : undefined)
  const periodMillis = period === undefined ? null : (periods[period] ?? null)
  const resetAt = quota.resetAt ?? (periodMillis === null ? undefined : now + periodMillis)
  // A limit of nothing under which requests are served is none.
  return unit === null || remaining === undefined || resetAt === undefined || limit === 0
    ? null
    : {
        kind: period === undefined ? kind : `${kind}/${period}`,
        unit,
        limit: limit ?? null,
        remaining,
        resetAt,
        periodMillis,
        refill,
        fullIn
      }
}

const unitOf = (kind: string): Unit | null => {
  if (/input/.test(kind)) return "input"
  if (/output/.test(kind)) return "output"
  return /token/.test(kind) ? "usage" : /request|^api$/.test(kind) ? "requests" : null
}

const periods: Readonly<Partial<Record<Period, number>>> = { second: 1_000, minute: 60_000, day: 86_400_000 }
