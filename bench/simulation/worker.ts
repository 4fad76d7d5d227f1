/** A process that runs the simulations it is sent. */
import { judged, policies } from "./policies.js"
import type { Scenario } from "./scenarios.js"
import { simulate } from "./simulate.js"
import { serve } from "./workers.js"

export interface Job {
  readonly scenario: Scenario
  readonly policy: string
  readonly seed: number
}

serve(({ policy, scenario, seed }: Job) =>
  simulate(scenario, policies.find(({ name }) => name === policy) ?? judged, seed)
)
