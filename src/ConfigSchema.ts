/**
 * The shape of the config document. Its example and its rules: `ConfigDocument`. Descriptions are what an error says a
 * field must be.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as ConfigLimits from "./ConfigLimits.js"
import { RuleEntry } from "./ConfigVerdictRules.js"

const described = <A, I>(schema: Schema.Schema<A, I>, description: string) => schema.annotations({ description })

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optional(Schema.NullOr(schema))

const text = described(Schema.String, "a text")
// No refinement in here: its error would print the secret.
const secret = described(Schema.Redacted(text), "a text")

/**
 * @since 0.1.0
 * @category schemas
 */
export const TokenEntry = described(
  Schema.Struct({
    value: secret,
    alias: optional(text),
    weight: optional(described(Schema.Number, "a number")),
    enabled: optional(described(Schema.Boolean, "true or false")),
    group: optional(text),
    /** Sent as `Authorization: Bearer` whatever the provider's usual way is. */
    bearer: optional(described(Schema.Boolean, "true or false")),
    ...ConfigLimits.fields
  }),
  'an object like {"value": "env:NAME"}'
)

/**
 * @since 0.1.0
 * @category models
 */
export type TokenEntry = typeof TokenEntry.Type

/**
 * @since 0.1.0
 * @category schemas
 */
export const StrategyType = described(
  Schema.Literal("round-robin", "weighted", "random", "least-used"),
  '"round-robin", "weighted", "random" or "least-used"'
)

/**
 * @since 0.1.0
 * @category models
 */
export type StrategyType = typeof StrategyType.Type

/**
 * @since 0.1.0
 * @category schemas
 */
export const ProviderEntry = described(
  Schema.Struct({
    id: text,
    name: optional(text),
    type: text,
    baseUrl: optional(text),
    apiKey: optional(secret),
    tokens: optional(described(Schema.Array(TokenEntry), "an array of tokens")),
    tokenStrategy: optional(
      described(Schema.Struct({ type: optional(StrategyType) }), 'an object like {"type": "random"}')
    ),
    envVars: optional(
      described(Schema.Redacted(Schema.Record({ key: Schema.String, value: Schema.Unknown })), "an object of texts")
    ),
    rules: optional(described(Schema.Array(RuleEntry), "an array of rules")),
    /** Limits that tokens of a group share, by its name. */
    groups: optional(
      described(
        Schema.Record({ key: Schema.String, value: ConfigLimits.GroupEntry }),
        'an object like {"acme": {"requestsPerMinute": 60}}'
      )
    )
  }),
  'an object like {"id": "anthropic", "type": "anthropic", "tokens": []}'
)

/**
 * @since 0.1.0
 * @category models
 */
export type ProviderEntry = typeof ProviderEntry.Type

/**
 * @since 0.1.0
 * @category schemas
 */
export const Config = described(
  Schema.Struct({
    providers: optional(described(Schema.Array(ProviderEntry), "an array of providers")),
    activeProviderId: optional(text)
  }),
  'an object like {"providers": []}'
)

/**
 * @since 0.1.0
 * @category models
 */
export type Config = typeof Config.Type
