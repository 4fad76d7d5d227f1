/**
 * The middleware: an `@effect/platform` HttpClient whose requests carry a healthy token of a pool.
 *
 * Put it under anything that takes an HttpClient. It replaces whatever auth headers the program set, marks every answer,
 * rotates and retries by blame, and hands back the provider's own answer when no token could do better.
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Headers from "@effect/platform/Headers"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import { ParentSpan } from "effect/Tracer"
import type { Unserved } from "./Acquiring.js"
import { credentials, secretHeaders } from "./Authorize.js"
import { cleanRequest } from "./CleanHttp.js"
import type { ConfiguredProvider } from "./ConfiguredProvider.js"
import * as HttpClientTransport from "./HttpClientTransport.js"
import * as OwnFiber from "./OwnFiber.js"
import * as ProviderUrl from "./ProviderUrl.js"
import { requestModel } from "./RequestModel.js"
import * as RequestOptions from "./RequestOptions.js"
import * as Rotate from "./Rotate.js"
import * as Spanned from "./Spanned.js"
import { TokenRotation } from "./TokenRotation.js"

/**
 * What is said to the client of all its requests; `RequestOptions` around a request come first.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends RequestOptions.Options {
  /** Longest wait between two chunks of an answer. Default: that of the `RotationConfig`. */
  readonly idleTimeout?: Duration.DurationInput | undefined
}

/**
 * Gives every request of the client a token of the provider's pool (the active provider's when absent).
 *
 * The error type is honest: a pool that cannot serve fails with `Exhausted`, which says per token what happened and when
 * the next one is back, and a request that is declared larger than every limit fails with `RequestTooLarge`.
 *
 * **Example**
 *
 * ```ts
 * const client = (yield* HttpClient.HttpClient).pipe(RotatingHttpClient.withRotation("anthropic"))
 * const response = yield* client.post("/v1/messages", { body })
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const withRotation =
  (provider?: string, options: Options = {}) =>
  <E, R>(
    client: HttpClient.HttpClient.With<E, R>
  ): HttpClient.HttpClient.With<E | HttpClientError.HttpClientError | Unserved, R | TokenRotation> =>
    HttpClient.makeWith<
      E | HttpClientError.HttpClientError | Unserved,
      R | TokenRotation,
      E | HttpClientError.HttpClientError | Unserved,
      R | TokenRotation
    >((effect) => Effect.flatMap(effect, (request) => rotate(client, provider, options, request)), Effect.succeed)

/**
 * A rotating client as a plain `HttpClient`, for libraries that take no other: a pool that cannot serve, or a
 * request that is too large for it, becomes a `RequestError` with reason `Transport` and our error as its `cause`.
 *
 * @since 0.1.0
 * @category combinators
 */
export const asPlainClient = <R>(
  client: HttpClient.HttpClient.With<HttpClientError.HttpClientError | Unserved, R>
): HttpClient.HttpClient.With<HttpClientError.HttpClientError, R> =>
  HttpClient.makeWith<HttpClientError.HttpClientError, R, HttpClientError.HttpClientError, R>(
    (effect) =>
      Effect.flatMap(effect, (request) =>
        Effect.catchAll(client.execute(request), (error) =>
          isUnserved(error)
            ? Effect.fail(
                new HttpClientError.RequestError({
                  request: cleanRequest(request),
                  reason: "Transport",
                  cause: error,
                  description: error.message
                })
              )
            : Effect.fail(error)
        )
      ),
    Effect.succeed
  )

