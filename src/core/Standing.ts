/**
 * The standing of a token, of a token for one model, of a group, a model or the provider: what is held against it.
 *
 * Cooldowns that the server stated or the vendor documents are facts: `cooldown` keeps the longest. Cooldowns that we
 * guess are kept apart, one per reason, because a guess can be withdrawn and what else was known must then still hold.
 *
 * Three counters keep evidence in its place. `generation` moves with every change, and a lease remembers the one it was
 * given in: a failure of an older generation is not counted again, so a burst counts once. `term` moves only when a
 * person acts: an answer of an older term changes nothing, and where two processes meet, the later term wins whole.
 * `withdrawals` moves when guesses are taken back, so that they stay back. Within a term cooldowns merge by maximum and
 * circuits by `Circuit.latest`, so neither process loses what only the other has seen. `lifts` counts the facts that an
 * audit ended before their time; the later count wins, so that they stay ended.
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
  withdrawals: Schema.Number,
  circuit: Circuit.Circuit,
  cooldown: Schema.NullOr(Cooldown.Cooldown),
  guesses: Schema.Array(Cooldown.Cooldown),
  lifts: Schema.optionalWith(Schema.Number, { default: () => 0 })
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Remembered {
  readonly term: number
  readonly withdrawals: number
  readonly circuit: Circuit.Circuit
  readonly cooldown: Cooldown.Cooldown | null
  /** At most one per code, the longest first; the four longest are kept. */
  readonly guesses: ReadonlyArray<Cooldown.Cooldown>
  readonly lifts: number
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
export const initial: Standing = {
  term: 0,
  withdrawals: 0,
  generation: 0,
  circuit: Circuit.closed,
  cooldown: null,
  guesses: [],
  lifts: 0
}

/**
 * Whether there is nothing to remember: never charged, never reset.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isInitial = (self: Remembered): boolean =>
  self.term === 0 &&
  self.withdrawals === 0 &&
  self.lifts === 0 &&
  self.cooldown === null &&
  self.guesses.length === 0 &&
  Circuit.same(self.circuit, Circuit.closed)

/**
 * @since 0.1.0
 * @category predicates
 */
export const same = (a: Remembered, b: Remembered): boolean =>
  a === b ||
  (a.term === b.term &&
    a.withdrawals === b.withdrawals &&
    a.lifts === b.lifts &&
    Circuit.same(a.circuit, b.circuit) &&
    Cooldown.same(a.cooldown, b.cooldown) &&
    a.guesses.length === b.guesses.length &&
    a.guesses.every((guess, i) => Cooldown.same(guess, b.guesses[i] ?? null)))

/**
 * When the standing stops holding the token back: `now` or earlier when it does not, `null` when only a person can
 * change it.
 *
 * @since 0.1.0
 * @category getters
 */
export const heldUntil = (self: Remembered, now: number): number | null => {
  const { circuit, cooldown, guesses } = self
  if (circuit._tag === "Isolated") return null
  let until = circuit._tag === "Open" ? circuit.until : circuit._tag === "HalfOpen" ? circuit.probeUntil : now
  if (cooldown !== null) {
    if (cooldown.until === null) return null
    if (cooldown.until > until) until = cooldown.until
  }
  for (const guess of guesses) {
    if (guess.until === null) return null
    if (guess.until > until) until = guess.until
  }
  return until
}

/**
 * @since 0.1.0
 * @category predicates
 */
export const isReady = (self: Remembered, now: number): boolean => {
  if (self === initial) return true
  const until = heldUntil(self, now)
  return until !== null && until <= now
}

/**
 * Everything that rests it, facts and guesses.
 *
 * @since 0.1.0
 * @category getters
 */
export const rests = (self: Remembered): ReadonlyArray<Cooldown.Cooldown> =>
  self.cooldown === null ? self.guesses : [self.cooldown, ...self.guesses]

/**
 * Forgets cooldowns that are over.
 *
 * @since 0.1.0
 * @category transitions
 */
export const prune = <S extends Remembered>(self: S, now: number): S => {
  const over = (cooldown: Cooldown.Cooldown) => Cooldown.isOver(cooldown, now)
  return rests(self).some(over)
    ? {
        ...self,
        cooldown: self.cooldown !== null && over(self.cooldown) ? null : self.cooldown,
        guesses: self.guesses.filter((guess) => !over(guess))
      }
    : self
}

