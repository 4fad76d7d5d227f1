/**
 * What an answer says it used, in the vendor's units of text, whatever each vendor calls them.
 *
 * @since 0.1.0
 */

import * as Schema from "effect/Schema"

/**
 * @since 0.1.0
 * @category schemas
 */
export const Usage = Schema.Struct({
  /** Without what was read from or written to a cache. */
  input: Schema.Number,
  output: Schema.Number,
  cacheRead: Schema.Number,
  cacheWrite: Schema.Number
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Usage extends Schema.Schema.Type<typeof Usage> {}

/**
 * @since 0.1.0
 * @category constructors
 */
export const zero: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }

/**
 * @since 0.1.0
 * @category predicates
 */
export const isZero = (self: Usage): boolean =>
  self.input === 0 && self.output === 0 && self.cacheRead === 0 && self.cacheWrite === 0

/**
 * @since 0.1.0
 * @category combinators
 */
export const add = (a: Usage, b: Usage): Usage => combine(a, b, (x, y) => x + y)

/**
 * A later statement about the same answer: vendors repeat running totals, so each number replaces a smaller one.
 *
 * @since 0.1.0
 * @category combinators
 */
export const update = (a: Usage, b: Usage): Usage => combine(a, b, Math.max)

/**
 * Both, number by number.
 *
 * @since 0.1.0
 * @category combinators
 */
export const combine = (a: Usage, b: Usage, f: (x: number, y: number) => number): Usage => ({
  input: f(a.input, b.input),
  output: f(a.output, b.output),
  cacheRead: f(a.cacheRead, b.cacheRead),
  cacheWrite: f(a.cacheWrite, b.cacheWrite)
})

/**
 * The usage that a JSON answer, or one event of a stream, states; `undefined` when it states none. Only the members that
 * vendors put it in are looked at: `usage`, `message.usage`, `response.usage`, `usageMetadata`.
 *
 * @since 0.1.0
 * @category parsing
 */
export const find = (data: unknown): Usage | undefined => {
  if (!isRecord(data)) return undefined
  if (isRecord(data.usage)) return fromUsage(data.usage)
  if (isRecord(data.message) && isRecord(data.message.usage)) return fromUsage(data.message.usage)
  if (isRecord(data.response) && isRecord(data.response.usage)) return fromUsage(data.response.usage)
  return isRecord(data.usageMetadata) ? fromGemini(data.usageMetadata) : undefined
}

const fromUsage = (usage: Record<string, unknown>): Usage => {
  // OpenAI counts what the cache served as part of its input, Anthropic does not.
  const details = isRecord(usage.prompt_tokens_details) ? usage.prompt_tokens_details : usage.input_tokens_details
  const cached = isRecord(details) ? count(details.cached_tokens) : 0
  return {
    input: Math.max(0, count(usage.input_tokens ?? usage.prompt_tokens) - cached),
    output: count(usage.output_tokens ?? usage.completion_tokens),
    cacheRead: cached + count(usage.cache_read_input_tokens),
    cacheWrite: count(usage.cache_creation_input_tokens)
  }
}

const fromGemini = (usage: Record<string, unknown>): Usage => {
  const cached = count(usage.cachedContentTokenCount)
  return {
    input: Math.max(0, count(usage.promptTokenCount) + count(usage.toolUsePromptTokenCount) - cached),
    output: count(usage.candidatesTokenCount) + count(usage.thoughtsTokenCount),
    cacheRead: cached,
    cacheWrite: 0
  }
}

const count = (value: unknown): number => (typeof value === "number" && value > 0 && Number.isFinite(value) ? value : 0)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
