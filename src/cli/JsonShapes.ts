/**
 * The shapes that `--json` prints. They are an interface: fields are added, never renamed, removed or changed in meaning
 * while `version` is 1. Moments are epoch milliseconds, shares and rates go from 0 to 1.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const State = Schema.Literal("ready", "cooling", "open", "half-open", "probing", "isolated", "disabled")
const Strategy = Schema.Literal("round-robin", "weighted", "random", "least-used")
const Scope = Schema.Literal("token", "token+model", "group", "model", "provider")
const Provenance = Schema.Literal("stated", "documented", "guess")
const Blame = Schema.Literal("token", "quota", "rate-limit", "model", "provider", "request")

/**
 * Why something is held back.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Hold = Schema.Struct({
  state: State,
  scope: Scope,
  model: Schema.NullOr(Schema.String),
  group: Schema.NullOr(Schema.String),
  /** `null`: until someone acts. */
  until: Schema.NullOr(Schema.Number),
  since: Schema.NullOr(Schema.Number),
  blame: Schema.NullOr(Blame),
  provenance: Schema.NullOr(Provenance),
  code: Schema.NullOr(Schema.String),
  why: Schema.String,
  evidence: Schema.Array(Schema.String),
  /** From when on it may be asked whether it still holds, before its time. */
  auditAt: Schema.NullOr(Schema.Number)
})

/**
 * @since 0.1.0
 * @category schemas
 */
export const Counts = Schema.Struct({
  uses: Schema.Number,
  successes: Schema.Number,
  errors: Schema.Number,
  excused: Schema.Number,
  abandoned: Schema.Number,
  rests: Schema.Number
})

/**
 * What answers said they used, for one model; `""`: none was named.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Usage = Schema.Struct({
  model: Schema.String,
  /** Without what was read from or written to a cache. */
  input: Schema.Number,
  output: Schema.Number,
  cacheRead: Schema.Number,
  cacheWrite: Schema.Number
})

/**
 * @since 0.1.0
 * @category schemas
 */
export const Token = Schema.Struct({
  id: Schema.String,
  alias: Schema.String,
  masked: Schema.String,
  state: State,
  until: Schema.NullOr(Schema.Number),
  holds: Schema.Array(Hold),
  weight: Schema.Number,
  enabled: Schema.Boolean,
  group: Schema.NullOr(Schema.String),
  inFlight: Schema.Number,
  failures: Schema.Number,
  lastUsedAt: Schema.NullOr(Schema.Number),
  lastError: Schema.NullOr(
    Schema.Struct({ at: Schema.Number, blame: Schema.String, code: Schema.String, why: Schema.String })
  ),
  counts: Counts
})

const head = { version: Schema.Literal(1), now: Schema.Number }

const provider = {
  id: Schema.String,
  name: Schema.String,
  type: Schema.String,
  baseUrl: Schema.String,
  active: Schema.Boolean,
  strategy: Strategy
}

/**
 * `ctl tokens --json`
 *
 * @since 0.1.0
 * @category schemas
 */
export const Tokens = Schema.Struct({
  ...head,
  providers: Schema.Array(
    Schema.Struct({
      ...provider,
      holds: Schema.Array(Hold),
      tokens: Schema.Array(Token),
      /** Tokens that are configured but cannot be used. */
      problems: Schema.Array(Schema.Struct({ alias: Schema.String, reason: Schema.String }))
    })
  )
})

/**
 * `ctl tokens stats --json`
 *
 * @since 0.1.0
 * @category schemas
 */
export const Stats = Schema.Struct({
  ...head,
  providers: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      name: Schema.String,
      totals: Counts,
      usage: Schema.Array(Usage),
      successRate: Schema.NullOr(Schema.Number),
      tokens: Schema.Array(
        Schema.Struct({
          id: Schema.String,
          alias: Schema.String,
          counts: Counts,
          usage: Schema.Array(Usage),
          share: Schema.Number,
          successRate: Schema.NullOr(Schema.Number)
        })
      )
    })
  )
})

/**
 * `ctl tokens why --json`
 *
 * @since 0.1.0
 * @category schemas
 */
export const Why = Schema.Struct({
  ...head,
  provider: Schema.String,
  token: Token,
  /** Everything that holds it back: its own, its models' and its provider's. */
  holds: Schema.Array(Schema.Struct({ ...Hold.fields, change: Schema.String })),
  usable: Schema.Boolean
})

/**
 * `ctl tokens check --json`
 *
 * @since 0.1.0
 * @category schemas
 */
export const Check = Schema.Struct({
  ...head,
  providers: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      name: Schema.String,
      /** The path that is asked; `null`: the vendor has no free check. */
      check: Schema.NullOr(Schema.String),
      tokens: Schema.Array(
        Schema.Struct({
          id: Schema.String,
          alias: Schema.String,
          masked: Schema.String,
          verdict: Schema.Literal("good", "bad", "unclear", "unchecked"),
          /** Whether money or allowance is left; `null`: the check does not say. */
          funds: Schema.NullOr(Schema.Literal("left", "spent")),
          /** Of the answer; `null`: none came. */
          status: Schema.NullOr(Schema.Number),
          code: Schema.NullOr(Schema.String),
          why: Schema.String,
          evidence: Schema.Array(Schema.String),
          /** What held the token and was taken back by this. */
          ended: Schema.Array(Schema.Struct({ scope: Scope, blame: Blame, code: Schema.String, why: Schema.String })),
          state: State,
          until: Schema.NullOr(Schema.Number)
        })
      )
    })
  )
})

/**
 * `ctl providers --json`
 *
 * @since 0.1.0
 * @category schemas
 */
export const Providers = Schema.Struct({
  ...head,
  providers: Schema.Array(Schema.Struct({ ...provider, tokens: Schema.Number, usable: Schema.Number }))
})

/**
 * `ctl explain --json`, and each line of `ctl explain --stdin`
 *
 * @since 0.1.0
 * @category schemas
 */
export const Verdict = Schema.Struct({
  id: Schema.NullOr(Schema.Union(Schema.String, Schema.Number)),
  blame: Schema.Union(Blame, Schema.Literal("none")),
  retryOtherToken: Schema.Boolean,
  cooldownMs: Schema.NullOr(Schema.Union(Schema.Number, Schema.Literal("permanent"))),
  scope: Schema.NullOr(Scope),
  provenance: Schema.NullOr(Provenance),
  code: Schema.NullOr(Schema.String),
  evidence: Schema.Array(Schema.String),
  why: Schema.String
})
