/**
 * A `fetch` call, taken apart so that it can be sent more than once.
 *
 * @since 0.1.0
 */
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
  readonly body: RequestInit["body"] | undefined
  /** Whether `body` may be sent again. A one-shot stream is sent once. */
  readonly replayable: boolean
  readonly redirect: RequestRedirect
  readonly signal: AbortSignal | undefined
  /** Whose turn it is when several wait; `undefined`: not said, or `auto`. */
  readonly priority: "high" | "low" | undefined
  /** Whatever else the caller said: `dispatcher`, `keepalive`, `duplex`, `cache`… */
  readonly rest: Readonly<Record<string, unknown>>
}

/** Bodies of `Request` objects up to here are read so that they can be replayed; longer ones are sent once. */
const maxReplay = 32 * 1024 * 1024

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
  signal?.throwIfAborted()
  const taken = (given ?? null) === null && request?.body ? await bodyOf(request, signal) : undefined
  signal?.throwIfAborted()
  const body = taken === undefined ? snapshot(given) : taken.body
  // `init.headers` replaces the headers of the Request as a whole, as it does in `fetch`.
  const merged = new Headers(headers ?? request?.headers)
  return {
    url: request === undefined ? String(input) : request.url,
    method: (method ?? request?.method ?? "GET").toUpperCase(),
    headers: Object.fromEntries(merged),
    body,
    replayable: taken?.replayable ?? isReplayable(body),
    redirect: redirect ?? request?.redirect ?? "follow",
    signal,
    priority: rest.priority === "high" || rest.priority === "low" ? rest.priority : undefined,
    rest: {
      ...(request === undefined ? {} : settings(request)),
      ...(isStream(body) ? { duplex: "half" } : {}),
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
export const model = (self: FetchRequest, path: string): string | undefined => {
  const { body } = self
  if (isForm(body)) {
    const named = body.get("model")
    return typeof named === "string" && named !== "" ? named : requestModel(path, undefined)
  }
  return requestModel(path, typeof body === "string" || body instanceof Uint8Array ? body : undefined)
}

/**
 * Why `fetch` would refuse the request itself, whatever is at the other end; `undefined` when it would not.
 *
 * @since 0.1.0
 * @category getters
 */
export const fault = ({ body, headers, method, rest }: FetchRequest, url: URL): unknown => {
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
 * Gives a one-shot body up that will not be sent any more.
 *
 * @since 0.1.0
 * @category running
 */
export const release = ({ body }: FetchRequest, reason: unknown): void => {
  if (body instanceof ReadableStream && !body.locked) body.cancel(reason).catch(() => {})
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

const bodyOf = async (
  request: Request,
  signal: AbortSignal | undefined
): Promise<{ readonly body: Body; readonly replayable: boolean }> => {
  if (request.bodyUsed || request.body === null) throw new TypeError("Body is unusable: Body has already been read")
  const reader = request.body.getReader()
  const chunks: Array<Uint8Array> = []
  let size = 0
  const stop = () => {
    reader.cancel(signal?.reason).catch(() => {})
  }
  signal?.addEventListener("abort", stop)
  try {
    while (size <= maxReplay) {
      const { done, value } = await reader.read()
      if (done) return { body: concat(chunks, size), replayable: true }
      chunks.push(value)
      size += value.byteLength
    }
  } finally {
    signal?.removeEventListener("abort", stop)
  }
  const whole = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk)
    },
    pull: async (controller) => {
      const { done, value } = await reader.read()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason)
  })
  return { body: whole, replayable: false }
}

const concat = (chunks: ReadonlyArray<Uint8Array>, size: number): Uint8Array<ArrayBuffer> => {
  const all = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.byteLength
  }
  return all
}

const snapshot = (body: Body): Body => {
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

const isForm = (body: unknown): body is FormData =>
  typeof body === "object" && body !== null && Object.prototype.toString.call(body) === "[object FormData]"

const isStream = (body: unknown): boolean => body instanceof ReadableStream

const isReplayable = (body: unknown): boolean =>
  body === null ||
  body === undefined ||
  typeof body === "string" ||
  body instanceof Uint8Array ||
  body instanceof URLSearchParams ||
  body instanceof Blob ||
  isForm(body) ||
  // What `fetch` would turn into a string.
  typeof body !== "object"
