/** Answers out of vendors' own tables of errors: numbers and words that say what the status beside them hides. */
import { describe } from "vitest"
import { openai, table } from "./verdicts.js"

describe("Zhipu's numbers of plans and companies", () => {
  const zhipu = (code: string, message: string) => ({ error: { code, message } })
  const until = "2026-08-31 22:30:00"
  table("zhipu", [
    [
      "a window whose end stands before the words for it",
      429,
      {},
      zhipu("1308", `已达到 5 小时使用上限，${until} 后可继续使用。如需超限额按量付费使用，可联系管理员开启。`),
      "quota other 9000000 token"
    ],
    [
      "a company's plan that ended",
      429,
      {},
      zhipu("1314", "您的企业套餐已失效，请联系企业管理员。"),
      "quota other - token"
    ],
    [
      "a token of another product",
      429,
      {},
      zhipu("1315", "该 API Key 仅限企业编程套餐场景使用，请到官网更换对应产品类型的 API Key"),
      "token other - token"
    ],
    [
      "a window, and no balance to go on with",
      429,
      {},
      zhipu("1316", `已达到 5 小时使用上限。主账号余额不足。您的限额将在 ${until} 重置。`),
      "quota other 9000000 token"
    ],
    ["a window of a week, and no balance", 429, {}, zhipu("1317", "limit"), "quota other - token"],
    ["a window, and the member's spend limit", 429, {}, zhipu("1318", "limit"), "quota other - token"],
    ["a window of a week, and the member's spend limit", 429, {}, zhipu("1319", "limit"), "quota other - token"],
    ["a window, and the company's spend limit", 429, {}, zhipu("1320", "limit"), "quota other - token"],
    ["a window of a week, and the company's spend limit", 429, {}, zhipu("1321", "limit"), "quota other - token"]
  ])
  table("generic", [
    [
      "a window, passed on by a relay that knows no numbers",
      429,
      {},
      zhipu("1308", `已达到 5 小时的使用上限。您的限额将在 ${until} 重置。`),
      "quota other 9000000 token"
    ],
    [
      "a busy model, passed on likewise",
      429,
      {},
      zhipu("1305", "该模型当前访问量过大，请您稍后再试"),
      "model no - token+model"
    ]
  ])
})

describe("Baidu's words for its plans", () => {
  const qianfan = (code: string) => openai(code, "see the code")
  table("generic", [
    ["five hours used up", 429, {}, qianfan("coding_plan_hour_quota_exceeded"), "quota other - token"],
    ["a week used up", 429, {}, qianfan("coding_plan_week_quota_exceeded"), "quota other - token"],
    ["a month used up", 403, {}, qianfan("coding_plan_month_quota_exceeded"), "quota other - token"],
    ["no plan", 403, {}, qianfan("coding_plan_not_subscribed"), "quota other - token"],
    ["a plan that ended", 401, {}, qianfan("token_plan_person_subscription_expired"), "quota other - token"],
    ["a token that is not the plan's", 401, {}, qianfan("coding_plan_api_key_required"), "token other - token"],
    ["a plan's token elsewhere", 403, {}, qianfan("token_plan_person_api_key_not_allowed"), "token other - token"],
    [
      "a model that is not the plan's",
      400,
      {},
      qianfan("coding_plan_model_not_supported"),
      "model other - token+model"
    ],
    ["the pace of a plan", 429, {}, qianfan("coding_plan_rate_limit_exceeded"), "rate-limit other - token+model"],
    ["the pace of all plans", 429, {}, qianfan("coding_plan_cluster_rate_limited"), "model no - token+model"]
  ])
})

describe("Volcengine's words for what the request refers to", () => {
  const ark = (code: string, message: string) => ({ error: { code, message, param: "", type: "x" } })
  table("generic", [
    [
      "a context that is still being made",
      403,
      {},
      ark("OperationDenied.InvalidState", "Operation is denied because the specified context is in invalid state"),
      "request no - -"
    ],
    ["something in another phase", 403, {}, ark("OperationDenied.UnsupportedPhase", "denied"), "request no - -"],
    [
      "an endpoint of another account",
      404,
      {},
      ark("InvalidEndpoint.NotFound", "The request targeted an endpoint that does not exist or is invalid."),
      "model other - token+model"
    ],
    [
      "a model that is to be asked through an endpoint",
      404,
      {},
      ark("InvalidEndpointOrModel.ModelIDAccessDisabled", "Please use a custom endpoint ID instead."),
      "model other - token+model"
    ],
    ["no access", 403, {}, ark("AccessDenied", "You do not have access to the resource."), "token other - token"]
  ])
})

