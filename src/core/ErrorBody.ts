/**
 * Reads the body of a refusal, whatever it is: JSON of any vendor's shape, cut short, a web page, text, bytes, nonsense.
 *
 * What is decoded, parsed and searched is bounded, so that ten megabytes cost what ten kilobytes do.
 *
 * @since 0.1.0
 */
import * as TruncatedJson from "./TruncatedJson.js"

/**
 * Any JSON object, or nothing of one.
 *
 * @since 0.1.0
 * @category models
 */
export type Members = Readonly<Record<string, unknown>>

/**
 * @since 0.1.0
 * @category models
 */
export interface ErrorBody {
  /** `page` is HTML or XML: something in front of the vendor spoke. `text` is all that is none of the others. */
  readonly form: "absent" | "json" | "page" | "text"
  readonly root: Members
  /** Where the vendor describes the error: mostly the member `error`, else the whole. */
  readonly error: Members
  /** What the vendor calls it, in lower case, the most specific word first. */
  readonly codes: ReadonlyArray<string>
  /** What it says to people. For refining what code and status say, and never for any output: it may hold secrets. */
  readonly message: string
}

/**
 * Longest body that is parsed as a whole, longest beginning that is read of longer ones, and longest message that is
 * searched.
 *
 * @since 0.1.0
 * @category constants
 */
export const limits = { whole: 256 * 1024, beginning: 32 * 1024, message: 4096, code: 80 }

/**
 * Reads a body. Total: a body that cannot be read counts as absent.
 *
 * @since 0.1.0
 * @category parsing
 */
export const read = (body: unknown): ErrorBody => {
  try {
    return readAny(body)
  } catch {
    // A body that is not text may be any object, even one whose members throw.
    return absent
  }
}

/**
 * @since 0.1.0
 * @category constants
 */
export const absent: ErrorBody = { form: "absent", root: {}, error: {}, codes: [], message: "" }

/**
 * The value as an object; anything else has no members.
 *
 * @since 0.1.0
 * @category conversions
 */
export const members = (value: unknown): Members => (isMembers(value) ? value : {})

/**
 * @since 0.1.0
 * @category predicates
 */
export const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/**
 * Whether a text is a web page or XML, by its first words.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isPage = (text: string): boolean =>
  /^[\s\ufeff]{0,200}<(?:!doctype|html|head|body|title|center|h1|p|pre|!--|\?xml|error)\b/i.test(text.slice(0, 300))

/**
 * The text of a body that has one, as far as `most` characters.
 *
 * @since 0.1.0
 * @category conversions
 */
export const textOf = (body: unknown, most: number): string | undefined => {
  if (typeof body === "string") return body.length > most ? body.slice(0, most) : body
  if (body instanceof Uint8Array) return new TextDecoder().decode(body.length > most ? body.subarray(0, most) : body)
  return body instanceof ArrayBuffer ? textOf(new Uint8Array(body), most) : undefined
}

