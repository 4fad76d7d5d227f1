/** What a policy is: how callers are served by the modelled vendor. */
import type { Effect, Scope } from "effect"
import type { Scenario } from "./scenarios.js"
import type { Answer } from "./upstream.js"
import type { Caller, World } from "./world.js"

export interface Surroundings {
  readonly scenario: Scenario
  readonly world: World
  /** Sends one attempt of a caller with a token, by index, and waits for what comes back. */
  readonly send: (token: number, caller: Caller) => Effect.Effect<Answer>
}

export interface Policy {
  readonly name: string
  /** Says whether the caller was served. */
  readonly make: (
    surroundings: Surroundings
  ) => Effect.Effect<(caller: Caller) => Effect.Effect<boolean>, never, Scope.Scope>
}