describe("Workers AI's numbers", () => {
  const failed = (code: number, message: string) => ({ success: false, result: null, errors: [{ code, message }] })
  table("cloudflare", [
    ["no such model", 400, {}, failed(5007, "No such model @cf/x or task"), "model no - -"],
    ["an invalid name of a model", 404, {}, failed(3042, "The model name is invalid"), "model no - -"],
    [
      "terms of a model",
      403,
      {},
      failed(5016, "User has not agreed to Llama3.2 model terms"),
      "model other - token+model"
    ],
    ["a private model", 403, {}, failed(5018, "The account is not allowed"), "model other - token+model"],
    ["another private model", 403, {}, failed(3041, "The account is not allowed"), "model other - token+model"],
    ["a blocked account", 403, {}, failed(3023, "Service unavailable for account"), "token other permanent token"],
    [
      "the account's free allowance of the day, which all models share",
      429,
      {},
      failed(3036, "You have used up your daily free allocation of 10,000 neurons."),
      "quota other - token"
    ],
    [
      "no room for the model anywhere",
      429,
      {},
      failed(3040, "No more data centers to forward to"),
      "model no - token+model"
    ],
    ["a token nobody knows", 403, {}, failed(9109, "Invalid access token"), "token other permanent token"],
    ["a token that lacks a permission", 403, {}, failed(10_000, "Authentication error"), "token other - token"],
    ["a pace", 429, {}, failed(971, "Please wait and consider throttling"), "rate-limit other - token+model"],
    // The same numbers are others' own where the form is not Cloudflare's.
    ["a number of somebody else's", 429, {}, { code: 3040, message: "slow down" }, "rate-limit other - token+model"]
  ])
})

describe("ModelScope and LiteLLM", () => {
  table("generic", [
    [
      "the allowance of the day",
      429,
      {},
      {
        errors: { message: "You have exceeded today's quota for model x/y, please try again tomorrow" },
        request_id: "r"
      },
      "quota other - token+model"
    ],
    [
      "the same in OpenAI's form",
      429,
      {},
      { error: { message: "You have exceeded today's quota for model x/y, please try again tomorrow" } },
      "quota other - token+model"
    ],
    [
      "a model that nobody serves",
      400,
      {},
      { error: { message: "Model id : x/y , has no provider supported" } },
      "model no - -"
    ],
    [
      "the relay's own key, refused by the vendor it quotes",
      401,
      {},
      {
        error: {
          message:
            '{"type":"error","error":{"type":"authentication_error"}}. Received Model Group=m\nAvailable Model Group Fallbacks=None',
          type: "None",
          code: "401"
        }
      },
      "provider other - token+model"
    ]
  ])
  table("huggingface", [
    [
      "a busy model",
      500,
      {},
      { error: "Model too busy, unable to get response in less than 60 second(s)" },
      "model no - token+model"
    ]
  ])
})

describe("Amazon's and Huawei's words for what is not open yet", () => {
  const amazon = (type: string) => ({ "x-amzn-errortype": type })
  table("generic", [
    [
      "a subscription that is being made",
      403,
      amazon("MPAgreementBeingCreated"),
      {
        message:
          "Your account is not authorized to access this model because your AWS Marketplace subscription for the model is still being processed."
      },
      "model other - token+model"
    ],
    [
      "a form that was not filled in",
      404,
      amazon("FTUFormNotFilled"),
      { message: "see the code" },
      "model other - token+model"
    ],
    [
      "the same form, told by 400",
      400,
      amazon("ValidationException"),
      { message: "You have not filled out the required use-case form for this model. Complete the form first." },
      "model other - token+model"
    ],
    [
      "a model at the end of its life",
      404,
      amazon("ResourceNotFoundException"),
      { message: "This model version has reached the end of its life. Please refer to the AWS documentation." },
      "model no - -"
    ],
    [
      "no access to the service asked for",
      401,
      {},
      { error_code: "ModelArts.81004", error_msg: "Invalid request because you do not have access to it." },
      "token other - token+model"
    ],
    [
      "a frozen resource",
      401,
      {},
      { error_code: "ModelArts.81006", error_msg: "The resource is frozen." },
      "token other - token"
    ],
    [
      "a token that is wrong, told by 403",
      403,
      {},
      openai("access_denied", "Invalid or missing API Key"),
      "token other permanent token"
    ]
  ])
})

describe("a vendor's usual code for something else", () => {
  const busy = "The service is temporarily unable to process your request. Please try again later."
  table("azure-openai", [
    [
      "a region without capacity",
      429,
      { "retry-after-ms": "3000" },
      { error: { code: "429", message: busy } },
      "provider other 3000 token+model"
    ],
    ["the same by its code", 429, {}, { error: { code: "NoCapacity", message: "x" } }, "provider other - token+model"]
  ])
  table("moonshot", [
    [
      "a window of the coding plan",
      429,
      {},
      {
        error: {
          message: "You've reached your usage limit for this period. Your quota will be refreshed in the next cycle.",
          type: "rate_limit_reached_error"
        }
      },
      "quota other - token"
    ]
  ])
  table("cohere", [
    [
      "a conversation that is not there",
      404,
      {},
      { message: "resource not found: no messages found with conversation id models" },
      "request no - -"
    ]
  ])
})
