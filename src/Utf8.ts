/**
 * Text of bytes.
 *
 * @since 0.1.0
 */

/**
 * The text of bytes that are there in one piece; what is no UTF-8 of it becomes U+FFFD, and a byte order mark is left out.
 *
 * @since 0.1.0
 * @category conversions
 */
export const decode = (bytes: Uint8Array): string => decoder.decode(bytes)

/** Made once: it keeps nothing between two texts. */
const decoder = new TextDecoder()
