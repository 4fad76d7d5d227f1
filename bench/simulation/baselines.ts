/** What people use today, written as policies. Callers give up after the same 30 s. */
import { Clock, Effect, Random } from "effect"
import type { Policy, Surroundings } from "./policy.js"
import type { Answer } from "./upstream.js"
import type { Caller } from "./world.js"

const served = (answer: Answer): boolean => answer?.status === 200

/**
 * The retries of an SDK, over one token: two of them, after 0.5 s and 1 s less up to a quarter, or after what
 * `retry-after` asks for, up to a minute. Callers are spread evenly over the tokens beforehand.
 */
export const retryOnOneToken: Policy = {
  name: "retry on one token",
  make: ({ send, world }) =>
    Effect.succeed((caller: Caller) =>
      Effect.gen(function* () {
        const deadline = (yield* Clock.currentTimeMillis) + world.patience
        for (let retry = 0; ; retry++) {
          const answer = yield* send(caller.index % world.tokens.length, caller)
          if (served(answer)) return true
          const mayRetry = answer === null || answer.status === 429 || answer.status >= 500
          if (!mayRetry || retry === 2) return false
          const asked = Number(answer?.headers["retry-after"] ?? 0) * 1000
          const backoff = 500 * 2 ** retry * (1 - 0.25 * (yield* Random.next))
          const delay = asked > 0 && asked <= 60_000 ? asked : backoff
          if ((yield* Clock.currentTimeMillis) + delay > deadline) return false
          yield* Effect.sleep(delay)
        }
      })
    )
}

interface Bench {
  errors: number
  restsUntil: number
}

/** Takes the tokens in turn, but for those at rest; another for each failure, at most `most`, at once. */
const rotating = (options: {
  readonly name: string
  readonly most: (tokens: number) => number
  /** What a failure means for its token. */
  readonly fail: (bench: Bench, now: number) => void
}): Policy => ({
  name: options.name,
  make: ({ send, world }: Surroundings) =>
    Effect.sync(() => {
      const benches = world.tokens.map((): Bench => ({ errors: 0, restsUntil: 0 }))
      let turn = 0
      /** The next in turn that is not at rest and was not tried. */
      const pick = (now: number, tried: ReadonlySet<number>): number | null => {
        for (let i = 0; i < benches.length; i++) {
          const index = (turn + i) % benches.length
          if (tried.has(index) || (benches[index]?.restsUntil ?? 0) > now) continue
          turn = index + 1
          return index
        }
        return null
      }
      return (caller) =>
        Effect.gen(function* () {
          const tried = new Set<number>()
          while (tried.size < options.most(benches.length)) {
            const index = pick(yield* Clock.currentTimeMillis, tried)
            const bench = index === null ? undefined : benches[index]
            if (index === null || bench === undefined) return false
            tried.add(index)
            if (served(yield* send(index, caller))) {
              bench.errors = 0
              return true
            }
            options.fail(bench, yield* Clock.currentTimeMillis)
          }
          return false
        })
    })
})

/** Three failures in a row rest a token for 60 s; a request tries three tokens. */
export const threeStrikes = rotating({
  name: "three strikes",
  most: () => 3,
  fail: (bench, now) => {
    bench.errors += 1
    if (bench.errors < 3) return
    bench.errors = 0
    bench.restsUntil = now + 60_000
  }
})

const rests = [1, 5, 25, 60].map((minutes) => minutes * 60_000)

/** Each failure in a row rests a token for longer: 1 min, 5 min, 25 min, 1 h; a request tries all tokens there are. */
export const fixedBenches = rotating({
  name: "fixed benches",
  most: (tokens) => tokens,
  fail: (bench, now) => {
    // What fails while it rests was sent before, and is the same failure.
    if (bench.restsUntil > now) return
    bench.restsUntil = now + (rests[Math.min(bench.errors, rests.length - 1)] ?? 0)
    bench.errors += 1
  }
})
