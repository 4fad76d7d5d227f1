/**
 * A `fetch` whose requests carry a healthy token of a pool: for SDKs that take a `fetch`, and for programs that use it.
 *
 * Same signature, same contract. What it adds: the token, and another one when that can cure a refusal. It returns what
 * the provider said when no token could do better, so SDKs raise the errors their users know.
 *
 * @since 0.1.0
 */
import { EventEmitter, getMaxListeners, setMaxListeners } from "node:events"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import * as FetchRequest from "./FetchRequest.js"
import * as FetchTransport from "./FetchTransport.js"
import { choose } from "./ProviderChoice.js"
import * as ProviderUrl from "./ProviderUrl.js"
import type * as RequestOptions from "./RequestOptions.js"
import * as Rotate from "./Rotate.js"
import type { Exhausted, RequestTooLarge } from "./RotationError.js"
import { TokenRotation } from "./TokenRotation.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options extends RequestOptions.Options {
  /** Absent: the provider that the URL belongs to, the active one first. */
  readonly provider?: string | undefined
  /** What carries the requests. Default: the global `fetch`, as it is when this is made. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Longest wait between two chunks of a body. Default: that of the `RotationConfig`. */
  readonly idleTimeout?: Duration.DurationInput | undefined
}

/**
 * `Answered`: the provider's answer. `Exhausted`: no token could serve. `TooLarge`: none ever could. `refusal` is the last
 * answer that was had.
 *
 * @since 0.1.0
 * @category models
 */
export type Sent =
  | { readonly _tag: "Answered"; readonly response: Response }
  | { readonly _tag: "Exhausted"; readonly error: Exhausted; readonly refusal: Response | undefined }
  | { readonly _tag: "TooLarge"; readonly error: RequestTooLarge; readonly refusal: Response | undefined }

/**
 * A rotating `fetch`. When no token could serve it gives the last refusal, and when there is none it rejects with
 * `Exhausted`, or with `RequestTooLarge` when the request is declared larger than every limit (`usage`). An abort rejects
 * with the signal's reason.
 *
 * Several may be made over one rotation, each with its own priority, patience and usage; a call's own `priority`, as
 * `fetch` takes it in its `init`, comes first.
 *
 * **Example**
 *
 * ```ts
 * const fetch = yield* RotatingFetch.make({ provider: "openai" })
 * const client = new OpenAI({ apiKey: "rotated", maxRetries: 0, fetch })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<typeof globalThis.fetch, never, TokenRotation> =>
  Effect.map(Effect.runtime<TokenRotation>(), (runtime) =>
    over(options.fetch, async (fetch, input, init) => {
      const sent = await send(runtime, { ...options, fetch }, input, init)
      if (sent._tag === "Answered") return sent.response
      if (sent.refusal !== undefined) return sent.refusal
      throw sent.error
    })
  )

/**
 * A `fetch` that another one carries; by default the global one. It may become the global one itself: then what carries
 * it stays what it was.
 *
 * @since 0.1.0
 * @category constructors
 */
export const over = (
  fetch: typeof globalThis.fetch | undefined,
  call: (fetch: typeof globalThis.fetch, ...args: Parameters<typeof globalThis.fetch>) => Promise<Response>
): typeof globalThis.fetch => {
  const carrier = bare(fetch ?? globalThis.fetch)
  const rotating: typeof globalThis.fetch = (input, init) => call(carrier, input, init)
  carriers.set(rotating, carrier)
  return rotating
}

/** What carries each rotating `fetch`. */
const carriers = new WeakMap<typeof globalThis.fetch, typeof globalThis.fetch>()

const bare = (fetch: typeof globalThis.fetch): typeof globalThis.fetch => carriers.get(fetch) ?? fetch

/**
 * One call. Rejects as `fetch` does, with the signal's reason when aborted, and with `UnknownProvider` or `ForeignUrl`
 * when there is no provider for it.
 *
 * @since 0.1.0
 * @category running
 */
