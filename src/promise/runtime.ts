/**
 * The one runtime under the promise door. Built at first use, synchronously; the environment is read then, not at
 * import.
 *
 * Nothing here keeps a process alive but a write that is due: there are no polling timers, and a config that changed on
 * disk is noticed by the next call.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as ManagedRuntime from "effect/ManagedRuntime"
import type * as Runtime from "effect/Runtime"
import type * as ConfigStore from "../ConfigStore.js"
import * as Configured from "../stores/Configured.js"
import type * as TokenRotation from "../TokenRotation.js"
import { LlmctlError } from "./errors.js"
import { plain } from "./failures.js"

type Services = TokenRotation.TokenRotation | ConfigStore.ConfigStore

interface Door {
  readonly managed: ManagedRuntime.ManagedRuntime<Services, unknown>
  readonly runtime: Runtime.Runtime<Services>
}

let door: Door | undefined

/**
 * Runs what is synchronous, and throws plain errors.
 *
 * @since 0.1.0
 * @category running
 */
export const runSync = <A, E>(effect: Effect.Effect<A, E, Services>): A => unwrap(open().managed.runSyncExit(effect))

/**
 * Runs to a promise that rejects with plain errors.
 *
 * @since 0.1.0
 * @category running
 */
export const runPromise = async <A, E>(effect: Effect.Effect<A, E, Services>): Promise<A> =>
  unwrap(await open().managed.runPromiseExit(effect))

/**
 * The runtime itself, for what runs fibers of its own.
 *
 * @since 0.1.0
 * @category running
 */
export const runtime = (): Runtime.Runtime<Services> => open().runtime

/**
 * Writes what is due and closes the runtime; the next use builds a new one, from the environment as it is then. For
 * tests, and for programs that must leave nothing unwritten before `process.exit`.
 *
 * @since 0.1.0
 * @category running
 */
export const dispose = async (): Promise<void> => {
  const open = door
  door = undefined
  await open?.managed.dispose()
}

const open = (): Door => {
  if (door !== undefined) return door
  const managed = ManagedRuntime.make(layer())
  const built = managed.runSyncExit(managed.runtimeEffect)
  // A config that could not be used may be mended: the next use looks again.
  if (Exit.isFailure(built)) managed.dispose().catch(() => {})
  door = { managed, runtime: unwrap(built) }
  return door
}

const layer = (): Layer.Layer<Services, unknown> =>
  Configured.layer({ environment: process.env }).pipe(
    Layer.provide([Logger.replace(Logger.defaultLogger, toStderr), Logger.minimumLogLevel(LogLevel.Warning)])
  )

/** One line a message; stdout belongs to the program. */
const toStderr = Logger.make(({ logLevel, message }) => {
  const text = Array.isArray(message) ? message.map(String).join(" ") : String(message)
  process.stderr.write(`llmctl: ${logLevel.label.toLowerCase().replace("warn", "warning")}: ${text}\n`)
})

const unwrap = <A>(exit: Exit.Exit<A, unknown>): A => {
  if (Exit.isSuccess(exit)) return exit.value
  const error = plain(Cause.squash(exit.cause))
  // One that was made inside a fiber would show the fiber's stack and not the caller's.
  if (error instanceof LlmctlError) Error.captureStackTrace(error, unwrap)
  throw error
}
