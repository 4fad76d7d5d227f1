/**
 * Reads along a stream of events: server-sent ones, and JSON by the line.
 *
 * Of the stream the line under way is kept. Once content flows, chunks that hold nothing of interest are not even split
 * into lines.
 *
 * @since 0.1.0
 */
import type { AnswerScan } from "./AnswerScan.js"
import type { Disguise } from "./core/StreamEvent.js"
import * as EventLog from "./EventLog.js"

/** Longest line that is looked into. Longer ones pass unread. */
const maxLine = 1024 * 1024

/** Longest event of several lines that is put together. */
const maxEvent = 64 * 1024

/** What makes a chunk worth splitting once content flows. */
const interesting =
  /"(?:error|usage|usageMetadata|base_resp)"\s*:\s*["{[]|"finish_?[rR]eason"\s*:\s*"|"(?:message_stop|response\.(?:completed|incomplete|failed))"|^data: ?\[DONE|^event: ?error|^[[{]/m

/** As the classifier expects an error: the provider's trouble, by the name that a connection cut later has. */
const silent = { error: { type: "stream_cut", message: "The stream ended before its first content" } }

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (disguises: ReadonlyArray<Disguise>): AnswerScan => {
  const decoder = new TextDecoder()
  const log = EventLog.make(disguises)
  let line = ""
  let skipping = false
  let data = ""
  let raw = ""
  let name: string | undefined
  let done = false
  let begun = false
  /** Whether a line passed unread: nobody knows what it was. */
  let unread = false

  /** Whether the text was whole JSON. */
  const event = (text: string): boolean => {
    const parsed = parse(text)
    // Google's raw errors may come as a list of one.
    if (parsed === undefined) return false
    begun = true
    log.see(Array.isArray(parsed) ? parsed[0] : parsed, name)
    return true
  }
  const blank = () => {
    // An error by name whose data is no JSON is one all the same.
    if (name === "error" && data !== "") log.see(data, name)
    data = ""
    name = undefined
  }
  const complete = (text: string) => {
    if (text === "") return blank()
    if (text.startsWith("data:")) {
      const value = text.slice(text[5] === " " ? 6 : 5)
      if (value === "[DONE]") done = true
      data = data === "" ? value : `${data}\n${value}`
      // Of an event of several lines only the last can end it.
      if (/[}\]]\s*$/.test(value) && event(data)) data = ""
      else if (data.length > maxEvent || (name !== "error" && !/^[[{]/.test(data))) {
        data = ""
        if (value !== "") log.content()
      }
    } else if (text.startsWith("event:")) name = text.slice(6).trim()
    else if (raw !== "" || /^\s*[[{]/.test(text)) {
      raw = raw.length < maxEvent ? `${raw}${text}\n` : raw
      if (event(raw)) raw = ""
    } else if (!/^(?:id|retry)?:/.test(text)) log.content()
  }
  const read = (text: string) => {
    const last = text.lastIndexOf("\n")
    if (last < 0) {
      if (skipping) return
      line += text
      if (line.length > maxLine) {
        skipping = true
        unread = true
        line = ""
      }
      return
    }
    const lines = line + text.slice(0, last)
    line = text.slice(last + 1)
    const wasSkipping = skipping
    skipping = false
    if (log.meaning() === "content" && raw === "" && name !== "error" && !interesting.test(lines)) {
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
    whole: false,
    read: (chunk) => read(decoder.decode(chunk, { stream: true })),
    end: () => {
      read(`${decoder.decode()}\n`)
      blank()
      if (log.meaning() !== "preamble") return
      // A relay that lost its vendor ends the stream as if all were well. One without any event was an answer, if an empty one.
      if (begun && !unread && !done && !log.finished()) log.see(silent, "error")
      else log.content()
    },
    undecided: () => log.meaning() === "preamble",
    hasContent: log.hasContent,
    error: log.error,
    finished: () => done || log.finished(),
    usage: log.usage
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
