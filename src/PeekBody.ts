/**
 * Looks at the beginning of a body and hands on a body that still has every byte.
 *
 * Refusals must be read to be understood, and yet reach the caller byte for byte. What is read is bounded in size and in
 * time, so a refusal that never ends costs neither memory nor patience.
 *
 * @since 0.1.0
 */
import * as Chunks from "./Chunks.js"
import * as Trouble from "./Trouble.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Peeked {
  /** The first bytes, at most about `maxBytes`. */
  readonly bytes: Uint8Array
  /** The whole body, from its first byte. */
  readonly body: ReadableStream<Uint8Array>
  /** A short word for what it broke with before its end and before the bounds, if it did: see `Trouble.word`. */
  readonly broken: string | undefined
}

/**
 * @since 0.1.0
 * @category constants
 */
export const limits = { maxBytes: 256 * 1024, maxMillis: 5_000 }

/**
 * Reads until the bound, the end or the time limit. Never rejects: a body that breaks is handed on broken. `signal` gives
 * it up while it is being read.
 *
 * @since 0.1.0
 * @category reading
 */
export const peekBody = async (source: ReadableStream<Uint8Array>, signal?: AbortSignal): Promise<Peeked> => {
  const reader = source.getReader()
  const stop = () => {
    reader.cancel(signal?.reason).catch(() => {})
  }
  signal?.addEventListener("abort", stop)
  const chunks: Array<Uint8Array> = []
  let size = 0
  let pending: Promise<ReadableStreamReadResult<Uint8Array>> | undefined
  let ended = false
  let broken: Peeked["broken"]
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), limits.maxMillis)
  })
  try {
    while (size < limits.maxBytes && !ended) {
      pending ??= reader.read()
      const read = await Promise.race([pending, timeout])
      // The read that is still under way is not lost: the handed-on body begins with it.
      if (read === "late") break
      pending = undefined
      if (read.done) ended = true
      else {
        chunks.push(read.value)
        size += read.value.byteLength
      }
    }
  } catch (error) {
    // It is kept in `pending`, too, and reaches whoever reads on.
    broken = Trouble.word(error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener("abort", stop)
  }
  return { bytes: Chunks.concat(chunks, size), body: resume(chunks, reader, pending, ended), broken }
}

const resume = (
  chunks: ReadonlyArray<Uint8Array>,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  pending: Promise<ReadableStreamReadResult<Uint8Array>> | undefined,
  ended: boolean
): ReadableStream<Uint8Array> => {
  let next = pending
  // A break nobody reads on to must not become an unhandled rejection.
  next?.catch(() => {})
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      if (ended) controller.close()
    },
    async pull(controller) {
      const read = await (next ?? reader.read())
      next = undefined
      if (read.done) controller.close()
      else controller.enqueue(read.value)
    },
    cancel: (reason) => reader.cancel(reason)
  })
}
