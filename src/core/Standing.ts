/**
 * The standing of a token, or of a token for one model: its circuit and its cooldown, with the epoch of the evidence.
 *
 * Two counters keep evidence in its place. `generation` moves with every change of the standing, and a lease remembers
 * the one it was given in: a failure of an older generation is not counted again, so a burst counts once. `term` moves
 * only when something is taken back (a probe succeeded, somebody reset it): an answer of an older term changes nothing,
 * and when two processes merge, the later term wins whole while equal terms merge to the graver.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Circuit from "./Circuit.js"
import * as Cooldown from "./Cooldown.js"

/**
 * What is remembered of a standing. The generation is not: leases do not outlive the process.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Remembered = Schema.Struct({
  term: Schema.Number,
  circuit: Circuit.Circuit,
  cooldown: Schema.NullOr(Cooldown.Cooldown)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Remembered {
  readonly term: number
  readonly circuit: Circuit.Circuit
  readonly cooldown: Cooldown.Cooldown | null
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Standing extends Remembered {
  readonly generation: number
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const initial: Standing = { term: 0, generation: 0, circuit: Circuit.closed, cooldown: null }

/**
 * Whether there is nothing to remember: never charged, never reset.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isInitial = (self: Remembered): boolean =>
  self.term === 0 && self.cooldown === null && self.circuit._tag === "Closed" && self.circuit.failures === 0

/**
 * When the standing stops holding the token back: `now` or earlier when it does not, `null` when only a person can
 * change it.
 *
 * @since 0.1.0
 * @category getters
 */
export const heldUntil = (self: Remembered, now: number): number | null => {
  const circuit = self.circuit
  if (circuit._tag === "Isolated") return null
  const open = circuit._tag === "Open" ? circuit.until : circuit._tag === "HalfOpen" ? circuit.probeUntil : now
  if (self.cooldown === null) return open
  return self.cooldown.until === null ? null : Math.max(open, self.cooldown.until)
}

/**
 * @since 0.1.0
 * @category predicates
 */
export const isReady = (self: Remembered, now: number): boolean => {
  const until = heldUntil(self, now)
  return until !== null && until <= now
}

/**
 * Forgets a cooldown that is over.
 *
 * @since 0.1.0
 * @category transitions
 */
export const prune = (self: Standing, now: number): Standing =>
  self.cooldown !== null && Cooldown.isOver(self.cooldown, now) ? { ...self, cooldown: null } : self

/**
 * Adds a cooldown; never shortens one.
 *
 * @since 0.1.0
 * @category transitions
 */
export const rest = (self: Standing, cooldown: Cooldown.Cooldown): Standing => {
  const next = Cooldown.longer(self.cooldown, cooldown)
  return next === self.cooldown ? self : { ...self, cooldown: next, generation: self.generation + 1 }
}

/**
 * Moves the circuit to a graver state within the term.
 *
 * @since 0.1.0
 * @category transitions
 */
export const worsen = (self: Standing, circuit: Circuit.Circuit): Standing =>
  circuit === self.circuit ? self : { ...self, circuit, generation: self.generation + 1 }

/**
 * Takes the circuit back to a milder state: a new term.
 *
 * @since 0.1.0
 * @category transitions
 */
export const relieve = (self: Standing, circuit: Circuit.Circuit): Standing => ({
  ...self,
  circuit,
  term: self.term + 1,
  generation: self.generation + 1
})

/**
 * Takes everything back, cooldown included: a new term.
 *
 * @since 0.1.0
 * @category transitions
 */
export const clear = (self: Standing): Standing => ({ ...relieve(self, Circuit.closed), cooldown: null })

/**
 * What two processes know together. Commutative, associative and idempotent.
 *
 * @since 0.1.0
 * @category combinators
 */
export const merge = (a: Remembered, b: Remembered): Remembered => {
  if (a.term !== b.term) return a.term > b.term ? a : b
  return {
    term: a.term,
    circuit: Circuit.graver(a.circuit, b.circuit),
    cooldown: Cooldown.longer(a.cooldown, b.cooldown)
  }
}
