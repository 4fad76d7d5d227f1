/**
 * Finds the error in an answer of status 2xx whose whole body is at hand: by its structure, never by its words.
 *
 * @since 0.1.0
 */
import * as ErrorBody from "./ErrorBody.js"
import { type Disguise, type HiddenError, ofAnswer, ofEvent } from "./StreamEvent.js"

/**
 * The hidden error, `page` where a web page stands in for the answer, or nothing.
 *
 * @since 0.1.0
 * @category parsing
 */
export const find = (body: unknown, known: ReadonlyArray<Disguise>): HiddenError | "page" | undefined => {
  // Whoever hands over a whole body asks what it says, not whether it is an answer that tells of an error.
  const disguises: ReadonlyArray<Disguise> = known.includes("error") ? known : [...known, "error"]
  try {
    const text = ErrorBody.textOf(body, longest + 1)
    if (text === undefined) return ofAnswer(Array.isArray(body) ? body[0] : body, disguises)
    if (ErrorBody.isPage(text)) return "page"
    const start = /[^\s\ufeff]/.exec(text)?.[0]
    if (start === undefined || text.length > longest) return undefined
    const whole = start === "{" || start === "[" ? parse(text) : undefined
    return whole === undefined
      ? ofStream(text, disguises)
      : ofAnswer(Array.isArray(whole) ? whole[0] : whole, disguises)
  } catch {
    // A body may be any object, even one whose members throw.
    return undefined
  }
}

/** A longer answer is no error. */
const longest = 256 * 1024

const ofStream = (text: string, disguises: ReadonlyArray<Disguise>): HiddenError | undefined => {
  // As with JSON: a byte order mark is no part of the first line.
  for (const block of text.replace(/^\ufeff/, "").split(/\r?\n\r?\n/)) {
    let name: string | undefined
    const data: Array<string> = []
    const lines: Array<string> = []
    for (const line of block.split(/\r?\n/)) {
      if (line.startsWith("event:")) name = line.slice(6).trim()
      else if (line.startsWith("data:")) data.push(line.slice(5))
      // Gemini's errors come between its events without `data:`, and Ollama's stream is JSON by the line.
      else if (/^[[{]/.test(line)) lines.push(line)
    }
    for (const text of data.length === 0 ? lines : [data.join("\n"), ...lines]) {
      const value = parse(text)
      const meaning = ofEvent(Array.isArray(value) ? value[0] : value, name, disguises)
      if (typeof meaning !== "string") return meaning
    }
  }
  return undefined
}

const parse = (text: string): unknown => {
  try {
    // Some servers put a byte order mark first, which is no JSON.
    return JSON.parse(text.startsWith("\ufeff") ? text.slice(1) : text)
  } catch {
    return undefined
  }
}
