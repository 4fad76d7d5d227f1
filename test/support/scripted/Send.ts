/** Puts a decision on the wire: frame by frame, at the reader's pace, breaking off where it is told to. */
import { once } from "node:events"
import type { ServerResponse } from "node:http"
import type { Point } from "./Behaviour.js"
import type { Decision } from "./Decision.js"
import type { Frame, Reply } from "./Reply.js"

/** Resolves when hanging requests are released. */
export type Released = () => Promise<void>

/** Breaks the connection with a reset, after what was written has left. */
const reset = (response: ServerResponse): void => {
  response.socket?.resetAndDestroy()
}

const written = (response: ServerResponse, text: string): Promise<void> =>
  new Promise((done) => {
    response.write(text, () => done())
  })

const afterWrites = (): Promise<void> => new Promise((done) => setImmediate(done))

/** A plain body in two halves, so that it can break in the middle. */
const halves = (text: string): ReadonlyArray<Frame> => {
  const middle = Math.floor(text.length / 2)
  return [
    { text: text.slice(0, middle), content: true },
    { text: text.slice(middle), content: true }
  ]
}

function* sent({ errorFrame, reply }: Decision): Iterable<Frame> {
  for (const frame of reply.frames) {
    if (errorFrame?.at === "before-content" && frame.content) return yield { text: errorFrame.text, content: false }
    yield frame
    if (errorFrame?.at === "after-content" && frame.content) return yield { text: errorFrame.text, content: false }
  }
}

const plain = (reply: Reply): string => [...reply.frames].map((frame) => frame.text).join("")

/** Completes when the answer has left whole, broke off as scripted, or the client went away. */
export const send = async (response: ServerResponse, decision: Decision, released: Released): Promise<void> => {
  const { hangAt, reply, resetAt, slowMillis } = decision
  /** Does what is scripted for this point; whether the answer goes on. */
  const pass = async (point: Point): Promise<boolean> => {
    if (resetAt === point) {
      await afterWrites()
      reset(response)
    }
    if (hangAt === point) await released()
    return !response.destroyed
  }
  if (!(await pass("before-headers"))) return
  const body = reply.streamed ? undefined : plain(reply)
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }
  response.writeHead(reply.status, { ...reply.headers, ...length })
  if (resetAt === undefined && hangAt === undefined && body !== undefined) {
    response.end(body)
    return
  }
  response.flushHeaders()
  if (!(await pass("after-headers"))) return
  let begun = false
  let passed = false
  for (const frame of body === undefined ? sent(decision) : halves(body)) {
    if (slowMillis !== undefined && begun) await new Promise((done) => setTimeout(done, slowMillis))
    if (response.destroyed) return
    begun = true
    if (resetAt ?? hangAt) await written(response, frame.text)
    else if (!response.write(frame.text)) await Promise.race([once(response, "drain"), once(response, "close")])
    if (frame.content && !passed) {
      passed = true
      if (!(await pass("mid-stream"))) return
    }
  }
  response.end()
}
