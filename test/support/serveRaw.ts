/** A raw server for the time of one test. */
import { afterEach } from "vitest"
import { type RawServer, startRawServer } from "./rawServer.js"

const servers: Array<RawServer> = []

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

export const serveRaw = async (...args: Parameters<typeof startRawServer>): Promise<RawServer> => {
  const server = await startRawServer(...args)
  servers.push(server)
  return server
}
