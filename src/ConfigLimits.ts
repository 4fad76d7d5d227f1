/**
 * Limits in the config: `requestsPerMinute`, `usagePerMinute` and `concurrency`, of a token or of a group.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Limits from "./core/Limits.js"

const number = Schema.optional(Schema.NullOr(Schema.Number.annotations({ description: "a number" })))

/**
 * The fields, for whatever entry has limits.
 *
 * @since 0.1.0
 * @category schemas
 */
export const fields = { requestsPerMinute: number, usagePerMinute: number, concurrency: number }

/**
 * @since 0.1.0
 * @category schemas
 */
export const GroupEntry = Schema.Struct(fields).annotations({ description: 'an object like {"requestsPerMinute": 60}' })

/**
 * @since 0.1.0
 * @category models
 */
export type GroupEntry = typeof GroupEntry.Type

/**
 * What is wrong with limits: the field and the reason; `undefined` when nothing is.
 *
 * @since 0.1.0
 * @category validation
 */
export const fault = (entry: GroupEntry): { readonly field: string; readonly reason: string } | undefined => {
  for (const field of ["requestsPerMinute", "usagePerMinute", "concurrency"] as const) {
    const value = entry[field]
    // Below one, nothing would ever be let through.
    if (value != null && !(value >= 1 && Number.isFinite(value))) return { field, reason: "must be 1 or more" }
  }
  return undefined
}

/**
 * The limits of an entry; `undefined` when it states none.
 *
 * @since 0.1.0
 * @category conversions
 */
export const of = (entry: GroupEntry | undefined): Limits.Limits | undefined => {
  const limits = Limits.of(entry ?? {})
  return Limits.isNone(limits) ? undefined : limits
}
