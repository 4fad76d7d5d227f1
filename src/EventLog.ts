/**
 * What the events of a streamed answer have meant so far.
 *
 * @since 0.1.0
 */
import { type Disguise, type HiddenError, type Meaning, ofEvent } from "./core/StreamEvent.js"
import * as Usage from "./core/Usage.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface EventLog {
  /** Takes note of one event. After an error nothing changes the meaning any more; usage still counts. */
  readonly see: (event: unknown, name: string | undefined) => void
  /** Takes note of the usage alone. */
  readonly seeUsage: (event: unknown) => void
  /** Takes note of something that is no event, yet the caller's. */
  readonly content: () => void
  readonly meaning: () => Meaning
  readonly hasContent: () => boolean
  readonly error: () => HiddenError | undefined
  readonly usage: () => Usage.Usage | undefined
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (disguises: ReadonlyArray<Disguise>): EventLog => {
  let meaning: Meaning = "preamble"
  let content = false
  let usage: Usage.Usage | undefined
  const become = (next: Meaning) => {
    if (typeof meaning !== "string" || next === "preamble") return
    meaning = next
    if (next === "content") content = true
  }
  const seeUsage = (event: unknown) => {
    const found = Usage.find(event)
    if (found !== undefined) usage = Usage.update(usage ?? Usage.zero, found)
  }
  return {
    seeUsage,
    see: (event, name) => {
      seeUsage(event)
      become(ofEvent(event, name, disguises))
    },
    content: () => become("content"),
    meaning: () => meaning,
    hasContent: () => content,
    error: () => (typeof meaning === "string" ? undefined : meaning),
    usage: () => usage
  }
}
