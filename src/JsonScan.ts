/**
 * Reads along a JSON answer: the usage it states, the error it may be in disguise. An array is read element by element,
 * since it may be a stream: Google's, when it is not asked for server-sent events.
 *
 * @since 0.1.0
 */
import { type AnswerScan, maxWhole } from "./AnswerScan.js"
import { type Disguise, isStatus, ofAnswer } from "./core/StreamEvent.js"
import * as Usage from "./core/Usage.js"
import * as EventLog from "./EventLog.js"
import * as JsonElements from "./JsonElements.js"
import * as Utf8 from "./Utf8.js"

/** Longest element, and longest answer, that is kept to be parsed. Of longer answers only the usage is looked for. */
const maxLength = 1024 * 1024

/** Longest statement of usage. */
const maxUsage = 16 * 1024

/**
 * `whole`: whether it is known to be short. It is read to its end, within `maxWhole`, before it is handed on; so is an
 * object that may be an error: one that begins like an error, or any of a vendor that is known to disguise them.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (disguises: ReadonlyArray<Disguise>, whole: boolean): AnswerScan => {
  const decoder = new TextDecoder()
  let scan: TextScan | undefined
  let size = 0
  const read = (text: string) => {
    if (scan === undefined && /\S/.test(text)) scan = begun(text, disguises, whole)
    scan?.read(text)
  }
  return {
    ahead: maxWhole,
    whole,
    read: (chunk) => {
      size += chunk.byteLength
      read(decoder.decode(chunk, { stream: true }))
    },
    end: () => {
      read(decoder.decode())
      scan ??= object(disguises, whole)
      scan.end()
    },
    undecided: () => scan === undefined || scan.undecided(size),
    hasContent: () => scan?.hasContent() ?? false,
    error: () => scan?.error(),
    finished: () => scan?.finished() ?? false,
    usage: () => scan?.usage()
  }
}

/**
 * What an answer that came in one piece turned out to be.
 *
 * @since 0.1.0
 * @category getters
 */
export const ofWhole = (disguises: ReadonlyArray<Disguise>, body: Uint8Array): Pick<AnswerScan, "error" | "usage"> => {
  const text = Utf8.decode(body)
  const scan = begun(text, disguises, true)
  scan.read(text)
  scan.end()
  return { error: () => (scan.hasContent() ? undefined : scan.error()), usage: scan.usage }
}

/** Which of the two it is shows in its first character. */
const begun = (text: string, disguises: ReadonlyArray<Disguise>, whole: boolean): TextScan =>
  /^\s*\[/.test(text) ? elements(whole) : object(disguises, whole)

type TextScan = Pick<AnswerScan, "end" | "hasContent" | "error" | "finished" | "usage"> & {
  readonly read: (text: string) => void
  readonly undecided: (size: number) => boolean
}

const object = (disguises: ReadonlyArray<Disguise>, whole: boolean): TextScan => {
  const entire = whole || disguises.length > 0
  let text = ""
  let ended = false
  let answer: unknown
  let members: ((text: string) => void) | undefined
  const member = (value: string, name: string) => {
    if (name === "usage" || name === "usageMetadata") answer = { [name]: parse(value) }
  }
  return {
    read: (more) => {
      if (members !== undefined) return members(more)
      text += more
      if (text.length <= maxLength) return
      members = JsonElements.make(maxUsage, member)
      members(text)
      text = ""
    },
    end: () => {
      ended = true
      if (members === undefined) answer = parse(text)
      text = ""
    },
    undecided: (size) => (entire || mayBeError(text)) && !ended && size <= maxWhole,
    hasContent: () => false,
    error: () => ofAnswer(answer, disguises),
    finished: () => ended,
    usage: () => Usage.find(answer)
  }
}

/** Whether an object that begins so may turn out to be an error and nothing else: its first member tells. */
const mayBeError = (text: string): boolean => {
  const start = text.slice(0, 256)
  return beginsAny.test(start) ? beginsError.test(start) : start.length < 256
}

const beginsAny = /^\s*\{\s*(?:\}|"(?!type")[^"]*"|"type"\s*:\s*(?:"[^"]*"|[^"\s]))/
const beginsError =
  /^\s*\{\s*"(?:error|code|message|msg|detail|status|success|request_id|requestId|timestamp|type"\s*:\s*"error)"/

const elements = (whole: boolean): TextScan => {
  let ended = false
  const log = EventLog.make([])
  const read = JsonElements.make(maxLength, (element) => {
    const parsed = parse(element)
    if (isStatus(parsed)) log.see(parsed, "error")
    else {
      log.seeFacts(parsed)
      log.content()
    }
  })
  return {
    read,
    end: () => {
      ended = true
      log.content()
    },
    undecided: (size) =>
      log.meaning() === "preamble" || (whole && !ended && log.error() === undefined && size <= maxWhole),
    hasContent: log.hasContent,
    error: log.error,
    finished: log.finished,
    usage: log.usage
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
