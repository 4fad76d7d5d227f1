/**
 * A request body that can be read once, kept as it passes so that it can be sent again: SDKs stream the files they upload.
 *
 * @since 0.1.0
 */
import * as Chunks from "./Chunks.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface OneShotBody {
  readonly _tag: "OneShotBody"
  /** The body from its first byte. Whoever was given it before gets no more of it. */
  readonly stream: () => ReadableStream<Uint8Array>
  /** Whether it can be had from its first byte: it is not too long to be kept, and has not broken. */
  readonly isWhole: () => boolean
  /** Whether its source broke, which is no trouble of whoever it was sent to. */
  readonly isBroken: () => boolean
  /** All of it, once it has come; `undefined` when it is too long to be kept. */
  readonly read: () => Promise<Uint8Array<ArrayBuffer> | undefined>
  /** It is not sent any more: gives its source up. */
  readonly release: (reason: unknown) => void
}

/**
 * Bodies up to here are kept so that they can be replayed; longer ones are sent once.
 *
 * @since 0.1.0
 * @category constants
 */
export const maxReplay = 32 * 1024 * 1024

/**
 * Whether `fetch` would read it as a stream: a web stream, or a Node stream and whatever else comes piece by piece.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isStream = (body: unknown): body is ReadableStream =>
  body instanceof ReadableStream || (typeof body === "object" && body !== null && Symbol.asyncIterator in body)

/**
 * @since 0.1.0
 * @category predicates
 */
export const is = (body: unknown): body is OneShotBody =>
  typeof body === "object" && body !== null && "_tag" in body && body._tag === "OneShotBody"

/**
 * Throws as `fetch` does when it is in use already.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (given: ReadableStream): OneShotBody => {
  const reader = (new Response(given).body as ReadableStream<Uint8Array>).getReader()
  const kept: Array<Uint8Array> = []
  let size = 0
  let state: "open" | "ended" | "broken" = "open"
  let pending: Promise<Uint8Array | undefined> | undefined
  let current: object | undefined

  /** The next chunk, for whoever asks until it is there. */
  const next = (): Promise<Uint8Array | undefined> => {
    pending ??= reader.read().then(
      ({ done, value }) => {
        pending = undefined
        if (done) {
          state = "ended"
          return undefined
        }
        // A copy, since the source may fill it again. What is no bytes, `fetch` has an opinion of.
        const chunk = value instanceof Uint8Array ? new Uint8Array(value) : value
        if (size <= maxReplay) kept.push(chunk)
        size += chunk.byteLength ?? 0
        return chunk
      },
      (error) => {
        pending = undefined
        state = "broken"
        throw error
      }
    )
    return pending
  }
  // A Node stream that fails while nobody listens takes the process down, and a token may be long in coming.
  next().catch(() => {})

  const isWhole = () => size <= maxReplay && state !== "broken"
  const release = (reason: unknown) => {
    reader.cancel(reason).catch(() => {})
  }
  const stream = () => {
    let at = 0
    const me = {}
    current = me
    const source: UnderlyingDefaultSource<Uint8Array> = {
      pull: async (to) => {
        const chunk = kept[at++] ?? (state === "ended" ? undefined : await next())
        if (current !== me) to.error(new DOMException("The body is sent again", "AbortError"))
        else if (chunk === undefined) to.close()
        else to.enqueue(chunk)
      }
    }
    return new ReadableStream(source, { highWaterMark: 0 })
  }
  const read = async () => {
    while (isWhole() && state !== "ended") await next()
    return isWhole() ? Chunks.concat(kept, size) : undefined
  }
  return { _tag: "OneShotBody", stream, isWhole, isBroken: () => state === "broken", read, release }
}
