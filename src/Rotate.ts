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
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as AnswerEnd from "./AnswerEnd.js"
import * as Outcome from "./core/Outcome.js"
import type { HiddenError } from "./core/StreamEvent.js"
import type { Usage } from "./core/Usage.js"
import { ownerIn } from "./Provider.js"
import { type Attempt, Exhausted, type UnknownProvider } from "./RotationError.js"
import { withSpan } from "./Spanned.js"
import { type AcquireOptions, type Lease, type Stated, TokenRotation } from "./TokenRotation.js"

/**
 * How requests travel: what the loop needs to know of an HTTP client, `fetch` or a socket.
 *
 * @since 0.1.0
 * @category models
 */
export interface Transport<A, E> {
  /** Sends the request once, with the lease's token attached. Any HTTP status is an answer, not an error. */
  readonly send: (lease: Lease) => Effect.Effect<A, E>
  readonly head: (answer: A) => { readonly status: number; readonly headers: Readonly<Record<string, string>> }
  /**
   * The beginning of the body, bounded in size and time, for the classifier; with an answer that can still be read from
   * its first byte. Asked of refusals only.
   */
  readonly peek: (answer: A) => Effect.Effect<readonly [answer: A, body: unknown]>
  /**
   * Reads the body of a 2xx answer as far as it takes to tell an answer from an error under status 200, and no further.
   * Fails when the body breaks before any of it was delivered. Absent: status 2xx
   * is all there is to know.
   */
  readonly open?: (answer: A, lease: Lease) => Effect.Effect<Opened<A>, E>
  /** Frees what an answer that nobody will read holds on to. */
  readonly discard: (answer: A) => Effect.Effect<void>
  /**
   * Hands a served answer on and sees to it that `finish` runs once its body has ended, failed or been given up. Without
   * it, or when it answers `null`, the attempt ends with the headers.
   */
  readonly hold?: (answer: A, finish: Finish, lease: Lease) => A | null
  /** A short word for what went wrong below HTTP: `ECONNREFUSED`. Never a URL or a header. */
  readonly trouble: (error: E) => string
}

/**
 * An answer whose body has begun: the error it turned out to be, and what it used if it is over already.
 *
 * @since 0.1.0
 * @category models
 */
export interface Opened<A> {
  readonly answer: A
  readonly error: HiddenError | undefined
  readonly over: { readonly usage: Usage | undefined } | undefined
}

/**
 * Ends the attempt, with what the answer said it used.
 *
 * @since 0.1.0
 * @category models
 */
export type Finish = (outcome: Outcome.Outcome, usage?: Usage) => Effect.Effect<void>

/**
 * @since 0.1.0
 * @category models
 */
export interface Request<A, E> {
  /** Absent: the active provider. */
  readonly provider?: string | undefined
  readonly model?: string | undefined
  readonly path?: string | undefined
  /** Whether it can be sent more than once; a one-shot stream can not. Default `true`. */
  readonly replayable?: boolean | undefined
  /** Whether a redirect is an answer like any other: the caller follows by itself. */
  readonly takesRedirects?: boolean | undefined
  /** How long to wait for tokens, all attempts together; absent: `acquireTimeout` of the config. */
  readonly timeout?: Duration.DurationInput | undefined
  readonly priority?: AcquireOptions["priority"]
  readonly transport: Transport<A, E>
}

/**
 * `Answered`: the provider's answer, served or a refusal that no other token could cure. `Exhausted`: no token could
 * serve; `refusal` is the last answer that was had, if any, for callers who would rather hand that on.
 *
 * @since 0.1.0
 * @category models
 */
export type Result<A> =
  | { readonly _tag: "Answered"; readonly answer: A; readonly attempts: ReadonlyArray<Attempt> }
  | { readonly _tag: "Exhausted"; readonly error: Exhausted; readonly refusal: Option.Option<A> }

/**
 * Runs a request to its end. Interruption stops the loop, closes the attempt and blames nobody.
 *
 * @since 0.1.0
 * @category running
 */
