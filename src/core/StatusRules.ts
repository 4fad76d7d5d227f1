/**
 * What a status means where no code is known: first by what the message is about, then by the bare number.
 *
 * @since 0.1.0
 */
import type { Answer } from "./Answer.js"
import * as AnswerRule from "./AnswerRule.js"
import type { Saying } from "./Saying.js"
import { busy, limitOfNothing, planLacksModel, usageLimit } from "./Wording.js"

/**
 * What the status says. Total.
 *
 * @since 0.1.0
 * @category classification
 */
export const find = (answer: Answer): Saying => {
  const { headers, status } = answer
  const found = AnswerRule.find(rules, answer)
  if (found !== undefined) return found
  // OpenAI's and Anthropic's SDKs obey this header before anything else.
  if (status >= 400 && status < 500 && headers["x-should-retry"] === "true") {
    return { sense: "transient", evidence: ["header x-should-retry: true"] }
  }
  if (status >= 400 && status < 500) return { sense: "request" }
  if (status >= 300 && status < 400) return redirect
  return status >= 500 && status < 600 ? { sense: "provider" } : unexpected
}

/** What messages are about, in the languages of the vendors. They refine a status, and mean nothing without it. */
const about = {
  money:
    /\b(?:insufficient|not enough|low|negative|no) (?:\w+ )?(?:balance|credits?|funds|quota)|\b(?:balance|credits?|funds)(?: limit)? (?:is |are |has been |have been )?(?:\w+ )?(?:insufficient|too low|exhausted|depleted|not enough|used up)|out of credits|exhausted (?:all )?(?:of )?your (?:\w+ )?(?:balance|credits?|funds)|\b(?:failed|incomplete|unpaid) (?:or \w+ )?(?:payment|invoice)|recharge|top[ -]?up|overdue|arrears|past due|spend(?:ing)? (?:limit|cap)|no payment method|exceeded ?(?:\w+ ?)?budget|budget (?:limit )?(?:is |was |has been )?(?:exceeded|exhausted)|exceeded your current (?:\w+ )?quota|账户余额|余额不足|额度不足|额度已用[尽完]|欠费|充值|续费|\brenew your (?:subscription|plan)\b/i,
  bills: /\b(?:billing|payment|subscription|unpaid|credit card on file)\b/i,
  day: /\bper[ -]day\b|\/ ?day\b|\bdaily\b|\b[RT]PD\b|\btoday['’]s (?:quota|limit|allowance)\b|每日|今日/i,
  week: /\bper[ -]week\b|\/ ?week\b|\bweekly\b|每周/i,
  month: /\bper[ -]month\b|\/ ?month\b|\bmonthly\b|每月/i,
  busyModel:
    /\bmodel (?:is )?(?:too )?busy\b|\b(?:model|deployment)\b.{0,60}\b(?:overloaded|(?:at|no|over|exceeded) capacity|capacity exceeded)|no deployments available|\bexperiencing (?:very )?(?:high|heavy) (?:traffic|demand|load)\b|^capacity temporarily exceeded|(?<!\byour )\bcapacity\b.{0,30}\bmodel|\bresource ?exhausted: worker\b|模型.{0,6}访问量过大/i,
  busy,
  tooLarge: /^request too large|\brequest (?:is )?too large\b|reduce (?:the length|your (?:message|prompt))/i,
  model: /\bmodels?\b|模型/i,
  region:
    /\b(?:country|region|territory|location)\b.{0,60}\b(?:not (?:supported|available|allowed)|unsupported)|\b(?:not (?:supported|available|allowed)|unsupported)\b.{0,60}\b(?:country|region|territory|location)\b/i,
  expired:
    /\b(?:oauth|access|session|bearer|jwt|ide|oidc|auth|authentication|security) ?token\b.{0,40}\b(?:expired|no longer valid)\b|\bjwt (?:is |has )?expired\b|(?<!\bor )\bexpired (?:\w+ )?token\b|^unauthorized: token expired/i,
  unsafe:
    /moderation|content policy|safety (?:system|policy)|guardrail|request blocked|flagged|\b(?:content|prompt|input|request|message) violates\b/i
} as const

/**
 * The statuses that mean something particular; the other 4xx are the request's fault, the other 5xx the provider's.
 *
 * @since 0.1.0
 * @category constants
 */
export const rules: ReadonlyArray<AnswerRule.AnswerRule & { readonly status: ReadonlyArray<number> }> = [
  // At the very beginning only: further on it may be what the caller wrote.
  {
    status: [400, 422],
    says: /^(?:your credit balance is too low|(?:you have |your account has )?insufficient (?:account )?(?:balance|credits?|funds)|(?:账户|用户)?(?:余额|额度)不足)/i,
    sense: "billing"
  },
  {
    status: [400],
    says: /^(?:(?:invalid|incorrect) api[ -]?key|(?:provided )?api[ -]?key (?:is )?(?:not valid|invalid|expired|not found|could not be found))/i,
    sense: "bad-token"
  },
  {
    status: [403],
    says: /^(?:(?:missing or )?(?:invalid|incorrect)(?: or missing)? api[ -]?key|(?:(?:the|this|your) )?(?:provided )?api[ -]?key (?:you provided )?(?:is )?(?:not valid|invalid|expired|not found|revoked))/i,
    sense: "bad-token"
  },
  {
    status: [400],
    says: /^(?:the )?(?:requested )?model\b.{0,100}\baccess\b/i,
    sense: "model-denied"
  },
  {
    status: [400],
    says: /^(?:(?:invalid|unknown|unsupported) model\b|(?:the )?(?:requested )?model\b.{0,100}\b(?:not exist|not found|is not (?:available|valid)))|^\S{1,80} is not a valid model\b|^model id ?: ?\S{1,120} ?, has no provider supported|^the provided model identifier is invalid/i,
    sense: "model-unknown"
  },
  {
    status: [400, 404],
    says: /^(?:the )?(?:requested )?model \S{1,80}(?: \S{1,20})? (?:is|was|has been) (?:no longer (?:available|supported|accessible|served)|deprecated|retired|decommissioned|discontinued|removed)\b|^(?:the |this )?model (?:version )?has reached (?:the end of its|its end of) life\b/i,
    sense: "model-unknown"
  },
  { status: [400], says: /^the '[^']{1,80}' model is not (?:supported|available)\b/i, sense: "model-denied" },
  {
    status: [400],
    says: /^function id '[^']{1,80}': degraded function/i,
    sense: "model-busy",
    why: "what serves the model is out of order, for everybody"
  },
  { status: [400], says: /^upstream request failed: (?:model|endpoint) is unavailable/i, sense: "model-busy" },
  {
    status: [400],
    says: /^(?:(?:upstream error from \S{1,40}: )?request rate increased too quickly|rate limit (?:exceeded|reached)|too many requests)/i,
    sense: "rate-limit"
  },
  {
    status: [403],
    says: planLacksModel,
    sense: "model-denied",
    why: "the plan behind the token does not include this model"
  },
  {
    status: [403],
    says: /^(?=.*\bcontext (?:length|window|size)\b).*\b(?:plan|tier|subscription|upgrade)\b/is,
    sense: "request-elsewhere",
    why: "the plan behind the token does not include a context of this length"
  },
  { status: [403], says: /\bcontext (?:length|window|size)\b/i, sense: "request" },
  {
    status: [422],
    says: /\bdoes not exist\b.{0,40}\bpermission\b/i,
    sense: "model-denied"
  },
  { status: [401, 403], says: about.money, sense: "billing" },
  { status: [403], says: about.bills, sense: "billing" },
  {
    status: [403],
    says: /\bout of call volume quota\b|^(?:\w+ )?quota (?:is |has been |was )?exceeded\b/i,
    sense: "allowance",
    scope: "token",
    why: "what the gateway allows this token is used up"
  },
  {
    status: [401, 403],
    says: /\bquota (?:is |has been |was )?(?:exhausted|used up)\b/i,
    sense: "billing",
    why: "what the gateway allows this token is used up"
  },
  {
    status: [401, 403],
    says: /^litellm\.\w+error: |\breceived model group=|^upstream (?:auth|access)|^上游/i,
    sense: "provider-elsewhere",
    why: "the gateway's own key was refused by the vendor behind it"
  },
  {
    status: [401, 403],
    says: /\b(?:database|internal(?: server)?)(?: \w+)? error\b|数据库.{0,6}(?:出错|错误)/i,
    sense: "provider",
    why: "the gateway could not look the token up"
  },
  {
    status: [400, 401],
    says: /\bno connected db\b/i,
    sense: "stale-token",
    why: "LiteLLM without a database knows its master key only"
  },
  { status: [401], says: about.expired, sense: "stale-token" },
  {
    status: [401],
    says: /\b(?:key|token|team|user) (?:is )?not allowed to access (?:this )?model\b/i,
    sense: "model-denied"
  },
  {
    status: [401],
    says: /\bpermissions? (?:is|are) required\b|\b(?:missing|lacks?) (?:the )?(?:required |necessary )?(?:permission|scope|role)s?\b/i,
    sense: "missing-permission"
  },
  { status: [401, 403], says: /\bunusual activity\b/i, sense: "stale-token" },
  { status: [401], sense: "bad-token" },
  { status: [402], says: about.month, sense: "billing", window: "month", why: "the allowance of the month is used up" },
  { status: [402], sense: "billing" },
  { status: [403], says: /^(?:the |this |your )?(?:account|user) (?:has been |is )?suspended\b/i, sense: "bad-token" },
  {
    status: [403],
    says: /\bclient is not (?:authorized|allowed)\b|\bonly (?:accepts|allows) requests from\b(?!.{0,40}\b(?:ips?|address))/i,
    sense: "request-elsewhere",
    why: "this token serves certain programs only, and goes by what the request says it comes from"
  },
  {
    status: [403],
    says: /^your (?:resource|account) has been (?:temporarily )?blocked/i,
    sense: "stale-token",
    why: "the account is blocked for what was asked of it before"
  },
  { status: [403], says: about.unsafe, sense: "request" },
  {
    status: [403, 429],
    says: limitOfNothing,
    sense: "model-denied",
    why: "the limit is 0: this is switched off for the token"
  },
  { status: [403], says: /\brate[ -]?limit|too many requests/i, sense: "rate-limit" },
  { status: [403], says: about.region, sense: "provider", why: "the provider does not serve this place" },
  {
    status: [403],
    says: /^(?:the )?model \S{1,120} is\b|\bmodels?\b.{0,80}\b(?:access|allowed|permission|available)|\b(?:access|permission|allowed)\b.{0,60}\bmodels?\b|模型/i,
    sense: "model-denied"
  },
  {
    status: [403],
    sense: "stale-token",
    why: "access is denied to this token; the answer does not say for how long"
  },
  { status: [404], says: about.model, sense: "model-denied" },
  { status: [404], says: /\bnot found for account\b/i, sense: "model-denied", why: "this account is not served it" },
  { status: [429], says: about.tooLarge, sense: "request", why: "the request is larger than the limit itself" },
  {
    status: [429],
    says: /\bexhausted your capacity\b|\bquota will reset\b/i,
    sense: "allowance",
    why: "what the plan behind the token allows of this model is used up"
  },
  { status: [429], says: about.busyModel, sense: "model-busy" },
  {
    status: [502, 503],
    says: /\bmodel is (?:currently |temporarily )?(?:busy|overloaded|(?:at|over) capacity)|^model \S{1,120} is (?:currently |still )?loading\b|\bresource ?exhausted: worker\b/i,
    sense: "model-busy"
  },
  { status: [429], says: about.busy, sense: "provider" },
  { status: [429], says: about.money, sense: "billing" },
  { status: [429], says: about.day, sense: "allowance", why: "the allowance of the day is used up" },
  { status: [429], says: about.week, sense: "billing", why: "the allowance of the week is used up" },
  {
    status: [429],
    says: about.month,
    sense: "billing",
    window: "month",
    why: "the allowance of the month is used up"
  },
  { status: [429], says: usageLimit, sense: "billing", why: "a window of the plan is used up" },
  { status: [429, 420], sense: "rate-limit" },
  {
    status: [500, 503],
    says: /^no available channels? for (?:this )?model\b|无可用渠道|^no available (?:\w{1,20} )?accounts support the requested model\b/i,
    sense: "model-denied",
    why: "the gateway has nobody for this model in the group of this token"
  },
  { status: [503], says: /^incorrect model id\b/i, sense: "model-denied" },
  {
    status: [412],
    says: /\b(?:budget|usage limits?|spending limit|suspended)\b/i,
    sense: "billing",
    why: "the budget of this key is used up"
  },
  {
    status: [500, 503],
    says: /^no available (?:\w{1,20} )?accounts?\b|^auth_(?:unavailable|not_found): no auth available/i,
    sense: "provider-elsewhere",
    why: "the relay has no account for the group of this token"
  },
  {
    status: [500, 502, 503],
    says: /^(?:\S{1,40} ){0,3}(?:error|error code|status|status code|http|returned)\b:? ?(?:401|402|403|429)\b/i,
    sense: "provider-elsewhere",
    why: "the relay was refused by the vendor behind it; another channel may not be"
  },
  // llama.cpp, which has no other status for what it finds out while it answers, and what stands before such servers.
  {
    status: [500, 502, 503],
    says: /^context (?:size|length|window) has been exceeded|\b(?:exceeds|longer than) (?:the )?(?:model'?s |available |maximum )?context (?:size|length|window)\b|\bmaximum context (?:size|length|window) is\b/i,
    sense: "request"
  },
  // iFlow's own numbers.
  { status: [434, 438, 439], says: /\b(?:AK|key|token)\b/i, sense: "stale-token" },
  { status: [435], says: about.model, sense: "model-denied" },
  { status: [449], sense: "rate-limit" },
  { status: [408], sense: "provider", why: "the provider gave up waiting" },
  // OpenAI's SDK takes it for a lock that timed out, and tries again.
  { status: [409], sense: "transient", why: "another request got in the way of this one" },
  { status: [410], sense: "model-unknown", why: "what was asked for is no longer offered" },
  { status: [424, 425], sense: "provider", why: "something the provider depends on failed" },
  // Chinese vendors have it for what their law does not let be said.
  {
    status: [451],
    says: /^(?!.*\b(?:country|region|territory|location)\b).*(?:\b(?:content|sensitive|safety|moderation)\b|敏感|违规)/is,
    sense: "request"
  },
  { status: [423], sense: "stale-token", why: "what the token stands for is locked, or not switched on" },
  { status: [451], sense: "provider", why: "the provider may not serve this place" },
  { status: [499], sense: "abandoned" },
  { status: [501, 505], sense: "request", why: "the server does not know what it was asked to do" }
]

const redirect: Saying = {
  sense: "provider",
  why: "the provider points elsewhere, and a token must not follow",
  evidence: ["a redirect"]
}

const unexpected: Saying = { sense: "provider", why: "the status is none that an API answers with" }
