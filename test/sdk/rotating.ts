/** A rotating fetch over a scripted provider, with short waits and state in memory. */
import { Effect, Layer, ManagedRuntime, Redacted, Schedule } from "effect"
import { afterEach } from "vitest"
import * as ConfigSource from "../../src/ConfigSource.js"
import type { Counts } from "../../src/core/Counts.js"
import type { Provider } from "../../src/Provider.js"
import { byType } from "../../src/providers/index.js"
import * as RotatingFetch from "../../src/RotatingFetch.js"
import * as RotationConfig from "../../src/RotationConfig.js"
import * as TokenRotation from "../../src/TokenRotation.js"
import { makeMemory } from "../support/rotation.js"
import { type Script, type Service, startScriptedProvider } from "../support/ScriptedProvider.js"

const cleanups: Array<() => Promise<unknown>> = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

export interface Rotating {
  readonly provider: Service
  readonly baseUrl: string
  readonly fetch: typeof globalThis.fetch
  /** The same, without noting its signals. */
  readonly bare: typeof globalThis.fetch
  /** The signals that `fetch` was called with. */
  readonly signals: ReadonlyArray<AbortSignal>
  readonly secretOf: (alias: string) => string
  /** The aliases of the tokens that requests came with, in order. */
  readonly used: () => ReadonlyArray<string>
  /** By alias: state, leases out, and the counts that are not zero. */
  readonly tokens: () => Promise<Readonly<Record<string, Token>>>
  /** What the tokens used, by alias and model. */
  readonly usage: () => Promise<Readonly<Record<string, Counts["usage"]>>>
  readonly runtime: ManagedRuntime.ManagedRuntime<TokenRotation.TokenRotation, never>
}

export interface Token {
  readonly state: string
  readonly inFlight: number
  readonly counts: Readonly<Record<string, number>>
}

/** `fetch` with these tokens, by alias, of a vendor whose server does with them as scripted. */
export const rotating = async (
  type: "anthropic" | "openai" | "google",
  scripts: Readonly<Record<string, Script>>,
  options: RotatingFetch.Options & {
    readonly config?: Partial<RotationConfig.Service>
    /** Where the vendor is instead, for answers that no script gives. */
    readonly baseUrl?: string
    /** What this vendor does otherwise. */
    readonly vendor?: Partial<Provider>
  } = {}
): Promise<Rotating> => {
  const vendor = byType(type)
  if (vendor === undefined) throw new Error(type)
  const secretOf = (alias: string) => `secret-of-${alias}-0123456789`
  const aliases = Object.keys(scripts)
  const provider = await startScriptedProvider({
    tokens: Object.fromEntries(Object.entries(scripts).map(([alias, script]) => [secretOf(alias), script]))
  })
  const baseUrl = options.baseUrl ?? (type === "openai" ? `${provider.url}/v1` : provider.url)
  const layer = Layer.unwrapEffect(
    Effect.map(makeMemory, (memory) =>
      TokenRotation.layer.pipe(
        Layer.provide([
          ConfigSource.layer({
            provider: { ...vendor, ...options.vendor },
            baseUrl,
            tokens: aliases.map((alias) => ({ alias, value: Redacted.make(secretOf(alias)) }))
          }),
          memory.layer
        ]),
        Layer.provide(
          RotationConfig.layer({
            retry: Schedule.intersect(Schedule.spaced("1 millis"), Schedule.recurs(3)),
            ...options.config
          })
        ),
        Layer.orDie
      )
    )
  )
  const runtime = ManagedRuntime.make(layer)
  const rotatingFetch = await runtime.runPromise(RotatingFetch.make(options))
  const signals: Array<AbortSignal> = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (init?.signal) signals.push(init.signal)
    return rotatingFetch(input, init)
  }
  cleanups.push(async () => {
    await runtime.dispose()
    await provider.close()
  })
  const aliasOf = new Map(aliases.map((alias) => [secretOf(alias), alias]))
  return {
    provider,
    baseUrl,
    fetch,
    bare: rotatingFetch,
    signals,
    secretOf,
    runtime,
    used: () => provider.requests.map(({ token }) => aliasOf.get(token ?? "") ?? "?"),
    usage: () =>
      runtime.runPromise(
        Effect.flatMap(TokenRotation.TokenRotation, ({ pools }) =>
          Effect.map(pools, ([pool]) =>
            Object.fromEntries((pool?.tokens ?? []).map(({ alias, counts }) => [alias, counts.usage]))
          )
        )
      ),
    tokens: () =>
      runtime.runPromise(
        Effect.flatMap(TokenRotation.TokenRotation, (rotation) =>
          Effect.map(rotation.pools, ([pool]) =>
            Object.fromEntries(
              (pool?.tokens ?? []).map(({ alias, counts, inFlight, state }) => [
                alias,
                {
                  state,
                  inFlight,
                  counts: Object.fromEntries(Object.entries(counts).filter(([, n]) => typeof n === "number" && n !== 0))
                }
              ])
            )
          )
        )
      )
  }
}
