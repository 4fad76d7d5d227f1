/**
 * Reads along as an answer passes by: where its first content is, whether it turns into an error, and what usage it
 * states.
 *
 * Nothing is held back and little is kept: of a stream the line under way, of a JSON answer its bounded beginning. Once
 * content flows, chunks that hold nothing of interest are not even split into lines.
 *
 * @since 0.1.0
 */
import { type Disguise, type HiddenError, type Meaning, ofAnswer, ofEvent } from "./core/StreamEvent.js"
import * as Usage from "./core/Usage.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface AnswerScan {
  /** How many bytes are taken from the provider before the caller asks for them. */
  readonly ahead: number
  readonly read: (chunk: Uint8Array) => void
  /** The body has ended: what was under way is complete. */
  readonly end: () => void
  /** Whether another token could still give the whole answer: nothing has come that the caller has use for. */
  readonly undecided: () => boolean
  /** Whether something has come that the caller has use for. */
  readonly hasContent: () => boolean
  /** Whether part of the answer itself has come: what breaks from here on is not asked for twice. */
  readonly begun: () => boolean
  /** The error the answer turned into, before or after its content. */
  readonly error: () => HiddenError | undefined
  readonly usage: () => Usage.Usage | undefined
}

/** Longest line, and longest JSON answer, that is looked into. Longer ones pass unread. */
const maxLength = 1024 * 1024

/**
 * A JSON answer longer than this is no error in disguise.
 *
 * @since 0.1.0
 * @category constants
 */
export const maxDisguise = 64 * 1024

/**
 * The scan for an answer with these headers. Of content types it does not know it sees only that they begin.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  headers: Readonly<Record<string, string | undefined>>,
  disguises: ReadonlyArray<Disguise>
): AnswerScan => {
  const type = headers["content-type"] ?? ""
  if (isStream(type)) return scanStream(disguises)
  // What is known to be short comes with its head: it is read to its end, and its lease ends before it is handed on.
  const short = Number(headers["content-length"] ?? Infinity) <= maxDisguise
  return isJson(type) ? scanJson(disguises, short || disguises.length > 0) : scanNothing(short)
}

/**
 * The scan for a body that nothing more is to be learnt from.
 *
 * @since 0.1.0
 * @category constructors
 */
export const blind = (): AnswerScan => ({ ...scanNothing(false), undecided: () => false, begun: () => true })

/**
 * Whether an answer of this content type is streamed.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isStream = (contentType: string): boolean => /event-stream|ndjson/.test(contentType)

/**
 * Whether an answer of this content type is JSON.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isJson = (contentType: string): boolean => /\bjson\b/.test(contentType)

/** What makes a chunk worth splitting once content flows. */
const interesting = /"(?:error|usage|usageMetadata|base_resp)"|"response\.failed"|^event: ?error|^[[{]/m

const scanStream = (disguises: ReadonlyArray<Disguise>): AnswerScan => {
  const decoder = new TextDecoder()
  let meaning: Meaning = "preamble"
  let content = false
  let usage: Usage.Usage | undefined
  let line = ""
  let skipping = false
  let data = ""
  let raw = ""
  let name: string | undefined

  const become = (next: Meaning) => {
    meaning = next
    if (next === "content") content = true
  }
  const event = (text: string): boolean => {
    const parsed = parse(text)
    if (parsed === undefined) return false
    const found = Usage.find(parsed)
    if (found !== undefined) usage = Usage.update(usage ?? Usage.zero, found)
    // Gemini's raw errors may come as a list of one.
    const next = ofEvent(Array.isArray(parsed) ? parsed[0] : parsed, name, disguises)
    if (typeof meaning === "string" && next !== "preamble") become(next)
    return true
  }
  const complete = (text: string) => {
    if (text === "") {
      data = ""
      name = undefined
    } else if (text.startsWith("data:")) {
      const value = text.slice(text[5] === " " ? 6 : 5)
      data = data === "" ? value : `${data}\n${value}`
      if (event(data)) data = ""
      else if (meaning === "preamble" && !/^[[{]/.test(data)) become("content")
    } else if (text.startsWith("event:")) name = text.slice(6).trim()
    else if (raw !== "" || /^\s*[[{]/.test(text)) {
      raw = raw.length < maxDisguise ? `${raw}${text}\n` : raw
      if (event(raw)) raw = ""
    } else if (!/^(?:id|retry)?:/.test(text) && meaning === "preamble") become("content")
  }
  const read = (text: string) => {
    const last = text.lastIndexOf("\n")
    if (last < 0) {
      if (skipping) return
      line += text
      if (line.length > maxLength) {
        skipping = true
        line = ""
      }
      return
    }
    const lines = line + text.slice(0, last)
    line = text.slice(last + 1)
    const wasSkipping = skipping
    skipping = false
    if (meaning === "content" && raw === "" && !interesting.test(lines)) {
      data = ""
      name = undefined
      return
    }
    const [first, ...rest] = lines.split("\n")
    if (!wasSkipping && first !== undefined) complete(trimEnd(first))
    for (const each of rest) complete(trimEnd(each))
  }
  return {
    ahead: 0,
    read: (chunk) => read(decoder.decode(chunk, { stream: true })),
    end: () => {
      read(`${decoder.decode()}\n`)
      // A stream without any event was an answer, if an empty one.
      if (meaning === "preamble") become("content")
    },
    undecided: () => meaning === "preamble",
    hasContent: () => content,
    begun: () => content,
    error: () => (typeof meaning === "string" ? undefined : meaning),
    usage: () => usage
  }
}

const scanJson = (disguises: ReadonlyArray<Disguise>, whole: boolean): AnswerScan => {
  const decoder = new TextDecoder()
  let text = ""
  let size = 0
  let begun = false
  let error: HiddenError | undefined
  let usage: Usage.Usage | undefined
  return {
    ahead: maxDisguise,
    read: (chunk) => {
      begun = true
      size += chunk.byteLength
      text = size > maxLength ? "" : text + decoder.decode(chunk, { stream: true })
    },
    end: () => {
      begun = true
      const answer = size > maxLength ? undefined : parse(text + decoder.decode())
      text = ""
      usage = Usage.find(answer)
      error = ofAnswer(answer, disguises)
    },
    undecided: () => !begun || (whole && size <= maxDisguise),
    hasContent: () => false,
    begun: () => begun,
    error: () => error,
    usage: () => usage
  }
}

const scanNothing = (short: boolean): AnswerScan => {
  let begun = false
  let ended = false
  return {
    ahead: maxDisguise,
    read: () => {
      begun = true
    },
    end: () => {
      begun = true
      ended = true
    },
    undecided: () => !begun || (short && !ended),
    hasContent: () => begun,
    begun: () => begun,
    error: () => undefined,
    usage: () => undefined
  }
}

const trimEnd = (text: string): string => (text.endsWith("\r") ? text.slice(0, -1) : text)

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
