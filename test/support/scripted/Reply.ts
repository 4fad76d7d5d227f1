/** A reply before it is sent: a status, headers, and frames that say which of them carry content. */
import type { Answer, Refusal, Usage } from "./Behaviour.js"

export interface Frame {
  readonly text: string
  /** Whether a reader sees part of the answer in it: `ping`s, roles and ids are not content. */
  readonly content: boolean
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** A stream's frames are written one by one; a plain body is one frame, sent with its length. */
  readonly frames: Iterable<Frame>
  readonly streamed: boolean
}

/** One request, as a dialect sees it. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: Record<string, unknown>
  /** The model asked for, wherever this vendor puts it. */
  readonly model: string
  readonly streamed: boolean
  readonly requestId: string
  /** Counts the requests of this server; ids are made of it. */
  readonly serial: number
  readonly now: number
}

/** The state of a real count, for the headers that announce it. */
export interface Window {
  readonly limit: number
  readonly remaining: number
  readonly resetAt: number
}

/** A vendor's wire format. */
export interface Dialect {
  readonly name: "anthropic" | "openai" | "gemini"
  /** Whether requests for this path and these headers are spoken to in this dialect. */
  readonly speaks: (path: string, headers: Readonly<Record<string, string>>) => boolean
  /** The secret, read only from where this vendor looks for it. */
  readonly token: (headers: Readonly<Record<string, string>>, query: URLSearchParams) => string | undefined
  readonly model: (path: string, body: Record<string, unknown>) => string
  readonly streamed: (path: string, body: Record<string, unknown>) => boolean
  /** What is wrong with the request, or nothing. */
  readonly check: (call: Call) => Reply | undefined
  readonly missingToken: (call: Call) => Reply
  readonly answer: (call: Call, answer: Answer) => Reply
  readonly models: (call: Call, ids: ReadonlyArray<string>) => Reply
  readonly unknownModel: (call: Call) => Reply
  readonly refuse: (call: Call, refusal: Refusal, retryAfterMillis?: number) => Reply
  readonly error: (call: Call, status: number, message?: string) => Reply
  /** The frame of an error inside a stream. */
  readonly errorFrame: (call: Call, refusal: Refusal) => string
  readonly rateHeaders: (window: Window, now: number) => Record<string, string>
}

export const json = (status: number, headers: Readonly<Record<string, string>>, body: unknown): Reply => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  frames: [{ text: typeof body === "string" ? body : JSON.stringify(body), content: true }],
  streamed: false
})

export const events = (headers: Readonly<Record<string, string>>, frames: Iterable<Frame>): Reply => ({
  status: 200,
  headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", ...headers },
  frames,
  streamed: true
})

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const list = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

const greeting = ["Hello", "! ", "I am ", "a scripted ", "answer."]

const pieces = (answer: Answer): ReadonlyArray<string> =>
  answer.text === undefined
    ? greeting
    : typeof answer.text === "string"
      ? (answer.text.match(/\S+\s*|\s+/g) ?? [])
      : answer.text

/** The pieces of the answer in order, made as they are asked for. */
export function* deltas(answer: Answer): Iterable<string> {
  const each = pieces(answer)
  for (let round = 0; round < (answer.repeat ?? 1); round++) yield* each
}

export const wholeText = (answer: Answer): string =>
  pieces(answer)
    .join("")
    .repeat(answer.repeat ?? 1)

export const usageOf = (answer: Answer): Required<Usage> => ({
  input: answer.usage?.input ?? 12,
  output: answer.usage?.output ?? 7,
  cacheRead: answer.usage?.cacheRead ?? 0,
  cacheWrite: answer.usage?.cacheWrite ?? 0
})

const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

/** An id of the vendor's length and alphabet; the same serial number gives the same id. */
export const id = (prefix: string, serial: number, length: number): string => {
  let seed = (serial + 1) * 2654435761
  let out = ""
  for (let at = 0; at < length; at++) {
    seed = (Math.imul(seed ^ (seed >>> 15), 2246822519) + at) >>> 0
    out += alphabet[seed % alphabet.length]
  }
  return prefix + out
}

/** Arguments that satisfy a tool's JSON schema well enough: one value of the right type for each property. */
export const toolArguments = (schema: unknown): Record<string, unknown> => {
  const properties = isRecord(schema) && isRecord(schema.properties) ? schema.properties : {}
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, sample(property)]))
}

const sample = (schema: unknown): unknown => {
  if (!isRecord(schema)) return "scripted"
  if (Array.isArray(schema.enum)) return schema.enum[0]
  switch (String(schema.type).toLowerCase()) {
    case "number":
    case "integer":
      return 1
    case "boolean":
      return true
    case "array":
      return []
    case "object":
      return toolArguments(schema)
    default:
      return "scripted"
  }
}
