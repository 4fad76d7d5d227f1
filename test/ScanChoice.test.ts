/** What is seen of an answer as it passes by, however it is cut, encoded and laid out. */
import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import type { AnswerScan } from "../src/AnswerScan.js"
import type { Disguise } from "../src/core/StreamEvent.js"
import * as ScanChoice from "../src/ScanChoice.js"

const sse = { "content-type": "text/event-stream; charset=utf-8" }
const json = { "content-type": "application/json" }

const feed = (scan: AnswerScan, text: string): AnswerScan => {
  scan.read(new TextEncoder().encode(text))
  return scan
}

const seen = (text: string, headers: Record<string, string> = sse, disguises: ReadonlyArray<Disguise> = []) =>
  feed(ScanChoice.choose(headers, disguises), text)

const data = (value: unknown, name?: string) =>
  `${name === undefined ? "" : `event: ${name}\n`}data: ${JSON.stringify(value)}\n\n`

const start = data(
  { type: "message_start", message: { usage: { input_tokens: 7, output_tokens: 1 } } },
  "message_start"
)
const delta = data({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Grüße 🎉" } })
const role = data({ choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }] })
const overloaded = data({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, "error")

describe("A stream of events", () => {
  const preambles: ReadonlyArray<readonly [string, string]> = [
    ["nothing", ""],
    ["comments", ": OPENROUTER PROCESSING\n\n:\n\n"],
    ["Anthropic's message_start and ping", start + data({ type: "ping" }, "ping")],
    [
      "an empty text block",
      start + data({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } })
    ],
    [
      "the opening of a tool call",
      start + data({ type: "content_block_start", content_block: { type: "tool_use", id: "t", name: "n", input: {} } })
    ],
    ["OpenAI's role", role],
    ["Azure's filter results", data({ choices: [], prompt_filter_results: [] })],
    ["the Responses API's openings", data({ type: "response.created", response: {} }, "response.created")],
    ["half a line", delta.slice(0, 30)],
    ["retry and id", "retry: 3000\nid: 1\n"]
  ]
  for (const [what, text] of preambles) {
    it(`has no content with ${what}`, () => expect(seen(text).undecided()).toBe(true))
  }

  const contents: ReadonlyArray<readonly [string, string]> = [
    ["a piece of text", start + delta],
    [
      "the arguments of a tool call",
      data({ type: "content_block_delta", delta: { type: "input_json_delta", partial_json: "{" } })
    ],
    [
      "a search result, which comes whole",
      data({ type: "content_block_start", content_block: { type: "web_search_tool_result", content: [{}] } })
    ],
    ["OpenAI's text", data({ choices: [{ delta: { content: "H" }, finish_reason: null }] })],
    ["OpenAI's tool call", data({ choices: [{ delta: { role: "assistant", tool_calls: [{ index: 0 }] } }] })],
    ["the end of an empty answer", role + data({ choices: [{ delta: {}, finish_reason: "stop" }] })],
    ["the Responses API's text", data({ type: "response.output_text.delta", delta: "H" })],
    ["Gemini's text", data({ candidates: [{ content: { parts: [{ text: "H" }] } }] })],
    ["something that is no JSON", "data: hello\n\n"],
    ["a line of JSON", '{"message":{"content":"H"}}\n']
  ]
  for (const [what, text] of contents) {
    it(`has content with ${what}`, () => {
      const scan = seen(text)
      expect([scan.undecided(), scan.hasContent(), scan.error()]).toEqual([false, true, undefined])
    })
  }

  const errors: ReadonlyArray<readonly [string, string, number]> = [
    ["Anthropic's", overloaded, 529],
    ["OpenAI's", data({ error: { message: "Rate limit", code: "rate_limit_exceeded" } }), 429],
    ["the Responses API's", data({ type: "error", code: "server_error", message: "m" }, "error"), 500],
    ["a failed response", data({ type: "response.failed", response: { error: { code: "rate_limit_exceeded" } } }), 429],
    ["Google's bare JSON", '{\n  "error": {\n    "code": 503,\n    "status": "UNAVAILABLE"\n  }\n}\n', 503],
    ["Google's bare list", '[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}]\n', 429],
    ["one by name whose data is no JSON", "event: error\ndata: overloaded\n\n", 500]
  ]
  for (const [whose, text, status] of errors) {
    it(`is an error with ${whose}, before content and after it`, () => {
      expect(seen(start + text).error()?.status).toBe(status)
      expect(seen(start + text).hasContent()).toBe(false)
      const later = feed(seen(start + delta), text)
      expect([later.hasContent(), later.error()?.status]).toEqual([true, status])
    })
  }

  it("is no error for words in a text, nor for what tools answered", () => {
    for (const text of [
      data({
        type: "content_block_delta",
        delta: { type: "text_delta", text: '{"error":{"type":"overloaded_error"}}' }
      }),
      data({ choices: [{ delta: { content: "at full capacity: 429 rate_limit_error" } }] }),
      data({ type: "response.output_item.done", item: { type: "mcp_call", error: { code: 500 } } }),
      data({ choices: [{ delta: { content: "x" } }], error: null })
    ]) {
      const scan = seen(text)
      scan.end()
      expect(scan.error()).toBeUndefined()
    }
  })

  it("means the same however it is cut and whatever ends its lines", () => {
    const usage = data({ type: "message_delta", usage: { output_tokens: 9 } })
    for (const text of [start + delta + delta + usage + overloaded, start + data({ type: "ping" }) + overloaded]) {
      const whole = seen(text)
      whole.end()
      const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 })
      fc.assert(
        fc.property(cuts, fc.constantFrom("\n", "\r\n"), fc.boolean(), (sizes, newline, terminated) => {
          const lines = terminated ? text : text.trimEnd()
          const bytes = new TextEncoder().encode(lines.replaceAll("\n", newline))
          const scan = ScanChoice.choose(sse, [])
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = sizes[i % sizes.length] ?? 1
            scan.read(bytes.subarray(at, at + size))
            at += size
          }
          scan.end()
          expect([scan.hasContent(), scan.error(), scan.usage()]).toEqual([
            whole.hasContent(),
            whole.error(),
            whole.usage()
          ])
        })
      )
    }
  })

  it("keeps no line that never ends, and reads on after a very long one", () => {
    const scan = seen(start + delta)
    for (let i = 0; i < 40; i++) feed(scan, "x".repeat(64 * 1024))
    feed(scan, `\n\n${overloaded}`)
    expect(scan.error()?.status).toBe(529)
  })

  it("puts together data of several lines, within bounds", () => {
    expect(seen('data: {"error":\ndata: {"code":429}}\n\n').error()?.status).toBe(429)
    expect(seen("data: {\n".repeat(40_000)).hasContent()).toBe(true)
  })

  it("is an answer when it ends without any event", () => {
    for (const text of ["", ": working\n\n"]) {
      const scan = seen(text)
      scan.end()
      expect([scan.undecided(), scan.error()]).toEqual([false, undefined])
    }
  })

  it("is none when it ends with nothing but a preamble, unless it says that this was all", () => {
    for (const [text, status] of [
      [start, 500],
      [role, 500],
      [data({ type: "response.created", response: {} }), 500],
      [`${role}data: [DONE]\n\n`, undefined],
      [start + data({ type: "message_stop" }), undefined]
    ] as const) {
      const scan = seen(text)
      scan.end()
      expect([scan.undecided(), scan.error()?.status]).toEqual([false, status])
    }
  })

  it("is an answer when what came after its preamble was too long to look into", () => {
    const picture = data({ choices: [{ index: 0, delta: { content: "x".repeat(1_100_000) } }] })
    const scan = feed(feed(seen(role), picture.slice(0, -2)), "\n\n")
    scan.end()
    expect([scan.undecided(), scan.error()]).toEqual([false, undefined])
  })
})