export const run = <A, E>(request: Request<A, E>): Effect.Effect<Result<A>, E | UnknownProvider, TokenRotation> =>
  Effect.gen(function* () {
    const rotation = yield* TokenRotation
    const { config } = rotation
    const { id: providerId } = yield* rotation.provider(request.provider)
    const retries = yield* Schedule.driver(config.retry)
    const maxWait = Duration.toMillis(config.maxProviderWait)
    const { transport } = request
    const deadline = (yield* Clock.currentTimeMillis) + Duration.toMillis(request.timeout ?? config.acquireTimeout)
    const name = (yield* Random.nextIntBetween(0, Number.MAX_SAFE_INTEGER)).toString(36)
    const tried: Array<string> = []
    const attempts: Array<Attempt> = []
    let last: Option.Option<A> = Option.none()
    yield* rotation.deposit(providerId)

    /** Waits before trying a troubled provider again; `false` when the trouble is to be handed to the caller. */
    const waitOut = (outcome: Outcome.Failure) =>
      Effect.gen(function* () {
        const stated = typeof outcome.cooldownMillis === "number" ? outcome.cooldownMillis : 0
        if (outcome.cooldownMillis === "permanent" || stated > maxWait) return false
        if (!(yield* rotation.withdraw(providerId))) return false
        const until = (yield* Clock.currentTimeMillis) + stated
        const goesOn = yield* Effect.isSuccess(retries.next(outcome))
        if (!goesOn) return false
        yield* Effect.sleep(Math.max(0, until - (yield* Clock.currentTimeMillis)))
        return true
      })

    /** Whether to go round again after this failure. */
    const decide = (lease: Lease, outcome: Outcome.Failure, status: number | null) => {
      if (request.replayable === false || isRedirect(status)) return Effect.succeed(false)
      if (outcome.retryOtherToken) {
        // A token that comes back at a stated time may serve this very request then; any other is not tried twice.
        if (outcome.blame !== "rate-limit" || outcome.cooldownMillis === null) tried.push(lease.token.id)
        return takesTokenOut(outcome) ? Effect.succeed(true) : rotation.withdraw(providerId)
      }
      return outcome.blame === "provider" || (outcome.blame === "model" && !deniesModel(status))
        ? outcome.scope === null
          ? Effect.succeed(false)
          : waitOut(outcome)
        : Effect.succeed(false)
    }

    const rounds = Effect.gen(function* () {
      while (true) {
        const timeout = Math.max(0, deadline - (yield* Clock.currentTimeMillis))
        const options = { request: name, model: request.model, exclude: tried, timeout, priority: request.priority }
        const attempted = yield* Effect.either(attempt(request, rotation, providerId, options))
        if (Either.isLeft(attempted)) {
          if (attempted.left._tag === "UnknownProvider") return yield* attempted.left
          const { providerId: id, retryAt, tokens } = attempted.left
          const error = new Exhausted({ providerId: id, retryAt, tokens, attempts })
          return exhausted(error, last)
        }
        const { lease, sent } = attempted.right
        const before = last
        last = sent._tag === "Broken" ? Option.none() : Option.some(sent.answer)
        if (Option.isSome(before)) yield* transport.discard(before.value)
        if (sent._tag === "Served") return answeredBy(sent.answer, attempts)
        const { outcome } = sent
        const status = sent._tag === "Refused" ? transport.head(sent.answer).status : null
        attempts.push({ alias: lease.token.alias, tokenId: lease.token.id, status, outcome })
        if (yield* decide(lease, outcome, status)) continue
        if (sent._tag === "Broken") return yield* Effect.fail(sent.error)
        return answeredBy(sent.answer, attempts)
      }
    })
    // An answer that was kept for the caller who is gone now would keep its socket.
    return yield* Effect.onInterrupt(rounds, () =>
      Option.match(last, { onNone: () => Effect.void, onSome: transport.discard })
    )
  }).pipe(withSpan("llmctl.request", { provider: request.provider ?? "", model: request.model ?? "" }))

/** A model that does not exist will not exist in a second; one that is busy may have room. */
const deniesModel = (status: number | null): boolean =>
  status !== null && status >= 400 && status < 500 && status !== 429 && status !== 498

const answeredBy = <A>(answer: A, attempts: ReadonlyArray<Attempt>): Result<A> => ({
  _tag: "Answered",
  answer,
  attempts
})

const exhausted = <A>(error: Exhausted, refusal: Option.Option<A>): Result<A> => ({ _tag: "Exhausted", error, refusal })

