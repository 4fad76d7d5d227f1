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
export const none: Trouble = { strikes: [], since: 0, steady: 0 }