describe("A JSON answer", () => {
  const minimax = JSON.stringify({ base_resp: { status_code: 1002, status_msg: "rate limit" } })
  const all: ReadonlyArray<Disguise> = ["error", "choices", "base_resp"]

  it.each([
    ['{"error":{"message":"m","code":402}}', 402],
    ['{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"r"}', 529],
    ['{"error":"no credit left"}', 500],
    ['{"id":"resp_1","object":"response","status":"failed","error":{"code":"server_error"},"output":[]}', undefined],
    ['{"id":"ftjob-1","object":"fine_tuning.job","status":"failed","error":{"code":"invalid_n_classes"}}', undefined],
    ['{"name":"operations/1","done":true,"error":{"code":3,"message":"bad"}}', undefined],
    ['{"choices":[],"error":{"code":402}}', undefined],
    ['{"object":"list","data":[],"error":null}', undefined],
    ['{"error":{}, "id":"x"}', undefined]
  ])("is an error, whoever sent it, when it is that and nothing else: %s", (text, status) => {
    const scan = seen(text, json)
    scan.end()
    expect(scan.error()?.status).toBe(status)
  })

  it("is an error in disguise only where its vendor is known for it", () => {
    for (const [text, status] of [
      [minimax, 429],
      ['{"id":"gen-1","error":{"message":"m","code":402}}', 402],
      ['{"choices":[{"error":{"code":502}}]}', 502],
      ['{"choices":[{"finish_reason":"error"}]}', 500]
    ] as const) {
      const known = seen(text, json, all)
      known.end()
      expect(known.error()?.status).toBe(status)
      const unknown = seen(text, json)
      unknown.end()
      expect(unknown.error()).toBeUndefined()
    }
  })

  it("is waited for whole only when it is short or may be an error, and never for long", () => {
    expect(seen('{"a":1', json).undecided()).toBe(false)
    expect(seen('{"a":"b', json, all).undecided()).toBe(true)
    for (const start of ["{", '{"err', '{ "error" : {', '{"type":"error"', '{"type":"err', '{"code":']) {
      expect(seen(start, json).undecided()).toBe(true)
    }
    for (const start of ['{"id":"error"', '{"type":"message"', "{}", `{${" ".repeat(300)}`]) {
      expect(seen(start, json).undecided()).toBe(false)
    }
    expect(seen('{"a":', { ...json, "content-length": "100" }).undecided()).toBe(true)
    expect(seen(`{"error":"${"x".repeat(70_000)}`, json).undecided()).toBe(false)
    expect(seen(`{"a":"${"x".repeat(70_000)}`, json, all).undecided()).toBe(false)
  })

  it.each([
    ["short", { ...json, "content-length": "65536" }, true],
    ["longer", { ...json, "content-length": "65537" }, false],
    ["of unknown length", json, false],
    ["short as it travels, but encoded", { ...json, "content-length": "100", "content-encoding": "gzip" }, false],
    ["a stream", { ...sse, "content-length": "100" }, false]
  ])("is taken in one piece only when all of it is known to be short: %s", (_, headers, isWhole) => {
    expect(ScanChoice.isWhole(headers)).toBe(isWhole)
  })

  it("tells its usage at its end", () => {
    const scan = seen('{"usage":{"prompt_tokens":3,"completion_tokens":4}}', json)
    expect(scan.usage()).toBeUndefined()
    scan.end()
    expect(scan.usage()).toEqual({ input: 3, output: 4, cacheRead: 0, cacheWrite: 0 })
  })

  it("tells its usage however long it is, and not what only looks like it", () => {
    const numbers = "0.123456789,".repeat(20_000)
    const usage = (n: number) => `"usage":{"prompt_tokens":${n},"total_tokens":${n}}`
    const scan = seen('{"object":"list","data":[', json)
    for (let i = 0; i < 10; i++) feed(scan, `{"text":"\\"usage\\"",${usage(1)},"embedding":[${numbers}0]},`)
    feed(scan, `{}],"usa`)
    feed(scan, `${usage(8).slice(4)},"model":"m"}`)
    scan.end()
    expect(scan.usage()).toMatchObject({ input: 8 })
  })

  it("as an array is Google's stream: read element by element, usage and errors and all", () => {
    const part = {
      candidates: [{ content: { parts: [{ text: 'a "]}" b' }] } }],
      usageMetadata: { promptTokenCount: 5 }
    }
    const status = { error: { code: 503, message: "m", status: "UNAVAILABLE" } }
    const text = `[${JSON.stringify(part)}\n,\r\n${JSON.stringify(status)}\n]`
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (sizes) => {
        const scan = ScanChoice.choose(json, [])
        for (let at = 0, i = 0; at < text.length; i++) {
          const size = sizes[i % sizes.length] ?? 1
          feed(scan, text.slice(at, at + size))
          at += size
        }
        scan.end()
        expect([scan.hasContent(), scan.error()?.status, scan.usage()?.input]).toEqual([true, 503, 5])
      })
    )
    expect(seen("[", json).undecided()).toBe(true)
    const first = seen(`[${JSON.stringify(status)}`, json)
    expect([first.hasContent(), first.error()?.status]).toEqual([false, 503])
    // Lists of results may hold errors of their own.
    expect(seen('[{"id":1,"error":{"code":"bad"}}]', json).error()).toBeUndefined()
  })
})
