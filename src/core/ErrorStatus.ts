/**
 * Which status an error would have had that came under status 200, by the words and numbers it calls itself.
 *
 * @since 0.1.0
 */

/**
 * The status that an error would have had.
 *
 * @since 0.1.0
 * @category getters
 */
export const of = (error: Record<string, unknown>): number => {
  for (const value of [error.code, error.status, error.http_code, error.http_status, error.status_code]) {
    const number = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value
    if (typeof number === "number" && number >= 400 && number <= 599) return number
  }
  const { metadata } = error
  const type = isRecord(metadata) ? metadata.error_type : error.error_type
  // OpenRouter's `error_type` is exact, and what stands beside it in the words of others' APIs is not.
  const words = [type, error.code, error.type, error.status, error.error_code].flatMap((value) =>
    typeof value === "string" && value.length <= 80 ? [value.toLowerCase()] : []
  )
  return (
    first(words, (word) => statuses[word]) ??
    first(words, statusWithin) ??
    first(words, (word) => families.find(([family]) => family.test(word))?.[1]) ??
    baiduStatus(error.code) ??
    (words.length === 0 ? spokenStatus(error.message ?? error.error) : undefined) ??
    500
  )
}

/** Huawei's codes end in the status: `InferHub.ModelArts.81101.429`. */
const statusWithin = (word: string): number | undefined => {
  const status = /\.([45]\d\d)$/.exec(word)?.[1]
  return status === undefined ? undefined : Number(status)
}

/** Where there is no word for it at all, the message may begin with one. */
const spokenStatus = (message: unknown): number | undefined =>
  typeof message === "string" ? spoken.find(([saying]) => saying.test(message))?.[1] : undefined

const spoken: ReadonlyArray<readonly [saying: RegExp, status: number]> = [
  [/^(?:insufficient|not enough) (?:\w+ )?(?:balance|credits?|funds)\b/i, 402],
  [/^(?:\w+ )?(?:rate limit|quota|usage limit) (?:exceeded|reached)\b|^too many requests\b/i, 429],
  [/^(?:invalid|incorrect) api[ -]?key\b/i, 401]
]

const first = (words: ReadonlyArray<string>, read: (word: string) => number | undefined): number | undefined => {
  for (const word of words) {
    const status = read(word)
    if (status !== undefined) return status
  }
  return undefined
}

/** What words that no vendor is known for resemble. */
const families: ReadonlyArray<readonly [family: RegExp, status: number]> = [
  [/balance|billing|credits?_|payment|arrear|budget_exceeded/, 402],
  [/(?:rate|usage)_?limit|throttl|too_?many|quota/, 429],
  [/^model.*not|(?:invalid|unsupported|unknown)_model/, 404],
  [/(?:key|token|credentials?|account|organization).*(?:invalid|expired|deactivated|disabled|suspended|revoked)/, 401],
  [/(?:invalid|incorrect|expired|missing).*(?:key|token|credentials?)$|unauthori[sz]ed/, 401],
  [/permission|forbidden|denied/, 403],
  [/^(?:invalid|unsupported|missing|bad_?request|validation)|content_policy|safety|_policy$|(?:^|_)image(?:_|$)/, 400]
]

/** The status a vendor documents for its word. A word nobody knows is the provider's trouble: 500. */
const statuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  invalid_request: 400,
  content_filter: 400,
  invalid_argument: 400,
  invalid_prompt: 400,
  failed_precondition: 400,
  context_length_exceeded: 400,
  authentication_error: 401,
  authentication: 401,
  auth_error: 401,
  autherror: 401,
  invalid_api_key: 401,
  invalid_authentication_error: 401,
  incorrect_api_key_error: 401,
  unauthenticated: 401,
  billing_error: 402,
  payment_required: 402,
  insufficient_quota: 429,
  permission_error: 403,
  permission_denied: 403,
  not_found_error: 404,
  not_found: 404,
  model_not_found: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  resource_exhausted: 429,
  tokens: 429,
  requests: 429,
  too_many_requests: 429,
  rate_limit: 429,
  rate_limited: 429,
  slow_down: 429,
  quota_exceeded: 429,
  rate_limit_reached_error: 429,
  exceeded_current_quota_error: 429,
  usage_limit_reached: 429,
  api_error: 500,
  server_error: 500,
  internal: 500,
  unavailable: 503,
  service_unavailable_error: 503,
  server_is_overloaded: 503,
  overloaded: 503,
  provider_unavailable: 502,
  provider_overloaded: 503,
  timeout: 504,
  timeout_error: 504,
  deadline_exceeded: 504,
  overloaded_error: 529
}

/**
 * The status of a `base_resp.status_code`; nothing where it tells of a success.
 *
 * @since 0.1.0
 * @category getters
 */
export const ofMiniMax = (value: unknown): number | undefined => {
  const code = typeof value === "string" && /^\d{1,6}$/.test(value) ? Number(value) : value
  if (typeof code !== "number" || code === 0) return undefined
  return baseStatuses.find(([, codes]) => codes.includes(code))?.[0] ?? 400
}

/** From MiniMax's error table; the rest of its numbers are about the request. */
const baseStatuses: ReadonlyArray<readonly [status: number, codes: ReadonlyArray<number>]> = [
  [429, [1002, 1039, 1041, 2045, 2056]],
  [401, [1004, 2049]],
  [402, [1008]],
  [500, [1000, 1001, 1013, 1024, 1033, 2064]]
]

/**
 * The status of an `error_code` of Baidu's, which come with an `error_msg`.
 *
 * @since 0.1.0
 * @category getters
 */
export const ofBaidu = (code: unknown): number =>
  baiduStatuses.find(([, codes]) => codes.includes(Number(code)))?.[0] ?? (Number(code) >= 336_000 ? 400 : 500)

/** Its newer faces call the same numbers `code`; smaller ones could be anybody's. */
const baiduStatus = (code: unknown): number | undefined =>
  typeof code === "number" && code >= 336_000 && code < 337_000 ? ofBaidu(code) : undefined

const baiduStatuses: ReadonlyArray<readonly [status: number, codes: ReadonlyArray<number>]> = [
  [429, [4, 17, 18, 336_501, 336_502]],
  // All that is free of an interface has been asked for.
  [402, [19]],
  [401, [13, 14, 15, 100, 110, 111]],
  [403, [6]],
  [500, [1, 2, 336_000, 336_100]]
]

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
