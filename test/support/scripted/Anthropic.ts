/** Anthropic's wire format: `/v1/messages`, `/v1/messages/count_tokens`, `/v1/models`. */
import type { Answer, Refusal } from "./Behaviour.js"
import type { Call, Dialect, Frame, Reply } from "./Reply.js"
import { deltas, events, id, isRecord, json, list, toolArguments, usageOf, wholeText } from "./Reply.js"

const types: Readonly<Record<number, readonly [type: string, message: string]>> = {
  400: ["invalid_request_error", "messages: Field required"],
  401: ["authentication_error", "invalid x-api-key"],
  402: ["billing_error", "There is an issue with your billing or payment information."],
  403: ["permission_error", "Your API key does not have permission to use the specified resource."],
  404: ["not_found_error", "Not found"],
  405: ["invalid_request_error", "Method Not Allowed"],
  409: ["conflict_error", "The resource was modified concurrently."],
  413: ["request_too_large", "Request exceeds the maximum size"],
  422: ["invalid_request_error", "Unprocessable request"],
  429: ["rate_limit_error", "This request would exceed your organization's rate limit of 50 requests per minute."],
  500: ["api_error", "Internal server error"],
  503: ["api_error", "Service unavailable"],
  504: ["timeout_error", "Request timed out"],
  529: ["overloaded_error", "Overloaded"]
}

const refusals: Readonly<Record<Refusal, readonly [status: number, message?: string]>> = {
  revoked: [401],
  rateLimited: [429],
  outOfCredit: [
    400,
    "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."
  ],
  overloaded: [529],
  server: [500]
}

const headers = (call: Call): Record<string, string> => ({
  "request-id": call.requestId,
  "anthropic-organization-id": "5b1f3c2e-7d0a-4f6b-9c35-0a1e2d3c4b5a"
})

const errorOf = (status: number, message?: string) => {
  const [type, usual] = types[status] ?? [status >= 500 ? "api_error" : "invalid_request_error", `HTTP ${status}`]
  return { type, message: message ?? usual }
}

const error = (call: Call, status: number, message?: string): Reply =>
  json(
    status,
    { ...headers(call), "x-should-retry": String(status === 408 || status === 409 || status === 429 || status >= 500) },
    { type: "error", error: errorOf(status, message), request_id: call.requestId }
  )

const usage = (answer: Answer) => {
  const { cacheRead, cacheWrite, input, output } = usageOf(answer)
  return {
    input_tokens: input,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: cacheWrite, ephemeral_1h_input_tokens: 0 },
    output_tokens: output,
    service_tier: "standard"
  }
}

/** The first tool, unless the conversation already ends with a tool's result or forbids tools. */
const toolUse = (call: Call) => {
  const tool = list(call.body.tools)[0]
  if (!isRecord(tool) || (isRecord(call.body.tool_choice) && call.body.tool_choice.type === "none")) return undefined
  const last = list(call.body.messages).at(-1)
  const answered = isRecord(last) && list(last.content).some((part) => isRecord(part) && part.type === "tool_result")
  if (answered) return undefined
  return { id: id("toolu_01", call.serial, 22), name: String(tool.name), input: toolArguments(tool.input_schema) }
}

const message = (call: Call, content: ReadonlyArray<unknown>, stop: string | null, used: unknown) => ({
  id: id("msg_01", call.serial, 22),
  type: "message",
  role: "assistant",
  model: call.model,
  content,
  stop_reason: stop,
  stop_sequence: null,
  usage: used
})

const event = (data: { readonly type: string; readonly [key: string]: unknown }, content = false): Frame => ({
  text: `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`,
  content
})

function* stream(call: Call, answer: Answer): Iterable<Frame> {
  const tool = toolUse(call)
  const used = usage(answer)
  yield event({ type: "message_start", message: message(call, [], null, { ...used, output_tokens: 1 }) })
  yield event({
    type: "content_block_start",
    index: 0,
    content_block: tool ? { type: "tool_use", id: tool.id, name: tool.name, input: {} } : { type: "text", text: "" }
  })
  yield event({ type: "ping" })
  const parts = tool
    ? ["", ...(JSON.stringify(tool.input).match(/.{1,12}/gs) ?? [])].map((partial_json) => ({
        type: "input_json_delta",
        partial_json
      }))
    : textDeltas(answer)
  for (const delta of parts) yield event({ type: "content_block_delta", index: 0, delta }, true)
  yield event({ type: "content_block_stop", index: 0 })
  yield event({
    type: "message_delta",
    delta: { stop_reason: tool ? "tool_use" : "end_turn", stop_sequence: null },
    usage: { output_tokens: used.output_tokens }
  })
  yield event({ type: "message_stop" })
}

function* textDeltas(answer: Answer) {
  for (const text of deltas(answer)) yield { type: "text_delta", text }
}

const answer = (call: Call, said: Answer): Reply => {
  if (call.path.endsWith("/count_tokens")) return json(200, headers(call), { input_tokens: usageOf(said).input })
  const all = { ...headers(call), ...said.headers }
  if (call.streamed) return events(all, stream(call, said))
  const tool = toolUse(call)
  const content = tool ? { type: "tool_use", ...tool } : { type: "text", text: wholeText(said) }
  return json(200, all, message(call, [content], tool ? "tool_use" : "end_turn", usage(said)))
}

const check = (call: Call): Reply | undefined => {
  if (call.headers["anthropic-version"] === undefined) return error(call, 400, "anthropic-version: header is required")
  if (call.method === "GET") return undefined
  const needed = call.path.endsWith("/count_tokens") ? ["model", "messages"] : ["model", "max_tokens", "messages"]
  const absent = needed.find((field) => call.body[field] === undefined)
  return absent === undefined ? undefined : error(call, 400, `${absent}: Field required`)
}

export const Anthropic: Dialect = {
  name: "anthropic",
  speaks: (path, received) =>
    /\/v1\/messages(\/count_tokens)?$/.test(path) ||
    (/\/v1\/models$/.test(path) &&
      (received["anthropic-version"] !== undefined || received["x-api-key"] !== undefined)),
  token: (received) => received["x-api-key"] ?? /^Bearer (.+)$/i.exec(received.authorization ?? "")?.[1],
  model: (_path, body) => String(body.model ?? ""),
  streamed: (_path, body) => body.stream === true,
  check,
  missingToken: (call) => error(call, 401, "x-api-key header is required"),
  answer,
  models: (call, ids) =>
    json(200, headers(call), {
      data: ids.map((model) => ({
        type: "model",
        id: model,
        display_name: model,
        created_at: "2026-01-01T00:00:00Z"
      })),
      has_more: false,
      first_id: ids[0] ?? null,
      last_id: ids.at(-1) ?? null
    }),
  unknownModel: (call) => error(call, 404, `model: ${call.model}`),
  refuse: (call, refusal) => {
    const [status, text] = refusals[refusal]
    const bearer = refusal === "revoked" && call.headers["x-api-key"] === undefined
    return error(call, status, bearer ? "Invalid bearer token" : text)
  },
  error,
  errorFrame: (call, refusal) => {
    const [status, text] = refusals[refusal]
    return event({ type: "error", error: errorOf(status, text), request_id: call.requestId }).text
  },
  rateHeaders: ({ limit, remaining, resetAt }) => ({
    "anthropic-ratelimit-requests-limit": String(limit),
    "anthropic-ratelimit-requests-remaining": String(remaining),
    "anthropic-ratelimit-requests-reset": new Date(Math.ceil(resetAt / 1000) * 1000).toISOString().replace(".000Z", "Z")
  })
}
