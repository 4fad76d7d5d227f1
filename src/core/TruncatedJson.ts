/**
 * Reads JSON that was cut short: what came before the cut is still evidence.
 *
 * @since 0.1.0
 */

/**
 * The value a cut text began, as far as it is complete; `undefined` where the text is no JSON at all.
 *
 * @since 0.1.0
 * @category parsing
 */
export const parse = (text: string): unknown => {
  let inString = false
  let escaped = false
  let closers = ""
  // Where the text could be closed without what follows: after an opening bracket, or before a comma.
  const cuts: Array<readonly [at: number, closers: string]> = []
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (inString) {
      if (escaped) escaped = false
      else if (char === "\\") escaped = true
      else if (char === '"') inString = false
    } else if (char === '"') inString = true
    else if (char === "{" || char === "[") {
      if (closers.length >= maxDepth) return undefined
      closers = (char === "{" ? "}" : "]") + closers
      cuts.push([at + 1, closers])
    } else if (char === "}" || char === "]") {
      if (closers[0] !== char) return undefined
      closers = closers.slice(1)
    } else if (char === ",") cuts.push([at, closers])
    if (cuts.length > 2 * maxTries) cuts.splice(0, maxTries)
  }
  if (cuts.length === 0) return undefined
  const whole = attempt(`${escaped ? text.slice(0, -1) : text}${inString ? '"' : ""}${closers}`)
  if (whole !== undefined) return whole
  for (const [at, missing] of cuts.slice(-maxTries).reverse()) {
    const part = attempt(text.slice(0, at) + missing)
    if (part !== undefined) return part
  }
  return undefined
}

const maxTries = 4

/** No vendor nests its errors so deep. */
const maxDepth = 64

const attempt = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
