/**
 * What the events of a streamed answer have meant so far.
 *
 * @since 0.1.0
 */
import { type Disguise, finishes, type HiddenError, type Meaning, ofEvent } from "./core/StreamEvent.js"
import * as Usage from "./core/Usage.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface EventLog {
  /** Takes note of one event. After an error nothing changes the meaning any more; usage still counts. */
  readonly see: (event: unknown, name: string | undefined) => void
  /** Takes note of usage, and whether it is the last. */
  readonly seeFacts: (event: unknown) => void
  /** Takes note of something that is no event, yet the caller's. */
  readonly content: () => void
  readonly meaning: () => Meaning
  readonly hasContent: () => boolean
  readonly error: () => HiddenError | undefined
  readonly finished: () => boolean
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
  let finished = false
  const become = (next: Meaning) => {
    if (typeof meaning !== "string" || next === "preamble") return
    meaning = next
    if (next === "content") content = true
  }
  /** What every event may state, whatever it means. */
  const seeFacts = (event: unknown) => {
    if (finishes(event)) finished = true
    const found = Usage.find(event)
    if (found !== undefined) usage = Usage.update(usage ?? Usage.zero, found)
  }
  return {
    seeFacts,
    see: (event, name) => {
      seeFacts(event)
      become(ofEvent(event, name, disguises))
    },
    content: () => become("content"),
    meaning: () => meaning,
    hasContent: () => content,
    error: () => (typeof meaning === "string" ? undefined : meaning),
    finished: () => finished,
    usage: () => usage
  }
}
