/**
 * What went wrong below HTTP, as a short word.
 *
 * @since 0.1.0
 */

/**
 * The system's word for it, from whichever depth of the cause it is at: `ECONNRESET`; `timeout` when the answer stopped
 * coming, else `network`. Never a URL or a header.
 *
 * @since 0.1.0
 * @category getters
 */
export const word = (error: unknown): string => at(error, 0)

const at = (error: unknown, depth: number): string => {
  if (typeof error !== "object" || error === null || depth > 5) return "network"
  if ("code" in error && typeof error.code === "string") return error.code
  if (error instanceof DOMException && error.name === "TimeoutError") return "timeout"
  return "cause" in error ? at(error.cause, depth + 1) : "network"
}
