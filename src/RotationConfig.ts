/**
 * The knobs of rotation, every one with a default. Retry and cooldown are Effect `Schedule`s: replace them by any other.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as ScheduleDecision from "effect/ScheduleDecision"
import * as ScheduleIntervals from "effect/ScheduleIntervals"
import type { Terms } from "./core/Corroboration.js"
import type { Failure } from "./core/Outcome.js"
import type { Terms as BudgetTerms } from "./core/RetryBudget.js"
import type { Terms as TroubleTerms } from "./core/Trouble.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Consecutive failures charged to a token that open its circuit. Default 3. */
  readonly failureThreshold: number
  /**
   * How long a circuit opens: the n-th delay of this schedule for the n-th opening in a row. It is asked, never slept
   * on, and fed `undefined`. When it ends, its last delay is used again. Default: 60 s, doubling to 30 min; from the
   * second on with up to a fifth taken off at random, so that tokens benched together do not return together.
   */
  readonly cooldown: Schedule.Schedule<unknown, unknown>
  /**
   * How long the circuit of a provider in trouble opens, likewise: the pause between two probes of it, longer where that
   * would be more than a fifth of the usual traffic, up to 5 s. Default: 500 ms, then a second, with up to a fifth taken
   * off at random.
   */
  readonly recovery: Schedule.Schedule<unknown, unknown>
  /**
   * When the provider's own circuit opens; `null`: never. Default: 5 failures in a row, of at least 3 requests, within
   * 10 s. Callers then wait for the provider, or fail by their deadline; no token is hurt.
   */
  readonly trouble: TroubleTerms | null
  /**
   * The wait before the next attempt when the provider (or a model of it) is in trouble; fed the failure. When it ends
   * the trouble is handed to the caller. Default: 500 ms, doubling, jittered, 3 times.
   */
  readonly retry: Schedule.Schedule<unknown, Failure>
  /** What pays for retries, and for rotations that took no token out of the pool. Default 20 % + 10 a second, cap 100. */
  readonly retryBudget: BudgetTerms
  /** Rest for spent money or allowance when the vendor does not say how long. Default 1 hour. */
  readonly quotaRest: Duration.DurationInput
  /** Rest of a token for a model it may not use, likewise. Default 10 minutes. */
  readonly modelRest: Duration.DurationInput
  /** A rest that the vendor declared and that is longer than this is audited. Default 1 hour. */
  readonly auditAfter: Duration.DurationInput
  /**
   * Pause between two audits of such a rest, with up to a fifth added at random; `null`: never. An audit is one request,
   * sent when no other token could serve it, or the vendor's free check. Default 30 minutes.
   */
  readonly auditInterval: Duration.DurationInput | null
  /**
   * When failures that several tokens share are charged to what they have in common instead; `null`: never. Default: the
   * same failure of 3 tokens, and of half of those that could speak, within 10 s; the provider then rests 5 s first.
   */
  readonly corroboration: Terms | null
  /** How long a probe keeps its place if its process dies without a verdict. Default 10 minutes. */
  readonly probeTimeout: Duration.DurationInput
  /** How long a request may wait for a token, all its attempts together. Default 30 seconds. */
  readonly acquireTimeout: Duration.DurationInput
  /** How many callers may wait for tokens of one provider. Default 10,000. */
  readonly maxWaiting: number
  /** Longest wait a provider may ask for (`retry-after` on a 503) that a request still sits out. Default 30 seconds. */
  readonly maxProviderWait: Duration.DurationInput
  /**
   * Longest wait between two chunks of an answer; what stops for longer is charged to the provider. `null`, the default:
   * as long as what carries the requests waits, but 30 seconds for a short answer of which nothing was handed on yet.
   */
  readonly idleTimeout: Duration.DurationInput | null
  /** How often, at most, a call looks whether config or shared state changed. Default 400 ms. */
  readonly refreshInterval: Duration.DurationInput
  /** How long counters are gathered before they are written. Changes of health are written at once. Default 500 ms. */
  readonly writeDelay: Duration.DurationInput
}

