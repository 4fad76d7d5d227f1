/**
 * What one event of a streamed answer, or a whole JSON answer of status 200, means: a preamble, content, or an error.
 *
 * Decided by structure alone, never by words in a text.
 *
 * @since 0.1.0
 */

import * as ErrorStatus from "./ErrorStatus.js"

/**
 * Ways in which a vendor is known to put an error into a JSON answer of status 200.
 *
 * - `error`: a top-level `error` member, or an object that calls itself one: `{"object": "error", "message": "…"}`
 * - `choices`: an `error` member of a choice, or its `finish_reason` being `error`
 * - `code`: a top-level `code` beside a message, with no answer: `{"code": 401, "msg": "…", "success": false}`, or Baidu's
 *   `{"error_code": 18, "error_msg": "…"}`
 * - `base_resp`: MiniMax's `base_resp.status_code` other than 0
 *
 * @since 0.1.0
 * @category models
 */
export type Disguise = "error" | "choices" | "code" | "base_resp"

/**
 * An error that came under status 200: the status it would have had, and its body as the classifier expects it.
 *
 * @since 0.1.0
 * @category models
 */
export interface HiddenError {
  readonly status: number
  readonly body: unknown
}

/**
 * - `preamble`: nothing of the answer yet, so that another token could still give the whole of it
 * - `content`: something the caller has use for
 * - an error, under status 200
 *
 * @since 0.1.0
 * @category models
 */
export type Meaning = "preamble" | "content" | HiddenError

/**
 * What an event of a stream means. `name` is its SSE `event:`, if it had one.
 *
 * @since 0.1.0
 * @category parsing
 */
export const ofEvent = (data: unknown, name: string | undefined, disguises: ReadonlyArray<Disguise>): Meaning => {
  if (!isRecord(data)) return name === "error" ? hidden(data, undefined) : "content"
  const type = typeof data.type === "string" ? data.type : data.event_type
  if (type === "error" || type === "response.error" || name === "error")
    return hidden(isRecord(data.error) ? data.error : data, data)
  if (type === "response.failed") {
    const response = isRecord(data.response) ? data.response : {}
    const error = exactly(isRecord(response.error) ? response.error : {}, response)
    return hidden(error, { error })
  }
  // Cohere ends a stream like any other and says in it that it broke.
  if (type === "message-end" && isRecord(data.delta) && isError(data.delta.error)) return hidden(undefined, data.delta)
  // vLLM's flat form, which has a type, too; nothing that is content calls itself so.
  if (data.object === "error") return { status: ErrorStatus.of(data), body: data }
  if (typeof type === "string") return preambles.has(type) || opensEmpty(data) ? "preamble" : "content"
  if (isError(data.error)) return hidden(data.error, data)
  const disguised = ofAnswer(data, disguises)
  if (disguised !== undefined) return disguised
  return Array.isArray(data.choices) && data.choices.every(saysNothing) ? "preamble" : "content"
}

/**
 * The error that a JSON answer of status 200 hides in one of the ways its vendor is known for; or that it is and nothing
 * else, whoever sent it: relays of any vendor answer so.
 *
 * @since 0.1.0
 * @category parsing
 */
export const ofAnswer = (data: unknown, disguises: ReadonlyArray<Disguise>): HiddenError | undefined => {
  if (!isRecord(data)) return undefined
  if (isError(data.error) && (disguises.includes("error") || saysNoMore(data))) {
    return hidden(isRecord(data.error) ? exactly(data.error, data) : data.error, data)
  }
  if (disguises.includes("error") && data.object === "error") return { status: ErrorStatus.of(data), body: data }
  if (disguises.includes("choices") && Array.isArray(data.choices)) {
    const failed = data.choices.find(
      (choice) => isRecord(choice) && (isError(choice.error) || choice.finish_reason === "error")
    )
    if (isRecord(failed)) return hidden(failed.error, { error: failed.error })
  }
  if (disguises.includes("code") && typeof data.error_code === "number" && typeof data.error_msg === "string") {
    return data.error_code === 0 ? undefined : { status: ErrorStatus.ofBaidu(data.error_code), body: data }
  }
  if (disguises.includes("code") && isRefusal(data)) return { status: ErrorStatus.of(data), body: data }
  if (disguises.includes("error") && isStatusOnly(data)) return { status: ErrorStatus.of(data), body: data }
  const { base_resp: base } = data
  if (disguises.includes("base_resp") && isRecord(base)) {
    const status = ErrorStatus.ofMiniMax(base.status_code)
    if (status !== undefined) return { status, body: data }
  }
  return undefined
}

