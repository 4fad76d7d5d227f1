import { assert, describe, it } from "@effect/vitest"
import { judged, policies } from "../../bench/simulation/policies.js"
import { type Scenario, scenarios } from "../../bench/simulation/scenarios.js"
import { simulate } from "../../bench/simulation/simulate.js"

const some: ReadonlyArray<Scenario> = scenarios
  .filter(({ load, outage, size, upstream }) => size === 3 && load === 90 && outage !== null && upstream !== "bucket")
  .map((scenario) => ({ ...scenario, minutes: 2 }))

describe("A simulation", () => {
  it("prints the same figures for the same seed, and others for another", () => {
    const [scenario] = some
    assert.isDefined(scenario)
    const figures = (seed: number) => ({ ...simulate(scenario, judged, seed), microsPerCaller: 0 })
    assert.deepStrictEqual(figures(1), figures(1))
    assert.notDeepEqual(figures(1), figures(2))
  })

  it("lets no policy serve more than the omniscient", () => {
    for (const scenario of some) {
      for (const policy of policies) {
        const { bound, callers, served } = simulate(scenario, policy, 3)
        assert.isAbove(served, 0, `${policy.name}: ${scenario.name}`)
        assert.isAtMost(served, bound, `${policy.name}: ${scenario.name}`)
        assert.isAtMost(bound, callers)
      }
    }
  })
})
