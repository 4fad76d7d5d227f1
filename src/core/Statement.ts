/**
 * What a vendor states of one of its limits, and what is left of it since.
 *
 * What the headers of an answer say is left is counted down by every request lent since, so a limit is obeyed before it
 * is hit. When its window is over and nothing newer is stated, a full window is supposed until an answer says better; a bucket
 * is full later than stated by what was taken out since.
 *
 * @since 0.1.0
 */
import { type Cost, costIn, type Unit } from "./Cost.js"
import * as Refill from "./Refill.js"
import * as Resets from "./Resets.js"

/**
 * What one answer says of one limit. `resetAt` is epoch milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Statement {
  /** Tells the limits of one token apart: `requests`, `tokens`, `requests of the day`. */
  readonly kind: string
  readonly unit: Unit
  readonly limit: number | null
  readonly remaining: number
  readonly resetAt: number
  /** The length of its window in milliseconds, where known. */
  readonly periodMillis: number | null
  /**
   * `at-once`: a window, full again at `resetAt` and not before. `continuous`: a bucket that is filled all the time and
   * would be full at `resetAt` (Anthropic and OpenAI say so of theirs).
   */
  readonly refill: "at-once" | "continuous"
  /** In how many milliseconds it is full, where that is stated as a length and not as a point in time. */
  readonly fullIn?: number | undefined
}

/**
 * What is left, as last stated.
 *
 * @since 0.1.0
 * @category models
 */
export interface Stated extends Statement {
  /** Since when it fills up from what was stated to be left. */
  readonly at: number
  /** The number of the request whose answer said so; later requests are not in `remaining`. */
  readonly number: number
  /** What requests since then have used, or are expected to. */
  readonly spent: number
  /**
   * When one request may try although nothing is left. A relay that copies headers wrongly must not shut a token for a
   * day; where it is right, the refusal says so and the token rests.
   */
  readonly recheckAt: number
  readonly resets: Resets.Resets
  /** The most that was stated to be left. */
  readonly most: number
  /** How much is filled up in a millisecond, as far as it can be told; 0 for a window. */
  readonly perMilli: number
  /** When an answer said so last. */
  readonly heardAt: number
  /** Whether this is a window after the stated one, of which nothing was heard yet. */
  readonly isSupposed: boolean
}

/**
 * Takes note of what an answer states. `number` is that of its request, `sent` that of the latest, `cost` what those in
 * between usually cost, and `declared` what some of them are expected to instead. An answer to an earlier request than the last
 * one heard of says nothing new; numbers that make no sense say nothing at all.
 *
 * Vendors state what was left when they let the request in, and an answer may take a minute from there. So a bucket has been
 * filling up since `sentAt`; whatever was sent meanwhile is in `sent`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const hear = (
  before: Stated | undefined,
  statement: Statement,
  request: {
    readonly number: number
    readonly sent: number
    /** When it was sent; absent: now. */
    readonly sentAt?: number | undefined
    readonly cost: Cost
    readonly declared?: ReadonlyArray<{ readonly number: number; readonly cost: Cost }>
  },
  now: number
): Stated | undefined => {
  const { fullIn, limit, refill, remaining, resetAt } = statement
  const at = Math.min(now, request.sentAt ?? now)
  if (![limit ?? 0, remaining, resetAt].every(Number.isFinite)) return before
  if (before !== undefined && fullAt(before) > now && request.number < before.number) return before
  const known = before?.refill === "continuous" && before.limit === limit ? before.perMilli : 0
  const next = {
    // Field by field for the reason that `Pool.change` gives.
    kind: statement.kind,
    unit: statement.unit,
    limit,
    remaining: Math.max(0, remaining),
    // A length runs from when it was stated, as what fills up does, and not from when the answer came.
    resetAt: Math.min(refill === "continuous" && fullIn !== undefined ? at + fullIn : resetAt, now + longestMillis),
    periodMillis: statement.periodMillis,
    refill,
    fullIn,
    at,
    number: request.number,
    spent: spentSince(statement.unit, request),
    recheckAt: now + recheckMillis,
    most: Math.max(remaining, before?.most ?? 0),
    resets: Resets.hear(before?.resets, statement, { at, now }),
    perMilli: Refill.perMilli(statement, at, known),
    heardAt: now,
    isSupposed: false
  }
  return before !== undefined && ranOver(before, next, now)
    ? change(next, { ...baseOf(before), isSupposed: true })
    : next
}

/**
 * Whether the bucket was full after what is stated of it: who went then took from a full one, and what would have filled
 * up beyond that was lost, so less is left than the statement makes it.
 */
const ranOver = (before: Stated, next: Stated, now: number): boolean =>
  before.isSupposed &&
  before.perMilli > 0 &&
  next.perMilli > 0 &&
  before.limit === next.limit &&
  next.number <= before.number &&
  left(before, now) < left(next, now)

const baseOf = ({ at, number, remaining, resetAt, spent }: Stated) => ({ at, number, remaining, resetAt, spent })

/**
 * When there is room for a request of this cost: `now` or earlier when there is now. `trust`: how much faster than stated
 * it was found to fill up.
 *
 * @since 0.1.0
 * @category getters
 */
