/**
 * Servers whose address is the user's own: anything OpenAI-compatible, vLLM, one-api and new-api, relays of Anthropic's
 * API, and Cloudflare before any of them.
 *
 * @since 0.1.0
 */
import type { Answer } from "../core/Answer.js"
import type { AnswerRule } from "../core/AnswerRule.js"
import type { Saying } from "../core/Saying.js"
import * as Provider from "../Provider.js"
import * as AnthropicLimits from "./AnthropicLimits.js"
import * as GoogleQuota from "./GoogleQuota.js"
import * as WorkersAI from "./WorkersAI.js"

/** What one-api and new-api say; they stand behind many a server that does not say so. */
const gatewayRules: ReadonlyArray<AnswerRule> = [
  {
    code: [
      "insufficient_user_quota",
      "pre_consume_token_quota_failed",
      "insufficient_quota",
      "token_quota_exhausted",
      "quota_exceeded"
    ],
    sense: "billing",
    why: "the allowance of the gateway's user or token is used up"
  },
  {
    code: /^entitlement_(?:.*limit_exceeded|inactive|required)$/,
    sense: "billing",
    why: "the allowance of the gateway's plan is used up"
  },
  {
    code: ["token_concurrency_limit_reached"],
    sense: "rate-limit",
    scope: "token",
    why: "the token has too many calls under way"
  },
  {
    code: /^channel:|^(?:get_channel_failed|no_available_channel)$/,
    sense: "provider-elsewhere",
    why: "a channel of the gateway is at fault; another token may have another"
  },
  {
    status: [401, 403, 429],
    says: /额度已用尽|额度不足|剩余额度|余额不足|quota (?:is )?(?:exhausted|not enough|used up)/i,
    sense: "billing",
    why: "the allowance of the gateway's token is used up"
  },
  {
    status: [401, 403],
    says: /网段|subnet|ip (?:address )?(?:is )?not (?:allowed|in)|不在.{0,12}(?:白名单|列表)/i,
    sense: "stale-token",
    why: "the token may not be used from this address"
  },
  {
    status: [401, 403],
    says: /已过期|^(?:the |this |your )?(?:api[ -]?)?(?:key|token) has expired/i,
    sense: "bad-token"
  },
  {
    status: [403],
    says: /渠道.{0,4}禁用|\bchannel (?:has been |is )?disabled\b/i,
    sense: "provider-elsewhere",
    why: "a channel of the gateway is switched off; another token may have another"
  },
  { status: [403], says: /封禁|banned|禁用/i, sense: "bad-token", why: "the gateway's user is banned" },
  {
    status: [403],
    says: /无权(?:使用|访问).{0,10}模型|模型.{0,10}无权|no (?:access|permission).{0,40}model/i,
    sense: "model-denied"
  },
  {
    status: [403, 404, 429, 500, 503],
    says: /无可用渠道|no available channels?/i,
    sense: "model-denied",
    why: "the gateway has no channel for this model in the group of this token"
  },
  {
    status: [429],
    code: ["upstream_error", "bad_response_status_code"],
    sense: "provider-elsewhere",
    why: "the gateway's own channels are used up"
  },
  {
    status: [401, 402, 403],
    code: ["bad_response_status_code"],
    sense: "provider-elsewhere",
    why: "the gateway's own key was refused by the vendor behind it"
  },
  { status: [429], says: /上游负载/, sense: "provider-elsewhere", why: "the gateway's own channels are used up" }
]

/** Google's refusal as it came: a limit of 0 is that of one of the relay's projects, which may have others. */
const passedOn = (answer: Answer): Saying | undefined => {
  const said = answer.body.codes.includes("resource_exhausted") ? GoogleQuota.judge(answer) : undefined
  return said?.sense === "not-entitled" ? { ...said, sense: "model-denied" } : said
}

const bearer: Provider.Authorization = { header: "authorization", scheme: "Bearer" }

/**
 * Any OpenAI-compatible server; its base URL is the user's.
 *
 * @since 0.1.0
 * @category providers
 */
export const generic: Provider.Provider = Provider.define({
  type: "generic",
  name: "OpenAI-compatible",
  otherTypes: ["custom", "openai-compatible", "cloudflare"],
  baseUrl: "",
  authorization: [bearer],
  env: { tokens: [] },
  freeCheck: { path: "/models" },
  disguises: ["error", "code"],
  judge: (answer) => WorkersAI.judge(answer) ?? passedOn(answer),
  notes: [
    WorkersAI.note,
    "a 429 of Google's that is passed on (`RESOURCE_EXHAUSTED`) is told apart by the day and the minute as Google's own is"
  ],
  rules: gatewayRules
})

/**
 * vLLM, and what answers like it.
 *
 * @since 0.1.0
 * @category providers
 */
export const vllm: Provider.Provider = Provider.define({
  type: "vllm",
  name: "vLLM",
  otherTypes: ["sglang", "ollama"],
  baseUrl: "",
  authorization: [bearer],
  env: { tokens: ["VLLM_API_KEY"], baseUrl: "VLLM_BASE_URL" },
  limitOwner: "deployment",
  freeCheck: { path: "/models" },
  disguises: ["error"],
  rules: [
    { status: [404], says: /model/i, sense: "model-denied", why: "this server does not host the model; another may" },
    { status: [503], sense: "provider-elsewhere", why: "this server is full or still loading; another may not be" }
  ]
})

/**
 * @since 0.1.0
 * @category providers
 */
export const oneApi: Provider.Provider = Provider.define({
  ...generic,
  type: "one-api",
  name: "one-api",
  otherTypes: ["oneapi"]
})

/**
 * @since 0.1.0
 * @category providers
 */
export const newApi: Provider.Provider = Provider.define({
  ...generic,
  type: "new-api",
  name: "new-api",
  otherTypes: ["newapi"]
})

/**
 * A relay of Anthropic's API: its base URL is the user's, and its tokens look as it pleases.
 *
 * @since 0.1.0
 * @category providers
 */
export const anthropicCompatible: Provider.Provider = Provider.define({
  type: "anthropic-compatible",
  name: "Anthropic-compatible",
  otherTypes: ["anthropic-relay"],
  baseUrl: "",
  authorization: [{ prefix: "sk-ant-oat", header: "authorization", scheme: "Bearer" }, { header: "x-api-key" }],
  headers: { "anthropic-version": "2023-06-01" },
  env: { tokens: [] },
  freeCheck: { path: "/v1/models" },
  rateLimits: AnthropicLimits.buckets,
  judge: AnthropicLimits.judge,
  notes: [AnthropicLimits.note],
  disguises: ["error", "code"],
  rules: [
    { status: [404], code: ["not_found_error"], says: /\bmodel\b/i, sense: "model-denied" },
    { status: [400], says: /^(?:your|the) credit balance is too low/i, sense: "billing" },
    { status: [402, 403, 429], says: /credit balance is too low/i, sense: "billing" },
    {
      status: [400],
      says: /^(?:this|your) (?:organization|account) has been (?:disabled|suspended)/i,
      sense: "bad-token"
    },
    { status: [401, 403], says: /(?:organization|account) has been (?:disabled|suspended)/i, sense: "bad-token" },
    ...gatewayRules
  ]
})
