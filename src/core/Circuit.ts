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
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * @since 0.1.0
 * @category schemas
 */
export const Circuit = Schema.Union(
  Schema.Struct({ _tag: Schema.Literal("Closed"), failures: Schema.Number }),
  Schema.Struct({ _tag: Schema.Literal("Open"), until: Schema.Number, trips: Schema.Number, why: Schema.String }),
  Schema.Struct({
    _tag: Schema.Literal("HalfOpen"),
    probeUntil: Schema.Number,
    trips: Schema.Number,
    why: Schema.String
  }),
  Schema.Struct({
    _tag: Schema.Literal("Isolated"),
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
export type Circuit =
  | { readonly _tag: "Closed"; readonly failures: number }
  | { readonly _tag: "Open"; readonly until: number; readonly trips: number; readonly why: string }
  /** `probeUntil` frees the place of a probe whose process died: from then on another probe may go out. */
  | { readonly _tag: "HalfOpen"; readonly probeUntil: number; readonly trips: number; readonly why: string }
  | {
      readonly _tag: "Isolated"
      readonly since: number
      readonly code: string
      readonly why: string
      readonly evidence: ReadonlyArray<string>
    }

/**
 * @since 0.1.0
 * @category constructors
 */
export const closed: Circuit = { _tag: "Closed", failures: 0 }

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
    ? { _tag: "HalfOpen", probeUntil, trips: self.trips, why: self.why }
    : self

/**
 * The probe came back without a verdict: the next lease is a probe again.
 *
 * @since 0.1.0
 * @category transitions
 */
export const returnProbe = (self: Circuit, now: number): Circuit =>
  self._tag === "HalfOpen" ? { _tag: "Open", until: now, trips: self.trips, why: self.why } : self

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
  const open: Circuit = {
    _tag: "Open",
    until: options.now + options.delay,
    trips: nextTrip(self),
    why: options.why
  }
  switch (self._tag) {
    case "Closed":
      return self.failures + 1 >= options.threshold ? open : { _tag: "Closed", failures: self.failures + 1 }
    case "HalfOpen":
      return open
    // An open circuit was opened by somebody else's evidence since; one more failure is no news.
    case "Open":
    case "Isolated":
      return self
  }
}

/**
 * The graver of two. A total order, so merging in any order and any number of times gives one answer.
 *
 * @since 0.1.0
 * @category combinators
 */
export const graver = (a: Circuit, b: Circuit): Circuit => (compare(a, b) >= 0 ? a : b)

const rank: Record<Circuit["_tag"], number> = { Closed: 0, Open: 1, HalfOpen: 1, Isolated: 2 }

/** Among openings the later one is graver; of one opening the probe comes after the wait. */
const weight = (self: Circuit): readonly [number, number, number] => {
  switch (self._tag) {
    case "Closed":
      return [self.failures, 0, 0]
    case "Open":
      return [self.trips, 0, self.until]
    case "HalfOpen":
      return [self.trips, 1, self.probeUntil]
    case "Isolated":
      return [-self.since, 0, 0]
  }
}

const compare = (a: Circuit, b: Circuit): number => {
  if (rank[a._tag] !== rank[b._tag]) return rank[a._tag] - rank[b._tag]
  const x = weight(a)
  const y = weight(b)
  const text = () => {
    const left = JSON.stringify(a)
    const right = JSON.stringify(b)
    return left < right ? -1 : left > right ? 1 : 0
  }
  return x[0] - y[0] || x[1] - y[1] || x[2] - y[2] || text()
}
