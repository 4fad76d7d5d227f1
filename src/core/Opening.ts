/**
 * An opening: a token is served again that was refused, and nothing said when it would be.
 *
 * A bucket that fills all the time opens a moment after it was found empty, at any time; a window opens when it ends, and
 * the next one a minute later. So a token that was refused several times in a row before it was served again may be under
 * a window, and when the openings that follow lie whole minutes apart it is taken for one, just as if refusals had said
 * when to come back (see `Window`). What is served within a minute must have been served between an opening and the
 * refusal after it, or it is none: a bucket with a pace too high is refused in a row as well.
 *
 * @since 0.1.0
 */
import * as Window from "./Window.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Opening {
  /** Epoch milliseconds at which the last refusal was heard, and at which the first request that was served was sent. */
  readonly from: number
  readonly at: number
  /** The number of the first request after that refusal, and of the latest one. */
  readonly first: number
  readonly sent: number
  /** How many were refused in a row before it. */
  readonly refusals: number
  /** How many were served within the last minute. */
  readonly served: number
}

/**
 * What an opening tells of the window that is supposed or of none; `null`: there is none. A window that refusals speak of is
 * left to them.
 *
 * @since 0.1.0
 * @category transitions
 */
export const learn = (self: Window.Window | null, opening: Opening): Window.Window | null => {
  if (self !== null && (self.slack === null || Window.isKnown(self))) return self
  // Nobody asked for so long that any window would have opened.
  if (opening.at - opening.from > longestGap) return self === null ? null : begun(self, opening)
  const isLong = opening.refusals >= longRun
  const fitting = self === null ? null : fitOf(self, opening)
  if (self !== null && fitting !== null) {
    const isWhole = self.limit >= opening.served * wholeShare
    const agreements = self.agreements + (isWhole ? (isLong ? 1 : 1 / 4) : 0)
    return { ...begun(self, opening), ...fitting, agreements }
  }
  if (!isLong && self === null) return null
  const { at, from, sent } = opening
  const candidate = Window.candidate({ now: at, sent, millis: Window.periodMillis }, self?.mistakes ?? 0)
  return { ...begun(candidate, opening), slack: at - from }
}

/** The end of the window that begins with it, and how exact that is, if it lies whole minutes from what is supposed. */
const fitOf = (self: Window.Window, { at, from }: Opening): Pick<Window.Window, "endsAt" | "slack"> | null => {
  const { periodMillis } = Window
  const supposed = self.endsAt + Math.round((at - self.endsAt) / periodMillis) * periodMillis
  const latest = Math.min(supposed, at)
  const earliest = Math.max(supposed - (self.slack ?? 0), from)
  if (earliest - latest > precisionMillis) return null
  return { endsAt: latest + periodMillis, slack: Math.max(0, latest - earliest) }
}

const begun = (self: Window.Window, { first, sent }: Opening): Window.Window => ({
  ...self,
  first,
  used: Math.max(0, sent - first + 1),
  isRefused: false
})

/** So many refusals in a row are more than a bucket that was asked a little too early. */
const longRun = 3
const wholeShare = 0.8
const longestGap = Window.periodMillis / 2
/** Answers take their time. */
const precisionMillis = 1_200