/**
 * 60 s, doubling to 30 min; from the second on with up to a fifth taken off at random.
 *
 * @since 0.1.0
 * @category schedules
 */
export const defaultCooldown: Schedule.Schedule<unknown, unknown> = Schedule.exponential("60 seconds", 2).pipe(
  Schedule.either(Schedule.spaced("30 minutes")),
  Schedule.modifyDelayEffect((_, delay) =>
    Duration.lessThanOrEqualTo(delay, Duration.seconds(60))
      ? Effect.succeed(delay)
      : Effect.map(Random.nextRange(0.8, 1), (share) => Duration.times(delay, share))
  )
)

/**
 * 500 ms, then a second, with up to a fifth taken off at random.
 *
 * @since 0.1.0
 * @category schedules
 */
export const defaultRecovery: Schedule.Schedule<unknown, unknown> = Schedule.exponential("500 millis", 2).pipe(
  Schedule.either(Schedule.spaced("1 seconds")),
  Schedule.modifyDelayEffect((_, delay) =>
    Effect.map(Random.nextRange(0.8, 1), (share) => Duration.times(delay, share))
  )
)

/**
 * 500 ms, doubling, jittered, 3 times.
 *
 * @since 0.1.0
 * @category schedules
 */
export const defaultRetry: Schedule.Schedule<unknown, Failure> = Schedule.exponential("500 millis", 2).pipe(
  Schedule.jittered,
  Schedule.intersect(Schedule.recurs(3))
)

/**
 * @since 0.1.0
 * @category constructors
 */
export const defaults: Service = {
  failureThreshold: 3,
  cooldown: defaultCooldown,
  recovery: defaultRecovery,
  trouble: { failures: 5, requests: 3, windowMillis: 10_000 },
  retry: defaultRetry,
  retryBudget: { ratio: 0.2, perSecond: 10, cap: 100 },
  quotaRest: "1 hour",
  modelRest: "10 minutes",
  auditAfter: "1 hour",
  auditInterval: "30 minutes",
  corroboration: { tokens: 3, share: 0.5, windowMillis: 10_000, restMillis: 5_000 },
  probeTimeout: "10 minutes",
  acquireTimeout: Duration.seconds(30),
  maxWaiting: 10_000,
  maxProviderWait: "30 seconds",
  idleTimeout: null,
  refreshInterval: "400 millis",
  writeDelay: "500 millis"
}

/**
 * @since 0.1.0
 * @category tags
 */
export class RotationConfig extends Context.Reference<RotationConfig>()("llmctl/RotationConfig", {
  defaultValue: () => defaults
}) {}

/**
 * The defaults with some knobs turned. Give it to whatever builds `TokenRotation.layer`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Partial<Service>): Layer.Layer<never> =>
  Layer.succeed(RotationConfig, { ...defaults, ...options })

/**
 * The n-th delay of a schedule in milliseconds, `n` counted from 1, without sleeping. A schedule that ends earlier
 * answers with its last delay; one that never recurs with 0.
 *
 * @since 0.1.0
 * @category combinators
 */
export const nthDelay = (schedule: Schedule.Schedule<unknown, unknown>, n: number): Effect.Effect<number> =>
  Effect.gen(function* () {
    let state = schedule.initial
    let now = 0
    let last = 0
    // Nobody opens a circuit more often than this before its schedule has settled; the bound keeps the replay cheap.
    for (let i = 0; i < Math.min(n, 64); i++) {
      const [next, , decision] = yield* schedule.step(now, undefined, state)
      if (ScheduleDecision.isDone(decision)) break
      last = ScheduleIntervals.start(decision.intervals) - now
      now += last
      state = next
    }
    return Math.max(0, last)
  })
