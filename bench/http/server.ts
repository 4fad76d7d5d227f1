/**
 * A vendor that answers at once, or thinks for as many milliseconds as `?think=` says; in a process of its own: it tells its
 * parent its port, and ends with it.
 */
import { createServer } from "node:http"

const answer = JSON.stringify({
  id: "msg_1",
  type: "message",
  role: "assistant",
  content: [{ type: "text", text: "Hello! ".repeat(100) }],
  stop_reason: "end_turn",
  usage: { input_tokens: 10, output_tokens: 100 }
})

const server = createServer((request, response) => {
  request.resume()
  const reply = () => {
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(answer) })
    response.end(answer)
  }
  const think = Number(new URL(request.url ?? "/", "http://localhost").searchParams.get("think"))
  request.on("end", () => (think > 0 ? setTimeout(reply, think) : reply()))
})

server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  process.send?.(typeof address === "object" && address !== null ? address.port : 0)
})
process.on("disconnect", () => process.exit())
