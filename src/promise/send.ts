/**
 * One call over the shared runtime.
 *
 * Apart from the names that the door exports: its types speak of Effect, and theirs must not.
 *
 * @since 0.1.0
 */
import * as RotatingFetch from "../RotatingFetch.js"
import { plain } from "./failures.js"
import { runtime } from "./runtime.js"
import type { RotatingFetchOptions } from "./types.js"

/**
 * Sends with a healthy token; rejects with plain errors.
 *
 * @since 0.1.0
 * @category running
 */
export const send = (
  { acquireTimeoutMillis, fetch, idleTimeoutMillis, priority, provider, usage }: RotatingFetchOptions,
  input: RequestInfo | URL,
  init?: RequestInit
): Promise<RotatingFetch.Sent> =>
  RotatingFetch.send(
    runtime(),
    { fetch, provider, priority, usage, acquireTimeout: acquireTimeoutMillis, idleTimeout: idleTimeoutMillis },
    input,
    init
  ).catch((error: unknown) => {
    throw plain(error)
  })
