/**
 * Which model a request asks for, read from where vendors put it without parsing whole prompts.
 *
 * @since 0.1.0
 */
import * as Utf8 from "./Utf8.js"

/**
 * The model named in the path (`/models/gemini-2.5-pro:generateContent`, `/deployments/gpt-4o/…`) or by the top-level
 * `model` member of a JSON body or of a form; `undefined` when there is none.
 *
 * @since 0.1.0
 * @category getters
 */
export const requestModel = (path: string, body: unknown): string | undefined => {
  const named = /\/(?:models|deployments)\/([^/:?]+)(?::|\/)/.exec(path)?.[1]
  if (named !== undefined) return decode(named)
  if (typeof body === "string") return topLevelModel(ofText(body))
  if (body instanceof Uint8Array) return topLevelModel(ofBytes(body))
  if (!isForm(body)) return undefined
  const model = body.get("model")
  return typeof model === "string" && model !== "" ? model : undefined
}

/** That of another implementation of `fetch` is one, too. */
const isForm = (body: unknown): body is FormData =>
  typeof body === "object" && body !== null && Object.prototype.toString.call(body) === "[object FormData]"

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Text to walk, be it decoded or not: all that JSON is made of is ASCII, and no byte of another character looks like it. */
interface Walked {
  readonly length: number
  /** The code at an index; no matter what where it is none of ASCII. */
  readonly at: (index: number) => number | undefined
  readonly slice: (start: number, end: number) => string
}

const ofText = (text: string): Walked => ({
  length: text.length,
  at: (index) => text.charCodeAt(index),
  slice: (start, end) => text.slice(start, end)
})

const ofBytes = (bytes: Uint8Array): Walked => ({
  length: bytes.length,
  at: (index) => bytes[index],
  slice: (start, end) => Utf8.decode(bytes.subarray(start, end))
})

/**
 * Walks the text once, skipping strings and nesting, until the member `model` of the outermost object. A word "model"
 * inside a prompt is never mistaken for it, and nothing is decoded or allocated for what is skipped.
 */
const topLevelModel = (text: Walked): string | undefined => {
  let depth = 0
  let expectsName = false
  for (let i = 0; i < text.length; i++) {
    switch (text.at(i)) {
      case 0x7b: // {
      case 0x5b: // [
        depth++
        expectsName = depth === 1 && text.at(i) === 0x7b
        if (depth === 1 && !expectsName) return undefined
        break
      case 0x7d: // }
      case 0x5d: // ]
        depth--
        break
      case 0x2c: // ,
        expectsName = depth === 1
        break
      case 0x22: {
        const end = endOfString(text, i)
        if (expectsName && depth === 1) {
          expectsName = false
          // Of another length it is another name.
          if (end - i === 6 && text.slice(i, end + 1) === '"model"') return stringAfter(text, end + 1)
        }
        i = end
        break
      }
    }
  }
  return undefined
}

const endOfString = (text: Walked, start: number): number => {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.at(i)
    if (code === 0x5c) i++
    else if (code === 0x22) return i
  }
  return text.length
}

const stringAfter = (text: Walked, from: number): string | undefined => {
  const value = /^\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text.slice(from, from + 1024))?.[1]
  if (value === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === "string" && parsed !== "" ? parsed : undefined
  } catch {
    return undefined
  }
}
