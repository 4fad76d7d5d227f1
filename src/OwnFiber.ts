/**
 * Running an effect in a fiber of its own: under fiber refs that hold for it alone, and with a time to give it up at.
 *
 * `Effect.locally` is a bracket of two dozen steps of the runtime for each fiber ref, and `Effect.timeout` takes three
 * fibers. A fiber that is born with what holds for it needs neither to be set nor set back, and can be ended from outside.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import * as FiberRefs from "effect/FiberRefs"
import * as Runtime from "effect/Runtime"

/**
 * What holds for the time of the effect.
 *
 * @since 0.1.0
 * @category models
 */
export interface Terms<R> {
  /** All that it needs, given what its caller has. */
  readonly context: (outer: Context.Context<never>) => Context.Context<R>
  readonly settings: Arr.NonEmptyReadonlyArray<Setting>
}

/**
 * What a fiber ref is set to.
 *
 * @since 0.1.0
 * @category models
 */
export interface Setting {
  readonly ref: FiberRef.FiberRef<unknown>
  readonly valueIn: (refs: FiberRefs.FiberRefs) => unknown
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const setting = <A>(ref: FiberRef.FiberRef<A>, change: (outer: A) => A): Setting => ({
  // Whoever reads it back asks the ref, so it is never taken for anything but an `A`.
  ref: ref as FiberRef.FiberRef<unknown>,
  valueIn: (refs) => change(FiberRefs.getOrDefault(refs, ref))
})

/**
 * Begins to watch the time: `tell` is run when it is over, and what is answered calls that off.
 *
 * @since 0.1.0
 * @category models
 */
export type Timer = (tell: () => void) => () => void

/**
 * Sets a timer that gives the effect up, with this error.
 *
 * @since 0.1.0
 * @category models
 */
export type GiveUp<E> = (timer: Timer, late: () => E) => void

/**
 * Runs the effect under these terms. Other fiber refs that it changes are changed for the caller too, and an interrupt
 * waits until it has ended.
 *
 * @since 0.1.0
 * @category running
 */
export const run = <A, E, R>(
  { context, settings }: Terms<R>,
  effect: (giveUp: GiveUp<E>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E> =>
  Effect.withFiberRuntime((outer, { runtimeFlags }) =>
    Effect.async((resume) => {
      let callOff: (() => void) | undefined
      let given: FiberRefs.FiberRefs | undefined
      const fiber = Runtime.runFork(
        Runtime.make({ context: context(outer.currentContext), fiberRefs: outer.getFiberRefs(), runtimeFlags }),
        effect((timer, late) => {
          callOff = timer(() => {
            resume(Effect.fail(late()))
            fiber.unsafeInterruptAsFork(fiber.id())
          })
        }),
        {
          updateRefs: (refs, id) => {
            given = FiberRefs.updateManyAs(refs, {
              entries: Arr.map(settings, ({ ref, valueIn }) => [ref, [[id, valueIn(refs)]]] as const)
            })
            return given
          }
        }
      )
      fiber.addObserver((exit) => {
        callOff?.()
        const changed = given === undefined ? null : changes(given, fiber.getFiberRefs(), settings)
        resume(changed === null ? exit : Effect.zipRight(Effect.inheritFiberRefs(changed), exit))
      })
      return Fiber.interrupt(fiber)
    })
  )

/**
 * What is not as it was given, but for what was set and what each fiber has for itself: they end with it. `null`: nothing,
 * as nearly always, so it is found out without making anything.
 */
const changes = (
  given: FiberRefs.FiberRefs,
  now: FiberRefs.FiberRefs,
  settings: ReadonlyArray<Setting>
): FiberRefs.FiberRefs | null => {
  let changed: Locals | null = null
  now.locals.forEach((values, ref) => {
    if (given.locals.get(ref)?.[0][1] === values[0][1] || ofEveryFiber.has(ref)) return
    if (settings.some((setting) => setting.ref === ref)) return
    changed ??= new Map()
    changed.set(ref, values)
  })
  return changed === null ? null : FiberRefs.unsafeMake(changed)
}

type Locals = FiberRefs.FiberRefs["locals"]

const ofEveryFiber: ReadonlySet<unknown> = new Set([FiberRef.currentContext, FiberRef.currentRuntimeFlags])
