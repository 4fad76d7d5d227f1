/**
 * The one attempt loop, over any transport.
 *
 * An attempt takes a lease, sends, asks the provider what the answer means, and settles the lease with that outcome.
 * Then blame decides: what another token can cure is rotated at once; trouble of the provider is waited out on the retry
 * schedule; anything else goes back to the caller as it is. Rotations that took a token out of the pool are free, since
 * the pool bounds them; everything else is paid from the retry budget.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { type Attempted, attempt, type Failed, type Terms } from "./Attempting.js"
import type * as Outcome from "./core/Outcome.js"
import * as Judge from "./Judge.js"
import { RequestOptions } from "./RequestOptions.js"
import { type Attempt, type Exhausted, RequestTooLarge, type UnknownProvider, withAttempts } from "./RotationError.js"
import * as Spanned from "./Spanned.js"
import { type AcquireOptions, type Lease, TokenRotation } from "./TokenRotation.js"
import type { Transport } from "./Transport.js"

export type { Finish, Opened, Transport } from "./Transport.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Request<A, E> {
  /** Absent: the active provider. */
  readonly provider?: string | undefined
  readonly model?: string | undefined
  readonly path?: string | undefined
  /** Whether it can be sent once more, asked whenever it might be; a one-shot stream can not. Default `true`. */
  readonly replayable?: boolean | undefined
  /** Whether a redirect is an answer like any other: the caller follows by itself. */
  readonly takesRedirects?: boolean | undefined
  /** How long to wait for tokens, all attempts together. Default: as for `AcquireOptions`. */
  readonly timeout?: AcquireOptions["timeout"]
  readonly priority?: AcquireOptions["priority"]
  readonly usage?: AcquireOptions["usage"]
  readonly transport: Transport<A, E>
}

/**
 * `Answered`: the provider's answer, served or a refusal that no other token could cure. `Exhausted`: no token could
 * serve. `TooLarge`: none ever could. `refusal` is the last answer that was had, if any, for callers who would rather hand
 * that on.
 *
 * @since 0.1.0
 * @category models
 */
export type Result<A> =
  | { readonly _tag: "Answered"; readonly answer: A; readonly attempts: ReadonlyArray<Attempt> }
  | { readonly _tag: "Exhausted"; readonly error: Exhausted; readonly refusal: Option.Option<A> }
  | { readonly _tag: "TooLarge"; readonly error: RequestTooLarge; readonly refusal: Option.Option<A> }

/**
 * Runs a request to its end. Interruption stops the loop, closes the attempt and blames nobody.
 *
 * @since 0.1.0
 * @category running
 */
export const run = <A, E>(request: Request<A, E>): Effect.Effect<Result<A>, E | UnknownProvider, TokenRotation> =>
  Spanned.around("llmctl.request", { attributes: attributesOf(request) }, (span, fiber) => {
    // A fiber is not typed by what it was given.
    const context = fiber.currentContext as Context.Context<TokenRotation>
    const rotation = Context.get(context, TokenRotation)
    const { acquireTimeout = rotation.config.acquireTimeout } = Context.get(context, RequestOptions)
    const since = Context.get(fiber.currentDefaultServices, Clock.Clock).unsafeCurrentTimeMillis()
    const deadline = since + Duration.toMillis(request.timeout ?? acquireTimeout)
    const runOn = (providerId: string) =>
      Effect.flatMap(rotation.begin(providerId, request.transport.check), (name) => {
        const terms = { rotation, providerId, name, since, deadline, span }
        return Effect.flatMap(attempt(request, terms, since, []), (first) =>
          first._tag === "Failed" ? rounds(request, terms, first) : Effect.succeed(result(first, [], Option.none()))
        )
      })
    return request.provider === undefined
      ? Effect.flatMap(rotation.provider(), ({ id }) => runOn(id))
      : runOn(request.provider)
  })

const attributesOf = <A, E>({ model = "", provider = "" }: Request<A, E>) => ({ provider, model })

