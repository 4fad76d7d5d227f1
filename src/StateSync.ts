/**
 * Keeps the pools in memory and the documents in the `StateStore` in step: reads what others learnt, writes behind what
 * we learnt. Calls never wait for a write.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as MutableRef from "effect/MutableRef"
import * as Option from "effect/Option"
import * as PartitionedSemaphore from "effect/PartitionedSemaphore"
import * as Queue from "effect/Queue"
import * as Random from "effect/Random"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import * as InFlight from "./core/InFlight.js"
import * as PoolState from "./core/PoolState.js"
import * as RotationState from "./RotationState.js"
import { decode, encode } from "./StateDocument.js"
import type * as StateStore from "./StateStore.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface StateSync {
  /** Learns what the store knows of a provider, if that changed since we last looked. Never fails: it warns. */
  readonly refresh: (providerId: string) => Effect.Effect<void>
  /**
   * Takes note that something changed, to be written at once for a change of health, else within the write delay; and says
   * how to tell the writer, unless it knows.
   */
  readonly note: (providerId: string, health: boolean) => Effect.Effect<void> | null
  /** Writes everything that is not written yet, and waits for it. */
  readonly flush: Effect.Effect<void>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: {
  readonly store: StateStore.Service
  readonly state: Ref.Ref<RotationState.RotationState>
  readonly writeDelay: Duration.DurationInput
}): Effect.Effect<StateSync, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { state, store } = options
    // A name for this process among those that share the store.
    const writer = (yield* Random.nextIntBetween(0, Number.MAX_SAFE_INTEGER)).toString(36)
    const versions = yield* Ref.make<ReadonlyMap<string, string>>(new Map())
    /** Providers with something unwritten. Every call notes it twice: in no step of its own. */
    const dirty = MutableRef.make<ReadonlyMap<string, Due>>(new Map())
    const mark = (providerId: string, due: Due) => MutableRef.update(dirty, (all) => new Map(all).set(providerId, due))
    const anything = yield* Queue.dropping<void>(1)
    const urgent = yield* Queue.dropping<void>(1)

    /** What is wrong with the store, by what was tried: said once, not at every call for as long as it lasts. */
    const complaints = yield* Ref.make<ReadonlyMap<string, string>>(new Map())

    const complain = (about: string, message: string) =>
      Effect.flatMap(
        Ref.modify(complaints, (all) => [all.get(about) !== message, new Map(all).set(about, message)]),
        (isNew) => (isNew ? Effect.logWarning(message) : Effect.logDebug(message))
      )

    const succeeded = (about: string) =>
      Ref.update(complaints, (all) => (all.has(about) ? new Map([...all].filter(([other]) => other !== about)) : all))

    const remember = (providerId: string, version: string) =>
      Ref.update(versions, (known) => new Map(known).set(providerId, version))

    const takeOver = (
      providerId: string,
      document: PoolState.PoolState,
      written: Parameters<typeof RotationState.absorb>[2]
    ) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        Ref.update(state, (s) =>
          RotationState.modify(s, providerId, (entry) =>
            RotationState.absorb(entry, document, written, { now, writer })
          )
        )
      )

    const read = (providerId: string) =>
      Effect.gen(function* () {
        const key = keyOf(providerId)
        const text = yield* store.get(key)
        if (Option.isNone(text)) return
        const document = decode(text.value)
        if (Either.isRight(document)) return yield* takeOver(providerId, document.right, null)
        const { line, newer, reason } = document.left
        if (newer) {
          return yield* complain(
            `version ${providerId}`,
            `The learnt state of provider "${providerId}" was written by a newer llmctl; this one neither reads nor changes it.`
          )
        }
        const moved = yield* store.moveAside(key)
        return yield* Effect.logWarning(
          `The learnt state of provider "${providerId}" cannot be read: line ${line}: ${reason}. ` +
            `It was moved to ${moved}; rotation starts with fresh state.`
        )
      })

    const refresh = (providerId: string): Effect.Effect<void> =>
      Effect.gen(function* () {
        const version = yield* store.version(keyOf(providerId))
        yield* succeeded(`read ${providerId}`)
        if (version === "" || (yield* Ref.get(versions)).get(providerId) === version) return
        yield* read(providerId)
        yield* remember(providerId, version)
      }).pipe(
        Effect.catchTag("StateStoreError", (error) =>
          complain(`read ${providerId}`, `Shared state was not read: ${error.message}`)
        )
      )

    const writeOnce = (providerId: string): Effect.Effect<void> =>
      Effect.gen(function* () {
        const entry = RotationState.at(yield* Ref.get(state), providerId)
        if (entry === undefined) return
        const now = yield* Clock.currentTimeMillis
        const mine = { ...PoolState.fromPool(entry.pool), inFlight: InFlight.of(entry.pool, writer, now) }
        const written = RotationState.unsaved(entry)
        const result = yield* store.modify<ReturnType<typeof decode>>(keyOf(providerId), (current) => {
          const stored = Option.match(current, {
            onNone: () => Either.right(PoolState.empty),
            onSome: decode
          })
          // A document we cannot read is written back as it is; the next refresh reports it and moves it aside.
          if (Either.isLeft(stored)) return [Either.left(stored.left), Option.getOrElse(current, () => "")]
          const merged = PoolState.write(stored.right, mine, written)
          const next = { ...merged, inFlight: InFlight.prune(merged.inFlight, now) }
          return [Either.right(next), encode(next)]
        })
        if (Either.isLeft(result)) return yield* read(providerId)
        yield* succeeded(`write ${providerId}`)
        yield* takeOver(providerId, result.right, written)
      }).pipe(
        Effect.catchTag("StateStoreError", (error) =>
          Effect.zipRight(
            // Stays due: the next change, or the close, writes it too.
            Effect.sync(() => mark(providerId, MutableRef.get(dirty).get(providerId) ?? "owed")),
            complain(
              `write ${providerId}`,
              `What was learnt could not be written and stays in memory: ${error.message}`
            )
          )
        )
      )

    const wake = Queue.offer(anything, undefined)

    const note: StateSync["note"] = (providerId, health) => {
      const due = health ? "urgent" : "behind"
      const known = MutableRef.get(dirty).get(providerId)
      // Whoever marked it so first has told the writer, which has not come to it yet.
      if (known === "urgent" || known === due) return null
      mark(providerId, due)
      return health ? Effect.zipRight(Queue.offer(urgent, undefined), wake) : wake
    }

    // One at a time: what one has under way would be counted by another a second time, and not be waited for.
    const writing = yield* PartitionedSemaphore.make<"write">({ permits: 1 })

    // A write that has begun is finished: what it took out of `dirty` would otherwise be lost.
    const flush = Effect.uninterruptible(
      writing.withPermits(
        "write",
        1
      )(
        Effect.suspend(() =>
          Effect.forEach(MutableRef.getAndSet(dirty, new Map()).keys(), writeOnce, { discard: true })
        )
      )
    )

    const writeBehind = Effect.gen(function* () {
      yield* Queue.take(anything)
      const isUrgent = [...MutableRef.get(dirty).values()].includes("urgent")
      if (!isUrgent) yield* Effect.race(Effect.sleep(options.writeDelay), Queue.take(urgent))
      yield* Queue.takeAll(urgent)
      yield* flush
    }).pipe(Effect.forever)

    // Finalizers run last to first: the fiber stops, then what it left is written.
    yield* Effect.addFinalizer(() => flush)
    yield* Effect.forkScoped(writeBehind)
    return { refresh, note, flush }
  })

/** `owed`: it could not be written, and the writer waits for the next change; otherwise it has been told. */
type Due = "owed" | "behind" | "urgent"

/** One document per provider: what is learnt of one never waits for another. */
const keyOf = (providerId: string): string => `state/${providerId}`
