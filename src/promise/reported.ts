/**
 * What can be learnt from an error that a program reports.
 *
 * @since 0.1.0
 */
import * as HiddenError from "../core/HiddenError.js"
import * as Outcome from "../core/Outcome.js"
import type { Facts, Provider } from "../Provider.js"
import * as Trouble from "../Trouble.js"

/**
 * What a vendor makes of an error that was met at that time. Aborts are nobody's; `undefined`: nothing is known of it.
 *
 * @since 0.1.0
 * @category getters
 */
export const reportedOutcome = (reported: unknown, vendor: Provider, now: number): Outcome.Outcome | undefined => {
  const error = lastOf(reported)
  const facts = reportedFacts(error)
  if (facts !== undefined) return vendor.classify({ ...facts, now })
  if (typeof error !== "object" || error === null) return undefined
  if (isAbort(error)) return Outcome.abandoned
  const trouble = isTimeout(error) ? "timeout" : Trouble.word(error)
  return wire.test(trouble) ? Trouble.failure(trouble, "no answer came from the provider") : undefined
}

/** The words of the system, of `fetch` and of TLS for a connection that failed. */
const wire =
  /^(?:ECONN\w+|ENOTFOUND|EAI_\w+|EHOST\w+|ENET\w+|EPIPE|EPROTO|ETIMEDOUT|UND_ERR_\w+|HPE_\w+|ERR_(?:SSL|TLS)_\w+|\w*CERT\w*|timeout)$/

/** What Vercel's SDK met last, when it has tried more than once. */
const lastOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "lastError" in error ? error.lastError : error

/** OpenAI's and Anthropic's SDKs tell a timeout of their own by the class alone. */
const isTimeout = (error: object): boolean => error.constructor?.name === "APIConnectionTimeoutError"

/** SDKs wrap the abort of `fetch` into one of their own, that has no name. */
const isAbort = (error: object): boolean =>
  ("name" in error && error.name === "AbortError") || error.constructor?.name === "APIUserAbortError"

const reportedFacts = (error: unknown): Omit<Facts, "now"> | undefined => {
  if (typeof error !== "object" || error === null) return undefined
  const body = bodyOf(error)
  const status = statusOf(error) ?? hiddenStatus(body)
  return status === undefined ? undefined : { status, headers: headersOf(error), body }
}

const statusOf = (error: object): number | undefined => {
  const status = "status" in error ? error.status : "statusCode" in error ? error.statusCode : undefined
  return typeof status === "number" && status >= 100 ? status : undefined
}

/** An error inside a stream has no status of its own. */
const hiddenStatus = (body: unknown): number | undefined => {
  const found = HiddenError.find(body, ["error"])
  return typeof found === "object" ? found.status : undefined
}

const headersOf = (error: object): Readonly<Record<string, string>> => {
  const headers = "headers" in error ? error.headers : "responseHeaders" in error ? error.responseHeaders : undefined
  if (headers instanceof Headers) return Object.fromEntries(headers)
  if (typeof headers !== "object" || headers === null) return {}
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
}

const bodyOf = (error: object): unknown => {
  if (error instanceof Response) return undefined
  // OpenAI's SDK keeps the inner `error`, Anthropic's the whole body, Vercel's the text.
  if ("error" in error && typeof error.error === "object" && error.error !== null) {
    return "error" in error.error ? error.error : { error: error.error }
  }
  if ("responseBody" in error) return error.responseBody
  // Google's keeps the body as its message, in streams behind a few words.
  const text =
    "message" in error && typeof error.message === "string" ? /\{[\s\S]*/.exec(error.message)?.[0] : undefined
  return text?.includes('"error"') ? text : undefined
}
