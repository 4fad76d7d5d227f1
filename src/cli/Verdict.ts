/**
 * A case of `ctl explain`: one answer of a vendor as JSON, and what it means as JSON.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import type { Outcome } from "../core/Outcome.js"
import type { Facts, Provider } from "../Provider.js"
import type * as Shapes from "./JsonShapes.js"

/**
 * What an answer means. `blame` is `none` for an answer that is no failure; `cooldownMs` is `null` when nothing says how
 * long.
 *
 * @since 0.1.0
 * @category models
 */
export type Verdict = typeof Shapes.Verdict.Type

/**
 * An answer to be judged.
 *
 * @since 0.1.0
 * @category models
 */
export interface Case {
  readonly id: string | number | null
  readonly provider: string
  readonly facts: Facts
}

/**
 * Reads a case. The error says which field is wrong, and quotes nothing of it.
 *
 * @since 0.1.0
 * @category parsing
 */
export const parse = (json: unknown, now: number): Either.Either<Case, string> => {
  if (!isRecord(json)) return Either.left("must be a JSON object")
  const { body, id, model, path, provider, status } = json
  const headers = json.headers ?? {}
  if (typeof provider !== "string") return Either.left("provider must be a text")
  if (typeof status !== "number" || !Number.isInteger(status) || status < 100 || status > 599) {
    return Either.left("status must be a whole number from 100 to 599")
  }
  if (!isRecord(headers)) return Either.left("headers must be an object")
  const at = json.now === undefined || json.now === null ? now : instant(json.now)
  if (Number.isNaN(at)) return Either.left("now must be ISO 8601 or epoch milliseconds")
  return Either.right({
    id: idOf(id),
    provider,
    facts: {
      status,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), text(value)])),
      body,
      now: at,
      model: typeof model === "string" ? model : undefined,
      path: typeof path === "string" ? path : undefined
    }
  })
}

/**
 * The `id` of a case that cannot be read otherwise, so that its error can be told from others.
 *
 * @since 0.1.0
 * @category getters
 */
export const idIn = (json: unknown): string | number | null => (isRecord(json) ? idOf(json.id) : null)

/**
 * A moment as ISO 8601, epoch milliseconds or epoch seconds; `NaN` when it is neither.
 *
 * @since 0.1.0
 * @category parsing
 */
export const instant = (value: unknown): number => {
  if (typeof value === "number") return ofEpoch(value)
  if (typeof value !== "string" || value.trim() === "") return Number.NaN
  return /^\d{10,16}$/.test(value.trim()) ? ofEpoch(Number(value)) : Date.parse(value)
}

/** Ten digits are seconds: as milliseconds they would be days in 1970. */
const ofEpoch = (value: number): number => {
  if (!Number.isFinite(value)) return Number.NaN
  return value >= 1e9 && value < 1e10 ? value * 1000 : value
}

/**
 * Judges a case.
 *
 * @since 0.1.0
 * @category getters
 */
export const judge = (self: Case, vendor: Provider): Verdict => of(self.id, vendor.classify(self.facts))

/** The vocabulary has no word for a model that nobody can have: it is the token's model, and no other token helps. */
const of = (id: Case["id"], outcome: Outcome): Verdict =>
  outcome._tag === "Failure"
    ? {
        id,
        blame: outcome.blame,
        retryOtherToken: outcome.retryOtherToken,
        cooldownMs: outcome.cooldownMillis,
        scope: outcome.scope === "model" ? "token+model" : outcome.scope,
        provenance: outcome.cooldownMillis === null ? null : outcome.provenance,
        code: outcome.code,
        evidence: outcome.evidence,
        why: outcome.why
      }
    : {
        id,
        blame: "none",
        retryOtherToken: false,
        cooldownMs: null,
        scope: null,
        provenance: null,
        code: null,
        evidence: [],
        why: outcome._tag === "Success" ? "the request was served" : "the answer tells nothing"
      }

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const idOf = (value: unknown): Case["id"] => (typeof value === "string" || typeof value === "number" ? value : null)

/** A header that came several times is joined, as HTTP does. */
const text = (value: unknown): string => (Array.isArray(value) ? value.map(String).join(", ") : String(value))
