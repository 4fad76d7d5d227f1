/** An HTTP server that answers as a function says: for what no vendor's dialect would do. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo, Socket } from "node:net"

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage["headers"]
  readonly body: Buffer
}

export interface RawServer {
  readonly url: string
  readonly requests: ReadonlyArray<Received>
  readonly openSockets: () => number
  readonly close: () => Promise<void>
}

export const startRawServer = async (
  answer: (request: Received, response: ServerResponse, serial: number) => void
): Promise<RawServer> => {
  const requests: Array<Received> = []
  const sockets = new Set<Socket>()
  const server = createServer(async (request, response) => {
    const chunks: Array<Buffer> = []
    try {
      for await (const chunk of request) chunks.push(chunk)
    } catch {
      // The client left in the middle of its request.
      return
    }
    const { headers, method = "", url = "" } = request
    const received = { method, path: url, headers, body: Buffer.concat(chunks) }
    requests.push(received)
    answer(received, response, requests.length - 1)
  })
  server.on("connection", (socket) => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    openSockets: () => sockets.size,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        for (const socket of sockets) socket.destroy()
      })
  }
}
