/** Arbitraries for the core: what a pool can be made of, and what can happen to it. */
import { FastCheck as fc } from "effect"
import type { Circuit } from "../../src/core/Circuit.js"
import * as CircuitModule from "../../src/core/Circuit.js"
import type { Cooldown } from "../../src/core/Cooldown.js"
import type { Limits } from "../../src/core/Limits.js"
import type { Profile } from "../../src/core/Member.js"
import * as Outcome from "../../src/core/Outcome.js"
import type { Remembered } from "../../src/core/Standing.js"
import * as Standing from "../../src/core/Standing.js"
import type { Statement } from "../../src/core/Statement.js"
import type { Strategy } from "../../src/core/Strategy.js"
import type { Usage } from "../../src/core/Usage.js"

export const strategy: fc.Arbitrary<Strategy> = fc.constantFrom("round-robin", "weighted", "random", "least-used")

export const profile = (id: string, fields: Partial<Profile> = {}): Profile => ({
  id,
  alias: id,
  weight: 1,
  enabled: true,
  group: undefined,
  ...fields
})

export const limits: fc.Arbitrary<Limits> = fc.record({
  requestsPerMinute: fc.constantFrom(null, 1, 2, 3),
  usagePerMinute: fc.constantFrom(null, null, 1, 50, 200),
  concurrency: fc.constantFrom(null, 1, 2)
})

export const groupLimits: fc.Arbitrary<Readonly<Record<string, Limits>>> = fc.dictionary(
  fc.constantFrom("org-a", "org-b", "org-c"),
  limits,
  { maxKeys: 2 }
)

/** A list of distinct tokens; now and then one is disabled, weighs more, is limited, or belongs to a group. */
export const profiles = (options: { readonly min?: number; readonly max?: number } = {}) =>
  fc
    .array(
      fc.record({
        weight: fc.constantFrom(1, 1, 2, 5, 0),
        enabled: fc.constantFrom(true, true, true, true, false),
        group: fc.constantFrom(undefined, undefined, "org-a", "org-b", "__proto__"),
        limits: fc.option(limits, { nil: undefined, freq: 2 })
      }),
      { minLength: options.min ?? 1, maxLength: options.max ?? 5 }
    )
    .map((list) => list.map((fields, i) => profile(`t${i}`, fields)))

export const model = fc.constantFrom(undefined, undefined, "opus", "haiku", "__proto__")

/** Milliseconds, from nothing to an hour, mostly at the scale of one another. */
const millis = fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.constantFrom(1_000, 10_000, 60_000, 3_600_000))

const provenance = fc.constantFrom("stated", "documented", "guess") as fc.Arbitrary<Outcome.Provenance>

export const failure: fc.Arbitrary<Outcome.Failure> = fc
  .record({
    blame: fc.constantFrom("token", "quota", "rate-limit", "model", "provider", "request"),
    retryOtherToken: fc.boolean(),
    cooldownMillis: fc.oneof(millis, fc.constantFrom(null, null, "permanent" as const)),
    scope: fc.constantFrom("token", "token", "token+model", "group", "model", "provider", null),
    provenance,
    code: fc.constantFrom("code-a", "code-b")
  })
  .map((fields) => Outcome.failure({ ...fields, why: "it failed" } as Outcome.Failure))

/** The failures that matter most, so that they meet each other often. */
const common: fc.Arbitrary<Outcome.Failure> = fc
  .record({
    cooldownMillis: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: millis }),
    scope: fc.constantFrom("token", "token", "token+model"),
    provenance: fc.constantFrom("stated", "guess")
  })
  .map((fields) =>
    Outcome.failure({ blame: "rate-limit", code: "code-a", why: "it failed", ...fields } as Outcome.Failure)
  )

const down: Outcome.Failure = Outcome.failure({
  blame: "provider",
  scope: "provider",
  code: "code-p",
  why: "it is down"
})

export const outcome: fc.Arbitrary<Outcome.Outcome> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(Outcome.success) },
  { weight: 1, arbitrary: fc.constant(Outcome.abandoned) },
  { weight: 4, arbitrary: common },
  { weight: 3, arbitrary: fc.constant(down) },
  { weight: 2, arbitrary: failure }
)

