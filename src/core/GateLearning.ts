/**
 * What a gate learns from refusals: how far to trust what was supposed, at which pace a token is served, and its window.
 *
 * @since 0.1.0
 */
import * as Gate from "./Gate.js"
import * as Opening from "./Opening.js"
import * as Pace from "./Pace.js"
import * as Statement from "./Statement.js"
import * as Statements from "./Statements.js"
import * as Window from "./Window.js"

/**
 * A request was refused for its pace. Unless what the vendor states explains it, the pace is learnt from it; `served`
 * is about how many are served within a minute, for all that was seen before anything was learnt.
 *
 * @since 0.1.0
 * @category transitions
 */
export const refuse = (
  self: Gate.Gate,
  options: {
    readonly pass: { readonly number: number; readonly isGuess: boolean }
    /** In how many milliseconds to come back, if the answer said so. */
    readonly millis: number | null
    readonly served: number
    readonly now: number
  }
): Gate.Gate => {
  const { millis, now, served } = options
  const { isGuess, number } = options.pass
  const { typical, sent } = self
  const explains = (each: Statement.Stated) => Statement.size(each) > 0 && Statement.opensAt(each, typical, now) > now
  if (Object.values(self.stated).some(explains)) {
    if (!isGuess) return self
    // What was supposed was wrong: how fast it fills up, or that it does at all, or at last its whole size.
    if (!self.isWindowed) return mistaken(self, number)
  }
  // Who was not served at all lately has no pace; a limit by the day, or a broken token, would pass for one.
  if (self.pace === null && served < 1) return self
  const window = Window.refuse(self.window, { now, number, sent, millis })
  const isExplained = millis !== null || window?.slack !== null
  if (window !== null && Window.isKnown(window) && isExplained) return Gate.change(self, { window, pace: null })
  const refusal = { now, number, sent, millis }
  if (self.pace !== null) return Gate.change(self, { window, pace: Pace.refuse(self.pace, refusal) })
  const isMeasured = self.window !== null && Window.isKnown(self.window)
  return Gate.change(self, { window, pace: isMeasured ? Pace.measured(served, refusal) : Pace.first(served, refusal) })
}

/**
 * A request was served. The first one after refusals may tell of a window.
 *
 * @since 0.1.0
 * @category transitions
 */
export const serve = (
  self: Gate.Gate,
  pass: Pick<Gate.Pass, "number" | "isGuess">,
  { now, sentAt }: { readonly sentAt: number; readonly now: number }
): Gate.Gate => {
  const opening = self.pace === null ? null : Pace.opening(self.pace, { number: pass.number, sentAt, now })
  const served = Gate.serve(self, pass, now)
  if (opening === null) return served
  const window = Opening.learn(self.window, { ...opening, sent: self.sent })
  // A window that refusals speak of is left as it is, and so is the pace that one taught that did not.
  if (window === self.window) return served
  return Gate.change(served, { window, pace: window !== null && Window.isKnown(window) ? null : served.pace })
}

/**
 * A window that is not there when it should be is no such window, the sooner the more are refused. Of what fills up all the
 * time, those of one burst count once; and where others were sent in between that were not refused it does fill up, unless
 * the most of a whole limit was refused at once.
 */
const mistaken = (self: Gate.Gate, number: number): Gate.Gate => {
  const { missed, mistakenAt } = self
  const fillsUp = Gate.fillsUp(self)
  if (fillsUp && number <= mistakenAt) return Gate.change(self, { missed: missed + 1 })
  const isAgain = !fillsUp || number === mistakenAt + 1 || missed >= most(self)
  const mistakes = isAgain ? self.mistakes + 1 : 1
  const trust = Math.max(least, self.trust - stepBack)
  return mistakes < mistakesOfWindow
    ? Gate.change(self, { mistakes, mistakenAt: self.sent, missed: 0, trust })
    : windowed(self)
}

/** The most of the smallest limit that counts requests. */
const most = ({ stated }: Gate.Gate): number =>
  Object.values(stated).reduce(
    (most, { limit, unit }) => (unit === "requests" && limit !== null ? Math.min(most, limit / 2) : most),
    Infinity
  )

const windowed = (self: Gate.Gate): Gate.Gate =>
  Gate.change(self, { isWindowed: true, stated: Statements.mapAll(self.stated, Statement.windowed) })

const least = 0.8
const stepBack = 0.03
/** So often in a row a bucket is not refused that fills up at all. */
const mistakesOfWindow = 3
