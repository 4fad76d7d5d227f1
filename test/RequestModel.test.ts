import { describe, expect, it } from "@effect/vitest"
import { requestModel } from "../src/RequestModel.js"

const bytes = (text: string) => new TextEncoder().encode(text)

describe("requestModel", () => {
  it.each([
    ['{"model":"gpt-5","input":"x"}', "gpt-5"],
    ['{"messages":[{"content":"\\"model\\":\\"fake\\" {[ é 日本 😀"}],"model":"real"}', "real"],
    ['{"metadata":{"model":"inner"},"model":"outer"}', "outer"],
    [' {"a":"model","model" :  "m\\u00e9lange 日本"}', "mélange 日本"],
    ['{"a":"\\\\","model":"after a backslash"}', "after a backslash"],
    ['{"modem":"x"}', undefined],
    ['{"model":5}', undefined],
    ['{"model":""}', undefined],
    ['[{"model":"in an array"}]', undefined],
    ['{"messages":"model', undefined],
    ["", undefined]
  ])("reads %s the same from text and from bytes", (text, model) => {
    expect(requestModel("/v1/chat/completions", text)).toBe(model)
    expect(requestModel("/v1/chat/completions", bytes(text))).toBe(model)
  })

  it("reads a path before a body", () => {
    expect(requestModel("/v1beta/models/gemini-2.5-pro:generateContent", bytes('{"model":"no"}'))).toBe(
      "gemini-2.5-pro"
    )
  })

  it("reads a form, and a path before it", () => {
    const form = new FormData()
    expect(requestModel("/v1/audio/transcriptions", form)).toBeUndefined()
    form.set("model", "whisper-1")
    expect(requestModel("/v1/audio/transcriptions", form)).toBe("whisper-1")
    expect(requestModel("/openai/deployments/mine/audio/transcriptions", form)).toBe("mine")
    form.set("model", new File(["x"], "model"))
    expect(requestModel("/v1/audio/transcriptions", form)).toBeUndefined()
  })
})