/** Goes round again for as long as blame has it that it may help. */
const rounds = <A, E>(
  request: Request<A, E>,
  terms: Terms,
  first: Failed<A, E>
): Effect.Effect<Result<A>, E | UnknownProvider> => {
  const { providerId, rotation } = terms
  const { config } = rotation
  const { transport } = request
  const maxWait = Duration.toMillis(config.maxProviderWait)
  const tried: Array<string> = []
  const attempts: Array<Attempt> = []
  /** The answer of the last attempt, kept until there is another. */
  let last = answerOf(first)
  /** Made when it is first needed, and then the same for all attempts. */
  let retries: Schedule.ScheduleDriver<unknown, Outcome.Failure> | undefined

  /** Waits before trying a troubled provider again; `false` when the trouble is to be handed to the caller. */
  const waitOut = (outcome: Outcome.Failure) =>
    Effect.gen(function* () {
      const stated = typeof outcome.cooldownMillis === "number" ? outcome.cooldownMillis : 0
      if (outcome.cooldownMillis === "permanent" || stated > maxWait) return false
      // One request at a time probes a provider that is known to be down, so going on costs nothing.
      if (yield* rotation.isTroubled(providerId)) return true
      if (!(yield* rotation.withdraw(providerId))) return false
      const until = (yield* Clock.currentTimeMillis) + stated
      retries ??= yield* Schedule.driver(config.retry)
      const goesOn = yield* Effect.isSuccess(retries.next(outcome))
      if (!goesOn) return false
      yield* Effect.sleep(Math.max(0, until - (yield* Clock.currentTimeMillis)))
      return true
    })

  /** Whether to go round again after this failure. */
  const decide = (lease: Lease, outcome: Outcome.Failure, status: number | null) => {
    if (request.replayable === false || Judge.isRedirect(status)) return Effect.succeed(false)
    if (outcome.retryOtherToken) {
      return Effect.flatMap(lease.isHeld, (isHeld) => {
        // A token that is left alone for its pace may serve this very request later; any other is not tried twice.
        if (!isHeld || outcome.blame !== "rate-limit") tried.push(lease.token.id)
        return isHeld || takesTokenOut(outcome) ? Effect.succeed(true) : rotation.withdraw(providerId)
      })
    }
    return outcome.blame === "provider" || (outcome.blame === "model" && !deniesModel(status))
      ? outcome.scope === null
        ? Effect.succeed(false)
        : waitOut(outcome)
      : Effect.succeed(false)
  }

  const all = Effect.gen(function* () {
    let attempted: Attempted<A, E> = first
    while (attempted._tag === "Failed") {
      const { lease, sent } = attempted
      const { outcome } = sent
      const status = sent._tag === "Refused" ? transport.head(sent.answer).status : null
      attempts.push({ alias: lease.token.alias, tokenId: lease.token.id, status, outcome })
      if (!(yield* decide(lease, outcome, status))) {
        return sent._tag === "Broken" ? yield* Effect.fail(sent.error) : answeredBy(sent.answer, attempts)
      }
      attempted = yield* attempt(request, terms, yield* Clock.currentTimeMillis, tried)
      if (attempted._tag === "Unserved") break
      const before = last
      last = attempted._tag === "Served" ? Option.none() : answerOf(attempted)
      if (Option.isSome(before)) yield* transport.discard(before.value)
    }
    return result(attempted, attempts, last)
  })
  // An answer that was kept for a caller who gets another end, or is gone, would keep its socket.
  return Effect.onError(all, () => Option.match(last, { onNone: () => Effect.void, onSome: transport.discard }))
}

const answerOf = <A, E>({ sent }: Failed<A, E>): Option.Option<A> =>
  sent._tag === "Broken" ? Option.none() : Option.some(sent.answer)

/** A model that does not exist will not exist in a second; one that is busy may have room. */
const deniesModel = (status: number | null): boolean =>
  status !== null && status >= 400 && status < 500 && status !== 429 && status !== 498

const answeredBy = <A>(answer: A, attempts: ReadonlyArray<Attempt>): Result<A> => ({
  _tag: "Answered",
  answer,
  attempts
})

/** What comes of an attempt that needs no other; an error says what those before it met. */
const result = <A, E>(
  attempted: Exclude<Attempted<A, E>, Failed<A, E>>,
  attempts: ReadonlyArray<Attempt>,
  refusal: Option.Option<A>
): Result<A> => {
  if (attempted._tag === "Served") return answeredBy(attempted.answer, attempts)
  const { error } = attempted
  if (error._tag === "RequestTooLarge") {
    const { limit, model, providerId, reason, unit, usage, whose } = error
    const facts = { providerId, model, unit, usage, limit, reason, whose }
    return { _tag: "TooLarge", error: new RequestTooLarge({ ...facts, attempts }), refusal }
  }
  return { _tag: "Exhausted", error: withAttempts(error, attempts), refusal }
}

/** Whether a failure takes its token out of the pool, unless many fail alike. */
const takesTokenOut = (outcome: Outcome.Failure): boolean =>
  outcome.cooldownMillis !== null || outcome.blame === "quota" || outcome.blame === "model"
