/**
 * A `fetch` call, taken apart so that it can be sent more than once.
 *
 * @since 0.1.0
 */
import * as OneShotBody from "./OneShotBody.js"
import { requestModel } from "./RequestModel.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface FetchRequest {
  readonly url: string
  readonly method: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: RequestInit["body"] | OneShotBody.OneShotBody
  /** Whether `body` may be sent again, now: a stream that has become too long may not. */
  readonly replayable: boolean
  readonly redirect: RequestRedirect
  readonly signal: AbortSignal | undefined
  /** Kept for as long as its answer may be aborted: its signal hears of nothing once it is collected. */
  readonly asked: Request | undefined
  /** Whose turn it is when several wait; `undefined`: not said, or `auto`. */
  readonly priority: "high" | "low" | undefined
  /** Whatever else the caller said: `dispatcher`, `keepalive`, `duplex`, `cache`… */
  readonly rest: Readonly<Record<string, unknown>>
}

/**
 * Takes a call of `fetch(input, init)` apart, with what `init` says before what the `Request` says, as `fetch` does.
 * Bodies that the caller could still change are copied.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = async (input: RequestInfo | URL, init?: RequestInit | null): Promise<FetchRequest> => {
  const request = isRequest(input) ? input : undefined
  const { body: given, headers, method, redirect, signal: own, ...rest } = init ?? {}
  const signal = own === null ? undefined : (own ?? request?.signal)
  if (signal && typeof signal.addEventListener !== "function") throw new TypeError("signal is not an AbortSignal")
  throwIfAborted(signal)
  const body = (given ?? null) === null && request?.body ? await bodyOf(request, signal) : snapshot(given)
  throwIfAborted(signal)
  // `init.headers` replaces the headers of the Request as a whole, as it does in `fetch`.
  const merged = new Headers(headers ?? request?.headers)
  return {
    url: request === undefined ? String(input) : request.url,
    method: (method ?? request?.method ?? "GET").toUpperCase(),
    headers: Object.fromEntries(merged),
    body,
    get replayable() {
      return !OneShotBody.is(body) || body.isWhole()
    },
    redirect: redirect ?? request?.redirect ?? "follow",
    signal,
    asked: request,
    priority: rest.priority === "high" || rest.priority === "low" ? rest.priority : undefined,
    rest: {
      ...(request === undefined ? {} : settings(request)),
      ...(OneShotBody.is(body) ? { duplex: "half" } : {}),
      ...rest
    }
  }
}

/**
 * The model the request asks for, if it says so.
 *
 * @since 0.1.0
 * @category getters
 */
export const model = ({ body }: FetchRequest, path: string): string | undefined => requestModel(path, body)

/**
 * Why `fetch` would refuse the request itself, whatever is at the other end; `undefined` when it would not.
 *
 * @since 0.1.0
 * @category getters
 */
export const fault = ({ body, headers, method, rest }: FetchRequest, url: string): unknown => {
  if (OneShotBody.is(body) && body.isBroken()) return new TypeError("The body broke")
  const { dispatcher: _, duplex: __, ...standard } = rest
  try {
    // What the body holds is nobody's fault; whether there may be one is.
    new Request(url, { ...standard, method, headers, ...((body ?? null) === null ? {} : { body: "" }) })
    return undefined
  } catch (error) {
    return error
  }
}

/**
 * What `fetch` is given for a body, once for each time it is sent.
 *
 * @since 0.1.0
 * @category getters
 */
export const sendable = (body: FetchRequest["body"]): RequestInit["body"] =>
  OneShotBody.is(body) ? body.stream() : body

/**
 * Throws what `fetch` rejects with when it is aborted. Not every signal knows how to itself, nor why: those of polyfills and
 * of test environments may be older than that.
 *
 * @since 0.1.0
 * @category running
 */
export const throwIfAborted = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted === true) throw reasonOf(signal)
}

/**
 * Why it was aborted.
 *
 * @since 0.1.0
 * @category getters
 */
export const reasonOf = (signal: AbortSignal | undefined): unknown =>
  signal?.reason ?? new DOMException("This operation was aborted", "AbortError")

/**
 * Gives a one-shot body up that will not be sent any more.
 *
 * @since 0.1.0
 * @category running
 */
export const release = ({ body }: FetchRequest, reason: unknown): void => {
  if (OneShotBody.is(body)) body.release(reason)
}

type Body = FetchRequest["body"]

/** Requests of another implementation of `fetch` are requests too. */
const isRequest = (input: RequestInfo | URL): input is Request =>
  typeof input === "object" && !(input instanceof URL) && "url" in input && "headers" in input

/** What of a Request `fetch` honours beside method, headers, body, redirect and signal. */
const settings = (request: Request): Record<string, unknown> => {
  const { cache, credentials, integrity, keepalive, mode, referrer, referrerPolicy } = request
  return {
    cache,
    credentials,
    integrity,
    keepalive,
    referrerPolicy,
    // A mode of "navigate" or a client's own referrer cannot be said again.
    ...(mode === "navigate" ? {} : { mode }),
    ...(referrer === "about:client" ? {} : { referrer })
  }
}

/** Read whole where it is not too long, so that it can be looked into. */
const bodyOf = async (request: Request, signal: AbortSignal | undefined): Promise<Body> => {
  if (request.bodyUsed || request.body === null) throw new TypeError("Body is unusable: Body has already been read")
  const body = OneShotBody.make(request.body)
  const stop = () => body.release(reasonOf(signal))
  signal?.addEventListener("abort", stop)
  try {
    return (await body.read()) ?? body
  } finally {
    signal?.removeEventListener("abort", stop)
  }
}

const snapshot = (body: RequestInit["body"]): Body => {
  if (OneShotBody.isStream(body)) return OneShotBody.make(body)
  if (body instanceof URLSearchParams) return new URLSearchParams(body)
  if (body instanceof ArrayBuffer) return new Uint8Array(body.slice(0))
  if (ArrayBuffer.isView(body)) {
    const copy = new Uint8Array(body.byteLength)
    copy.set(new Uint8Array(body.buffer, body.byteOffset, body.byteLength))
    return copy
  }
  if (body instanceof FormData) {
    const copy = new FormData()
    for (const [name, value] of body) copy.append(name, value)
    return copy
  }
  return body
}
