/**
 * The circuit of a token: our guess about its health.
 *
 * - `Closed`: lent freely. `failures` counts consecutive failures charged to it.
 * - `Open`: not lent until `until`. From then on the next lease is a probe.
 * - `HalfOpen`: exactly one probe is out. Its verdict closes the circuit or opens it for longer.
 * - `Isolated`: held out by hand, or because the vendor revoked the token, until someone acts.
 *
 * Nothing here runs on a timer: `now` decides when somebody looks.
 *
 * `change` numbers the states a circuit has been in. Where two histories of one circuit meet, the later state replaces
 * the earlier, and of two states of one number the graver stands: so what one process learnt is never undone by what
 * another did not know yet.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * @since 0.1.0
 * @category schemas
 */
export const Circuit = Schema.Union(
  Schema.Struct({
    _tag: Schema.Literal("Closed"),
    change: Schema.Number,
    failures: Schema.Number,
    run: Schema.Number
  }),
  Schema.Struct({
    _tag: Schema.Literal("Open"),
    change: Schema.Number,
    until: Schema.Number,
    trips: Schema.Number,
    why: Schema.String
  }),
  Schema.Struct({
    _tag: Schema.Literal("HalfOpen"),
    change: Schema.Number,
    probeUntil: Schema.Number,
    trips: Schema.Number,
    why: Schema.String
  }),
  Schema.Struct({
    _tag: Schema.Literal("Isolated"),
    change: Schema.Number,
    since: Schema.Number,
    code: Schema.String,
    why: Schema.String,
    evidence: Schema.Array(Schema.String)
  })
)

/**
 * @since 0.1.0
 * @category models
 */
export type Circuit = Closed | Open | HalfOpen | Isolated

/**
 * `run` numbers the runs of failures: a success ends one, and a failure of an ended run does not count.
 *
 * @since 0.1.0
 * @category models
 */
export interface Closed {
  readonly _tag: "Closed"
  readonly change: number
  readonly failures: number
  readonly run: number
}

/**
 * `trips` counts the openings since it was last closed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Open {
  readonly _tag: "Open"
  readonly change: number
  readonly until: number
  readonly trips: number
  readonly why: string
}

/**
 * `probeUntil` frees the place of a probe whose process died: from then on another probe may go out.
 *
 * @since 0.1.0
 * @category models
 */
