/**
 * Which scan reads along an answer.
 *
 * @since 0.1.0
 */
import * as AnswerScan from "./AnswerScan.js"
import type { Disguise } from "./core/StreamEvent.js"
import * as JsonScan from "./JsonScan.js"
import * as StreamScan from "./StreamScan.js"

/**
 * The scan for an answer with these headers, from a vendor that is known to disguise errors in these ways.
 *
 * @since 0.1.0
 * @category constructors
 */
export const choose = (
  headers: Readonly<Record<string, string | undefined>>,
  disguises: ReadonlyArray<Disguise>
): AnswerScan.AnswerScan => {
  const type = headers["content-type"] ?? ""
  if (isStream(type)) return StreamScan.make(disguises)
  // What is known to be short comes with its head: it is read to its end, and its lease ends before it is handed on.
  const short = isShort(headers)
  return isJson(type) ? JsonScan.make(disguises, short) : AnswerScan.plain(short)
}

/**
 * Whether an answer of this content type is streamed.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isStream = (contentType: string): boolean => /event-stream|ndjson|jsonl/i.test(contentType)

/**
 * Whether an answer of this content type is JSON.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isJson = (contentType: string): boolean => /\bjson\b/i.test(contentType)

/**
 * Whether an answer that is no stream is known to be short enough to be taken in one piece, as it travels.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isWhole = (headers: Readonly<Record<string, string | undefined>>): boolean =>
  // How long it is when decoded, nobody says.
  isShort(headers) && headers["content-encoding"] === undefined && !isStream(headers["content-type"] ?? "")

const isShort = (headers: Readonly<Record<string, string | undefined>>): boolean =>
  Number(headers["content-length"] ?? Infinity) <= AnswerScan.maxWhole
