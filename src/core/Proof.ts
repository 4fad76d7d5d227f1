/**
 * Proof: what the vendor's free check showed of a token, and what it takes back.
 *
 * A check proves the credential, and with some vendors that money is left. So it ends what was held against the token
 * for those, and nothing else: of the pace, of a model and of what a person decided it knows nothing.
 *
 * @since 0.1.0
 */
import * as Circuit from "./Circuit.js"
import type { Cooldown } from "./Cooldown.js"
import * as Grouping from "./Grouping.js"
import * as Member from "./Member.js"
import type { Blame } from "./Outcome.js"
import * as Pool from "./Pool.js"
import type { PoolEvent } from "./PoolEvent.js"
import * as Standing from "./Standing.js"

/**
 * What was shown. The credential is good, always.
 *
 * @since 0.1.0
 * @category models
 */
export interface Proof {
  /** Whether money or allowance is left. */
  readonly isFunded: boolean
  /** By which codes rests are called that this refutes; absent: all that blame the quota. */
  readonly fundedCodes?: ReadonlyArray<string> | undefined
}

/**
 * Whether a rest is one that the proof refutes.
 *
 * @since 0.1.0
 * @category predicates
 */
export const refutes = (self: Proof, rest: { readonly blame: Blame | null; readonly code: string | null }): boolean =>
  rest.blame === "token" ||
  (rest.blame === "quota" && self.isFunded && (self.fundedCodes?.includes(rest.code ?? "") ?? true))

/**
 * Takes back what the proof refutes: of the token, and of the group whose money it shares.
 *
 * @since 0.1.0
 * @category transitions
 */
export const accept = (self: Pool.Pool, tokenId: string, proof: Proof, now: number): Pool.Step => {
  const found = Pool.find(self, tokenId)
  if (found === null) return { pool: self, events: [] }
  const { member, slot } = found
  const origin = Pool.origin(self, member, now)
  const group = Member.group(member)
  const events: Array<PoolEvent> = []
  const tell = (place: Pick<Passed, "scope" | "group">) => (rest: Rest) =>
    events.push({ _tag: "AuditPassed", ...origin, ...place, model: null, ...rest })

  const released = release(member.standing, tell({ scope: "token", group }))
  const own = refuted(released, proof, tell({ scope: "token", group }))
  let pool = own === member.standing ? self : Pool.put(self, slot, Member.change(member, { standing: own }), now)
  if (group !== null) {
    const before = Pool.ofGroup(pool, group)
    const after = refuted(before, proof, tell({ scope: "group", group }))
    if (after !== before) pool = Grouping.put(pool, group, after, now)
  }
  return { pool, events }
}

/**
 * By which code a token is held out that a person took out.
 *
 * @since 0.1.0
 * @category constants
 */
export const byHand = "by_hand"

type Passed = Extract<PoolEvent, { readonly _tag: "AuditPassed" }>

type Rest = Pick<Passed, "until" | "blame" | "provenance" | "code" | "why">

const release = (standing: Standing.Standing, tell: (rest: Rest) => void): Standing.Standing => {
  const { circuit } = standing
  if (circuit._tag !== "Isolated" || circuit.code === byHand) return standing
  tell({ until: null, blame: "token", provenance: null, code: circuit.code, why: circuit.why })
  return Standing.move(standing, Circuit.close(circuit))
}

const refuted = (standing: Standing.Standing, proof: Proof, tell: (rest: Rest) => void): Standing.Standing => {
  const { cooldown, guesses } = standing
  const ended = Standing.rests(standing).filter((rest) => refutes(proof, rest))
  for (const { blame, code, provenance, until, why } of ended) tell({ until, blame, provenance, code, why })
  const lifted = cooldown !== null && ended.includes(cooldown) ? Standing.lift(standing, cooldown) : standing
  return guesses.filter((guess) => ended.includes(guess)).reduce(withdraw, lifted)
}

const withdraw = (standing: Standing.Standing, { code }: Cooldown): Standing.Standing =>
  Standing.withdraw(standing, code)
