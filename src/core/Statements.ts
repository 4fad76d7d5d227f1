/**
 * All that a vendor states at one gate, by kind.
 *
 * @since 0.1.0
 */
import type { Stated } from "./Statement.js"

/**
 * All statements of a gate, changed or (`undefined`) dropped; the same record when nothing changes.
 *
 * @since 0.1.0
 * @category combinators
 */
export const mapAll = (
  all: Readonly<Record<string, Stated>>,
  step: (each: Stated) => Stated | undefined
): Readonly<Record<string, Stated>> => {
  let next: Record<string, Stated> | null = null
  for (const kind in all) {
    const before = all[kind]
    const after = before === undefined ? undefined : step(before)
    if (after === before) continue
    next ??= { ...all }
    if (after === undefined) delete next[kind]
    else next[kind] = after
  }
  return next ?? all
}
