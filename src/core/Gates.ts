/**
 * The gates of one limit owner: one for each model that was used, by name, and `""` for requests without a model.
 *
 * @since 0.1.0
 */
import * as Gate from "./Gate.js"

/**
 * @since 0.1.0
 * @category models
 */
export type Gates = Readonly<Record<string, Gate.Gate>>

/**
 * @since 0.1.0
 * @category constructors
 */
export const none: Gates = Object.freeze({})

/**
 * The gate for `model`.
 *
 * @since 0.1.0
 * @category getters
 */
export const at = (self: Gates, model: string | null): Gate.Gate =>
  Object.hasOwn(self, model ?? "") ? (self[model ?? ""] ?? Gate.open) : Gate.open

/**
 * Changes the gate for `model`. The gates used last are kept, so that odd model names do not pile up.
 *
 * @since 0.1.0
 * @category transitions
 */
export const modify = (self: Gates, model: string | null, change: (gate: Gate.Gate) => Gate.Gate): Gates => {
  const key = model ?? ""
  const before = at(self, model)
  const after = change(before)
  if (after === before) return self
  if (Object.hasOwn(self, key)) return { ...self, [key]: after }
  const kept = Object.entries(self).slice(-(most - 1))
  return { ...Object.fromEntries(kept), [key]: after }
}

/**
 * The models whose gate is shut now.
 *
 * @since 0.1.0
 * @category getters
 */
export const shut = (self: Gates, now: number): ReadonlyArray<string> =>
  Object.keys(self).filter((model) => Gate.opensAt(at(self, model), now) > now)

/**
 * The first time at which a shut gate opens; `Infinity` when none is shut.
 *
 * @since 0.1.0
 * @category getters
 */
export const nextOpening = (self: Gates, now: number): number =>
  Object.keys(self).reduce((first, model) => {
    const opens = Gate.opensAt(at(self, model), now)
    return opens > now ? Math.min(first, opens) : first
  }, Infinity)

const most = 32