/**
 * Replaces the `HttpClient` beneath a program, or beneath `AnthropicClient.layer({})`, by a rotating one.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  provider?: string,
  options: Options = {}
): Layer.Layer<HttpClient.HttpClient, never, HttpClient.HttpClient | TokenRotation> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.gen(function* () {
      const client = yield* HttpClient.HttpClient
      const rotation = yield* TokenRotation
      const rotating = asPlainClient(withRotation(provider, options)(client))
      return HttpClient.makeWith<HttpClientError.HttpClientError, never, HttpClientError.HttpClientError, never>(
        (effect) =>
          Effect.flatMap(effect, (request) =>
            Effect.provideService(rotating.execute(request), TokenRotation, rotation)
          ),
        Effect.succeed
      )
    })
  )

const isUnserved = (error: HttpClientError.HttpClientError | Unserved): error is Unserved =>
  error._tag === "Exhausted" || error._tag === "RequestTooLarge" || error._tag === "UnknownProvider"

const rotate = <E, R>(
  client: HttpClient.HttpClient.With<E, R>,
  provider: string | undefined,
  options: Options,
  request: HttpClientRequest.HttpClientRequest
) =>
  Effect.withFiberRuntime<HttpClientResponse.HttpClientResponse, Failure<E>, R | TokenRotation>(
    (fiber, { runtimeFlags }) => {
      // A fiber is not typed by what it was given.
      const context = fiber.currentContext as Context.Context<R | TokenRotation>
      const rotation = Context.get(context, TokenRotation)
      const said = RequestOptions.orElse(Context.get(context, RequestOptions.RequestOptions), options)
      const idle = options.idleTimeout ?? rotation.config.idleTimeout
      const asked = cleanRequest(request)
      const { body } = request
      const send = (
        configured: ConfiguredProvider
      ): Effect.Effect<HttpClientResponse.HttpClientResponse, Failure<E>, TokenRotation> => {
        const url = ProviderUrl.place(configured, request.url)
        if (Either.isLeft(url)) {
          return Effect.fail(
            new HttpClientError.RequestError({ request: asked, reason: "InvalidUrl", description: url.left })
          )
        }
        const { origin, pathname, search } = url.right
        const placed = HttpClientRequest.setUrl(asked, `${origin}${pathname}${search}`)
        const transport = HttpClientTransport.make<E>({
          path: pathname,
          asked,
          idleMillis: idle === null ? undefined : Duration.toMillis(idle),
          check: HttpClientTransport.check(({ headers, url }) =>
            // Whoever sends it was not given what the client needs.
            OwnFiber.run(
              discreetly((outer) => Context.merge(context, outer)),
              () => client.execute(HttpClientRequest.get(url, { headers }))
            )
          ),
          send: ({ provider, token }, span, take) => {
            const signed = Arr.reduce(credentials(provider, token, placed.headers), placed, (request, [name, value]) =>
              HttpClientRequest.setHeader(request, name, value)
            )
            // It is sent from within the request, by a fiber that was given no less.
            const within = discreetly((outer) =>
              span === undefined
                ? (outer as Context.Context<R>)
                : Context.add(outer as Context.Context<R>, ParentSpan, span)
            )
            return OwnFiber.run(within, (giveUp) =>
              Effect.flatMap(client.execute(signed), (response) => take(response, giveUp))
            )
          },
          runner: () => Runtime.runFork(Runtime.make({ context, runtimeFlags, fiberRefs: fiber.getFiberRefs() }))
        })
        const served = Rotate.run({
          provider: configured.id,
          priority: said.priority,
          timeout: said.acquireTimeout,
          usage: said.usage,
          model: requestModel(
            pathname,
            body._tag === "FormData" ? body.formData : "body" in body ? body.body : undefined
          ),
          path: pathname,
          replayable: body._tag !== "Stream" && (body._tag !== "Raw" || typeof body.body === "string"),
          transport
        })
        return Effect.flatMap(served, (result): Effect.Effect<HttpClientResponse.HttpClientResponse, Failure<E>> => {
          if (result._tag === "Answered") return Effect.succeed(HttpClientTransport.toResponse(result.answer, asked))
          const failed = Effect.fail(result.error)
          return Option.isNone(result.refusal)
            ? failed
            : Effect.zipRight(transport.discard(result.refusal.value), failed)
        })
      }
      return Effect.flatMap(rotation.provider(provider), send)
    }
  )

type Failure<E> = E | HttpClientError.HttpClientError | Unserved

/**
 * What holds for what we send: third parties have no use for our trace ids, no span or log shows a secret, and a client
 * over `fetch` must not follow redirects to wherever they lead, taking the token along.
 */
const discreetly = <R>(given: OwnFiber.Terms<R>["context"]): OwnFiber.Terms<R> => ({
  context: (outer) => {
    const context = given(outer)
    const init = Context.getOption(context, FetchHttpClient.RequestInit)
    return Context.add(
      context,
      FetchHttpClient.RequestInit,
      init._tag === "None" ? manually : { ...init.value, ...manually }
    )
  },
  settings
})

const manually: RequestInit = { redirect: "manual" }

/** All of them, whoever hears: the client beneath may have a tracer, and add secrets, of its own. */
const settings: OwnFiber.Terms<never>["settings"] = [
  OwnFiber.setting(HttpClient.currentTracerPropagation, () => false),
  // Where nobody hears of spans, the client beneath need not make one either.
  OwnFiber.setting(HttpClient.currentTracerDisabledWhen, (isDisabled) => (request) => {
    const fiber = Fiber.getCurrentFiber()
    return (Option.isSome(fiber) && !Spanned.isHeard(fiber.value)) || isDisabled(request)
  }),
  OwnFiber.setting(Headers.currentRedactedNames, (names) => [...names, ...secretHeaders])
]
