/** Gemini's wire format: `models/{m}:generateContent`, `:streamGenerateContent`, `/v1beta/models`. */
import type { Answer, Refusal } from "./Behaviour.js"
import type { Call, Dialect, Frame, Reply } from "./Reply.js"
import { deltas, events, id, isRecord, json, list, toolArguments, usageOf, wholeText } from "./Reply.js"

const statuses: Readonly<Record<number, readonly [status: string, message: string]>> = {
  400: ["INVALID_ARGUMENT", "Request contains an invalid argument."],
  401: ["UNAUTHENTICATED", "Request had invalid authentication credentials."],
  403: ["PERMISSION_DENIED", "The caller does not have permission"],
  404: ["NOT_FOUND", "Requested entity was not found."],
  409: ["ABORTED", "The operation was aborted."],
  429: ["RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later."],
  499: ["CANCELLED", "The operation was cancelled."],
  500: ["INTERNAL", "An internal error has occurred."],
  503: ["UNAVAILABLE", "The model is overloaded. Please try again later."],
  504: ["DEADLINE_EXCEEDED", "The request timed out."]
}

const path = /\/models\/([^/:]+):(generateContent|streamGenerateContent|countTokens)$/

const headers = (_call: Call): Record<string, string> => ({
  "server-timing": "gfet4t7; dur=12",
  vary: "Origin, X-Origin, Referer"
})

const errorOf = (status: number, message?: string, details?: ReadonlyArray<unknown>) => {
  const [name, usual] = statuses[status] ?? ["UNKNOWN", `HTTP ${status}`]
  return { error: { code: status, message: message ?? usual, status: name, ...(details ? { details } : {}) } }
}

const google = (type: string, data: Record<string, unknown>) => ({
  "@type": `type.googleapis.com/google.rpc.${type}`,
  ...data
})

const errorInfo = (reason: string) =>
  google("ErrorInfo", {
    reason,
    domain: "googleapis.com",
    metadata: { service: "generativelanguage.googleapis.com" }
  })

const quota = "You exceeded your current quota, please check your plan and billing details."

/** A refusal as Google puts it; the time to come back is in `RetryInfo`, not in a header. */
const refusal = (call: Call, kind: Refusal, retryAfterMillis?: number) => {
  switch (kind) {
    case "revoked":
      return errorOf(400, "API key not valid. Please pass a valid API key.", [errorInfo("API_KEY_INVALID")])
    case "outOfCredit":
      return errorOf(429, "Your project has exceeded its monthly spending cap.")
    case "overloaded":
      return errorOf(503)
    case "server":
      return errorOf(500)
    case "rateLimited": {
      if (retryAfterMillis === undefined) return errorOf(429)
      const retryDelay = `${retryAfterMillis / 1000}s`
      return errorOf(429, `${quota}\nPlease retry in ${retryDelay}.`, [
        google("QuotaFailure", {
          violations: [
            {
              quotaMetric: "generativelanguage.googleapis.com/generate_content_requests",
              quotaId: "GenerateRequestsPerMinutePerProjectPerModel",
              quotaDimensions: { location: "global", model: call.model },
              quotaValue: "15"
            }
          ]
        }),
        google("RetryInfo", { retryDelay })
      ])
    }
  }
}

const functionCall = (call: Call) => {
  const tool = list(call.body.tools)[0]
  const declared = isRecord(tool) ? list(tool.functionDeclarations)[0] : undefined
  const last = list(call.body.contents).at(-1)
  if (!isRecord(declared)) return undefined
  if (isRecord(last) && list(last.parts).some((part) => isRecord(part) && part.functionResponse)) return undefined
  return { name: String(declared.name), args: toolArguments(declared.parameters ?? declared.parametersJsonSchema) }
}

const chunk = (call: Call, answer: Answer, part: unknown, last: boolean) => {
  const { cacheRead, input, output } = usageOf(answer)
  return {
    candidates: [{ content: { parts: [part], role: "model" }, ...(last ? { finishReason: "STOP" } : {}), index: 0 }],
    usageMetadata: {
      promptTokenCount: input,
      ...(last ? { candidatesTokenCount: output } : {}),
      totalTokenCount: last ? input + output : input,
      ...(cacheRead > 0 ? { cachedContentTokenCount: cacheRead } : {}),
      promptTokensDetails: [{ modality: "TEXT", tokenCount: input }]
    },
    modelVersion: call.model,
    responseId: id("", call.serial, 22)
  }
}

function* chunks(call: Call, answer: Answer): Iterable<unknown> {
  const tool = functionCall(call)
  if (tool) return yield chunk(call, answer, { functionCall: tool }, true)
  for (const text of deltas(answer)) yield chunk(call, answer, { text }, false)
  yield chunk(call, answer, { text: "" }, true)
}

function* eventFrames(call: Call, answer: Answer): Iterable<Frame> {
  for (const each of chunks(call, answer)) yield { text: `data: ${JSON.stringify(each)}\r\n\r\n`, content: true }
}

/** Without `alt=sse` the stream is one JSON array, written as it grows. */
function* arrayFrames(call: Call, answer: Answer): Iterable<Frame> {
  let opening = "["
  for (const each of chunks(call, answer)) {
    yield { text: opening + JSON.stringify(each), content: true }
    opening = "\n,\r\n"
  }
  yield { text: "\n]", content: false }
}

const answer = (call: Call, said: Answer): Reply => {
  const all = { ...headers(call), ...said.headers }
  if (call.path.endsWith(":countTokens")) return json(200, all, { totalTokens: usageOf(said).input })
  if (call.streamed) {
    return call.query.get("alt") === "sse"
      ? events(all, eventFrames(call, said))
      : { ...events({ ...all, "content-type": "application/json" }, arrayFrames(call, said)) }
  }
  const tool = functionCall(call)
  return json(200, all, chunk(call, said, tool ? { functionCall: tool } : { text: wholeText(said) }, true))
}

const reply = (call: Call, body: ReturnType<typeof errorOf>): Reply => json(body.error.code, headers(call), body)

export const Gemini: Dialect = {
  name: "gemini",
  speaks: (at) => path.test(at) || /\/v1(beta|alpha)\/models$/.test(at),
  token: (received, query) => received["x-goog-api-key"] ?? query.get("key") ?? undefined,
  model: (at) => decodeURIComponent(path.exec(at)?.[1] ?? ""),
  streamed: (at) => at.endsWith(":streamGenerateContent"),
  check: (call) =>
    call.method === "GET" || list(call.body.contents).length > 0
      ? undefined
      : reply(call, errorOf(400, "* GenerateContentRequest.contents: contents is not specified\n")),
  missingToken: (call) =>
    reply(
      call,
      errorOf(
        403,
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API."
      )
    ),
  answer,
  models: (call, ids) =>
    json(200, headers(call), {
      models: ids.map((model) => ({
        name: `models/${model}`,
        version: "001",
        displayName: model,
        inputTokenLimit: 1048576,
        outputTokenLimit: 65536,
        supportedGenerationMethods: ["generateContent", "countTokens"]
      }))
    }),
  unknownModel: (call) =>
    reply(
      call,
      errorOf(404, `models/${call.model} is not found for API version v1beta, or is not supported for generateContent.`)
    ),
  refuse: (call, kind, retryAfterMillis) => reply(call, refusal(call, kind, retryAfterMillis)),
  error: (call, status, message) => json(status, headers(call), errorOf(status, message)),
  // Not an event: Google breaks off with the bare JSON of the error.
  errorFrame: (call, kind) => JSON.stringify(refusal(call, kind)),
  rateHeaders: () => ({})
}
