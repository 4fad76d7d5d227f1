/**
 * The scripted provider: a real HTTP server that speaks Anthropic's, OpenAI's and Gemini's wire formats and treats each
 * token as its script says.
 *
 * `startScriptedProvider` is the plain door; `make` and `layer` close it with their scope and take their time from the
 * Effect `Clock`, so that `TestClock.adjust` moves its limit windows.
 */
import { Context, Effect, Layer, type Scope } from "effect"
import type { Options, ScriptedProvider as Service } from "./scripted/Server.js"
import { startScriptedProvider } from "./scripted/Server.js"

export type { Answer, Behaviour, Hint, Point, Refusal, Script, Usage } from "./scripted/Behaviour.js"
export type { Options, ReceivedRequest } from "./scripted/Server.js"
export { startScriptedProvider } from "./scripted/Server.js"

export class ScriptedProvider extends Context.Tag("test/ScriptedProvider")<ScriptedProvider, Service>() {}

export type { Service }

export const make = (options: Options = {}): Effect.Effect<Service, never, Scope.Scope> =>
  Effect.flatMap(Effect.clock, (clock) =>
    Effect.acquireRelease(
      Effect.promise(() => startScriptedProvider({ now: () => clock.unsafeCurrentTimeMillis(), ...options })),
      (provider) => Effect.promise(() => provider.close())
    )
  )

export const layer = (options: Options = {}): Layer.Layer<ScriptedProvider> =>
  Layer.scoped(ScriptedProvider, make(options))
