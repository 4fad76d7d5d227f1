/**
 * What a caller says of a request beside the request itself: how urgent it is, how long it may wait for a token, and how
 * much it will use.
 *
 * It reaches every request that an effect makes, through whatever stands in between: `acquire`, the rotating `HttpClient`,
 * or a client of `@effect/ai` on top of it.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Declared } from "./core/Size.js"
import * as Size from "./core/Size.js"
import * as WaitQueue from "./core/WaitQueue.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * Whose turn it is when several wait for a token: `high` stands as if it had come 10 seconds earlier, `low` as if 10
   * seconds later, so nobody is overtaken for ever. Default `normal`.
   */
  readonly priority?: WaitQueue.Priority | undefined
  /**
   * How long the request may wait for tokens, all its attempts together; 0: not at all. Default: `acquireTimeout` of the
   * `RotationConfig`, 30 seconds.
   */
  readonly acquireTimeout?: Duration.DurationInput | undefined
  /**
   * What the request is expected to use, in the vendor's units of text: a number is input and output together. That much is
   * reserved of the limits of its token, until its answer says what it was. A request that is larger than the whole limit
   * of a token does not go there; one that is larger than all of them fails at once with `RequestTooLarge`. Default: what
   * requests of that token usually use is reserved, and none is too large.
   */
  readonly usage?: Declared | undefined
}

/**
 * @since 0.1.0
 * @category tags
 */
export class RequestOptions extends Context.Reference<RequestOptions>()("llmctl/RequestOptions", {
  defaultValue: (): Options => ({})
}) {}

/**
 * Says this of every request that an effect makes. Of nested ones the inner comes first, option by option; what is said to
 * a client when it is made counts where neither says anything.
 *
 * **Example**
 *
 * ```ts
 * const nightly = LanguageModel.generateText({ prompt }).pipe(RequestOptions.provide({ priority: "low", usage: 30_000 }))
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const provide =
  (options: Options) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.flatMap(RequestOptions, (outer) => Effect.provideService(effect, RequestOptions, orElse(options, outer)))

/**
 * What `self` says, and where it says nothing `fallback`.
 *
 * @since 0.1.0
 * @category combinators
 */
export const orElse = (self: Options, fallback: Options): Options => ({
  priority: self.priority ?? fallback.priority,
  acquireTimeout: self.acquireTimeout ?? fallback.acquireTimeout,
  usage: self.usage ?? fallback.usage
})

/**
 * What cannot be meant: programs without types say it, and a queue could not bear it.
 *
 * @since 0.1.0
 * @category predicates
 */
export const fault = ({ priority, usage }: Pick<Options, "priority" | "usage">): RangeError | null => {
  const size = Size.fault(usage)
  if (size !== null) return new RangeError(`usage is ${size}. Give units of text as a finite number, 0 or more`)
  return priority === undefined || Object.hasOwn(WaitQueue.headStart, priority)
    ? null
    : new RangeError(`priority is ${JSON.stringify(priority)}. Give one of high, normal and low`)
}