export const send = async (
  runtime: Runtime.Runtime<TokenRotation>,
  options: Options,
  input: RequestInfo | URL,
  init?: RequestInit
): Promise<Sent> => {
  const request = await FetchRequest.make(input, init)
  const { signal } = request
  // It may have been aborted meanwhile, which no listener hears of any more.
  if (signal?.aborted === true) {
    FetchRequest.release(request, FetchRequest.reasonOf(signal))
    FetchRequest.throwIfAborted(signal)
  }
  let abort: (reason: unknown) => void = () => {}
  const run = <A>(effect: Effect.Effect<A, never, TokenRotation>) => Runtime.runFork(runtime)(effect)
  const underWay = (end: typeof abort) => {
    abort = end
  }
  const fetch = bare(options.fetch ?? globalThis.fetch)
  const { exited, ...started } = start(runtime, rotate(options, { request, fetch, underWay, run }))
  let { interrupt } = started
  const onAbort = () => {
    interrupt()
    abort(FetchRequest.reasonOf(signal))
  }
  expectMany(signal)
  signal?.addEventListener("abort", onAbort)
  const unlink = () => signal?.removeEventListener("abort", onAbort)
  const exit = await exited
  // The fiber holds its result, and so the body: what a listener keeps must not hold the fiber.
  interrupt = () => {}
  const respond = (answer: FetchTransport.Answer): Response => {
    // From here on an abort ends the body.
    const { body } = answer
    if (body !== undefined) abort = body.abort
    const response = FetchTransport.toResponse(answer, unlink)
    if (signal?.aborted) onAbort()
    FetchRequest.throwIfAborted(signal)
    return response
  }
  if (Exit.isFailure(exit)) {
    unlink()
    FetchRequest.release(request, FetchRequest.reasonOf(signal))
    FetchRequest.throwIfAborted(signal)
    const error = Cause.squash(exit.cause)
    throw error instanceof FetchTransport.FetchFailed ? error.cause : error
  }
  if (exit.value._tag === "Answered") return { _tag: "Answered", response: respond(exit.value.answer) }
  const { value: unserved } = exit
  if (Option.isNone(unserved.refusal)) {
    unlink()
    FetchRequest.release(request, unserved.error)
  }
  const refusal = Option.isSome(unserved.refusal) ? respond(unserved.refusal.value) : undefined
  return unserved._tag === "Exhausted"
    ? { _tag: "Exhausted", error: unserved.error, refusal }
    : { _tag: "TooLarge", error: unserved.error, refusal }
}

/** One signal may be that of many calls at once, which is no leak to warn of; `fetch` says so to it, too. */
const expectMany = (signal: AbortSignal | undefined): void => {
  if (!(signal instanceof AbortSignal) || getMaxListeners(signal) !== EventEmitter.defaultMaxListeners) return
  setMaxListeners(1500, signal)
}

const start = <A, E>(runtime: Runtime.Runtime<TokenRotation>, effect: Effect.Effect<A, E, TokenRotation>) => {
  const fiber = Runtime.runFork(runtime)(effect)
  return {
    exited: new Promise<Exit.Exit<A, E>>((resolve) => fiber.addObserver(resolve)),
    interrupt: () => fiber.unsafeInterruptAsFork(fiber.id())
  }
}

const rotate = (
  { acquireTimeout, idleTimeout, priority, provider: providerId, usage }: Options,
  transport: Omit<FetchTransport.Options, "idleMillis">
) =>
  Effect.gen(function* () {
    const { request } = transport
    const rotation = yield* TokenRotation
    const idle = idleTimeout ?? rotation.config.idleTimeout
    const provider =
      providerId === undefined ? yield* providerOf(rotation, request.url) : yield* rotation.provider(providerId)
    const url = ProviderUrl.place(provider, request.url)
    if (Either.isLeft(url)) {
      return yield* new FetchTransport.FetchFailed({ cause: new TypeError(`Failed to fetch: ${url.left}`) })
    }
    return yield* Rotate.run({
      provider: provider.id,
      model: FetchRequest.model(request, url.right.pathname),
      path: url.right.pathname,
      get replayable() {
        return request.replayable
      },
      takesRedirects: request.redirect === "manual",
      priority: request.priority ?? priority,
      timeout: acquireTimeout,
      usage,
      transport: FetchTransport.make({
        ...transport,
        idleMillis: idle === null ? undefined : Duration.toMillis(idle)
      })
    })
  })

const providerOf = (rotation: TokenRotation["Type"], url: string) =>
  Effect.gen(function* () {
    const providers = yield* rotation.providers
    const active = yield* Effect.option(rotation.provider())
    return yield* choose(providers, Option.getOrUndefined(active)?.id, url)
  })
