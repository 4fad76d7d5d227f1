/** OpenAI's wire format: `/v1/chat/completions`, `/v1/responses`, `/v1/models`; any path may stand before them. */
import type { Answer, Refusal } from "./Behaviour.js"
import { responseAnswer } from "./OpenAiResponses.js"
import type { Call, Dialect, Frame, Reply } from "./Reply.js"
import { deltas, events, id, isRecord, json, list, toolArguments, usageOf, wholeText } from "./Reply.js"

interface ErrorObject {
  readonly message: string
  readonly type: string
  readonly param: string | null
  readonly code: string | null
}

const object = (message: string, type = "invalid_request_error", code: string | null = null): ErrorObject => ({
  message,
  type,
  param: null,
  code
})

const errors: Readonly<Record<number, ErrorObject>> = {
  400: object("We could not parse the JSON body of your request."),
  401: object(
    "Incorrect API key provided: sk-****. You can find your API key at https://platform.openai.com/account/api-keys.",
    "invalid_request_error",
    "invalid_api_key"
  ),
  402: object("Insufficient balance", "insufficient_quota", "insufficient_balance"),
  403: object(
    "Country, region, or territory not supported",
    "request_forbidden",
    "unsupported_country_region_territory"
  ),
  404: object("Invalid URL"),
  409: object("Conflict"),
  413: object("Request body too large"),
  422: object("Unprocessable"),
  429: object("Rate limit reached for requests per min (RPM).", "requests", "rate_limit_exceeded"),
  500: object("The server had an error while processing your request. Sorry about that!", "server_error"),
  503: object(
    "The engine is currently overloaded, please try again later",
    "service_unavailable_error",
    "server_is_overloaded"
  )
}

const refusals: Readonly<Record<Refusal, readonly [status: number, error?: ErrorObject]>> = {
  revoked: [401],
  rateLimited: [429],
  outOfCredit: [
    429,
    object(
      "You exceeded your current quota, please check your plan and billing details.",
      "insufficient_quota",
      "insufficient_quota"
    )
  ],
  overloaded: [503],
  server: [500]
}

const headers = (call: Call): Record<string, string> => ({
  "x-request-id": call.requestId,
  "openai-organization": "org-scripted",
  "openai-processing-ms": "12",
  "openai-version": "2020-10-01"
})

const errorOf = (status: number): ErrorObject =>
  errors[status] ?? object(`HTTP ${status}`, status >= 500 ? "server_error" : "invalid_request_error")

const reply = (call: Call, status: number, error: ErrorObject): Reply => json(status, headers(call), { error })

const usage = (answer: Answer) => {
  const { cacheRead, input, output } = usageOf(answer)
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cacheRead, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 }
  }
}

/** The first function, unless the conversation already ends with a tool's result or forbids tools. */
const toolCall = (call: Call) => {
  const tool = list(call.body.tools)[0]
  const last = list(call.body.messages).at(-1)
  if (!isRecord(tool) || !isRecord(tool.function) || call.body.tool_choice === "none") return undefined
  if (isRecord(last) && last.role === "tool") return undefined
  const { name, parameters } = tool.function
  return {
    id: id("call_", call.serial, 24),
    type: "function",
    function: { name: String(name), arguments: JSON.stringify(toolArguments(parameters)) }
  }
}

const head = (call: Call, kind: string) => ({
  id: id("chatcmpl-", call.serial, 29),
  object: kind,
  created: Math.floor(call.now / 1000),
  model: call.model,
  service_tier: "default",
  system_fingerprint: "fp_scripted"
})

const event = (data: unknown, content = false): Frame => ({ text: `data: ${JSON.stringify(data)}\n\n`, content })