export const opensAt = (self: Stated, cost: Cost, now: number, trust = 1): number => {
  const { at, limit, remaining, spent, unit } = self
  const perMilli = self.perMilli * trust
  const full = fullAt(self, trust)
  if (now >= full) return now
  // What is larger than the whole limit goes when all of it is there; nothing ever leaves more room.
  const needed = Math.min(Math.max(1, costIn(unit, cost)), limit ?? Infinity)
  if (left(self, now, trust) >= needed) return now
  const stated = perMilli > 0 ? Math.min(full, at + (needed - remaining + spent) / perMilli) : full
  return Math.min(stated, Math.max(now, self.recheckAt))
}

/**
 * From when on all of the limit is there, for all that is known: epoch milliseconds.
 *
 * @since 0.1.0
 * @category getters
 */
export const fullAt = ({ perMilli, resetAt, spent }: Stated, trust = 1): number =>
  perMilli > 0 ? resetAt + spent / (perMilli * trust) : resetAt

/**
 * What should be left before all is: what was stated, less what went since, more what has filled up.
 *
 * @since 0.1.0
 * @category getters
 */
export const left = ({ at, perMilli, remaining, spent }: Stated, now: number, trust = 1): number =>
  remaining - spent + perMilli * trust * Math.max(0, now - at)

/**
 * Whether nothing is left for longer than limits of pace last.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isUsedUpForLong = (self: Stated, cost: Cost, now: number): boolean =>
  opensAt(change(self, { recheckAt: Infinity }), cost, now) - now > longestPaced

/**
 * Whether a request that goes now goes on what we suppose and not on what is stated to be left.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isGuess = (self: Stated, cost: Cost, now: number): boolean =>
  self.isSupposed || now >= fullAt(self) || self.remaining - self.spent < Math.max(1, costIn(self.unit, cost))

/**
 * How much there is when it is full; where no limit is stated, the most that was seen. 0: it was only ever stated to be used
 * up, which says when to come back and not how many may.
 *
 * @since 0.1.0
 * @category getters
 */
export const size = ({ limit, most }: Stated): number => limit ?? most

/**
 * Lets a request through that is expected to cost this much.
 *
 * @since 0.1.0
 * @category transitions
 */
export const spend = (self: Stated, number: number, cost: Cost, now: number): Stated | undefined => {
  const amount = costIn(self.unit, cost)
  if (now < fullAt(self)) {
    const recheckAt = now >= self.recheckAt ? now + recheckMillis : self.recheckAt
    return change(self, { spent: self.spent + amount, recheckAt })
  }
  const whole = size(self)
  return whole === 0
    ? undefined
    : change(self, {
        remaining: whole,
        at: now,
        number: number - 1,
        spent: amount,
        isSupposed: true,
        recheckAt: now + recheckMillis,
        resetAt: self.perMilli > 0 ? now : now + Math.min(self.periodMillis ?? supposedMillis, longestMillis)
      })
}

/**
 * What a request cost is known better now.
 *
 * @since 0.1.0
 * @category transitions
 */
export const correct = (self: Stated, number: number, expected: Cost, actual: Cost): Stated => {
  const more = costIn(self.unit, actual) - costIn(self.unit, expected)
  return more === 0 || number <= self.number ? self : change(self, { spent: Math.max(0, self.spent + more) })
}

/**
 * The whole limit, as long as it may be gone by: limits are raised by hand, so one that nobody has stated for an hour is
 * asked about anew by whoever exceeds it.
 *
 * @since 0.1.0
 * @category getters
 */
export const wholeLimit = (self: Stated, now: number): number =>
  self.limit === null || now - self.heardAt > believedMillis ? Infinity : self.limit

/**
 * What was found not to fill up before its reset, whatever is said of it.
 *
 * @since 0.1.0
 * @category combinators
 */
export const windowed = (self: Stated): Stated => change(self, { refill: "at-once", perMilli: 0 })

const change = (
  self: Stated,
  to: Partial<Omit<Stated, "kind" | "unit" | "limit" | "periodMillis" | "fullIn" | "most" | "resets" | "heardAt">>
): Stated => ({
  kind: self.kind,
  unit: self.unit,
  limit: self.limit,
  remaining: to.remaining ?? self.remaining,
  resetAt: to.resetAt ?? self.resetAt,
  periodMillis: self.periodMillis,
  refill: to.refill ?? self.refill,
  fullIn: self.fullIn,
  at: to.at ?? self.at,
  number: to.number ?? self.number,
  spent: to.spent ?? self.spent,
  recheckAt: to.recheckAt ?? self.recheckAt,
  most: self.most,
  resets: self.resets,
  perMilli: to.perMilli ?? self.perMilli,
  heardAt: self.heardAt,
  isSupposed: to.isSupposed ?? self.isSupposed
})

const spentSince = (unit: Unit, { cost, declared = [], number, sent }: Parameters<typeof hear>[2]): number => {
  const usual = costIn(unit, cost)
  let spent = Math.max(0, sent - number) * usual
  for (const each of declared) if (each.number > number) spent += costIn(unit, each.cost) - usual
  return Math.max(0, spent)
}

/** Nobody states a limit of pace for longer than a day; a slip of a server must not shut a token for a year. */
const longestMillis = 86_400_000

const recheckMillis = 60_000

const believedMillis = 3_600_000

/**
 * How long a limit is taken to last whose window nobody states: most are by the minute.
 *
 * @since 0.1.0
 * @category constants
 */
export const supposedMillis = 60_000

const longestPaced = 120_000
