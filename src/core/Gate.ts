/**
 * A gate: all that limits how many requests go to one owner of limits (a token, or the group that shares them), for all
 * models or for one, and when it lets the next one through.
 *
 * Four things can hold it: what the user states (`limits`), what the vendor's headers state (`stated`), what is learnt
 * from refusals (`pace` and `window`, see `GateLearning`), and what is in flight. Every request is reserved when it passes
 * and reconciled when its answer has ended. A gate of which nothing is known stands open.
 *
 * @since 0.1.0
 */
import * as Cost from "./Cost.js"
import * as Limits from "./Limits.js"
import * as Pace from "./Pace.js"
import * as Resets from "./Resets.js"
import * as Size from "./Size.js"
import * as Statement from "./Statement.js"
import * as Statements from "./Statements.js"
import * as Tally from "./Tally.js"
import * as Window from "./Window.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Gate {
  /** Requests let through so far. */
  readonly sent: number
  readonly inFlight: number
  readonly limits: Limits.Limits
  readonly requests: Tally.Tally
  readonly usage: Tally.Tally
  /** By kind. */
  readonly stated: Readonly<Record<string, Statement.Stated>>
  readonly pace: Pace.Pace | null
  readonly window: Window.Window | null
  /** How much faster than stated a bucket was found to fill up: vendors round. */
  readonly trust: number
  /** Refusals in a row of requests that went on what was supposed. */
  readonly mistakes: number
  /** The number of the latest request when there was one last; 0: never. From the first one on trust grows slowly. */
  readonly mistakenAt: number
  /** How many of those up to that number were refused since. */
  readonly missed: number
  /** Whether what the vendor states was found not to fill up before its reset. */
  readonly isWindowed: boolean
  /** What a request usually costs: what is reserved for the next one whose caller declares no size. */
  readonly typical: Cost.Cost
  /** What is reserved for those in flight whose callers did. */
  readonly declared: ReadonlyArray<{ readonly number: number; readonly cost: Cost.Cost }>
}

/**
 * What a request that passed a gate takes with it, to be told apart when it comes back.
 *
 * @since 0.1.0
 * @category models
 */
