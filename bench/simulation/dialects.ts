/** How the modelled vendors put what they know into headers, and how llmctl is told to read them. */
import * as Outcome from "../../src/core/Outcome.js"
import type { Facts, Provider } from "../../src/Provider.js"
import { epoch } from "./clock.js"
import type { Limit } from "./limits.js"
import type { Scenario } from "./scenarios.js"
import type { TokenSpec } from "./world.js"

export interface Said {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The answer to an attempt that reached the vendor at `now`. Rounded as vendors round: resets and `retry-after` to whole
 * seconds, upwards.
 */
export const say = (
  { dialect, groups }: Scenario,
  status: number,
  token: TokenSpec | undefined,
  limit: Limit | undefined,
  now: number
): Said => {
  const owner = groups?.known === "named" && token !== undefined ? { "x-organization": `org-${token.group}` } : {}
  if (limit === undefined || (status !== 200 && status !== 429)) return { status, headers: owner }
  const seconds = Math.max(1, Math.ceil((limit.opensAt(now) - now) / 1000))
  const after = status === 429 && dialect !== "silent" ? { "retry-after": String(seconds) } : {}
  const left =
    dialect === "headers"
      ? {
          "x-ratelimit-limit-requests": String(Math.floor(limit.spec.capacity)),
          "x-ratelimit-remaining-requests": String(limit.remaining(now)),
          "x-ratelimit-reset-requests": new Date(Math.ceil((epoch + limit.wholeAt(now)) / 1000) * 1000).toISOString()
        }
      : {}
  return { status, headers: { ...owner, ...after, ...left } }
}

/** The vendor as llmctl knows it: it reads what is said, and a vendor says of itself which kind of limit it has. */
export const vendorOf = ({ groups, upstream }: Scenario): Provider => ({
  type: "modelled",
  name: "Modelled",
  baseUrl: "https://modelled.invalid",
  authorization: [{ header: "x-api-key" }],
  env: { tokens: [] },
  ...(groups?.known === "named" ? { ownerHeader: "x-organization" } : {}),
  rateLimits: [
    {
      kind: "requests",
      limit: "x-ratelimit-limit-requests",
      remaining: "x-ratelimit-remaining-requests",
      reset: "x-ratelimit-reset-requests",
      refill: upstream === "window" ? "at-once" : "continuous"
    }
  ],
  classify: (facts) => classify(facts, groups === null ? "token" : "group")
})

const classify = ({ headers, status }: Facts, limited: "token" | "group"): Outcome.Outcome => {
  const base = { code: `http_${status}`, why: `answered ${status}` }
  const after = headers["retry-after"]
  switch (status) {
    case 200:
      return Outcome.success
    case 401:
      return Outcome.failure({
        ...base,
        blame: "token",
        retryOtherToken: true,
        scope: "token",
        cooldownMillis: "permanent",
        provenance: "documented"
      })
    case 402:
      return Outcome.failure({ ...base, blame: "quota", retryOtherToken: true, scope: "token" })
    case 429:
      return Outcome.failure({
        ...base,
        blame: "rate-limit",
        retryOtherToken: true,
        scope: limited,
        cooldownMillis: after === undefined ? null : Number(after) * 1000,
        provenance: after === undefined ? "guess" : "stated"
      })
    default:
      return Outcome.failure({ ...base, blame: "provider", scope: "provider" })
  }
}
