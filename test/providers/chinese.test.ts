/** What the answers of Moonshot, Zhipu, DashScope, SiliconFlow and MiniMax mean beyond the known cases. */
import { describe } from "vitest"
import { anthropic, openai, table } from "./verdicts.js"

describe("Moonshot", () => {
  const kimi = (type: string, message: string) => ({ error: { type, message } })
  table("moonshot", [
    [
      "the tokens of the minute",
      429,
      {},
      kimi("rate_limit_reached_error", "Your account org-a<ak-b> request reached TPM rate limit, current: 5, limit: 4"),
      "rate-limit other 60000 group"
    ],
    [
      "the tokens of the day",
      429,
      {},
      kimi("rate_limit_reached_error", "Your account org-a<ak-b> request reached TPD rate limit, current: 5, limit: 4"),
      "quota other - group"
    ],
    [
      "a key of another host",
      401,
      {},
      kimi("incorrect_api_key_error", "Incorrect API key provided"),
      "token other permanent token"
    ],
    [
      "a stated number of seconds",
      429,
      {},
      kimi("rate_limit_reached_error", "reached max RPM: 20, please try again after 12 seconds"),
      "rate-limit other 12000 group"
    ]
  ])
})

const zhipu = (code: string, message: string) => ({ error: { code, message } })

describe("Zhipu", () => {
  table("zhipu", [
    ["too many at once", 429, {}, zhipu("1302", "您的账户已达到速率限制"), "rate-limit other - token+model"],
    [
      "the window of five hours, in Beijing's time",
      429,
      {},
      zhipu("1308", "已达到 5 小时的使用上限。您的限额将在 2026-08-31 22:00:00 重置。"),
      "quota other 7200000 token"
    ],
    [
      "the same in English",
      429,
      {},
      zhipu("1308", "Usage limit reached for 5 hour. Your limit will reset at 2026-08-31 22:00:00"),
      "quota other 7200000 token"
    ],
    ["no authentication", 401, {}, zhipu("1000", "身份验证失败"), "token other permanent token"],
    ["a signed token that expired", 401, {}, zhipu("1003", "Authorization Token已过期"), "token other - token"],
    ["a wrong parameter", 400, {}, zhipu("1210", "API 调用参数有误"), "request no - -"],
    ["an unknown model", 400, {}, zhipu("1211", "模型不存在"), "model no - -"],
    ["trouble of its own", 500, {}, zhipu("1234", "网络错误"), "provider no - provider"],
    [
      "a refusal under 200",
      200,
      {},
      { code: 401, msg: "token expired or incorrect", success: false },
      "token other permanent token"
    ],
    ["trouble under 200", 200, {}, { code: 500, msg: "404 NOT_FOUND", success: false }, "provider no - provider"],
    [
      "its Anthropic face",
      429,
      {},
      { type: "error", error: { type: "1305", message: "busy" } },
      "model no - token+model"
    ]
  ])
})

describe("DashScope", () => {
  table("dashscope", [
    [
      "the tokens of the minute, in OpenAI's words for no money",
      429,
      {},
      openai(
        "insufficient_quota",
        "You exceeded your current quota, please check your plan and billing details.",
        "insufficient_quota"
      ),
      "rate-limit other 60000 token+model"
    ],
    [
      "requests of the minute",
      429,
      {},
      openai("limit_requests", "You exceeded your current requests list."),
      "rate-limit other 60000 token+model"
    ],
    [
      "a burst",
      429,
      {},
      openai("limit_burst_rate", "Request rate increased too quickly."),
      "rate-limit other 60000 token+model"
    ],
    [
      "the free quota for good",
      429,
      {},
      { code: "Throttling.AllocationQuota", message: "Free allocated quota exceeded.", request_id: "x" },
      "quota other permanent token+model"
    ],
    [
      "an overdue bill",
      429,
      {},
      { code: "PostpaidBillOverdue", message: "Overdue.", request_id: "x" },
      "quota other - token"
    ],
    [
      "a workspace that does not let it in",
      403,
      {},
      { code: "Workspace.AccessDenied", message: "Workspace access denied.", request_id: "x" },
      "token other - token"
    ],
    [
      "no capacity",
      503,
      {},
      {
        code: "ModelServingError",
        message: "Too many requests. Your requests are being throttled due to system capacity limits.",
        request_id: "x"
      },
      "model no - token+model"
    ],
    [
      "a limit under 200",
      200,
      {},
      { code: "Throttling.RateQuota", message: "Requests rate limit exceeded", request_id: "x" },
      "rate-limit other 60000 token+model"
    ],
    ["a served answer of the native face", 200, {}, { output: { text: "ok" }, usage: {}, request_id: "x" }, "none"],
    [
      "wrong parameters",
      400,
      {},
      { code: "InvalidParameter", message: "Range of input length should be [1, 6000]", request_id: "x" },
      "request no - -"
    ]
  ])
})

describe("SiliconFlow and MiniMax", () => {
  table("siliconflow", [
    [
      "an unknown model",
      400,
      {},
      { code: 20012, message: "Model does not exist. Please check it carefully.", data: null },
      "model no - -"
    ],
    ["a text instead of an object", 401, {}, '"Invalid token"', "token other permanent token"],
    ["a timeout", 504, {}, undefined, "provider no - provider"],
    [
      "a limit of requests",
      429,
      {},
      { code: 50603, message: "Request was rejected due to rate limiting. Details: RPM limit reached.", data: null },
      "rate-limit other 60000 token+model"
    ]
  ])
  const base = (status_code: number, status_msg: string) => ({ id: "x", base_resp: { status_code, status_msg } })
  table("minimax", [
    ["an empty balance", 200, {}, base(1008, "insufficient balance"), "quota other - token"],
    ["a key that is wrong", 200, {}, base(2049, "invalid api key"), "token other permanent token"],
    ["a timeout", 200, {}, base(1001, "request timeout"), "provider no - provider"],
    ["a rise that was too fast", 200, {}, base(2045, "rate growth limit"), "rate-limit other - token+model"],
    [
      "a limit of its Anthropic face",
      429,
      {},
      anthropic("rate_limit_error", "rate limit exceeded(RPM)"),
      "rate-limit other - token+model"
    ],
    ["an unknown number", 200, {}, base(2999, "?"), "request no - -"],
    [
      "in a stream",
      200,
      {},
      'data: {"id":"x","choices":null,"base_resp":{"status_code":1002,"status_msg":"rate limit"}}\n\n',
      "rate-limit other - token+model"
    ]
  ])
})