export interface Pass {
  /** The time under which its usage is counted; `null` where none is. */
  readonly countedAt: number | null
  /** Which number it was at the gate. */
  readonly number: number
  readonly counted: boolean
  readonly reserved: Cost.Cost
  /** Whether it went on what is supposed of the vendor's limits rather than on what was stated. */
  readonly isGuess: boolean
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const open: Gate = {
  sent: 0,
  inFlight: 0,
  limits: Limits.none,
  requests: Tally.empty,
  usage: Tally.empty,
  stated: Object.freeze({}),
  pace: null,
  window: null,
  trust: 1,
  mistakes: 0,
  mistakenAt: 0,
  missed: 0,
  isWindowed: false,
  typical: { input: 0, output: 0 },
  declared: []
}

/**
 * The gate with these things changed; field by field for the reason that `Pool.change` gives.
 *
 * @since 0.1.0
 * @category combinators
 */
export const change = (self: Gate, to: Partial<Gate>): Gate => ({
  sent: to.sent ?? self.sent,
  inFlight: to.inFlight ?? self.inFlight,
  limits: to.limits ?? self.limits,
  requests: to.requests ?? self.requests,
  usage: to.usage ?? self.usage,
  stated: to.stated ?? self.stated,
  pace: to.pace === undefined ? self.pace : to.pace,
  window: to.window === undefined ? self.window : to.window,
  trust: to.trust ?? self.trust,
  mistakes: to.mistakes ?? self.mistakes,
  mistakenAt: to.mistakenAt ?? self.mistakenAt,
  missed: to.missed ?? self.missed,
  isWindowed: to.isWindowed ?? self.isWindowed,
  typical: to.typical ?? self.typical,
  declared: to.declared ?? self.declared
})

/**
 * The gate under other limits of the user's.
 *
 * @since 0.1.0
 * @category combinators
 */
export const limited = (self: Gate, limits: Limits.Limits): Gate =>
  Limits.same(self.limits, limits) ? self : change(self, { limits })

/**
 * The gate without what the vendor stated to be used up for long.
 *
 * @since 0.1.0
 * @category transitions
 */
export const askAnew = (self: Gate, now: number): Gate => {
  const stated = Statements.mapAll(self.stated, (each) =>
    Statement.isUsedUpForLong(each, self.typical, now) ? undefined : each
  )
  return stated === self.stated ? self : change(self, { stated })
}

/**
 * When the next request, of this size or a usual one, may go: `now` or earlier when it may go now; `Infinity` when one in
 * flight must end first.
 *
 * @since 0.1.0
 * @category getters
 */
export const opensAt = (self: Gate, now: number, size: Size.Size | null = null): number => {
  const { inFlight, limits } = self
  return limits.concurrency !== null && inFlight >= limits.concurrency ? Infinity : roomAt(self, now, size)
}

/**
 * The same, whatever is in flight.
 *
 * @since 0.1.0
 * @category getters
 */
export const roomAt = (self: Gate, now: number, size: Size.Size | null = null): number => {
  const { limits, pace, requests, stated, usage, window } = self
  const cost = size === null ? self.typical : Size.cost(size, self.typical)
  let at = pace === null ? now : Math.max(now, Pace.opensAt(pace))
  if (window !== null) at = Math.max(at, Window.opensAt(window, now))
  if (limits.requestsPerMinute !== null) at = Math.max(at, Tally.roomAt(requests, limits.requestsPerMinute - 1, now))
  if (limits.usagePerMinute !== null) {
    const expected = Math.max(1, Cost.costIn("usage", cost))
    at = Math.max(at, Tally.roomAt(usage, limits.usagePerMinute - expected, now))
  }
  for (const kind in stated) {
    const statement = stated[kind]
    if (statement !== undefined) at = Math.max(at, Statement.opensAt(statement, cost, now, self.trust))
  }
  return at
}

/**
 * Lets one request through. `counted`: it will be given back, so it counts as in flight until then.
 *
 * @since 0.1.0
 * @category transitions
 */
export const pass = (
  self: Gate,
  counted: boolean,
  now: number,
  size: Size.Size | null = null
): readonly [Pass, Gate] => {
  const number = self.sent + 1
  const { declared, limits, pace, requests, window } = self
  const cost = size === null ? self.typical : Size.cost(size, self.typical)
  const isTallied = limits.usagePerMinute !== null
  const usage = isTallied ? Tally.add(self.usage, Cost.costIn("usage", cost), now) : self.usage
  return [
    {
      // Not `now`: a clock that was set back adds to what is there.
      countedAt: isTallied ? (usage.at(-1)?.last ?? now) : null,
      number,
      counted,
      reserved: cost,
      isGuess: Object.values(self.stated).some((each) => Statement.isGuess(each, cost, now))
    },
    change(self, {
      sent: number,
      inFlight: self.inFlight + (counted ? 1 : 0),
      requests: limits.requestsPerMinute === null ? requests : Tally.add(requests, 1, now),
      usage,
      stated: Statements.mapAll(self.stated, (each) => Statement.spend(each, number, cost, now)),
      pace: pace === null ? null : Pace.pass(pace, now),
      window: window === null ? null : Window.pass(window, number, now),
      declared: size === null || !counted ? declared : [...declared, { number, cost }]
    })
  ]
}

/**
 * Takes note of what an answer states. `number`: that of its request, 0 when it came from before the gate was there;
 * `sentAt`: when it was sent.
 *
 * @since 0.1.0
 * @category transitions
 */
export const hear = (
  self: Gate,
  statements: ReadonlyArray<Statement.Statement>,
  number: number,
  now: number,
  sentAt: number = now
): Gate => {
  let stated = self.stated
  for (const statement of statements) {
    const before = Object.hasOwn(stated, statement.kind) ? stated[statement.kind] : undefined
    const request = { number, sent: self.sent, sentAt, cost: self.typical, declared: self.declared }
    const refill = self.isWindowed ? "at-once" : refillOf(before, statement)
    const heard = Statement.hear(before, { ...statement, refill }, request, now)
    if (heard !== undefined && heard !== before) stated = { ...stated, [statement.kind]: heard }
  }
  return stated === self.stated ? self : change(self, { stated })
}

/** What its resets tell is believed rather than what its vendor is supposed to have. */
const refillOf = (
  before: Statement.Stated | undefined,
  { refill }: Statement.Statement
): Statement.Statement["refill"] => {
  if (before === undefined) return refill
  return Resets.areOfBucket(before.resets) ? "continuous" : Resets.areOfWindow(before.resets) ? "at-once" : refill
}

/**
 * Takes a request back. `actual`: what it cost, if the answer said so.
 *
 * @since 0.1.0
 * @category transitions
 */
export const giveBack = (self: Gate, pass: Pass, actual: Cost.Cost | null): Gate => {
  const inFlight = pass.counted ? Math.max(0, self.inFlight - 1) : self.inFlight
  const declared =
    self.declared.length === 0 ? self.declared : self.declared.filter(({ number }) => number !== pass.number)
  if (actual === null) return inFlight === self.inFlight ? self : change(self, { inFlight, declared })
  const { typical, usage } = self
  const more = Cost.costIn("usage", actual) - Cost.costIn("usage", pass.reserved)
  return change(self, {
    inFlight,
    declared,
    usage: pass.countedAt === null ? usage : Tally.correct(usage, more, pass.countedAt),
    stated: Statements.mapAll(self.stated, (each) => Statement.correct(each, pass.number, pass.reserved, actual)),
    typical: Cost.average(typical, actual)
  })
}

/**
 * Whether something that the vendor states fills up all the time.
 *
 * @since 0.1.0
 * @category predicates
 */
export const fillsUp = ({ stated }: Gate): boolean => Object.values(stated).some(({ perMilli }) => perMilli > 0)

/**
 * A request was served.
 *
 * @since 0.1.0
 * @category transitions
 */
export const serve = (self: Gate, pass: Pick<Pass, "number" | "isGuess">, now: number): Gate => {
  const guessed =
    pass.isGuess && !self.isWindowed
      ? change(self, {
          mistakes: fillsUp(self) ? self.mistakes : 0,
          trust: Math.min(most, self.trust + (self.mistakenAt > 0 ? slowly : quickly))
        })
      : self
  return guessed.pace === null ? guessed : change(guessed, { pace: Pace.serve(guessed.pace, pass.number, now) })
}

const most = 1.3
const quickly = 0.003
/** Against the step back of a refusal: one guess in 150 is wasted on finding out. */
const slowly = 0.0002
