/**
 * Everything a running rotation knows, as one value in one `Ref`: per provider its configuration, its pool, its retry
 * budget, and the counts that are already written.
 *
 * @since 0.1.0
 */
import type * as Deferred from "effect/Deferred"
import type { ConfiguredProvider } from "./ConfiguredProvider.js"
import * as Admission from "./core/Admission.js"
import * as Counts from "./core/Counts.js"
import * as InFlight from "./core/InFlight.js"
import type { Refusal } from "./core/Joining.js"
import type { Lease } from "./core/Lending.js"
import type { Profile } from "./core/Member.js"
import * as Operation from "./core/Operation.js"
import * as Pool from "./core/Pool.js"
import * as PoolState from "./core/PoolState.js"
import * as Resume from "./core/Resume.js"
import * as RetryBudget from "./core/RetryBudget.js"
import * as WaitQueue from "./core/WaitQueue.js"
import type { Token } from "./Token.js"

/**
 * What one who waits is told: the lease, or why there will be none.
 *
 * @since 0.1.0
 * @category models
 */
export type Waiter = Deferred.Deferred<Lease | Refusal>

/**
 * @since 0.1.0
 * @category models
 */
export interface Entry {
  readonly provider: ConfiguredProvider
  readonly pool: Pool.Pool
  readonly budget: RetryBudget.RetryBudget
  readonly queue: WaitQueue.WaitQueue<Waiter>
  readonly admission: Admission.Admission
  /** Counts as the stored document has them; what exceeds them is still to be written. */
  readonly saved: ReadonlyMap<string, Counts.Counts>
  /** What other processes told of their calls in flight. */
  readonly told: InFlight.InFlight
}

/**
 * @since 0.1.0
 * @category models
 */
export interface RotationState {
  readonly entries: ReadonlyMap<string, Entry>
  /** Providers that were taken out of the config: for what is out of them still, and for when they come back. */
  readonly former: ReadonlyMap<string, Entry>
  readonly activeProviderId: string | undefined
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const empty: RotationState = { entries: new Map(), former: new Map(), activeProviderId: undefined }

/**
 * Takes over a changed configuration, and says who waits for a provider that is gone. Providers and tokens that stay keep
 * what was learnt of them.
 *
 * @since 0.1.0
 * @category transitions
 */
export const configure = (
  self: RotationState,
  providers: ReadonlyArray<ConfiguredProvider>,
  activeProviderId: string | undefined,
  terms: RetryBudget.Terms,
  now: number
): readonly [waiters: ReadonlyArray<Waiter>, state: RotationState] => {
  const entries = new Map(providers.map((provider) => [provider.id, entryFor(self, provider, terms, now)]))
  const gone = [...self.former, ...self.entries].filter(([id]) => !entries.has(id))
  return [
    gone.flatMap(([, { queue }]) => WaitQueue.everybody(queue)),
    {
      activeProviderId,
      entries,
      former: new Map(gone.map(([id, entry]) => [id, { ...entry, queue: WaitQueue.empty }]))
    }
  ]
}

const entryFor = (self: RotationState, provider: ConfiguredProvider, terms: RetryBudget.Terms, now: number): Entry => {
  const profiles = [...provider.tokens.values()].map(profile)
  const known = at(self, provider.id)
  return known === undefined
    ? {
        provider,
        pool: Operation.fresh(provider.id, profiles, provider.strategy, now, provider.groupLimits),
        budget: RetryBudget.full(terms, now),
        queue: WaitQueue.empty,
        admission: Admission.initial,
        saved: new Map(),
        told: {}
      }
    : {
        ...known,
        provider,
        pool: Operation.reconcile(known.pool, profiles, provider.strategy, now, provider.groupLimits)
      }
}

/**
 * One provider's entry, be it configured still or not.
 *
 * @since 0.1.0
 * @category getters
 */
export const at = (self: RotationState, providerId: string): Entry | undefined =>
  self.entries.get(providerId) ?? self.former.get(providerId)

/**
 * Changes these things of one provider's entry; an unknown provider changes nothing. Field by field for the reason that
 * `Pool.change` gives.
 *
 * @since 0.1.0
 * @category transitions
 */
export const modify = (
  self: RotationState,
  providerId: string,
  change: (entry: Entry) => Partial<Entry>
): RotationState => {
  const { activeProviderId, entries, former } = self
  const entry = at(self, providerId)
  if (entry === undefined) return self
  const to = change(entry)
  const next: Entry = {
    provider: to.provider ?? entry.provider,
    pool: to.pool ?? entry.pool,
    budget: to.budget ?? entry.budget,
    queue: to.queue ?? entry.queue,
    admission: to.admission ?? entry.admission,
    saved: to.saved ?? entry.saved,
    told: to.told ?? entry.told
  }
  return entries.has(providerId)
    ? { entries: new Map(entries).set(providerId, next), former, activeProviderId }
    : { entries, former: new Map(former).set(providerId, next), activeProviderId }
}

/**
 * Counts of a token that the stored document does not have yet.
 *
 * @since 0.1.0
 * @category getters
 */
export const unsaved =
  (self: Entry) =>
  (tokenId: string): Counts.Counts =>
    Counts.since(Pool.find(self.pool, tokenId)?.member.counts ?? Counts.zero, self.saved.get(tokenId) ?? Counts.zero)

/**
 * Takes over a document from the store. `written` is what this process had counted when it wrote that document itself;
 * absent when somebody else wrote it.
 *
 * @since 0.1.0
 * @category transitions
 */
export const absorb = (
  self: Entry,
  document: PoolState.PoolState,
  written: ((tokenId: string) => Counts.Counts) | null,
  { now, writer }: { readonly now: number; readonly writer: string }
): Entry => {
  const pending = unsaved(self)
  const rest = (tokenId: string) =>
    written === null ? pending(tokenId) : Counts.since(pending(tokenId), written(tokenId))
  return {
    ...self,
    pool: Resume.resume(PoolState.absorb(self.pool, document, rest, now)),
    saved: new Map(Object.entries(document.members).map(([tokenId, member]) => [tokenId, member.counts])),
    told: InFlight.without(document.inFlight, writer)
  }
}

const profile = (token: Token): Profile => ({
  id: token.id,
  alias: token.alias,
  weight: token.weight,
  enabled: token.enabled,
  group: token.group,
  limits: token.limits
})
