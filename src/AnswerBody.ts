/**
 * The body of an answer on its way to the caller: begun by us as far as failover needs, then passed on chunk by chunk at
 * the caller's pace, untouched.
 *
 * @since 0.1.0
 */
import type { AnswerEnd } from "./AnswerEnd.js"
import type { AnswerScan } from "./AnswerScan.js"
import type { HiddenError } from "./core/StreamEvent.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface AnswerBody {
  /** The error it turned out to be before any content. */
  readonly error: HiddenError | undefined
  /** Every byte of the body; to be asked for once. `onEnd` runs exactly once. */
  readonly stream: (onEnd: (end: AnswerEnd) => void) => ReadableStream<Uint8Array>
  /** Ends it from outside: whoever reads gets `reason`, and the connection is freed. */
  readonly abort: (reason: unknown) => void
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly scan: AnswerScan
  /** Longest wait between two chunks, in milliseconds. Absent: as long as the transport waits. */
  readonly idleMillis?: number | undefined
}

/**
 * How much, and how long, an answer without content is held back for failover at most.
 *
 * @since 0.1.0
 * @category constants
 */
export const limits = { maxBytes: 256 * 1024, maxMillis: 30_000 }

/**
 * Reads until the scan has seen content or an error, or the bounds are reached. Rejects with what the body broke with:
 * nothing of the answer was delivered then.
 *
 * @since 0.1.0
 * @category constructors
 */
export const open = async (source: ReadableStream<Uint8Array>, options: Options): Promise<AnswerBody> => {
  const { scan } = options
  const reader = source.getReader()
  const chunks: Array<Uint8Array> = []
  let size = 0
  let ended = false
  let pending: Promise<ReadableStreamReadResult<Uint8Array>> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), Math.min(options.idleMillis ?? Infinity, limits.maxMillis))
  })
  try {
    while (!ended && size < limits.maxBytes && scan.undecided()) {
      pending = reader.read()
      const read = await Promise.race([pending, late])
      // The read that is still under way is not lost: the stream that is handed on begins with it.
      if (read === "late") break
      pending = undefined
      if (read.done) {
        ended = true
        scan.end()
      } else {
        chunks.push(read.value)
        size += read.value.byteLength
        scan.read(read.value)
      }
    }
  } finally {
    clearTimeout(timer)
  }
  return pass({ ...options, reader, chunks, pending, ended })
}

interface Begun extends Options {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>
  readonly chunks: ReadonlyArray<Uint8Array>
  readonly pending: Promise<ReadableStreamReadResult<Uint8Array>> | undefined
  readonly ended: boolean
}

const pass = ({ chunks, ended, idleMillis, pending, reader, scan }: Begun): AnswerBody => {
  const held = [...chunks]
  let next = pending
  // A break nobody reads on to must not become an unhandled rejection.
  next?.catch(() => {})
  let over: ((tag: AnswerEnd["_tag"]) => void) | undefined
  // Weak, so that what keeps the finalizer's closures does not keep the stream.
  let controller: WeakRef<ReadableByteStreamController> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const end = (tag: AnswerEnd["_tag"]) => {
    clearTimeout(timer)
    const tell = over
    over = undefined
    tell?.(tag)
  }
  const abort = (reason: unknown) => {
    reader.cancel(reason).catch(() => {})
    if (over === undefined) return
    end("GivenUp")
    controller?.deref()?.error(reason)
  }
  const idle = () => {
    if (over === undefined) return
    const reason = new DOMException(`Nothing came for ${idleMillis} ms`, "TimeoutError")
    end("Idle")
    controller?.deref()?.error(reason)
    reader.cancel(reason).catch(() => {})
  }
  const pull = async (to: ReadableByteStreamController): Promise<void> => {
    const first = held.shift()
    if (first !== undefined) return to.enqueue(alone(first))
    try {
      if (ended) return close(to)
      if (idleMillis !== undefined) timer = setTimeout(idle, idleMillis)
      const read = await (next ?? reader.read())
      next = undefined
      clearTimeout(timer)
      if (over === undefined) return
      if (read.done) {
        scan.end()
        return close(to)
      }
      scan.read(read.value)
      to.enqueue(alone(read.value))
    } catch (error) {
      if (over === undefined) return
      end("Cut")
      to.error(error)
    }
  }
  const close = (to: ReadableByteStreamController) => {
    end("Complete")
    to.close()
    // A reader that brought its own buffer waits for it.
    to.byobRequest?.respond(0)
  }
  return {
    error: scan.hasContent() ? undefined : scan.error(),
    abort,
    stream: (onEnd) => {
      const stream = new ReadableStream({
        type: "bytes",
        start: (to) => {
          controller = new WeakRef(to)
        },
        pull,
        cancel: (reason) => {
          end("GivenUp")
          return reader.cancel(reason)
        }
      })
      over = (tag) => {
        unread.unregister(reader)
        onEnd({ _tag: tag, error: scan.error(), usage: scan.usage() })
      }
      unread.register(
        stream,
        () => {
          end("Unread")
          reader.cancel().catch(() => {})
        },
        reader
      )
      return stream
    }
  }
}

/** A byte stream takes the whole buffer behind a chunk away; one that is a part of a bigger buffer is copied. */
const alone = (chunk: Uint8Array): Uint8Array<ArrayBuffer> =>
  chunk.buffer instanceof ArrayBuffer && chunk.byteLength === chunk.buffer.byteLength
    ? new Uint8Array(chunk.buffer)
    : new Uint8Array(chunk)

/** A body that is dropped unread ends when it is collected. */
const unread = new FinalizationRegistry<() => void>((end) => end())
