/**
 * The gates of one limit owner: `""` for all it is asked for, and one for each model of which something is known.
 *
 * @since 0.1.0
 */
import * as Gate from "./Gate.js"
import type { Size } from "./Size.js"

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
 * The gate for `model`, or for all of them.
 *
 * @since 0.1.0
 * @category getters
 */
export const at = (self: Gates, model: string | null): Gate.Gate | undefined =>
  Object.hasOwn(self, model ?? all) ? self[model ?? all] : undefined

/**
 * Puts the gate for `model` in its place. The gates of models used last are kept, so that odd model names do not pile
 * up; the one for all of them stays.
 *
 * @since 0.1.0
 * @category transitions
 */
export const set = (self: Gates, model: string | null, gate: Gate.Gate): Gates => {
  if (model === null || model === all) return { ...self, [all]: gate }
  // Taken out and put last: the keys are in the order of use.
  const { [model]: _, ...rest } = self
  const others: Record<string, Gate.Gate> = rest
  const models = Object.keys(others).filter((name) => name !== all)
  for (const name of models.slice(0, Math.max(0, models.length - most + 1))) delete others[name]
  return { ...others, [model]: gate }
}

/**
 * The models whose gate is shut now.
 *
 * @since 0.1.0
 * @category getters
 */
export const shut = (self: Gates, now: number): ReadonlyArray<string> =>
  Object.keys(self).filter((model) => model !== all && opensAt(self, model, now) > now)

/**
 * When the gate for `model` opens for a request of this size or a usual one; `now` where there is none.
 *
 * @since 0.1.0
 * @category getters
 */
export const opensAt = (self: Gates, model: string | null, now: number, size: Size | null = null): number => {
  const gate = at(self, model)
  return gate === undefined ? now : Gate.opensAt(gate, now, size)
}

/**
 * The first time at which a shut gate opens; `Infinity` when none is shut, or none for a known time.
 *
 * @since 0.1.0
 * @category getters
 */
export const nextOpening = (self: Gates, now: number): number => {
  let first = Infinity
  for (const model in self) {
    const opens = opensAt(self, model, now)
    if (opens > now && opens < first) first = opens
  }
  return first
}

const all = ""

const most = 32
