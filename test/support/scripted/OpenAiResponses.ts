/** The part of OpenAI's Responses API that an answer needs: one message or one function call, plain or as events. */
import type { Answer } from "./Behaviour.js"
import type { Call, Frame, Reply } from "./Reply.js"
import { deltas, events, id, isRecord, json, list, toolArguments, usageOf, wholeText } from "./Reply.js"

const functionCall = (call: Call) => {
  const tool = list(call.body.tools).find((each) => isRecord(each) && each.type === "function")
  const last = list(call.body.input).at(-1)
  if (!isRecord(tool) || call.body.tool_choice === "none") return undefined
  if (isRecord(last) && last.type === "function_call_output") return undefined
  return {
    type: "function_call",
    id: id("fc_", call.serial, 48),
    call_id: id("call_", call.serial, 24),
    name: String(tool.name),
    arguments: JSON.stringify(toolArguments(tool.parameters)),
    status: "completed"
  }
}

const outputText = (text: string) => ({ type: "output_text", text, annotations: [], logprobs: [] })

const messageItem = (call: Call, status: string, content: ReadonlyArray<unknown>) => ({
  type: "message",
  id: id("msg_", call.serial, 48),
  status,
  role: "assistant",
  content
})

const response = (call: Call, answer: Answer, status: string, output: ReadonlyArray<unknown>) => {
  const { cacheRead, input, output: written } = usageOf(answer)
  return {
    id: id("resp_", call.serial, 48),
    object: "response",
    created_at: Math.floor(call.now / 1000),
    status,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model: call.model,
    output,
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: "auto",
    tools: list(call.body.tools),
    top_p: 1,
    usage:
      status === "completed"
        ? {
            input_tokens: input,
            input_tokens_details: { cached_tokens: cacheRead },
            output_tokens: written,
            output_tokens_details: { reasoning_tokens: 0 },
            total_tokens: input + written
          }
        : null
  }
}

type Part = readonly [type: string, data: Readonly<Record<string, unknown>>, content?: boolean]

function* parts(call: Call, answer: Answer): Iterable<Part> {
  const tool = functionCall(call)
  yield ["response.created", { response: response(call, answer, "in_progress", []) }]
  yield ["response.in_progress", { response: response(call, answer, "in_progress", []) }]
  if (tool) {
    const at = { item_id: tool.id, output_index: 0 }
    yield [
      "response.output_item.added",
      { output_index: 0, item: { ...tool, arguments: "", status: "in_progress" } },
      true
    ]
    yield ["response.function_call_arguments.delta", { ...at, delta: tool.arguments }, true]
    yield ["response.function_call_arguments.done", { ...at, name: tool.name, arguments: tool.arguments }]
    yield ["response.output_item.done", { output_index: 0, item: tool }]
    yield ["response.completed", { response: response(call, answer, "completed", [tool]) }]
    return
  }
  const begun = messageItem(call, "in_progress", [])
  const at = { item_id: begun.id, output_index: 0, content_index: 0 }
  yield ["response.output_item.added", { output_index: 0, item: begun }]
  yield ["response.content_part.added", { ...at, part: outputText("") }]
  for (const delta of deltas(answer)) yield ["response.output_text.delta", { ...at, delta, logprobs: [] }, true]
  const text = wholeText(answer)
  const item = messageItem(call, "completed", [outputText(text)])
  yield ["response.output_text.done", { ...at, text, logprobs: [] }]
  yield ["response.content_part.done", { ...at, part: outputText(text) }]
  yield ["response.output_item.done", { output_index: 0, item }]
  yield ["response.completed", { response: response(call, answer, "completed", [item]) }]
}

function* frames(call: Call, answer: Answer): Iterable<Frame> {
  let sequence_number = 0
  for (const [type, data, content] of parts(call, answer)) {
    const text = `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence_number++, ...data })}\n\n`
    yield { text, content: content ?? false }
  }
}

export const responseAnswer = (call: Call, answer: Answer, headers: Readonly<Record<string, string>>): Reply => {
  if (call.streamed) return events(headers, frames(call, answer))
  const item = functionCall(call) ?? messageItem(call, "completed", [outputText(wholeText(answer))])
  return json(200, headers, response(call, answer, "completed", [item]))
}
