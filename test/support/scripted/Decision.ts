/** From a behaviour to what is done about one request: which reply, and what goes wrong while it is sent. */
import type { Answer, Behaviour, Hint, Point } from "./Behaviour.js"
import type { Call, Dialect, Reply, Window } from "./Reply.js"

export interface Decision {
  readonly reply: Reply
  readonly resetAt?: Point
  readonly hangAt?: Point
  readonly slowMillis?: number
  /** Ends the stream with this frame, before or after its first content. */
  readonly errorFrame?: { readonly text: string; readonly at: "before-content" | "after-content" }
}

/** The counts of the `limit` behaviours, by token or by the bucket they share. */
export type Counts = Map<string, { used: number; resetAt: number }>

export interface Input {
  readonly dialect: Dialect
  readonly call: Call
  /** What a behaviour without a bucket counts under. */
  readonly owner: string
  readonly counts: Counts
  readonly models: ReadonlyArray<string>
  /** Whether a model that is not listed is unknown. */
  readonly strictModels: boolean
}

/** What a request with a good token deserves: the vendor's complaint about it, the model list, or an answer. */
const served = (input: Input, answer: Answer): Reply => {
  const { call, dialect, models } = input
  const wrong = dialect.check(call)
  if (wrong) return wrong
  if (call.method === "GET") return dialect.models(call, models)
  if (input.strictModels && !models.includes(call.model)) return dialect.unknownModel(call)
  return dialect.answer(call, answer)
}

const withHeaders = (reply: Reply, headers: Readonly<Record<string, string>>): Reply => ({
  ...reply,
  headers: { ...reply.headers, ...headers }
})

const hintHeaders = (hint: Hint, millis: number, now: number): Record<string, string> => {
  switch (hint) {
    case "none":
      return {}
    case "seconds":
      return { "retry-after": String(Math.ceil(millis / 1000)) }
    case "millis":
      return { "retry-after-ms": String(Math.ceil(millis)), "retry-after": String(Math.ceil(millis / 1000)) }
    case "date":
      return { "retry-after": new Date(now + millis).toUTCString() }
  }
}

/** Gemini names the time in the body, everybody else in headers. */
const rateLimited = ({ call, dialect }: Input, hint: Hint, millis: number): Reply => {
  const reply = dialect.refuse(call, "rateLimited", hint === "none" ? undefined : millis)
  return dialect.name === "gemini" ? reply : withHeaders(reply, hintHeaders(hint, millis, call.now))
}

const count = (input: Input, behaviour: Behaviour & { readonly kind: "limit" }): Reply => {
  const { call, counts, dialect, owner } = input
  const key = behaviour.bucket ?? owner
  const kept = counts.get(key)
  const current =
    kept !== undefined && call.now < kept.resetAt ? kept : { used: 0, resetAt: call.now + behaviour.windowMillis }
  counts.set(key, current)
  const allowed = current.used < behaviour.requests
  if (allowed) current.used++
  const window: Window = {
    limit: behaviour.requests,
    remaining: behaviour.requests - current.used,
    resetAt: current.resetAt
  }
  const reply = allowed
    ? served(input, {})
    : rateLimited(input, behaviour.hint ?? "seconds", current.resetAt - call.now)
  return behaviour.rateHeaders === false ? reply : withHeaders(reply, dialect.rateHeaders(window, call.now))
}

const fixedLimit = (input: Input, behaviour: Behaviour & { readonly kind: "rateLimited" }): Reply => {
  const { retryAfterDate, retryAfterMillis, retryAfterSeconds } = behaviour
  if (retryAfterDate !== undefined) return rateLimited(input, "date", retryAfterDate - input.call.now)
  if (retryAfterMillis !== undefined) return rateLimited(input, "millis", retryAfterMillis)
  if (retryAfterSeconds !== undefined) return rateLimited(input, "seconds", retryAfterSeconds * 1000)
  return rateLimited(input, "none", 0)
}

const status = ({ call, dialect }: Input, behaviour: Behaviour & { readonly kind: "status" }): Reply => {
  const usual = withHeaders(dialect.error(call, behaviour.status), behaviour.headers ?? {})
  if (behaviour.body === undefined) return usual
  const text = typeof behaviour.body === "string" ? behaviour.body : JSON.stringify(behaviour.body)
  return { ...usual, frames: [{ text, content: true }] }
}

export const decide = (input: Input, behaviour: Behaviour): Decision => {
  const { call, dialect } = input
  switch (behaviour.kind) {
    case "ok":
      return { reply: served(input, behaviour) }
    case "slow":
      return { reply: served(input, behaviour), slowMillis: behaviour.millis }
    case "limit":
      return { reply: count(input, behaviour) }
    case "rateLimited":
      return { reply: fixedLimit(input, behaviour) }
    case "revoked":
    case "outOfCredit":
    case "overloaded":
      return { reply: dialect.refuse(call, behaviour.kind) }
    case "status":
      return { reply: status(input, behaviour) }
    case "reset":
      return { reply: served(input, {}), resetAt: behaviour.at }
    case "hang":
      return { reply: served(input, {}), hangAt: behaviour.at ?? "before-headers" }
    case "streamError": {
      const error = behaviour.error ?? "overloaded"
      const reply = served(input, {})
      if (reply.status !== 200) return { reply }
      if (!reply.streamed) return { reply: dialect.refuse(call, error) }
      return { reply, errorFrame: { text: dialect.errorFrame(call, error), at: behaviour.at } }
    }
    case "redirect":
      return {
        reply: { status: behaviour.status ?? 307, headers: { location: behaviour.to }, frames: [], streamed: false }
      }
    case "byModel":
      return decide(input, behaviour.models[call.model] ?? behaviour.otherwise ?? { kind: "ok" })
  }
}