function* stream(call: Call, answer: Answer): Iterable<Frame> {
  const withUsage = isRecord(call.body.stream_options) && call.body.stream_options.include_usage === true
  const common = { ...head(call, "chat.completion.chunk"), ...(withUsage ? { usage: null } : {}) }
  const chunk = (delta: unknown, finish: string | null = null, content = false): Frame =>
    event({ ...common, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] }, content)
  const tool = toolCall(call)
  yield chunk({ role: "assistant", content: tool ? null : "", refusal: null })
  if (tool) {
    const { arguments: text, name } = tool.function
    const first = { index: 0, id: tool.id, type: "function", function: { name, arguments: "" } }
    yield chunk({ tool_calls: [first] }, null, true)
    for (const part of text.match(/.{1,12}/gs) ?? []) {
      yield chunk({ tool_calls: [{ index: 0, function: { arguments: part } }] }, null, true)
    }
  } else {
    for (const content of deltas(answer)) yield chunk({ content }, null, true)
  }
  yield chunk({}, tool ? "tool_calls" : "stop")
  if (withUsage) yield event({ ...common, choices: [], usage: usage(answer) })
  yield { text: "data: [DONE]\n\n", content: false }
}

const answer = (call: Call, said: Answer): Reply => {
  const all = { ...headers(call), ...said.headers }
  if (call.path.endsWith("/responses")) return responseAnswer(call, said, all)
  if (call.streamed) return events(all, stream(call, said))
  const tool = toolCall(call)
  const message = {
    role: "assistant",
    content: tool ? null : wholeText(said),
    refusal: null,
    annotations: [],
    ...(tool ? { tool_calls: [tool] } : {})
  }
  return json(200, all, {
    ...head(call, "chat.completion"),
    choices: [{ index: 0, message, logprobs: null, finish_reason: tool ? "tool_calls" : "stop" }],
    usage: usage(said)
  })
}

const check = (call: Call): Reply | undefined => {
  if (call.method === "GET") return undefined
  const needed = call.path.endsWith("/responses") ? ["model"] : ["model", "messages"]
  const absent = needed.find((field) => call.body[field] === undefined)
  if (absent === undefined) return undefined
  const error = object(
    `Missing required parameter: '${absent}'.`,
    "invalid_request_error",
    "missing_required_parameter"
  )
  return reply(call, 400, { ...error, param: absent })
}

/** A length of time in Go's notation: `6m0s`, `1.5s`, `20ms`. */
const duration = (millis: number): string => {
  if (millis < 1000) return `${Math.max(0, Math.ceil(millis))}ms`
  const minutes = Math.floor(millis / 60_000)
  const seconds = `${Math.ceil(millis - minutes * 60_000) / 1000}s`
  return minutes === 0 ? seconds : `${minutes}m${seconds}`
}

export const OpenAi: Dialect = {
  name: "openai",
  speaks: (path) => /\/(chat\/completions|responses|models)$/.test(path),
  token: (received) => /^Bearer (.+)$/i.exec(received.authorization ?? "")?.[1] ?? received["api-key"],
  model: (_path, body) => String(body.model ?? ""),
  streamed: (_path, body) => body.stream === true,
  check,
  missingToken: (call) =>
    reply(
      call,
      401,
      object(
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."
      )
    ),
  answer,
  models: (call, ids) =>
    json(200, headers(call), {
      object: "list",
      data: ids.map((model) => ({ id: model, object: "model", created: 1767225600, owned_by: "system" }))
    }),
  unknownModel: (call) =>
    reply(
      call,
      404,
      object(
        `The model \`${call.model}\` does not exist or you do not have access to it.`,
        "invalid_request_error",
        "model_not_found"
      )
    ),
  refuse: (call, refusal) => {
    const [status, error] = refusals[refusal]
    return reply(call, status, error ?? errorOf(status))
  },
  error: (call, status, message) => {
    const usual = errorOf(status)
    return reply(call, status, message === undefined ? usual : { ...usual, message })
  },
  errorFrame: (call, refusal) => {
    const [status, error] = refusals[refusal]
    const told = error ?? errorOf(status)
    if (!call.path.endsWith("/responses")) return event({ error: told }).text
    const response = { id: id("resp_", call.serial, 48), object: "response", status: "failed", model: call.model }
    const failed = { ...response, error: { code: told.code ?? told.type, message: told.message } }
    return `event: response.failed\ndata: ${JSON.stringify({ type: "response.failed", response: failed })}\n\n`
  },
  rateHeaders: ({ limit, remaining, resetAt }, now) => ({
    "x-ratelimit-limit-requests": String(limit),
    "x-ratelimit-remaining-requests": String(remaining),
    "x-ratelimit-reset-requests": duration(resetAt - now)
  })
}
