/**
 * The learnt state of a provider as text in a store, and what is wrong with text that is none.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { firstFault } from "./ConfigFault.js"
import * as PoolState from "./core/PoolState.js"
import * as JsonText from "./JsonText.js"

/**
 * Why a document cannot be read. `newer`: a later version of llmctl wrote it, so nothing is wrong with it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Unreadable {
  readonly newer: boolean
  readonly line: number
  readonly reason: string
}

/**
 * @since 0.1.0
 * @category conversions
 */
export const decode = (text: string): Either.Either<PoolState.PoolState, Unreadable> =>
  Either.mapLeft(fromJson(text), () => diagnose(text))

/**
 * @since 0.1.0
 * @category conversions
 */
export const encode = Schema.encodeSync(Schema.parseJson(PoolState.PoolState, { space: 2 }))

const fromJson = Schema.decodeUnknownEither(Schema.parseJson(PoolState.PoolState))

const fromValue = Schema.decodeUnknownEither(PoolState.PoolState)

/** Reads it once more, with places. */
const diagnose = (text: string): Unreadable => {
  const parsed = JsonText.parse(text)
  if (Either.isLeft(parsed)) {
    return { newer: false, line: JsonText.lineAt(text, parsed.left.at), reason: parsed.left.reason }
  }
  const value = JsonText.toValue(parsed.right)
  const decoded = fromValue(value)
  const fault = Either.isLeft(decoded)
    ? firstFault(decoded.left.issue)
    : { place: [], reason: "the document is not ours" }
  const line = JsonText.lineAt(text, JsonText.locate(parsed.right, fault.place))
  return { newer: isNewer(value), line, reason: fault.reason }
}

const isNewer = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "version" in value &&
  typeof value.version === "number" &&
  value.version > PoolState.empty.version
