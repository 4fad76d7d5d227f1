/**
 * Which model a request asks for, read from where vendors put it without parsing whole prompts.
 *
 * @since 0.1.0
 */

/**
 * The model named in the path (`/models/gemini-2.5-pro:generateContent`, `/deployments/gpt-4o/…`) or by the top-level
 * `model` member of a JSON body; `undefined` when there is none.
 *
 * @since 0.1.0
 * @category getters
 */
export const requestModel = (path: string, body: string | Uint8Array | undefined): string | undefined => {
  const named = /\/(?:models|deployments)\/([^/:?]+)(?::|\/)/.exec(path)?.[1]
  if (named !== undefined) return decode(named)
  if (body === undefined || body.length === 0) return undefined
  return topLevelModel(typeof body === "string" ? body : new TextDecoder().decode(body))
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Walks the text once, skipping strings and nesting, until the member `model` of the outermost object. A word "model"
 * inside a prompt is never mistaken for it, and nothing is allocated for what is skipped.
 */
const topLevelModel = (text: string): string | undefined => {
  let depth = 0
  let expectsName = false
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x7b: // {
      case 0x5b: // [
        depth++
        expectsName = depth === 1 && text.charCodeAt(i) === 0x7b
        if (depth === 1 && !expectsName) return undefined
        break
      case 0x7d: // }
      case 0x5d: // ]
        depth--
        break
      case 0x2c: // ,
        expectsName = depth === 1
        break
      case 0x22: {
        const end = endOfString(text, i)
        if (expectsName && depth === 1) {
          expectsName = false
          if (text.slice(i, end + 1) === '"model"') return stringAfter(text, end + 1)
        }
        i = end
        break
      }
    }
  }
  return undefined
}

const endOfString = (text: string, start: number): number => {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x5c) i++
    else if (code === 0x22) return i
  }
  return text.length
}

const stringAfter = (text: string, from: number): string | undefined => {
  const value = /^\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text.slice(from, from + 1024))?.[1]
  if (value === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === "string" && parsed !== "" ? parsed : undefined
  } catch {
    return undefined
  }
}