/**
 * Whether the vendor says with this event that the answer is whole.
 *
 * @since 0.1.0
 * @category predicates
 */
export const finishes = (data: unknown): boolean => {
  if (!isRecord(data)) return false
  if (typeof data.type === "string") return last.has(data.type)
  const ended = (part: unknown) =>
    isRecord(part) && (typeof part.finish_reason === "string" || typeof part.finishReason === "string")
  return [data.choices, data.candidates].some((parts) => Array.isArray(parts) && parts.some(ended))
}

const last: ReadonlySet<string> = new Set(["message_stop", "response.completed", "response.incomplete"])

/**
 * Whether this is `{ "error": google.rpc.Status }` and nothing else: how Google ends a stream that is a JSON array.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isStatus = (data: unknown): boolean =>
  isRecord(data) &&
  Object.keys(data).length === 1 &&
  isRecord(data.error) &&
  typeof data.error.code === "number" &&
  typeof data.error.status === "string"

const preambles: ReadonlySet<string> = new Set([
  "message_start",
  "ping",
  "response.created",
  "response.queued",
  "response.in_progress"
])

/** The opening of a text, a thought or a tool call that is still empty: Anthropic's and the Responses API's. */
const opensEmpty = (data: Record<string, unknown>): boolean => {
  const opened =
    data.type === "content_block_start"
      ? data.content_block
      : data.type === "response.output_item.added"
        ? data.item
        : data.type === "response.content_part.added"
          ? data.part
          : undefined
  if (!isRecord(opened) || typeof opened.type !== "string") return false
  const { arguments: given, content, input, summary, text, thinking } = opened
  return filledLater.has(opened.type) && [text, thinking, content, summary, input, given].every(isEmpty)
}

/** What comes piece by piece after it was opened. Others come whole. */
const filledLater: ReadonlySet<string> = new Set([
  "text",
  "thinking",
  "tool_use",
  "server_tool_use",
  "mcp_tool_use",
  "message",
  "reasoning",
  "output_text",
  "function_call"
])

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (typeof value === "object" && Object.keys(value).length === 0)

/** An OpenAI choice that carries a role, or nothing at all. */
const saysNothing = (choice: unknown): boolean => {
  if (!isRecord(choice) || (choice.finish_reason !== null && choice.finish_reason !== undefined)) return false
  const { delta } = choice
  return isRecord(delta) && Object.entries(delta).every(([name, value]) => name === "role" || isEmpty(value))
}

/**
 * Whether there is no answer beside the error. What is kept at a vendor's, such as a job or a response that failed, tells of
 * an error too; but it has a name or a kind.
 */
const saysNoMore = (data: Record<string, unknown>): boolean => !answers.some((name) => name in data)

const answers = ["id", "object", "name", "choices", "candidates", "content", "output", "outputs", "data", "result"]

const isError = (value: unknown): boolean => isRecord(value) || (typeof value === "string" && value !== "")

/** OpenRouter says what it was beside the error where that is in the words of OpenAI, which has too few. */
const exactly = (error: Record<string, unknown>, { error_type }: Record<string, unknown>): Record<string, unknown> =>
  typeof error_type === "string" ? { error_type, ...error } : error

const hidden = (error: unknown, body: unknown): HiddenError => ({
  status: isRecord(error) ? ErrorStatus.of(error) : isRecord(body) ? ErrorStatus.of(body) : 500,
  body: isRecord(body) && isRecord(body.error) ? body : { error }
})

/** A code that is none of the words for success, a message, and nothing that could be an answer. */
const isRefusal = (data: Record<string, unknown>): boolean => {
  const { code } = data
  const refuses = typeof code === "number" ? !successes.has(String(code)) : typeof code === "string" && code !== ""
  return (
    refuses &&
    !successes.has(String(code).toLowerCase()) &&
    (typeof data.message === "string" || typeof data.msg === "string") &&
    [data.choices, data.content, data.output, data.data, data.candidates].every(isEmpty)
  )
}

/** A status, what it is about, and nothing else: `{"status": "449", "msg": "…", "body": null}`, as iFlow answers. */
const isStatusOnly = (data: Record<string, unknown>): boolean =>
  /^[45]\d\d$/.test(String(data.status)) &&
  (typeof data.message === "string" || typeof data.msg === "string") &&
  isEmpty(data.body) &&
  saysNoMore(data)

const successes: ReadonlySet<string> = new Set(["0", "200", "20000", "success", "ok"])

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
