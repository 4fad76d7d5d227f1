/**
 * JSON as it was written: every value knows where it stands, and printing gives back what nobody touched, numbers digit
 * for digit and fields in their order, also those that look like array indices. So an error can name the line, and a
 * rewrite keeps what it does not understand.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"

/**
 * @since 0.1.0
 * @category models
 */
export type Json = JsonObject | JsonArray | JsonScalar

/**
 * @since 0.1.0
 * @category models
 */
export interface JsonObject {
  readonly _tag: "Object"
  /** Offset in the text; -1 when made by a program. */
  readonly at: number
  readonly members: ReadonlyArray<Member>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Member {
  readonly key: string
  /** The key as written, quotes included. */
  readonly raw: string
  readonly at: number
  readonly value: Json
}

/**
 * @since 0.1.0
 * @category models
 */
export interface JsonArray {
  readonly _tag: "Array"
  readonly at: number
  readonly items: ReadonlyArray<Json>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface JsonScalar {
  readonly _tag: "Scalar"
  readonly at: number
  readonly raw: string
}

/**
 * Why a text is no JSON. Quotes nothing of it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Malformed {
  readonly at: number
  readonly reason: string
}

/**
 * @since 0.1.0
 * @category parsing
 */
export const parse = (text: string): Either.Either<Json, Malformed> => {
  const start = text.startsWith("\uFEFF") ? 1 : 0
  const value = parseValue(text, skip(text, start), 0)
  if ("reason" in value) return Either.left(value)
  const end = skip(text, value.end)
  return end === text.length
    ? Either.right(value.json)
    : Either.left(malformed(text, end, "there is something after the end of the document"))
}

/**
 * The 1-based line of an offset.
 *
 * @since 0.1.0
 * @category getters
 */
export const lineAt = (text: string, at: number): number => text.slice(0, Math.max(0, at)).split(/\r\n|\r|\n/).length

/**
 * The value as JavaScript has it; of fields given twice, the last.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toValue = (json: Json): unknown => {
  switch (json._tag) {
    case "Object":
      // `fromEntries` makes a field of `__proto__`, where an assignment would not.
      return Object.fromEntries(json.members.map((member) => [member.key, toValue(member.value)]))
    case "Array":
      return json.items.map(toValue)
    case "Scalar":
      return JSON.parse(json.raw)
  }
}

/**
 * The offset of the value at a path, or of the nearest thing around it that is there.
 *
 * @since 0.1.0
 * @category getters
 */
export const locate = (json: Json, path: ReadonlyArray<PropertyKey>): number => {
  const [head, ...rest] = path
  if (head === undefined) return json.at
  if (json._tag === "Array") {
    const item = json.items[Number(head)]
    return item === undefined ? json.at : locate(item, rest)
  }
  if (json._tag === "Scalar") return json.at
  const member = json.members.findLast(({ key }) => key === head)
  if (member === undefined) return json.at
  return rest.length === 0 ? member.at : locate(member.value, rest)
}

/**
 * The document as text: two spaces, one field a line, a line end at the end.
 *
 * @since 0.1.0
 * @category rendering
 */
export const print = (json: Json): string => `${printAt(json, "\n")}\n`

const printAt = (json: Json, newline: string): string => {
  const inner = `${newline}  `
  switch (json._tag) {
    case "Scalar":
      return json.raw
    case "Array":
      return json.items.length === 0
        ? "[]"
        : `[${inner}${json.items.map((item) => printAt(item, inner)).join(`,${inner}`)}${newline}]`
    case "Object":
      return json.members.length === 0
        ? "{}"
        : `{${inner}${json.members.map(({ raw, value }) => `${raw}: ${printAt(value, inner)}`).join(`,${inner}`)}${newline}}`
  }
}

interface Parsed {
  readonly json: Json
  readonly end: number
}

/** Deeper than any config, shallower than the stack. */
const deepest = 200

const skip = (text: string, at: number): number => {
  let end = at
  while (end < text.length && " \t\r\n".includes(text.charAt(end))) end++
  return end
}

const malformed = (text: string, at: number, reason: string): Malformed => {
  if (text.trim() === "") return { at: 0, reason: "the file is empty" }
  if (at >= text.length) return { at: text.trimEnd().length, reason: "the document ends too early" }
  return text.startsWith("//", at) || text.startsWith("/*", at)
    ? { at, reason: "JSON has no comments" }
    : { at, reason }
}

const parseValue = (text: string, at: number, depth: number): Parsed | Malformed => {
  if (depth > deepest) return { at, reason: "the document is nested too deeply" }
  const char = text.charAt(at)
  if (char === "{") return parseObject(text, at, depth)
  if (char === "[") return parseArray(text, at, depth)
  return parseScalar(text, at)
}

const scalar =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in a text
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

const parseScalar = (text: string, at: number): Parsed | Malformed => {
  scalar.lastIndex = at
  const raw = scalar.exec(text)?.[0]
  if (raw !== undefined) return { json: { _tag: "Scalar", at, raw }, end: at + raw.length }
  const char = text.charAt(at)
  if (char === '"') return malformed(text, at, "a text that begins here is not closed on its line or has a bad escape")
  if (char === "'") return malformed(text, at, 'texts stand in double quotes (")')
  return malformed(text, at, "a value is missing or is not JSON (texts stand in double quotes)")
}

const parseArray = (text: string, at: number, depth: number): Parsed | Malformed => {
  const items: Array<Json> = []
  let end = skip(text, at + 1)
  if (text.charAt(end) === "]") return { json: { _tag: "Array", at, items }, end: end + 1 }
  for (;;) {
    const item = parseValue(text, end, depth + 1)
    if ("reason" in item) return item
    items.push(item.json)
    end = skip(text, item.end)
    if (text.charAt(end) === "]") return { json: { _tag: "Array", at, items }, end: end + 1 }
    if (text.charAt(end) !== ",") return malformed(text, end, 'a "," or "]" is missing before this')
    const comma = end
    end = skip(text, end + 1)
    if (text.charAt(end) === "]") return malformed(text, comma, 'there is a "," after the last item')
  }
}

const parseObject = (text: string, at: number, depth: number): Parsed | Malformed => {
  const members: Array<Member> = []
  let end = skip(text, at + 1)
  if (text.charAt(end) === "}") return { json: { _tag: "Object", at, members }, end: end + 1 }
  for (;;) {
    const start = end
    if (text.charAt(start) !== '"') return malformed(text, start, "a field name in double quotes is missing")
    const key = parseScalar(text, start)
    if ("reason" in key) return key
    end = skip(text, key.end)
    if (text.charAt(end) !== ":") return malformed(text, end, 'a ":" is missing after the field name')
    const value = parseValue(text, skip(text, end + 1), depth + 1)
    if ("reason" in value) return value
    const raw = text.slice(start, key.end)
    members.push({ key: JSON.parse(raw), raw, at: start, value: value.json })
    end = skip(text, value.end)
    if (text.charAt(end) === "}") return { json: { _tag: "Object", at, members }, end: end + 1 }
    if (text.charAt(end) !== ",") return malformed(text, end, 'a "," or "}" is missing before this')
    const comma = end
    end = skip(text, end + 1)
    if (text.charAt(end) === "}") return malformed(text, comma, 'there is a "," after the last field')
  }
}
