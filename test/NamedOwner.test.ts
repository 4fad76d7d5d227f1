import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Rotate from "../src/Rotate.js"
import { rotationFrom, source, vendor } from "./support/rotation.js"

/** The first answer of all names the owner of the limits that it states, and nothing is left of them. */
const answer = {
  status: 200,
  headers: {
    "x-organization": "org",
    "x-ratelimit-limit-requests": "10",
    "x-ratelimit-remaining-requests": "0",
    "x-ratelimit-reset-requests": "60s"
  }
}

it.effect(
  "what an answer states counts from then on, though the same answer names for the first time whose it is",
  () => {
    let sent = 0
    const transport: Rotate.Transport<typeof answer, never> = {
      send: () =>
        Effect.sync(() => {
          sent++
          return answer
        }),
      head: (answer) => answer,
      peek: (answer) => Effect.succeed([answer, undefined]),
      discard: () => Effect.void,
      trouble: (error) => error
    }
    const provider = { ...vendor, ownerHeader: "x-organization" }
    return Effect.gen(function* () {
      expect(yield* Rotate.run({ transport, timeout: 0 })).toMatchObject({ _tag: "Answered" })
      expect(yield* Rotate.run({ transport, timeout: 0 })).toMatchObject({ _tag: "Exhausted" })
      expect(sent).toBe(1)
    }).pipe(Effect.provide(rotationFrom(source(["a"], { provider }))))
  }
)
