/**
 * What the command line reads from and writes to. Data goes out on `out`, talk on `err`; commands never know whether
 * these are a terminal, a pipe or a test.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Writes a text as it is to standard output; completes when it was taken. */
  readonly out: (text: string) => Effect.Effect<void>
  /** Writes a text as it is to standard error, at once. */
  readonly err: (text: string) => void
  readonly stdin: Stream.Stream<Uint8Array>
  readonly stdinIsTerminal: boolean
  /** Whether texts on standard output, and on standard error, may carry colour. */
  readonly outColour: boolean
  readonly errColour: boolean
  /** How wide the terminal is that shows standard output; unbounded when none does. */
  readonly outColumns: number
  /** Minutes that local time is ahead of UTC at that moment. */
  readonly utcOffset: (epochMillis: number) => number
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Stdio extends Context.Tag("llmctl/cli/Stdio")<Stdio, Service>() {}
