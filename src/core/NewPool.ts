/**
 * New pools.
 *
 * @since 0.1.0
 */
import * as HashMap from "effect/HashMap"
import * as Corroboration from "./Corroboration.js"
import * as Grouped from "./Grouped.js"
import * as Member from "./Member.js"
import * as MinTree from "./MinTree.js"
import * as ModelLanes from "./ModelLanes.js"
import * as OwnedGates from "./OwnedGates.js"
import * as Pool from "./Pool.js"
import * as Slots from "./Slots.js"
import * as Standing from "./Standing.js"
import * as Strategy from "./Strategy.js"
import * as Throughput from "./Throughput.js"
import * as Trouble from "./Trouble.js"

/**
 * A pool of these members as they stand. Members are looked at once each; nothing later does.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: {
  readonly providerId: string
  readonly strategy: Strategy.Strategy
  readonly members: ReadonlyArray<Member.Member>
  readonly now: number
  readonly groups?: HashMap.HashMap<string, Standing.Standing>
  readonly models?: Readonly<Record<string, Standing.Standing>>
  readonly provider?: Standing.Standing
  readonly gates?: Pool.Pool["gates"]
}): Pool.Pool => {
  const { members } = options
  const lane = Strategy.emptyLane(options.strategy, members)
  let grouped = Grouped.empty
  members.forEach((member, slot) => {
    const group = Member.group(member)
    if (group !== null) grouped = Grouped.set(grouped, group, slot, members.length, true)
  })
  let pool: Pool.Pool = {
    providerId: options.providerId,
    strategy: options.strategy,
    members: Slots.fromArray(members),
    slotOf: new Map(members.map((member, slot) => [member.profile.id, slot])),
    groups: options.groups ?? HashMap.empty(),
    models: options.models ?? {},
    provider: options.provider ?? Standing.initial,
    trouble: Trouble.none,
    flow: null,
    throughput: Throughput.begin(options.now),
    gates: options.gates ?? OwnedGates.empty,
    grouped,
    lane,
    lanes: ModelLanes.none,
    turn: Strategy.initialTurn(lane),
    doubt: Corroboration.initial,
    leases: 0,
    out: HashMap.empty(),
    agenda: MinTree.empty(members.length),
    audits: MinTree.empty(members.length),
    audit: { lease: 0, until: Number.NEGATIVE_INFINITY }
  }
  members.forEach((member, slot) => {
    pool = Pool.put(pool, slot, member, options.now)
  })
  return pool
}
