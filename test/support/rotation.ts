/** A rotation for tests: a made-up vendor, tokens by name, state in memory. */
import { Effect, Layer, Option, Redacted, Ref } from "effect"
import * as ConfigSource from "../../src/ConfigSource.js"
import type { Limits } from "../../src/core/Limits.js"
import * as Outcome from "../../src/core/Outcome.js"
import type { Facts, Provider } from "../../src/Provider.js"
import * as RotationConfig from "../../src/RotationConfig.js"
import type { ConfigError } from "../../src/RotationError.js"
import { StateStore } from "../../src/StateStore.js"
import * as TokenRotation from "../../src/TokenRotation.js"

/** Classifies by status alone, as plainly as a vendor could. */
export const classify = ({ headers, status }: Facts): Outcome.Outcome => {
  const base = { code: `http_${status}`, why: `answered ${status}` }
  if (status < 400) return Outcome.success
  if (status === 401) {
    return Outcome.failure({
      ...base,
      blame: "token",
      retryOtherToken: true,
      scope: "token",
      cooldownMillis: "permanent",
      provenance: "documented"
    })
  }
  if (status === 402) return Outcome.failure({ ...base, blame: "quota", retryOtherToken: true, scope: "token" })
  if (status === 429) {
    const after = headers["retry-after"]
    return Outcome.failure({
      ...base,
      blame: "rate-limit",
      retryOtherToken: true,
      scope: headers["x-scope"] === "model" ? "token+model" : headers["x-scope"] === "group" ? "group" : "token",
      cooldownMillis: after === undefined ? null : Number(after) * 1000,
      provenance: after === undefined ? "guess" : "stated"
    })
  }
  return status >= 500
    ? Outcome.failure({ ...base, blame: "provider", scope: "provider" })
    : Outcome.failure({ ...base, blame: "request" })
}

/** Refused for its pace, for so long. */
export const limited = (seconds: number, scope: "token" | "group" | "model" = "token"): Outcome.Outcome =>
  classify({ status: 429, headers: { "retry-after": String(seconds), "x-scope": scope }, now: 0 })

export const revoked = classify({ status: 401, headers: {}, now: 0 })

export const vendor: Provider = {
  type: "acme",
  name: "Acme",
  baseUrl: "https://api.anthropic.com",
  authorization: [{ header: "x-api-key" }],
  headers: { "anthropic-version": "2023-06-01" },
  env: { tokens: ["ACME_API_KEY"] },
  classify
}

export const secretOf = (alias: string): string => `acme-secret-of-${alias}`

/** What happened to a document store, kept for a second rotation to read. */
export const makeMemory = Effect.map(Ref.make<ReadonlyMap<string, string>>(new Map()), (documents) => ({
  documents,
  layer: Layer.succeed(StateStore, {
    get: (key) => Effect.map(Ref.get(documents), (all) => Option.fromNullable(all.get(key))),
    version: (key) => Effect.map(Ref.get(documents), (all) => all.get(key) ?? ""),
    modify: (key, change) =>
      Ref.modify(documents, (all) => {
        const [answer, text] = change(Option.fromNullable(all.get(key)))
        return [answer, new Map(all).set(key, text)]
      }),
    moveAside: (key) =>
      Ref.modify(documents, (all) => {
        const rest = new Map(all)
        rest.delete(key)
        return [`${key}.broken`, rest.set(`${key}.broken`, all.get(key) ?? "")]
      })
  })
}))

interface Named {
  readonly alias: string
  readonly group?: string
  readonly limits?: Partial<Limits>
}

/** Tokens, each with a secret of its own. */
export const withSecrets = (tokens: ReadonlyArray<Named>): ConfigSource.Options["tokens"] =>
  tokens.map((token) => ({ ...token, value: Redacted.make(secretOf(token.alias)) }))

export const source = (
  aliases: ReadonlyArray<string>,
  options: Partial<ConfigSource.Options> = {}
): Layer.Layer<ConfigSource.ConfigSource> =>
  ConfigSource.layer({ provider: vendor, tokens: withSecrets(aliases.map((alias) => ({ alias }))), ...options })

/** A source whose config is changed while it is in use. */
export const changing = (...providers: ReadonlyArray<ConfigSource.Options>) =>
  Effect.gen(function* () {
    const current = yield* Ref.make<ReadonlyArray<ConfigSource.Options>>(providers)
    const version = yield* Ref.make(0)
    const load = Effect.flatMap(Ref.get(current), (now) =>
      Effect.flatMap(Effect.provide(ConfigSource.ConfigSource, ConfigSource.layer(...now)), ({ load }) => load)
    )
    return {
      source: Layer.succeed(ConfigSource.ConfigSource, { load, version: Effect.map(Ref.get(version), String) }),
      change: (...next: ReadonlyArray<ConfigSource.Options>) =>
        Effect.zipRight(
          Ref.set(current, next),
          Ref.update(version, (n) => n + 1)
        )
    }
  })

/** A rotation over what is configured, with memory of its own. */
export const rotationFrom = (
  configured: Layer.Layer<ConfigSource.ConfigSource, ConfigError>,
  config: Partial<RotationConfig.Service> = {}
): Layer.Layer<TokenRotation.TokenRotation> =>
  Layer.unwrapEffect(
    Effect.map(makeMemory, (memory) =>
      TokenRotation.layer.pipe(
        Layer.provide([configured, memory.layer]),
        Layer.provide(RotationConfig.layer(config)),
        Layer.orDie
      )
    )
  )

/** The same over these tokens. Waiting has tests of its own; everywhere else a pool that cannot serve says so at once. */
export const rotationOf = (
  aliases: ReadonlyArray<string>,
  options: Partial<ConfigSource.Options> = {},
  config: Partial<RotationConfig.Service> = {}
): Layer.Layer<TokenRotation.TokenRotation> => rotationFrom(source(aliases, options), { acquireTimeout: 0, ...config })
