/**
 * The pool by hand: ask for a token, say how it went. One pool and one state with everything automatic.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Unserved } from "../Acquiring.js"
import { type ConfiguredProvider, findToken } from "../ConfiguredProvider.js"
import { fingerprint } from "../Token.js"
import { TokenRotation } from "../TokenRotation.js"
import { date, noToken } from "./failures.js"
import { reportedOutcome } from "./reported.js"
import { runPromise, runSync } from "./runtime.js"
import type { NextTokenOptions, ProviderReference, TokenStatus } from "./types.js"

/**
 * Tokens are named by their secret, alias or id.
 *
 * @since 0.1.0
 * @category models
 */
export interface TokenRotationManager {
  /**
   * The secret of a healthy token, for a request of your own; the active provider's when none is named. Throws
   * `NoTokenError` when there is none now, and `RequestTooLargeError` when no token may ever serve so large a request.
   */
  readonly getNextToken: (provider?: ProviderReference, options?: NextTokenOptions) => string
  /** Says that it worked: its count of errors in a row starts again. */
  readonly markTokenSuccess: (provider: ProviderReference, token: string) => void
  /**
   * Says that it failed: three in a row rest it. With an `error` that was an answer (an SDK's, or a `Response`), a failed
   * connection or an abort, the failure is charged to whoever caused it, and a stated time to retry is kept.
   */
  readonly markTokenError: (provider: ProviderReference, token: string, error?: unknown) => void
  /** How the provider's tokens stand; the active provider's when none is named. */
  readonly getStats: (provider?: ProviderReference) => ReadonlyArray<TokenStatus>
  /** Takes back what is held against these tokens; against all of the provider's when `tokens` is absent. */
  readonly reset: (provider: ProviderReference, tokens?: ReadonlyArray<string>) => void
  /** Holds a token out until `enableToken` or `reset`. */
  readonly disableToken: (provider: ProviderReference, token: string) => void
  /** Lends a token again that was held out. */
  readonly enableToken: (provider: ProviderReference, token: string) => void
  /** Writes what was learnt, now: for programs that end by `process.exit`. */
  readonly flush: () => Promise<void>
}

/**
 * @since 0.1.0
 * @category facade
 */
export const TokenRotationManager: TokenRotationManager = Object.freeze({
  getNextToken: (provider?: ProviderReference, { model, usage }: NextTokenOptions = {}) =>
    runSync(
      withRotation((rotation) => rotation.next(idOf(provider), { model, usage })).pipe(
        // What fails is turned plain by the runner; only the class is ours to say.
        Effect.mapError((error: Unserved) => (error._tag === "Exhausted" ? noToken(error) : error)),
        Effect.map(({ secret }) => Redacted.value(secret))
      )
    ),
  markTokenSuccess: (provider: ProviderReference, token: string) =>
    runSync(onToken(provider, token, (rotation, { id }, alias) => rotation.markSuccess(id, alias))),
  markTokenError: (provider: ProviderReference, token: string, error?: unknown) =>
    runSync(
      onToken(provider, token, (rotation, configured, alias) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          const outcome = reportedOutcome(error, configured.vendor, now)
          if (outcome?._tag === "Abandoned") return Effect.void
          return rotation.markError(configured.id, alias, outcome?._tag === "Failure" ? outcome : undefined)
        })
      )
    ),
  getStats: (provider?: ProviderReference) =>
    runSync(
      withRotation((rotation) =>
        Effect.gen(function* () {
          const { id } = yield* rotation.provider(idOf(provider))
          const pool = (yield* rotation.pools).find((view) => view.id === id)
          return (pool?.tokens ?? []).map(
            ({
              alias,
              counts,
              enabled,
              failures,
              holds,
              id,
              inFlight,
              lastUsedAt,
              masked,
              state,
              until
            }): TokenStatus => ({
              ...{ alias, id, masked, enabled, state, inFlight, failures, counts },
              until: date(until),
              why: holds[0]?.why ?? null,
              lastUsedAt: date(lastUsedAt)
            })
          )
        })
      )
    ),
  reset: (provider: ProviderReference, tokens?: ReadonlyArray<string>) =>
    runSync(
      withRotation((rotation) =>
        Effect.flatMap(rotation.provider(idOf(provider)), (configured) =>
          rotation.reset(
            configured.id,
            tokens?.map((token) => named(configured, token))
          )
        )
      )
    ),
  disableToken: (provider: ProviderReference, token: string) =>
    runSync(onToken(provider, token, (rotation, { id }, alias) => rotation.disable(id, alias))),
  enableToken: (provider: ProviderReference, token: string) =>
    runSync(onToken(provider, token, (rotation, { id }, alias) => rotation.enable(id, alias))),
  flush: () => runPromise(withRotation((rotation) => rotation.flush))
})

type Rotation = TokenRotation["Type"]

const withRotation = <A, E>(use: (rotation: Rotation) => Effect.Effect<A, E>) => Effect.flatMap(TokenRotation, use)

const onToken = <A, E>(
  provider: ProviderReference,
  token: string,
  use: (rotation: Rotation, provider: ConfiguredProvider, token: string) => Effect.Effect<A, E>
) =>
  withRotation((rotation) =>
    Effect.flatMap(rotation.provider(idOf(provider)), (configured) =>
      use(rotation, configured, named(configured, token))
    )
  )

const idOf = (provider: ProviderReference | undefined): string | undefined =>
  typeof provider === "object" ? provider.id : provider

/**
 * The id of a token that was named by alias, id or secret. A name that fits none is never repeated in an error: it may
 * be a secret.
 */
const named = (provider: ConfiguredProvider, token: string): string => {
  const known = findToken(provider, token) ?? provider.tokens.get(fingerprint(provider.id, Redacted.make(token)))
  return known?.id ?? "(not one of its aliases, ids or secrets)"
}
