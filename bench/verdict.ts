/**
 * Microseconds per verdict, and 100,000 generated answers: none may throw, none may rest a time that is no time.
 *
 * A served answer is judged by its status alone; its body is never handed over.
 */
import { FastCheck as fc } from "effect"
import type { Facts } from "../src/Provider.js"
import { anthropic } from "../src/providers/Anthropic.js"
import { openai } from "../src/providers/OpenAI.js"
import { asked, wrong } from "../test/support/answers.js"

export const name = "verdict"

const answers = 100_000
const batch = 5_000
const rounds = 11
const roundMillis = 60

const now = Date.UTC(2026, 7, 31, 12)

const limit: Facts = {
  status: 429,
  headers: {
    "content-type": "application/json",
    "retry-after": "12",
    "anthropic-ratelimit-requests-limit": "50",
    "anthropic-ratelimit-requests-remaining": "0",
    "anthropic-ratelimit-requests-reset": "2026-08-31T12:00:12Z",
    "anthropic-organization-id": "8f0c3a52",
    "request-id": "req_1"
  },
  body: '{"type":"error","error":{"type":"rate_limit_error","message":"This request would exceed your rate limit."}}',
  now,
  model: "claude-sonnet-4-6"
}

const page = `<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>${"<p>nginx</p>".repeat(87_400)}</body></html>`

const cases: ReadonlyArray<readonly [what: string, run: () => unknown]> = [
  ["200, as a rotation hands it over", () => anthropic.classify({ status: 200, headers: limit.headers, now })],
  ["429 with headers and a body", () => anthropic.classify(limit)],
  ["429 of OpenAI's, its time in words", () => openai.classify(inWords)],
  [
    `502 with a page of ${(page.length / 1e6).toFixed(2)} MB`,
    () => anthropic.classify({ status: 502, headers: {}, body: page, now })
  ],
  ["502 with a megabyte of JSON", () => anthropic.classify({ status: 502, headers: {}, body: longJson, now })]
]

const inWords: Facts = {
  status: 429,
  headers: {},
  body: '{"error":{"message":"Rate limit reached for gpt-4o on tokens per min (TPM). Please try again in 1.78s.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}',
  now
}

const longJson = `{"error":{"type":"api_error","message":"${"x".repeat(1_000_000)}"}}`

/** Microseconds per call: the median of the rounds. */
const micros = (run: () => unknown): number => {
  const found: Array<number> = []
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    let calls = 0
    while (performance.now() - start < roundMillis) {
      for (let i = 0; i < 20; i++) run()
      calls += 20
    }
    found.push((1000 * (performance.now() - start)) / calls)
  }
  return found.sort((a, b) => a - b)[rounds >> 1] ?? Number.NaN
}

export const run = () => {
  console.log("answer                                     µs per verdict")
  for (const [what, each] of cases) console.log(`${what.padEnd(42)} ${micros(each).toFixed(2).padStart(14)}`)
  const faults = new Map<string, number>()
  let failures = 0
  for (let seed = 0; seed < answers / batch; seed++) {
    for (const each of fc.sample(asked, { numRuns: batch, seed })) {
      const fault = faultOf(each)
      if (fault !== undefined) faults.set(fault, (faults.get(fault) ?? 0) + 1)
      else if (each.vendor.classify(each.facts)._tag === "Failure") failures += 1
    }
  }
  console.log(
    `\n${answers.toLocaleString("en")} generated answers, ${failures.toLocaleString("en")} of them failures: ${faults.size === 0 ? "every verdict sound" : "FAULTS"}`
  )
  for (const [fault, count] of faults) console.log(`  ${count} × ${fault}`)
  if (faults.size > 0) process.exitCode = 1
}

const faultOf = (each: Parameters<typeof wrong>[0]): string | undefined => {
  try {
    return wrong(each)
  } catch (error) {
    return `threw ${String(error)}`
  }
}
