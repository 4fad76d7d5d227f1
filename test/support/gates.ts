/** Lives of a gate: what can happen to it, in any order. */
import { FastCheck as fc } from "effect"
import type * as Cost from "../../src/core/Cost.js"
import * as Gate from "../../src/core/Gate.js"
import * as GateLearning from "../../src/core/GateLearning.js"
import type * as Limits from "../../src/core/Limits.js"
import type * as Statement from "../../src/core/Statement.js"
import * as arbitraries from "./arbitraries.js"

export const minute = 60_000

/** What can happen to a gate. `which` picks a request that is out, modulo how many there are. */
export type Op =
  | { readonly _tag: "Pass" | "Serve" }
  | { readonly _tag: "Wait"; readonly millis: number }
  | { readonly _tag: "GiveBack"; readonly which: number; readonly actual: Cost.Cost | null }
  | { readonly _tag: "Hear"; readonly which: number; readonly statement: Statement.Statement }
  | { readonly _tag: "Refuse"; readonly which: number; readonly millis: number | null; readonly served: number }

const cost: fc.Arbitrary<Cost.Cost> = fc.record({ input: fc.nat(60), output: fc.nat(60) })
const which = fc.nat(20)
const tag = <T extends string>(name: T) => fc.constant(name)

const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ _tag: tag("Pass") }) },
  { weight: 5, arbitrary: fc.record({ _tag: tag("GiveBack"), which, actual: fc.option(cost, { freq: 4 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      _tag: tag("Wait"),
      millis: fc.oneof(fc.nat(2_500), fc.constantFrom(1, 999, 30_000, minute))
    })
  },
  { weight: 1, arbitrary: fc.record({ _tag: tag("Serve") }) },
  { weight: 1, arbitrary: fc.record({ _tag: tag("Hear"), which, statement: arbitraries.statement }) },
  {
    weight: 1,
    arbitrary: fc.record({ _tag: tag("Refuse"), which, millis: fc.option(fc.nat(90_000)), served: fc.nat(30) })
  }
)

export const ops = fc.array(op, { minLength: 1, maxLength: 100, size: "max" })

export const limits: fc.Arbitrary<Limits.Limits> = fc.record({
  requestsPerMinute: fc.constantFrom(null, 1, 3, 10),
  usagePerMinute: fc.constantFrom(null, 1, 100, 400),
  concurrency: fc.constantFrom(null, 1, 2, 5)
})

/** One request as its caller knows it. */
export interface Sent {
  readonly at: number
  readonly pass: Gate.Pass
  isOut: boolean
  /** What it used, as far as is known. */
  used: number
}

/** Lives through the ops; passes only when the gate is open. `look` sees every step. */
export const live = (
  start: Gate.Gate,
  ops: ReadonlyArray<Op>,
  look: (seen: {
    readonly gate: Gate.Gate
    readonly before: Gate.Gate
    readonly now: number
    readonly sent: ReadonlyArray<Sent>
    readonly op: Op
  }) => void
): { readonly gate: Gate.Gate; readonly sent: ReadonlyArray<Sent> } => {
  let gate = start
  let now = 1_000_000
  const sent: Array<Sent> = []
  const pick = (n: number) => {
    const out = sent.filter(({ isOut }) => isOut)
    return out[n % Math.max(1, out.length)]
  }
  for (const op of ops) {
    const before = gate
    if (op._tag === "Wait") now += op.millis
    if (op._tag === "Pass" && Gate.opensAt(gate, now) <= now) {
      const [pass, next] = Gate.pass(gate, true, now)
      sent.push({ at: now, pass, isOut: true, used: pass.reserved.input + pass.reserved.output })
      gate = next
    }
    if (op._tag === "GiveBack") {
      const back = pick(op.which)
      if (back !== undefined) {
        back.isOut = false
        if (op.actual !== null) back.used = op.actual.input + op.actual.output
        gate = Gate.giveBack(gate, back.pass, op.actual)
      }
    }
    const last = sent.at(-1)
    if (op._tag === "Serve" && last !== undefined) gate = Gate.serve(gate, last.pass, now)
    if (op._tag === "Hear") {
      const statement = { ...op.statement, resetAt: now + op.statement.resetAt }
      gate = Gate.hear(gate, [statement], pick(op.which)?.pass.number ?? 0, now)
    }
    if (op._tag === "Refuse") {
      const pass = pick(op.which)?.pass ?? { number: 0, isGuess: false }
      gate = GateLearning.refuse(gate, { pass, millis: op.millis, served: op.served, now })
    }
    look({ gate, before, now, sent, op })
  }
  return { gate, sent }
}

export const within = (sent: ReadonlyArray<Sent>, now: number, millis = minute) =>
  sent.filter(({ at }) => at > now - millis && at <= now)

/** Five requests left of ten, for ten seconds. */
export const statement: Statement.Statement = {
  kind: "requests",
  unit: "requests",
  limit: 10,
  remaining: 5,
  resetAt: 10_000,
  periodMillis: null,
  refill: "at-once"
}
