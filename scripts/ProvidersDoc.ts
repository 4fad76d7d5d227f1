/** Renders `docs/providers.md` from the values in `src/providers` and the tables they fall back to. */
import type { AnswerRule } from "../src/core/AnswerRule.js"
import * as CodeRules from "../src/core/CodeRules.js"
import type { BucketHeaders } from "../src/core/RateLimitHeaders.js"
import * as Sense from "../src/core/Sense.js"
import * as StatusRules from "../src/core/StatusRules.js"
import type { Authorization, Provider } from "../src/Provider.js"
import { all } from "../src/providers/index.js"

export const render = (): string =>
  [head(), ...all.map(section), "## Every vendor", fallback()].map((part) => `${part.trim()}\n`).join("\n")

const head = () => `# What vendors' answers mean

Made from the values in \`src/providers\` by \`npm run docs\`; \`npm run check\` fails when it is stale.

llmctl asks, in this order: rules of the config → whether the vendor spoke at all (a web page or a proxy is nobody's
token's fault) → the vendor's own table → codes of the trade → headers → the status, refined by what the message is about.
The first row that holds counts. Words of a message narrow a row down and never stand alone; the text of a successful
answer is not read. How long something rests is what the answer states (\`retry-after-ms\`, \`retry-after\`, the reset of the
exhausted limit, a field of the body, the message, in this order), else the window that a row names, else the policy's.
"for good" means until a person acts.

\`ctl explain --provider TYPE --status N --header 'name: value' --body @file\` says it of one answer.

| vendor | type | limits belong to |
|---|---|---|
${all.map((vendor) => `| [${vendor.name}](#${anchor(vendor.name)}) | ${words([vendor.type, ...(vendor.otherTypes ?? [])])} | ${vendor.limitOwner ?? "whom the server says"} |`).join("\n")}`

const section = (vendor: Provider): string => {
  const { env, freeCheck, notes = [], ownerHeader, rateLimits, rules = [], tokenShape } = vendor
  const facts: ReadonlyArray<readonly [string, string | undefined]> = [
    [
      "base URL",
      vendor.baseUrl === "" ? "your own: `baseUrl`" : words([vendor.baseUrl, ...(vendor.otherBaseUrls ?? [])])
    ],
    ["its tokens also go to", vendor.alsoAt && words(vendor.alsoAt)],
    ["token travels as", vendor.authorization.map(authorization).join("; ")],
    ["environment", env.tokens.length === 0 ? undefined : words([...env.tokens, ...(env.bearerTokens ?? [])])],
    ["base URL from", env.baseUrl === undefined ? undefined : code(env.baseUrl)],
    ["tokens look like", tokenShape === undefined ? undefined : code(tokenShape.source)],
    ["limits in headers", rateLimits?.length === 0 ? "none" : (rateLimits ?? []).map(bucket).join("; ") || undefined],
    ["owner in header", ownerHeader === undefined ? undefined : code(ownerHeader)],
    [
      "free check",
      freeCheck === undefined
        ? undefined
        : `\`GET ${freeCheck.path}\`${freeCheck.funds === undefined ? "" : ", which also tells whether money is left"}`
    ]
  ]
  return [
    `## ${vendor.name}\n`,
    ...facts.flatMap(([name, text]) => (text === undefined ? [] : [`- ${name}: ${text}`])),
    ...notes.map((note) => `- ${note}`),
    "",
    rules.length === 0 ? "" : table(rules)
  ].join("\n")
}

const fallback = () => `Codes that half the trade uses, tried after a vendor's own table:

${table(CodeRules.rules)}

Statuses, tried last. Any other 4xx is the request's fault, any other 5xx the provider's, a redirect the provider's: a token
does not follow it. A success is nobody's fault, whatever its text says.

${table(StatusRules.rules)}`

const table = (rules: ReadonlyArray<AnswerRule>): string =>
  [
    "| status | code | message | whose fault | another token | what rests, for how long | why |",
    "|---|---|---|---|---|---|---|",
    ...rules.map(row)
  ].join("\n")

const row = (rule: AnswerRule): string => {
  const codes = rule.code instanceof RegExp ? code(`/${rule.code.source}/`) : words(rule.code ?? [])
  const message = [
    rule.says === undefined ? "" : code(`/${rule.says.source}/`),
    rule.path === undefined ? "" : `path ${code(`/${rule.path.source}/`)}`
  ]
  const start = [rule.status?.join(", ") ?? "", codes, message.filter((part) => part !== "").join(", ")]
  if (rule.sense === "abandoned") return line([...start, "nobody", "–", "nothing", "the caller gave up"])
  const meaning = Sense.meanings[rule.sense]
  const other = rule.retryOtherToken ?? meaning.retryOtherToken
  const cells = [meaning.blame, other ? "helps" : "does not help", rest(rule, meaning), rule.why ?? meaning.why]
  return line([...start, ...cells])
}

/** A bar would end a cell. */
const line = (cells: ReadonlyArray<string>): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`

const rest = (rule: AnswerRule, meaning: Sense.Meaning): string => {
  const scope = rule.scope === undefined ? meaning.scope : rule.scope
  if (scope === null) return "nothing"
  const time = rule.rest === undefined ? meaning.rest : rule.rest
  const window = rule.window === undefined ? "" : `, else ${windows[rule.window]}`
  const length = time === "permanent" ? "for good" : time === "hint" ? `as stated${window}` : "as the policy says"
  return `${scope}, ${length}`
}

const windows = {
  minute: "a minute",
  day: "24 hours",
  month: "until the 1st, 00:00 UTC",
  "pacific-day": "until midnight in California"
}

const authorization = ({ adds, header, prefix, scheme }: Authorization): string =>
  [
    code(`${header}: ${scheme === undefined ? "" : `${scheme} `}…`),
    prefix === undefined ? "" : ` for tokens that begin with ${code(prefix)}`,
    adds === undefined ? "" : `, with ${words(Object.entries(adds).map(([name, value]) => `${name}: ${value}`))}`
  ].join("")

const bucket = ({ kind, limit, period, refill, remaining, reset }: BucketHeaders): string =>
  `${kind}${period === undefined ? "" : ` of the ${period}`}${refill === "continuous" ? ", refilled all the time" : ""} (${words([limit, remaining, reset].filter((name) => name !== undefined))})`

const words = (texts: ReadonlyArray<string>): string => texts.map(code).join(", ")

const code = (text: string): string => {
  const fence = text.includes("`") ? "``" : "`"
  return `${fence}${text}${fence}`
}

const anchor = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^\w -]/g, "")
    .replaceAll(" ", "-")
