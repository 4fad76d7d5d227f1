import { describe, expect, it } from "vitest"
import { ofAnswer, ofEvent } from "../../src/core/StreamEvent.js"

describe("an answer of status 200", () => {
  it.each<readonly [unknown, number]>([
    [{ error: { code: "invalid_api_key" } }, 401],
    [{ error: "The service is down", code: "unknown" }, 500],
    [{ choices: [{ message: { content: "half" }, finish_reason: "error", error: { code: 502 } }] }, 502],
    [{ code: 401, msg: "token expired", success: false }, 401],
    [{ code: "Throttling.RateQuota", message: "slower", request_id: "x" }, 429],
    [{ code: "InvalidParameter", message: "what?", request_id: "x" }, 400],
    [{ error: { message: "gone", code: "account_disabled" } }, 401],
    [{ error: { message: "poor", code: "no_balance_left" } }, 402],
    [{ error: { message: "odd", code: "nobody_knows" } }, 500],
    [{ code: 20012, message: "no such model", data: null }, 500],
    [{ base_resp: { status_code: 1002, status_msg: "slower" } }, 429],
    [{ base_resp: { status_code: 2049, status_msg: "who?" } }, 401],
    [{ base_resp: { status_code: 2013, status_msg: "what?" } }, 400]
  ])("hides an error: %j", (data, status) => {
    expect(ofAnswer(data, ["error", "choices", "code", "base_resp"])).toMatchObject({ status })
    expect(ofEvent(data, undefined, ["error", "choices", "code", "base_resp"])).toMatchObject({ status })
  })

  it.each([
    { error: null, choices: [] },
    { error: "", choices: [] },
    { choices: [{ message: { content: '{"error":{"code":"invalid_api_key"}}' }, error: null }] },
    { code: 0, message: "ok", data: { id: 1 } },
    { code: 200, msg: "ok", data: [] },
    { code: 20000, message: "Ok", status: true, data: { balance: "1" } },
    { code: "Success", message: "", output: { text: "hi" } },
    { code: 7, message: "seven", choices: [{ message: { content: "hi" } }] },
    { code: "print(1)", message: "here is your code", content: [{ type: "text", text: "x" }] },
    { code: "", message: "" },
    { base_resp: { status_code: 0, status_msg: "" } },
    [],
    null,
    5
  ])("hides none: %j", (data) => {
    expect(ofAnswer(data, ["error", "choices", "code", "base_resp"])).toBeUndefined()
  })

  it("is not looked into for what its vendor does not do", () => {
    expect(ofAnswer({ id: "x", error: { code: "invalid_api_key" } }, [])).toBeUndefined()
    expect(ofAnswer({ code: 401, msg: "x" }, [])).toBeUndefined()
    expect(ofAnswer({ code: 401, msg: "x" }, ["error"])).toBeUndefined()
  })
})
