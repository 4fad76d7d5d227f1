/**
 * A `Response` of ours that answers as another one does, over a body of ours.
 *
 * @since 0.1.0
 */

/**
 * What it stands for: a `Response`, or as much of one as there is.
 *
 * @since 0.1.0
 * @category models
 */
export type Head = Pick<Response, "status"> &
  Partial<Pick<Response, "statusText" | "url" | "redirected" | "type">> & { readonly headers: HeadersInit }

/**
 * Whether answers of this status have no body, whatever was sent.
 *
 * @since 0.1.0
 * @category predicates
 */
export const hasNoBody = (status: number): boolean =>
  status === 101 || status === 204 || status === 205 || status === 304

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (body: BodyInit | null, as: Head): Response => {
  const { headers, status, statusText = "" } = as
  // Servers send statuses, and reasons in their own language, that a Response may have and its constructor refuses.
  const said = { ...(isSayable(status) ? { status } : {}), ...(isReason(statusText) ? { statusText } : {}) }
  return dressed(new Response(hasNoBody(status) ? null : body, { ...said, headers }), as)
}

/**
 * What a `fetch` answered as the `Response` it should be: that of `node-fetch` has a Node stream for a body.
 *
 * @since 0.1.0
 * @category constructors
 */
export const standard = (response: Response): Response => {
  const body: unknown = response.body
  return isPiped(body) ? make(streamOf(body), response) : response
}

/** What a Response knows of itself that ours would not. */
const dressed = (response: Response, as: Head): Response => {
  const { redirected, status, statusText = "", type, url } = as
  const ok = status >= 200 && status <= 299
  for (const [name, value] of Object.entries({ ok, redirected, status, statusText, type, url })) {
    if (value === undefined || Reflect.get(response, name) === value) continue
    Object.defineProperty(response, name, { value, configurable: true })
  }
  const clone = () => dressed(Response.prototype.clone.call(response), as)
  return Object.defineProperty(response, "clone", { value: clone, configurable: true, writable: true })
}

const isSayable = (status: number): boolean => status >= 200 && status <= 599

const isReason = (text: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(text)

interface Piped extends AsyncIterable<Uint8Array> {
  readonly destroy: (error?: Error) => void
}

const isPiped = (body: unknown): body is Piped =>
  typeof body === "object" &&
  body !== null &&
  !("getReader" in body) &&
  "destroy" in body &&
  Symbol.asyncIterator in body

const streamOf = (body: Piped): ReadableStream<Uint8Array> => {
  const chunks = body[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      pull: async (to) => {
        const { done, value } = await chunks.next()
        if (done === true) to.close()
        else to.enqueue(new Uint8Array(value))
      },
      // Whoever iterates would first wait for the chunk that is under way.
      cancel: () => body.destroy()
    },
    { highWaterMark: 0 }
  )
}