/**
 * Adds a cooldown; never shortens one.
 *
 * @since 0.1.0
 * @category transitions
 */
export const rest = (self: Standing, cooldown: Cooldown.Cooldown): Standing => {
  if (cooldown.provenance === "guess") {
    const guesses = joinGuesses(self.guesses, [cooldown])
    return guesses.includes(cooldown) ? { ...self, guesses, generation: self.generation + 1 } : self
  }
  const next = Cooldown.longer(self.cooldown, cooldown)
  return next === self.cooldown ? self : { ...self, cooldown: next, generation: self.generation + 1 }
}

/**
 * The next time after `now` at which what may be done with it changes by itself; `Infinity` when there is none.
 *
 * @since 0.1.0
 * @category getters
 */
export const changesAt = (self: Standing, now: number): number => {
  const ends = [heldUntil(self, now)]
  if (self.cooldown?.auditAt !== undefined) ends.push(self.cooldown.until, ...self.guesses.map(({ until }) => until))
  return ends.reduce<number>((first, at) => (at !== null && at > now ? Math.min(first, at) : first), Infinity)
}

/**
 * An audit found that this cooldown holds no longer. One that was imposed since stays.
 *
 * @since 0.1.0
 * @category transitions
 */
export const lift = (self: Standing, cooldown: Cooldown.Cooldown): Standing =>
  self.cooldown !== null && Cooldown.isSameRest(self.cooldown, cooldown)
    ? { ...self, cooldown: null, lifts: self.lifts + 1, generation: self.generation + 1 }
    : self

/**
 * Moves the circuit.
 *
 * @since 0.1.0
 * @category transitions
 */
export const move = (self: Standing, circuit: Circuit.Circuit): Standing =>
  circuit === self.circuit ? self : { ...self, circuit, generation: self.generation + 1 }

/**
 * A person holds it out: a new term, whatever other processes were about to say.
 *
 * @since 0.1.0
 * @category transitions
 */
export const hold = (self: Standing, reason: Omit<Circuit.Isolated, "_tag" | "change">): Standing => ({
  ...self,
  term: self.term + 1,
  generation: self.generation + 1,
  circuit: Circuit.isolate(self.circuit, reason)
})

/**
 * A person takes everything back, cooldowns included: a new term.
 *
 * @since 0.1.0
 * @category transitions
 */
export const clear = (self: Standing): Standing => ({
  ...initial,
  term: self.term + 1,
  generation: self.generation + 1
})

/**
 * Takes back the guessed cooldown of that code.
 *
 * @since 0.1.0
 * @category transitions
 */
export const withdraw = (self: Standing, code: string): Standing =>
  self.guesses.some((guess) => guess.code === code)
    ? {
        ...self,
        withdrawals: self.withdrawals + 1,
        generation: self.generation + 1,
        guesses: self.guesses.filter((guess) => guess.code !== code)
      }
    : self

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
    withdrawals: Math.max(a.withdrawals, b.withdrawals),
    circuit: Circuit.latest(a.circuit, b.circuit),
    cooldown:
      a.lifts === b.lifts ? Cooldown.longer(a.cooldown, b.cooldown) : a.lifts > b.lifts ? a.cooldown : b.cooldown,
    lifts: Math.max(a.lifts, b.lifts),
    guesses:
      a.withdrawals === b.withdrawals
        ? joinGuesses(a.guesses, b.guesses)
        : a.withdrawals > b.withdrawals
          ? a.guesses
          : b.guesses
  }
}

const joinGuesses = (
  a: ReadonlyArray<Cooldown.Cooldown>,
  b: ReadonlyArray<Cooldown.Cooldown>
): ReadonlyArray<Cooldown.Cooldown> => {
  if (b.length === 0) return a
  const longest = new Map<string, Cooldown.Cooldown>()
  for (const guess of [...a, ...b]) {
    const known = longest.get(guess.code)
    if (known === undefined || Cooldown.compare(guess, known) > 0) longest.set(guess.code, guess)
  }
  return [...longest.values()].sort((x, y) => Cooldown.compare(y, x)).slice(0, 4)
}
