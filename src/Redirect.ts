/**
 * Redirects, as `fetch` follows them, but within the origin the token belongs to.
 *
 * @since 0.1.0
 */
import type { FetchRequest } from "./FetchRequest.js"

/**
 * What changes from hop to hop.
 *
 * @since 0.1.0
 * @category models
 */
export interface Init {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Exclude<FetchRequest["body"], undefined>
}

/**
 * Sends, and follows redirects to the same origin as the request's `redirect` mode says. A redirect to another origin is
 * handed back as it came: neither the token nor the prompt goes there. An error is what `fetch` rejects with; the provider
 * is not to blame for it.
 *
 * @since 0.1.0
 * @category running
 */
export const follow = async (
  send: (url: URL, init: Init) => Promise<Response>,
  first: URL,
  request: FetchRequest
): Promise<Response | TypeError> => {
  let url = first
  let { body, headers, method } = request
  for (let hops = 0; ; hops++) {
    const response = await send(url, { method, headers, ...(body === undefined ? {} : { body }) })
    const location = isRedirect(response.status) ? response.headers.get("location") : null
    if (location === null || request.redirect === "manual") {
      return hops === 0 ? response : redirected(response)
    }
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined
    if (request.redirect === "error") {
      release(response)
      return failed("unexpected redirect")
    }
    if (next === undefined || next.origin !== url.origin) return response
    release(response)
    if (hops === 20) return failed("redirect count exceeded")
    if (response.status === 303 ? !/^(?:GET|HEAD)$/.test(method) : response.status < 303 && method === "POST") {
      method = "GET"
      body = undefined
      headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith("content-")))
    } else if (!request.replayable) return failed("a one-shot body cannot follow a redirect")
    url = next
  }
}

const isRedirect = (status: number): boolean =>
  status === 301 || status === 302 || status === 303 || status === 307 || status === 308

const redirected = (response: Response): Response =>
  Object.defineProperty(response, "redirected", { value: true, configurable: true })

const release = (response: Response): void => {
  response.body?.cancel().catch(() => {})
}

/** As `fetch` says it. */
const failed = (why: string): TypeError => new TypeError("fetch failed", { cause: new Error(why) })
