/**
 * An answer as the rules look at it: status, headers in lower case, and the body read.
 *
 * @since 0.1.0
 */
import * as ErrorBody from "./ErrorBody.js"
import type { Facts } from "./Facts.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: ErrorBody.ErrorBody
  readonly now: number
  readonly model: string | undefined
  readonly path: string
}

/**
 * Reads the facts, however they are.
 *
 * @since 0.1.0
 * @category constructors
 */
export const of = (facts: Facts): Answer => {
  const body = ErrorBody.read(facts.body)
  const headers = lowerCase(facts.headers)
  // Amazon puts the name of the error there, and nothing but words into the body.
  const named = ErrorBody.amazonCode(headers["x-amzn-errortype"])?.toLowerCase()
  return {
    status: facts.status,
    headers,
    body: named === undefined ? body : { ...body, codes: [...body.codes, named] },
    now: Number.isFinite(facts.now) ? facts.now : 0,
    model: facts.model,
    path: typeof facts.path === "string" ? facts.path : ""
  }
}

/**
 * The same answer with another status and body: for an error that came under status 200.
 *
 * @since 0.1.0
 * @category combinators
 */
export const reveal = (self: Answer, status: number, body: unknown): Answer => ({
  ...self,
  status,
  body: ErrorBody.read(body)
})

/**
 * Whether a web page answered instead of the vendor's API.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isPage = (self: Answer): boolean =>
  self.body.form === "page" ||
  (self.body.form !== "json" && /^\s*(?:text\/html|application\/xhtml)/i.test(self.headers["content-type"] ?? ""))

/** Facts come with lower-case names; whoever types them by hand may not. Without a prototype, any name is harmless. */
const lowerCase = (headers: unknown): Readonly<Record<string, string>> => {
  const out: Record<string, string> = Object.create(null)
  if (!ErrorBody.isMembers(headers)) return out
  try {
    for (const [name, value] of Object.entries(headers)) {
      const text = Array.isArray(value) ? value.filter((each) => typeof each === "string").join(", ") : value
      if (typeof text === "string" || typeof text === "number") out[name.toLowerCase()] = String(text)
    }
  } catch {
    // An object whose members throw tells nothing more.
  }
  return out
}