export const cooldown: fc.Arbitrary<Cooldown> = fc.record({
  until: fc.option(fc.integer({ min: 0, max: 20 })),
  since: fc.integer({ min: 0, max: 3 }),
  blame: fc.constantFrom("token", "quota"),
  provenance,
  code: fc.constantFrom("a", "b", "c", "d", "e", "f"),
  why: fc.constantFrom("x", "y"),
  evidence: fc.constantFrom<ReadonlyArray<string>>([], ["seen"]),
  auditAt: fc.constantFrom(undefined, 3, 5)
})

const small = fc.integer({ min: 0, max: 3 })

export const circuit: fc.Arbitrary<Circuit> = fc.oneof(
  fc.record({ _tag: fc.constant("Closed" as const), change: small, failures: small, run: small }),
  fc.record({ _tag: fc.constant("Open" as const), change: small, until: small, trips: small, why: fc.constant("w") }),
  fc.record({
    _tag: fc.constant("HalfOpen" as const),
    change: small,
    probeUntil: small,
    trips: small,
    why: fc.constantFrom("w", "v")
  }),
  fc.record({
    _tag: fc.constant("Isolated" as const),
    change: small,
    since: small,
    code: fc.constantFrom("a", "b"),
    why: fc.constant("w"),
    evidence: fc.constantFrom<ReadonlyArray<string>>([], ["seen"])
  })
)

export const standing: fc.Arbitrary<Remembered> = fc
  .record({ term: small, withdrawals: small, lifts: small, circuit, rests: fc.array(cooldown, { maxLength: 5 }) })
  .map(({ circuit, lifts, rests, term, withdrawals }) => {
    const { cooldown, guesses } = rests.reduce(Standing.rest, Standing.initial)
    return { term, withdrawals, lifts, circuit, cooldown, guesses }
  })

export const usage: fc.Arbitrary<Usage> = fc.record({
  input: fc.nat(99),
  output: fc.nat(99),
  cacheRead: fc.nat(9),
  cacheWrite: fc.nat(9)
})

/** What an answer says of a limit; `resetAt` counts from when it comes. */
export const statement: fc.Arbitrary<Statement> = fc.record({
  kind: fc.constantFrom("requests", "tokens"),
  unit: fc.constantFrom("requests", "input", "output", "usage"),
  limit: fc.constantFrom(null, 1, 5, 100),
  remaining: fc.constantFrom(0, 1, 5, 100),
  resetAt: fc.oneof(millis, fc.constantFrom(-1_000, Number.NaN)),
  periodMillis: fc.constantFrom(null, 1_000, 60_000),
  refill: fc.constantFrom("at-once", "continuous")
})

/** What can happen to a pool. Numbers pick a token or a lease, modulo how many there are. */
export type Op =
  | { readonly _tag: "Acquire"; readonly model: string | undefined; readonly exclude: number | null }
  | {
      readonly _tag: "Settle"
      readonly which: number
      readonly outcome: Outcome.Outcome
      readonly owner: string | null
      readonly usage: Usage | null
    }
  | { readonly _tag: "Hear"; readonly which: number; readonly statement: Statement }
  | { readonly _tag: "Pass"; readonly millis: number }
  | { readonly _tag: "Reset"; readonly which: number | null }
  | { readonly _tag: "Isolate"; readonly which: number }
  | {
      readonly _tag: "Reconcile"
      readonly profiles: ReadonlyArray<Profile>
      readonly groupLimits: Readonly<Record<string, Limits>>
    }
  | { readonly _tag: "Absorb" }

export const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      _tag: fc.constant("Acquire" as const),
      model,
      exclude: fc.option(fc.nat({ max: 5 }), { freq: 3 })
    })
  },
  {
    weight: 8,
    arbitrary: fc.record({
      _tag: fc.constant("Settle" as const),
      which: fc.nat({ max: 20 }),
      outcome,
      owner: fc.constantFrom(null, null, null, "org-a", "org-c"),
      usage: fc.option(usage)
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({ _tag: fc.constant("Hear" as const), which: fc.nat({ max: 20 }), statement })
  },
  { weight: 4, arbitrary: fc.record({ _tag: fc.constant("Pass" as const), millis }) },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("Reset" as const), which: fc.option(fc.nat({ max: 5 })) }) },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("Isolate" as const), which: fc.nat({ max: 5 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      _tag: fc.constant("Reconcile" as const),
      profiles: profiles({ min: 0, max: 3 }),
      groupLimits
    })
  },
  { weight: 1, arbitrary: fc.constant({ _tag: "Absorb" as const }) }
)

export const ops = fc.array(op, { minLength: 1, maxLength: 60, size: "max" })

export const closed = CircuitModule.closed
