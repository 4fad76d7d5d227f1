/**
 * The config document: providers and their tokens, as the user wrote them.
 *
 * ```json
 * {
 *   "providers": [
 *     {
 *       "id": "anthropic", "name": "Anthropic", "type": "anthropic",
 *       "tokens": [{ "value": "env:ANTHROPIC_API_KEY", "alias": "work", "weight": 2, "enabled": true, "group": "acme" }],
 *       "tokenStrategy": { "type": "weighted" }
 *     }
 *   ],
 *   "activeProviderId": "anthropic"
 * }
 * ```
 *
 * What is harmless is accepted (a missing `name`, `null` for absent, unknown fields); what would make a call fail or go
 * astray later is an error now, with its place.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { firstFault } from "./ConfigFault.js"
import * as ConfigRules from "./ConfigRules.js"
import { Config, type ProviderEntry } from "./ConfigSchema.js"
import * as JsonText from "./JsonText.js"
import { ConfigError } from "./RotationError.js"

/**
 * A document that holds no errors. Its text and its JSON contain secrets, so they are redacted.
 *
 * @since 0.1.0
 * @category models
 */
export interface ConfigDocument {
  readonly path: string
  readonly text: Redacted.Redacted
  readonly json: Redacted.Redacted<JsonText.JsonObject>
  readonly providers: ReadonlyArray<ProviderEntry>
  readonly activeProviderId: string | undefined
}

/**
 * Reads a document. Of several errors it reports the first.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decode = (path: string, source: string): Either.Either<ConfigDocument, ConfigError> => {
  const parsed = JsonText.parse(source)
  if (Either.isLeft(parsed)) {
    return Either.left(
      new ConfigError({
        path,
        line: JsonText.lineAt(source, parsed.left.at),
        reason: parsed.left.reason,
        remedy: "Correct that line, or move the file away to begin with a new one."
      })
    )
  }
  const json = parsed.right
  const fault = (place: ReadonlyArray<PropertyKey>, reason: string, remedy: string) =>
    Either.left(new ConfigError({ path, line: JsonText.lineAt(source, JsonText.locate(json, place)), reason, remedy }))

  const decoded = Schema.decodeUnknownEither(Config)(JsonText.toValue(json))
  if (Either.isLeft(decoded)) {
    const { place, reason } = firstFault(decoded.left.issue)
    return fault(place, reason, "Correct it in that file.")
  }
  const providers = decoded.right.providers ?? []
  const broken = ConfigRules.check(providers)
  if (Option.isSome(broken)) return fault(broken.value.place, broken.value.reason, broken.value.remedy)
  // The schema has seen that it is an object.
  if (json._tag !== "Object") return fault([], "must be an object", "Correct it in that file.")
  return Either.right({
    path,
    text: Redacted.make(source),
    json: Redacted.make(json),
    providers,
    activeProviderId: decoded.right.activeProviderId || undefined
  })
}

/**
 * The document of somebody who has none yet.
 *
 * @since 0.1.0
 * @category constructors
 */
export const empty = (path: string): ConfigDocument => {
  const json: JsonText.JsonObject = {
    _tag: "Object",
    at: -1,
    members: [{ key: "providers", raw: '"providers"', at: -1, value: { _tag: "Array", at: -1, items: [] } }]
  }
  return {
    path,
    text: Redacted.make(JsonText.print(json)),
    json: Redacted.make(json),
    providers: [],
    activeProviderId: undefined
  }
}
