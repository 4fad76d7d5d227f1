/** What is simulated. */

/**
 * - `headers`: every answer states the limit, what is left and when it is whole again; a 429 has `retry-after`
 * - `retry-after`: only a 429 says anything, in whole seconds
 * - `silent`: a 429 and nothing else
 */
export type Dialect = "headers" | "retry-after" | "silent"

/**
 * - `window`: all of a minute's requests at any time of it, none beyond
 * - `bucket`: refilled all the time, holds what a minute brings
 * - `tight bucket`: refilled all the time, holds what ten seconds bring
 */
export type Upstream = "window" | "bucket" | "tight bucket"

export interface Scenario {
  readonly name: string
  readonly size: number
  readonly upstream: Upstream
  readonly dialect: Dialect
  /** Offered, in percent of what the tokens that are not revoked may do. */
  readonly load: number
  /** Revoked tokens, and one whose credit ends midway. */
  readonly faults: boolean
  /** How the vendor answers during its outage of 60 s. */
  readonly outage: 503 | 529 | "network" | null
  /** Tokens that share a limit: how many each, and whether answers name the owner or the config declares it. */
  readonly groups: { readonly of: number; readonly known: "declared" | "named" } | null
  /** Whether an answer comes whole, as it does when it is not streamed: its headers take as long as all of it. */
  readonly isSlow: boolean
  readonly minutes: number
}

const loads = [50, 90, 100, 150] as const
const dialects: ReadonlyArray<Dialect> = ["headers", "retry-after", "silent"]
const upstreams: ReadonlyArray<Upstream> = ["window", "bucket", "tight bucket"]

const named = (given: Omit<Scenario, "name" | "isSlow"> & { readonly isSlow?: boolean }): Scenario => {
  const scenario = { isSlow: false, ...given }
  return { ...scenario, name: nameOf(scenario) }
}

const nameOf = (scenario: Omit<Scenario, "name">): string =>
  [
    scenario.size,
    scenario.upstream,
    scenario.dialect,
    `${scenario.load}%`,
    scenario.faults ? "faults" : "",
    scenario.outage === null ? "" : scenario.outage === "network" ? "no network" : scenario.outage,
    scenario.groups === null ? "" : `groups of ${scenario.groups.of} ${scenario.groups.known}`,
    scenario.isSlow ? "slow" : ""
  ]
    .filter((part) => part !== "")
    .join(" ")

/** Long enough that a run is thousands of calls, whatever its size. */
const minutesOf = (size: number): number => (size === 3 ? 60 : size === 20 ? 20 : 10)

/** Pools of 200 without faults show nothing new. */
const grid: ReadonlyArray<Scenario> = dialects.flatMap((dialect) =>
  [3, 20, 200].flatMap((size) =>
    upstreams.flatMap((upstream) =>
      loads.flatMap((load) =>
        (size === 200 ? [true] : [false, true]).map((faults) =>
          named({
            size,
            upstream,
            dialect,
            load,
            faults,
            outage: faults ? (upstream === "window" ? 503 : 529) : null,
            groups: null,
            minutes: minutesOf(size)
          })
        )
      )
    )
  )
)

const outages: ReadonlyArray<Scenario> = dialects.flatMap((dialect) =>
  ([50, 100] as const).map((load) =>
    named({
      size: 20,
      upstream: "bucket",
      dialect,
      load,
      faults: true,
      outage: "network",
      groups: null,
      minutes: minutesOf(20)
    })
  )
)

const groups: ReadonlyArray<Scenario> = dialects.flatMap((dialect) =>
  (["declared", "named"] as const).flatMap((known) =>
    ([90, 150] as const).map((load) =>
      named({
        size: 20,
        upstream: "window",
        dialect,
        load,
        faults: true,
        outage: null,
        groups: { of: 4, known },
        minutes: minutesOf(20)
      })
    )
  )
)

const slow: ReadonlyArray<Scenario> = dialects.flatMap((dialect) =>
  upstreams.flatMap((upstream) =>
    ([90, 100, 150] as const).map((load) =>
      named({ size: 8, upstream, dialect, load, faults: false, outage: null, groups: null, isSlow: true, minutes: 30 })
    )
  )
)

export const scenarios: ReadonlyArray<Scenario> = [...grid, ...outages, ...groups, ...slow]

/** A few that meet every mechanism, for a look in seconds. */
export const quick: ReadonlyArray<Scenario> = scenarios
  .filter(({ groups, load, outage, size }) => size === 3 && load !== 90 && outage !== "network" && groups === null)
  .map((scenario) => ({ ...scenario, minutes: 5 }))
