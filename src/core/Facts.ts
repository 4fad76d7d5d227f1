/**
 * What is known of one answer: the whole input of a verdict.
 *
 * @since 0.1.0
 */

/**
 * What is known of one answer. `headers` has lower-case names. `body` is text, bytes or parsed JSON, and may be absent,
 * cut short or nonsense. `now` is epoch milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Facts {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly now: number
  readonly model?: string | undefined
  /** Path of the request, where it tells an inference from a query about the account. */
  readonly path?: string | undefined
}
