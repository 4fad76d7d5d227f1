/**
 * Trouble of a provider, as data: failures in a row that are no token's fault. What becomes of them: `Outage`.
 *
 * @since 0.1.0
 */

/**
 * When the circuit of the provider opens.
 *
 * @since 0.1.0
 * @category models
 */
export interface Terms {
  /** The fewest failures in a row, with no other answer in between. */
  readonly failures: number
  /** The fewest requests they must come from: one request that fails again and again is not an outage. */
  readonly requests: number
  readonly windowMillis: number
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Trouble {
  readonly strikes: ReadonlyArray<Strike>
  /** Leases given when the circuit opened or closed last. */
  readonly since: number
  /** Requests per second before it opened. */
  readonly steady: number
  /** How long it takes until the provider fails a request, in milliseconds: the longest lately. */
  readonly failsAfter: number
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Strike {
  readonly at: number
  readonly number: number
  readonly request: string | null
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const none: Trouble = { strikes: [], since: 0, steady: 0, failsAfter: 0 }

/**
 * Takes note of how long a failure took.
 *
 * @since 0.1.0
 * @category transitions
 */
export const took = (self: Trouble, millis: number): Trouble => ({
  ...self,
  failsAfter: Math.max(millis, self.failsAfter / 2)
})

/**
 * How long the others wait for the verdict of a probe, the nth since the circuit opened, before the next one probes, in
 * milliseconds. Who is served takes its time, so that a probe has not failed in much more time than others did is a good
 * sign; but a provider that has come to hang shall not have many.
 *
 * @since 0.1.0
 * @category getters
 */
export const verdictMillis = ({ failsAfter, steady }: Trouble, nth: number): number =>
  Math.min(longestFor(steady), Math.max(shortestVerdict, 4 * failsAfter) * 2 ** (nth - 1))

/** Where much is asked for, a few probes more are nothing, and the first to be served ends the outage sooner. */
const longestFor = (steady: number): number =>
  Math.min(longestVerdict, Math.max(shortestVerdict, (longestVerdict * manyPerSecond) / steady))

const manyPerSecond = 25

const shortestVerdict = 250

/**
 * The longest that the others wait for the verdict of a probe, in milliseconds.
 *
 * @since 0.1.0
 * @category constants
 */
export const longestVerdict = 1_000
