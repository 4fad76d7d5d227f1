/**
 * A plain stream of chunks that can be read by the byte, too, as the body that `fetch` gives can.
 *
 * A byte stream costs every chunk a copy and some more; hardly anybody reads by the byte. So it is made when asked for.
 *
 * @since 0.1.0
 */

/**
 * The same stream, whose `getReader({ mode: "byob" })` works.
 *
 * @since 0.1.0
 * @category combinators
 */
export const readable = (stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> => {
  const chunks = stream.getReader.bind(stream)
  const getReader = (options?: { readonly mode?: "byob" }) =>
    options?.mode === "byob" ? bytes(chunks()).getReader({ mode: "byob" }) : chunks()
  return Object.defineProperty(stream, "getReader", { value: getReader, configurable: true, writable: true })
}

const bytes = (reader: ReadableStreamDefaultReader<Uint8Array>): ReadableStream<Uint8Array> => {
  const source: UnderlyingByteSource = {
    type: "bytes",
    pull: async (to) => {
      const { done, value } = await reader.read()
      // A byte stream takes the buffer behind a chunk away, and it may not be ours alone.
      if (!done) return to.enqueue(new Uint8Array(value))
      to.close()
      // A reader that brought its own buffer waits for it.
      to.byobRequest?.respond(0)
    },
    cancel: (reason) => reader.cancel(reason)
  }
  return new ReadableStream(source)
}
