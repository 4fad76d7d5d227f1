/** A provider that answers when it is told to, and says in which order it was asked. */
import { startRawServer } from "./rawServer.js"

export const gated = async () => {
  const asked: Array<string> = []
  const bodies: Array<unknown> = []
  const held: Array<() => void> = []
  let changed = () => {}
  const server = await startRawServer(({ body }, response) => {
    const sent = JSON.parse(body.toString() || "{}") as { messages?: ReadonlyArray<{ content: string }> }
    bodies.push(sent)
    asked.push(sent.messages?.[0]?.content ?? "")
    held.push(() => {
      response.writeHead(200, { "content-type": "application/json" })
      response.end(JSON.stringify({ id: "1", choices: [], usage: { input_tokens: 1, output_tokens: 1 } }))
    })
    changed()
  })
  const until = async (count: number) => {
    while (asked.length < count)
      await new Promise<void>((resolve) => {
        changed = resolve
      })
  }
  return {
    url: server.url,
    close: server.close,
    asked: (): ReadonlyArray<string> => asked,
    bodies: (): ReadonlyArray<unknown> => bodies,
    until,
    /** Answers so many, one after the other, as they come. */
    release: async (count: number) => {
      for (let i = 0; i < count; i++) {
        await until(i + 1)
        held[i]?.()
      }
    }
  }
}

/** Lets whatever is on its way get where it waits. */
export const ticks = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
}
