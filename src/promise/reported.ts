/**
 * What can be learnt from an error that a program reports.
 *
 * @since 0.1.0
 */
import type { Facts } from "../Provider.js"

/**
 * Status, headers and body of an SDK's error or of a `Response`; `undefined` when it has no status.
 *
 * @since 0.1.0
 * @category parsing
 */
export const reportedFacts = (error: unknown): Omit<Facts, "now"> | undefined => {
  if (typeof error !== "object" || error === null) return undefined
  const status = "status" in error ? error.status : "statusCode" in error ? error.statusCode : undefined
  if (typeof status !== "number" || status < 100) return undefined
  return { status, headers: headersOf(error), body: bodyOf(error) }
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
  return "responseBody" in error ? error.responseBody : undefined
}
