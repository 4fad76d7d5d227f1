/** llmctl as a policy: the real service and the real loop, with the modelled vendor for a transport. */
import { Context, Deferred, Effect, Layer, Redacted } from "effect"
import * as ConfigSource from "../../src/ConfigSource.js"
import * as Rotate from "../../src/Rotate.js"
import type { Service as Config } from "../../src/RotationConfig.js"
import * as RotationConfig from "../../src/RotationConfig.js"
import { StateStoreError } from "../../src/RotationError.js"
import { StateStore } from "../../src/StateStore.js"
import * as TokenRotation from "../../src/TokenRotation.js"
import type { Said } from "./dialects.js"
import { vendorOf } from "./dialects.js"
import type { Policy, Surroundings } from "./policy.js"
import type { Caller } from "./world.js"

export const rotation = (config: Partial<Config> = {}): Policy => ({
  name: "llmctl",
  make: (surroundings) =>
    Effect.gen(function* () {
      const store = yield* makeForgetful
      const context = yield* Layer.build(Layer.provide(layerOf(surroundings, config), store.layer))
      yield* Effect.addFinalizer(() => store.end)
      const service = Context.get(context, TokenRotation.TokenRotation)
      const indices = new Map(surroundings.world.tokens.map(({ alias }, index) => [alias, index]))
      return (caller) =>
        Rotate.run({
          timeout: surroundings.world.patience,
          transport: transportOf(surroundings, indices, caller)
        }).pipe(
          Effect.map((result) => result._tag === "Answered" && result.answer.status === 200),
          Effect.catchAll(() => Effect.succeed(false)),
          Effect.provideService(TokenRotation.TokenRotation, service)
        )
    })
})

const layerOf = (
  { scenario, world }: Surroundings,
  config: Partial<Config>
): Layer.Layer<TokenRotation.TokenRotation, never, StateStore> =>
  TokenRotation.layer.pipe(
    Layer.provide([
      RotationConfig.layer(config),
      ConfigSource.layer({
        provider: vendorOf(scenario),
        tokens: world.tokens.map(({ alias, group }) => ({
          alias,
          value: Redacted.make(`secret-of-${alias}`),
          ...(scenario.groups?.known === "declared" ? { group: `org-${group}` } : {})
        }))
      })
    ]),
    Layer.orDie
  )

/**
 * A store that finishes no write before the run is over, and fails all of them then. One process alone learns nothing
 * from what it wrote itself, calls never wait for it, and to encode the pool twice a second for ten simulated minutes
 * would take longer than all decisions.
 */
const makeForgetful = Effect.gen(function* () {
  const over = yield* Deferred.make<never, StateStoreError>()
  const layer = Layer.succeed(StateStore, {
    get: () => Effect.succeedNone,
    version: () => Effect.succeed(""),
    modify: () => Deferred.await(over),
    moveAside: Effect.succeed
  })
  return { layer, end: Deferred.fail(over, new StateStoreError({ path: "none", reason: "the run is over" })) }
})

/** The connection broke. */
type Broken = "ECONNREFUSED"

const transportOf = (
  { send }: Surroundings,
  indices: ReadonlyMap<string, number>,
  caller: Caller
): Rotate.Transport<Said, Broken> => ({
  send: ({ token }) =>
    Effect.flatMap(send(indices.get(token.alias) ?? -1, caller), (answer) =>
      answer === null ? Effect.fail<Broken>("ECONNREFUSED") : Effect.succeed(answer)
    ),
  head: (answer) => answer,
  peek: (answer) => Effect.succeed([answer, undefined]),
  discard: () => Effect.void,
  trouble: (broken) => broken
})