export interface HalfOpen {
  readonly _tag: "HalfOpen"
  readonly change: number
  readonly probeUntil: number
  readonly trips: number
  readonly why: string
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Isolated {
  readonly _tag: "Isolated"
  readonly change: number
  readonly since: number
  readonly code: string
  readonly why: string
  readonly evidence: ReadonlyArray<string>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const closed: Circuit = { _tag: "Closed", change: 0, failures: 0, run: 0 }

/**
 * Whether the next lease would be the one probe of a half-open circuit.
 *
 * @since 0.1.0
 * @category predicates
 */
export const awaitsProbe = (self: Circuit, now: number): boolean =>
  (self._tag === "Open" && self.until <= now) || (self._tag === "HalfOpen" && self.probeUntil <= now)

/**
 * Sends the probe out.
 *
 * @since 0.1.0
 * @category transitions
 */
export const probe = (self: Circuit, probeUntil: number): Circuit =>
  self._tag === "Open" || self._tag === "HalfOpen"
    ? { _tag: "HalfOpen", change: self.change, probeUntil, trips: self.trips, why: self.why }
    : self

/**
 * The probe came back without a verdict: the next lease is a probe again.
 *
 * @since 0.1.0
 * @category transitions
 */
export const returnProbe = (self: Circuit, now: number): Circuit =>
  self._tag === "HalfOpen"
    ? { _tag: "Open", change: self.change + 1, until: now, trips: self.trips, why: self.why }
    : self

/**
 * The number of the opening that a failure now would be, counted from 1: what the cooldown schedule is asked for.
 *
 * @since 0.1.0
 * @category getters
 */
export const nextTrip = (self: Circuit): number =>
  self._tag === "Open" || self._tag === "HalfOpen" ? self.trips + 1 : 1

/**
 * Charges one failure. A closed circuit opens at `threshold` in a row; a failed probe opens it again, for `delay`.
 *
 * @since 0.1.0
 * @category transitions
 */
export const fail = (
  self: Circuit,
  options: { readonly now: number; readonly threshold: number; readonly delay: number; readonly why: string }
): Circuit => {
  const open = (change: number): Circuit => ({
    _tag: "Open",
    change,
    until: options.now + options.delay,
    trips: nextTrip(self),
    why: options.why
  })
  switch (self._tag) {
    case "Closed":
      return self.failures + 1 >= options.threshold ? open(self.change + 1) : { ...self, failures: self.failures + 1 }
    case "HalfOpen":
      return open(self.change)
    // An open circuit was opened by somebody else's evidence since; one more failure is no news.
    case "Open":
    case "Isolated":
      return self
  }
}

/**
 * A success: the failures counted so far were not consecutive.
 *
 * @since 0.1.0
 * @category transitions
 */
export const forgive = (self: Circuit): Circuit =>
  self._tag === "Closed" && self.failures > 0 ? { ...self, failures: 0, run: self.run + 1 } : self

/**
 * The probe succeeded.
 *
 * @since 0.1.0
 * @category transitions
 */
export const close = (self: Circuit): Circuit =>
  self._tag === "Closed" ? self : { _tag: "Closed", change: self.change + 1, failures: 0, run: 0 }

/**
 * Holds out until someone acts.
 *
 * @since 0.1.0
 * @category transitions
 */
export const isolate = (self: Circuit, reason: Omit<Isolated, "_tag" | "change">): Circuit => ({
  _tag: "Isolated",
  change: self.change + 1,
  since: reason.since,
  code: reason.code,
  why: reason.why,
  evidence: reason.evidence
})

/**
 * Takes a state back: `earlier` stands again, as the latest state. A probe that was out then is not any more.
 *
 * @since 0.1.0
 * @category transitions
 */
export const restore = (self: Circuit, earlier: Circuit, now: number): Circuit => ({
  ...returnProbe(earlier, now),
  change: self.change + 1
})

/**
 * The state that stands where two histories meet: the later, of equals the graver. A total order, so merging in any
 * order and any number of times gives one answer.
 *
 * @since 0.1.0
 * @category combinators
 */
export const latest = (a: Circuit, b: Circuit): Circuit => (compare(a, b) >= 0 ? a : b)

/**
 * @since 0.1.0
 * @category predicates
 */
export const same = (a: Circuit, b: Circuit): boolean => a === b || compare(a, b) === 0

const rank: Record<Circuit["_tag"], number> = { Closed: 0, Open: 1, HalfOpen: 1, Isolated: 2 }

const compare = (a: Circuit, b: Circuit): number => {
  if (a.change !== b.change) return a.change - b.change
  if (rank[a._tag] !== rank[b._tag]) return rank[a._tag] - rank[b._tag]
  const x = weight(a)
  const y = weight(b)
  return x[0] - y[0] || x[1] - y[1] || x[2] - y[2] || (x[3] < y[3] ? -1 : x[3] > y[3] ? 1 : 0)
}

/** Of two openings the one that holds longer is graver, whether it waits for its end or for its probe. */
const weight = (self: Circuit): readonly [number, number, number, string] => {
  switch (self._tag) {
    case "Closed":
      return [self.run, self.failures, 0, ""]
    case "Open":
      return [self.trips, self.until, 0, self.why]
    case "HalfOpen":
      return [self.trips, self.probeUntil, 1, self.why]
    case "Isolated":
      return [-self.since, 0, 0, JSON.stringify([self.code, self.why, self.evidence])]
  }
}
