/** Answers of every kind: plausible ones, broken ones, and such as nobody would write. */
import { FastCheck as fc } from "effect"
import type { Facts, Provider } from "../../src/Provider.js"
import { all } from "../../src/providers/index.js"

const codes = all.flatMap(({ rules = [] }) => rules.flatMap(({ code }) => (Array.isArray(code) ? code : [])))

const names = [
  "retry-after",
  "retry-after-ms",
  "x-should-retry",
  "content-type",
  "cf-mitigated",
  "ratelimit",
  "ratelimit-policy",
  "anthropic-ratelimit-unified-status",
  "anthropic-ratelimit-unified-5h-status",
  "anthropic-ratelimit-unified-5h-reset",
  ...all.flatMap(({ rateLimits = [] }) =>
    rateLimits.flatMap(({ limit, remaining, reset }) => [limit, remaining, reset].filter((name) => name !== undefined))
  )
]

const times = fc.oneof(
  fc.constantFrom(
    "0",
    "-1",
    "NaN",
    "Infinity",
    "1e9",
    "6m0s",
    "20ms",
    "1h16m19.2s",
    "38.2s",
    "5, 10",
    "",
    " ",
    "9".repeat(400)
  ),
  fc.constantFrom(
    "Mon, 31 Aug 2026 12:01:30 GMT",
    "2026-08-31T12:00:11Z",
    "0000-00-00T99:99:99Z",
    "+275761-01-01",
    "rejected"
  ),
  fc.constantFrom('"api";r=0;t=211', "limit=1, remaining=0, reset=9", "true", "false", "text/html", "challenge"),
  fc.integer({ min: -1_000, max: 4_000_000_000_000 }).map(String),
  fc.double().map(String),
  fc.string({ maxLength: 40 })
)

const sentences = fc.oneof(
  fc.constantFrom(
    "Please try again in 6m54.72s.",
    "try again after 99999999999 seconds",
    "You will regain access on 2026-09-01 at 00:00 UTC.",
    "您的限额将在 2026-09-03 20:00:00 重置",
    "30 秒后重试",
    "Request too large for model x",
    "Quota exceeded, limit: 0",
    "limited to 40 API calls / minute",
    "Your credit balance is too low",
    "The model is overloaded"
  ),
  fc.string({ maxLength: 120 })
)

const scalar = fc.oneof(
  fc.constantFrom(...codes),
  fc.constantFrom<unknown>(null, 0, -0, 1e308, Number.NaN, true, "", "429", 401, 1302, {}, []),
  sentences
)

const error = fc.record(
  {
    code: scalar,
    type: scalar,
    status: scalar,
    message: fc.oneof(sentences, scalar),
    details: fc.oneof(
      scalar,
      fc.array(fc.record({ reason: scalar, retryDelay: times, violations: fc.anything(), metadata: fc.anything() }), {
        maxLength: 3
      })
    ),
    metadata: fc.anything(),
    resets_in_seconds: fc.oneof(times, fc.double()),
    resets_at: fc.oneof(times, fc.double()),
    retry_after: fc.oneof(times, fc.double())
  },
  { requiredKeys: [] }
)

const json = fc.oneof(
  error,
  fc.record({ error: fc.oneof(error, scalar) }),
  fc.record({ type: fc.constant("error"), error }),
  fc.record({ base_resp: fc.record({ status_code: scalar, status_msg: sentences }) }),
  fc.record({ choices: fc.array(fc.record({ error, message: fc.anything() }), { maxLength: 2 }) }),
  fc.array(fc.record({ error }), { maxLength: 2 })
)

/** As text, and as text that was cut. */
const texts = fc.tuple(json, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()).map(([value, share, cut]) => {
  const text = JSON.stringify(value) ?? ""
  return cut ? text.slice(0, Math.floor(text.length * share)) : text
})

const hostile = fc.constantFrom<unknown>(
  new Proxy(
    {},
    {
      get: () => {
        throw new Error("no")
      },
      ownKeys: () => {
        throw new Error("no")
      }
    }
  ),
  {
    get error() {
      throw new Error("no")
    }
  },
  Symbol("s"),
  () => 1,
  10n,
  "[".repeat(5_000),
  '{"a":'.repeat(5_000),
  `<html>${"x".repeat(2_000)}`,
  `data: ${"{".repeat(900)}\n\n`
)

const body = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(undefined, null, "") },
  { weight: 6, arbitrary: json },
  { weight: 6, arbitrary: texts },
  { weight: 2, arbitrary: texts.map((text) => `data: ${text}\n\nevent: error\ndata: ${text}\n\n`) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  { weight: 1, arbitrary: fc.anything() },
  { weight: 1, arbitrary: hostile }
)

const headers = fc
  .array(fc.tuple(fc.constantFrom(...names), times), { maxLength: 5 })
  .map((entries) => Object.fromEntries(entries))

const status = fc.oneof(
  fc.constantFrom(200, 400, 401, 402, 403, 404, 429, 429, 500, 503),
  fc.integer({ min: 100, max: 599 })
)

export interface Asked {
  readonly vendor: Provider
  readonly facts: Facts
}

export const asked: fc.Arbitrary<Asked> = fc.record({
  vendor: fc.constantFrom(...all),
  facts: fc.record({
    status,
    headers,
    body,
    now: fc.oneof(fc.constant(1_788_177_600_000), fc.integer({ min: 0, max: 8_640_000_000_000 })),
    model: fc.constantFrom(undefined, "m"),
    path: fc.constantFrom(undefined, "/v1/messages", "/api/oauth/usage")
  })
})

/** Longest rest there is: a month and some. */
const longest = 32 * 86_400_000

/** What is wrong with the verdict of an answer, or nothing. */
export const wrong = ({ facts, vendor }: Asked): string | undefined => {
  const outcome = vendor.classify(facts)
  if (outcome._tag !== "Failure") return undefined
  const { blame, cooldownMillis, code, evidence, provenance, scope, why } = outcome
  const rest = typeof cooldownMillis === "number"
  if (rest && !(cooldownMillis > 0 && cooldownMillis <= longest)) return `rests ${cooldownMillis}`
  if (rest && provenance === "guess") return "a time that nobody stated or documents"
  if (blame === "request" && (scope !== null || cooldownMillis !== null)) return "rests something for a request's fault"
  if (scope === null && rest) return "rests nothing, for a time"
  if (why === "" || code === "" || evidence.length === 0) return "gives no reason"
  return /^[\w.:-]{1,80}$/.test(code) ? undefined : `a code that is no word: ${code}`
}