type Sent<A, E> = { readonly stated: Stated } & (
  | { readonly _tag: "Served"; readonly answer: A; readonly outcome: Outcome.Success | Outcome.Abandoned }
  | { readonly _tag: "Refused"; readonly answer: A; readonly outcome: Outcome.Failure }
  | { readonly _tag: "Broken"; readonly error: E; readonly outcome: Outcome.Failure }
)

/** Acquire, send, classify, settle. The lease outlives the attempt only in a served answer that is held. */
const attempt = <A, E>(
  request: Request<A, E>,
  rotation: TokenRotation["Type"],
  providerId: string,
  options: AcquireOptions
) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const close = Scope.close(scope, Exit.void)
      const acquired = rotation.acquire(providerId, options)
      const lease = yield* Effect.onError(restore(Scope.extend(acquired, scope)), () => close)
      const sent = yield* Effect.onError(restore(send(request, lease)), () => close)
      if (sent._tag === "Served" && sent.outcome._tag === "Success") {
        const { stated } = sent
        const finish: Finish = (outcome, usage) => Effect.zipRight(lease.settle(outcome, { ...stated, usage }), close)
        const held = request.transport.hold?.(sent.answer, finish, lease) ?? null
        if (held !== null) return { lease, sent: { ...sent, answer: held } }
      }
      yield* lease.settle(sent.outcome, sent.stated)
      yield* close
      return { lease, sent }
    })
  )

const send = <A, E>(request: Request<A, E>, lease: Lease): Effect.Effect<Sent<A, E>> =>
  Effect.flatMap(request.transport.send(lease), (received) => judge(request, lease, received)).pipe(
    Effect.catchAll((error) => Effect.succeed(brokenBy<A, E>(error, request.transport.trouble(error)))),
    withSpan("llmctl.attempt", { token: lease.token.alias })
  )

/** Asks the provider what the answer means. The body of a 2xx is read by `open` only. */
const judge = <A, E>(request: Request<A, E>, lease: Lease, received: A): Effect.Effect<Sent<A, E>, E> =>
  Effect.gen(function* () {
    const { model, path, transport } = request
    const { vendor } = lease.provider
    const { headers, status } = transport.head(received)
    const owner = ownerIn(vendor, headers)
    const left = vendor.headroom?.({ status, headers, now: yield* Clock.currentTimeMillis, model, path })
    if (left !== undefined) yield* lease.hear(left)
    if (status >= 200 && status < 300) {
      const opened: Opened<A> =
        transport.open === undefined
          ? { answer: received, error: undefined, over: undefined }
          : yield* transport.open(received, lease)
      const { answer, error, over } = opened
      const now = yield* Clock.currentTimeMillis
      const facts = { headers, now, model, path }
      return judged<A, E>(
        answer,
        error === undefined
          ? vendor.classify({ ...facts, status, body: undefined })
          : AnswerEnd.ofError(error, vendor, facts),
        { owner, usage: over?.usage }
      )
    }
    // Nothing is wrong with what the caller asked for.
    if (status === 304 || (request.takesRedirects === true && isRedirect(status))) {
      return judged<A, E>(received, Outcome.success, { owner })
    }
    const [answer, body] = yield* transport.peek(received)
    const now = yield* Clock.currentTimeMillis
    return judged<A, E>(answer, vendor.classify({ status, headers, body, now, model, path }), { owner })
  })

const judged = <A, E>(answer: A, outcome: Outcome.Outcome, stated: Stated): Sent<A, E> =>
  outcome._tag === "Failure"
    ? { _tag: "Refused", answer, outcome, stated }
    : { _tag: "Served", answer, outcome, stated }

/** No answer came: nobody's token is at fault. */
const brokenBy = <A, E>(error: E, trouble: string): Sent<A, E> => ({
  _tag: "Broken",
  error,
  stated: {},
  outcome: Outcome.failure({
    blame: "provider",
    scope: "provider",
    code: trouble,
    why: "no answer came from the provider",
    evidence: [`the connection failed: ${trouble}`]
  })
})

/** Asked again, it would redirect again. */
const isRedirect = (status: number | null): boolean => status !== null && status >= 300 && status < 400

/** Whether settling this failure took the token out of the pool for this request's model. */
const takesTokenOut = (outcome: Outcome.Failure): boolean =>
  outcome.cooldownMillis !== null || outcome.blame === "quota" || outcome.blame === "model"
