/**
 * The body of an answer on its way to the caller: begun by us as far as failover needs, then passed on chunk by chunk at
 * the caller's pace, untouched.
 *
 * @since 0.1.0
 */
import type { AnswerEnd } from "./AnswerEnd.js"
import type { AnswerScan } from "./AnswerScan.js"
import { readable } from "./ByteStream.js"
import type { HiddenError } from "./core/StreamEvent.js"
import type { Usage } from "./core/Usage.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface AnswerBody {
  /** The error it turned out to be before any content. */
  readonly error: HiddenError | undefined
  /** What it said it used, if it is over already: nobody needs to wait for its end then. */
  readonly over: { readonly usage: Usage | undefined } | undefined
  /** Every byte of the body. */
  readonly stream: ReadableStream<Uint8Array>
  /** Tells how it ended, once, even if it has already. */
  readonly onEnd: (listener: (end: AnswerEnd) => void) => void
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
  /** Gives it up while it is being opened. */
  readonly signal?: AbortSignal | undefined
}

/**
 * How much, and how long, an answer without content is held back for failover at most. What is known to be short and has
 * not come whole in that time has stalled, and breaks; but where `idleMillis` watches it, that decides.
 *
 * @since 0.1.0
 * @category constants
 */
export const limits = { maxBytes: 256 * 1024, maxMillis: 30_000 }

/**
 * Reads until the scan has seen content or an error, or the bounds are reached. Rejects with what the body broke with
 * until then: nobody has had any of it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const open = async (source: ReadableStream<Uint8Array>, options: Options): Promise<AnswerBody> => {
  const { scan, signal } = options
  const reader = source.getReader()
  const stop = () => {
    reader.cancel(signal?.reason).catch(() => {})
  }
  signal?.addEventListener("abort", stop)
  const chunks: Array<Uint8Array> = []
  let size = 0
  let ended = false
  let pending: Reading | undefined
  let callOff = () => {}
  const late = new Promise<"late">((resolve) => {
    if (!scan.whole || options.idleMillis === undefined) callOff = whenLate(() => resolve("late"))
  })
  try {
    while (!ended && size < limits.maxBytes && scan.undecided()) {
      pending = readWithin(reader, options.idleMillis)
      const read = await Promise.race([pending, late])
      if (read === "late" && scan.whole) throw stalled()
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
  } catch (error) {
    pending?.catch(() => {})
    reader.cancel(error).catch(() => {})
    throw error
  } finally {
    callOff()
    signal?.removeEventListener("abort", stop)
  }
  return pass({ ...options, reader, chunks, pending, ended })
}

/**
 * What an answer breaks with that is known to be short and has not come whole in time.
 *
 * @since 0.1.0
 * @category constructors
 */
export const stalled = (): DOMException =>
  new DOMException(`The answer stalled: it did not come whole within ${limits.maxMillis} ms`, "TimeoutError")

/**
 * Runs `tell` when an answer has been held back for as long as it may be; answers what calls that off.
 *
 * @since 0.1.0
 * @category running
 */
export const whenLate = (tell: () => void): (() => void) => {
  const timer = setTimeout(tell, limits.maxMillis)
  return () => clearTimeout(timer)
}

type Reading = Promise<ReadableStreamReadResult<Uint8Array>>

interface Begun extends Options {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>
  readonly chunks: ReadonlyArray<Uint8Array>
  readonly pending: Reading | undefined
  readonly ended: boolean
}

const pass = ({ chunks, ended, idleMillis, pending, reader, scan }: Begun): AnswerBody => {
  const held = chunks.filter(({ byteLength }) => byteLength > 0)
  let next = pending
  // A break nobody reads on to must not become an unhandled rejection.
  next?.catch(() => {})
  const listeners: Array<(end: AnswerEnd) => void> = []
  let over: AnswerEnd | undefined
  // Weak, so that what keeps the finalizer's closures does not keep the stream.
  let controller: WeakRef<ReadableStreamDefaultController<Uint8Array>> | undefined

  const end = (tag: AnswerEnd["_tag"]) => {
    if (over !== undefined) return
    over = { _tag: tag, error: scan.error(), finished: scan.finished(), usage: scan.usage() }
    unread.unregister(reader)
    for (const tell of listeners.splice(0)) tell(over)
  }
  const abort = (reason: unknown) => {
    reader.cancel(reason).catch(() => {})
    if (over !== undefined) return
    end("GivenUp")
    controller?.deref()?.error(reason)
  }
  const pull = async (to: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const first = held.shift()
    if (first !== undefined) return to.enqueue(first)
    try {
      if (ended) return close(to)
      let read = await (next ?? readWithin(reader, idleMillis))
      next = undefined
      // Nobody has use for empty chunks, and a byte stream takes none.
      while (!read.done && read.value.byteLength === 0) read = await readWithin(reader, idleMillis)
      if (over !== undefined) return
      if (read.done) {
        scan.end()
        return close(to)
      }
      scan.read(read.value)
      to.enqueue(read.value)
    } catch (error) {
      if (over !== undefined) return
      end(error instanceof DOMException && error.name === "TimeoutError" ? "Idle" : "Cut")
      to.error(error)
    }
  }
  const close = (to: ReadableStreamDefaultController<Uint8Array>) => {
    end("Complete")
    to.close()
  }
  const stream = () => {
    const source: UnderlyingDefaultSource<Uint8Array> = {
      start: (to) => {
        controller = new WeakRef(to)
      },
      pull,
      cancel: (reason) => {
        end("GivenUp")
        return reader.cancel(reason)
      }
    }
    const all = new ReadableStream(source, new ByteLengthQueuingStrategy({ highWaterMark: scan.ahead }))
    const dropped = () => {
      end("Unread")
      reader.cancel().catch(() => {})
    }
    unread.register(all, dropped, reader)
    return readable(all)
  }
  return {
    error: scan.hasContent() ? undefined : scan.error(),
    over: ended ? { usage: scan.usage() } : undefined,
    stream: stream(),
    onEnd: (listener) => {
      if (over === undefined) listeners.push(listener)
      else listener(over)
    },
    abort
  }
}

/** One read, given up when nothing comes for so long. */
const readWithin = (reader: ReadableStreamDefaultReader<Uint8Array>, idleMillis: number | undefined): Reading => {
  const reading = reader.read()
  if (idleMillis === undefined) return reading
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const reason = new DOMException(`Nothing came for ${idleMillis} ms`, "TimeoutError")
      reject(reason)
      reader.cancel(reason).catch(() => {})
    }, idleMillis)
    reading.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** A body that is dropped unread ends when it is collected. */
const unread = new FinalizationRegistry<() => void>((end) => end())