const readAny = (body: unknown): ErrorBody => {
  if (body === null || body === undefined) return absent
  const text = textOf(body, limits.whole + 1)
  if (text === undefined) return typeof body === "object" ? ofJson(body) : absent
  if (isPage(text)) return { ...absent, form: "page", message: text.slice(0, limits.message) }
  const start = /[^\s\ufeff]/.exec(text)?.[0]
  if (start === undefined) return absent
  const event = /^\s*(?:(?:id|event|retry)?:[^\n]{0,100}\n){0,4}data:\s?([[{][^\n]*)/.exec(
    text.slice(0, limits.beginning)
  )?.[1]
  if (event !== undefined) return readAny(event)
  if (start === "{" || start === "[" || start === '"') {
    const parsed = text.length > limits.whole ? undefined : parse(text)
    const value = parsed === undefined ? TruncatedJson.parse(text.slice(0, limits.beginning)) : parsed
    if (value !== undefined && value !== null) return ofJson(value)
  }
  return { ...absent, form: "text", message: text.slice(0, limits.message) }
}

const ofJson = (value: unknown): ErrorBody => {
  // Google wraps its error into a list of one.
  const first = within(Array.isArray(value) ? value[0] : value)
  if (typeof first === "string") return { ...absent, form: "json", message: first.slice(0, limits.message) }
  const root = members(first)
  const error = errorOf(root)
  return { form: "json", root, error, codes: codesOf(root, error), message: messageOf(root, error) }
}

/** A relay may write down as JSON what was JSON already. */
const within = (value: unknown): unknown =>
  typeof value === "string" && value.length <= limits.beginning && /^\s*\{/.test(value)
    ? (parse(value) ?? value)
    : value

const errorOf = (root: Members): Members => {
  const own = isMembers(root.error) ? root.error : undefined
  // A relay may wrap what it was told once more.
  if (own !== undefined) return isMembers(own.error) ? own.error : (toldWhole(own) ?? own)
  const { response, errors, detail } = root
  if (isMembers(response) && isMembers(response.error)) return response.error
  for (const list of [errors, root.error]) if (Array.isArray(list) && isMembers(list[0])) return list[0]
  return isMembers(errors) ? errors : isMembers(detail) ? detail : root
}

/** Google's SDK for JavaScript tells the whole body as the message, beside the same number; what is passed on looks so. */
const toldWhole = ({ code, message }: Members): Members | undefined => {
  if (typeof code !== "number" || typeof message !== "string" || !/^\s*\{/.test(message)) return undefined
  const inner = message.length > limits.beginning ? {} : members(members(parse(message)).error)
  return inner.code === code ? inner : undefined
}

/**
 * Amazon's name of an error, out of `namespace#Name` in a body and `Name:address` in a header.
 *
 * @since 0.1.0
 * @category getters
 */
export const amazonCode = (text: unknown): string | undefined =>
  typeof text === "string" ? /^(?:[\w.]{1,80}#)?(\w{1,80})(?::|$)/.exec(text.trim())?.[1] : undefined

const codesOf = (root: Members, error: Members): ReadonlyArray<string> => {
  const found: Array<string> = []
  const add = (value: unknown) => {
    const text = typeof value === "number" && Number.isFinite(value) ? String(value) : value
    if (typeof text !== "string" || text.length > limits.code) return
    const code = text.trim().toLowerCase()
    if (code !== "" && code !== "error" && !found.includes(code)) found.push(code)
  }
  const { details } = error
  // Anthropic: an object; Google: a list of typed ones.
  if (isMembers(details)) add(details.error_code)
  else for (const detail of listOf(details)) add(members(detail).reason)
  // Google's older form.
  for (const each of listOf(error.errors)) add(members(each).reason)
  const metadata = members(error.metadata)
  add(members(error.availability).code)
  add(metadata.reason)
  add(metadata.limit_source)
  add(metadata.error_type)
  add(members(error.innererror).code)
  for (const place of error === root ? [root] : [error, root]) {
    add(place.error_code)
    add(place.errorCode)
    add(place.error_type)
    add(place.code)
    add(place.type)
    add(place.status)
    add(place.reason)
  }
  // OAuth's form: one word, and what it means beside it.
  if (typeof root.error === "string" && /^[a-z]+(?:_[a-z]+)+$/i.test(root.error)) add(root.error)
  add(members(root.base_resp).status_code)
  add(amazonCode(root.__type))
  return found
}

const listOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value.slice(0, 20) : [])

const messageOf = (root: Members, error: Members): string => {
  const places = [error.message, root.message, root.Message, root.errorMessage, root.error_description]
  const further = [root.error, root.msg, root.err, root.error_msg, root.detail, error.error, error.msg, error.detail]
  const deep = [members(root.header).message, members(root.base_resp).status_msg]
  const found = [...places, ...further, ...deep].find((value) => typeof value === "string" && value !== "")
  return typeof found === "string" ? found.slice(0, limits.message) : ""
}

const parse = (text: string): unknown => {
  try {
    // Some servers put a byte order mark first, which is no JSON.
    return JSON.parse(text.startsWith("\ufeff") ? text.slice(1) : text)
  } catch {
    return undefined
  }
}
