/**
 * Takes the elements out of a JSON array, or the members out of an object, while it is still coming.
 *
 * @since 0.1.0
 */

/**
 * A reader of text, in whatever pieces it comes; `onElement` gets each element that is an object or an array as soon as it
 * is complete, with the last string before it: of a member of an object, its name. Longer ones than `maxLength` are passed
 * over.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (maxLength: number, onElement: (text: string, name: string) => void): ((text: string) => void) => {
  let depth = 0
  let inString = false
  let escaped = false
  let element = ""
  let tooLong = false
  let name = ""

  return (text) => {
    /** Where in `text` the element under way goes on. */
    let from = 0
    const keep = (to: number) => {
      if (tooLong || element.length + to - from > maxLength) {
        tooLong = true
        element = ""
      } else element += text.slice(from, to)
    }
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (escaped) escaped = false
      else if (inString) {
        if (code === 0x5c) escaped = true
        else if (code === 0x22) inString = false
        else if (depth === 1 && name.length < maxName) name += text[i]
      } else if (code === 0x22) {
        inString = true
        if (depth === 1) name = ""
      } else if (code === 0x7b || code === 0x5b) {
        depth++
        if (depth === 2) from = i
      } else if (code === 0x7d || code === 0x5d) {
        depth--
        if (depth !== 1) continue
        keep(i + 1)
        if (!tooLong) onElement(element, name)
        element = ""
        tooLong = false
      }
    }
    if (depth > 1) keep(text.length)
  }
}

/** Names that anybody looks for are shorter. */
const maxName = 32
