/** Bodies that can be read once, as SDKs stream the files they upload, over real sockets. */
import { createReadStream } from "node:fs"
import { createServer, type RequestListener, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { Readable } from "node:stream"
import { afterEach, describe, expect, it } from "vitest"
import * as OneShotBody from "../src/OneShotBody.js"
import { rotating } from "./sdk/rotating.js"
import { type RawServer, startRawServer } from "./support/rawServer.js"

const servers: Array<RawServer | Server> = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    if ("closeAllConnections" in server) server.closeAllConnections()
    server.close()
  }
})

const serve = async (...args: Parameters<typeof startRawServer>): Promise<RawServer> => {
  const server = await startRawServer(...args)
  servers.push(server)
  return server
}

/** Answers without waiting for the body. */
const serveAtOnce = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const two = { a: { kind: "ok" }, b: { kind: "ok" } } as const

const refusal = '{"type":"error","error":{"type":"authentication_error","message":"m"}}'

const refusesFirst = () =>
  serve((_, response, serial) => {
    response.writeHead(serial === 0 ? 401 : 200, { "content-type": "application/json" })
    response.end(serial === 0 ? refusal : "{}")
  })

const post = (body: unknown): RequestInit & { readonly duplex: "half" } => ({
  method: "POST",
  body: body as ReadableStream,
  duplex: "half"
})

const bytes = (text: string) => new TextEncoder().encode(text)

/** Gives the same buffer each time, filled anew. */
const refilling = (pieces: ReadonlyArray<string>) => {
  const left = [...pieces]
  const buffer = new Uint8Array(4)
  const source: UnderlyingDefaultSource<Uint8Array> = {
    pull: (to) => {
      const piece = left.shift()
      if (piece === undefined) return to.close()
      buffer.set(bytes(piece))
      to.enqueue(buffer)
    }
  }
  return new ReadableStream(source, { highWaterMark: 0 })
}

const megabytes = (n: number) => {
  let left = n
  return new ReadableStream<Uint8Array>({
    pull: (to) => (left-- > 0 ? to.enqueue(new Uint8Array(1 << 20)) : to.close())
  })
}

describe("A body that can be read once", () => {
  const bodies: ReadonlyArray<readonly [string, () => unknown]> = [
    ["a web stream", () => new Blob(["one shot"]).stream()],
    ["a Node stream", () => Readable.from([Buffer.from("one "), Buffer.from("shot")])],
    ["a stream of one buffer that is filled again", () => refilling(["one ", "shot"])]
  ]
  for (const [what, body] of bodies) {
    it(`as ${what} is sent again whole when a token is refused`, async () => {
      const server = await refusesFirst()
      const r = await rotating("anthropic", two, { baseUrl: server.url })
      expect(await (await r.fetch("/v1/files", post(body()))).text()).toBe("{}")
      expect(server.requests.map(({ body }) => body.toString())).toEqual(["one shot", "one shot"])
      expect(await r.tokens()).toMatchObject({ a: { state: "isolated" }, b: { counts: { uses: 1 } } })
    })
  }

  it("is sent again when the connection was reset, and follows a redirect", async () => {
    const server = await serve((request, response, serial) => {
      if (serial === 0) response.socket?.resetAndDestroy()
      else if (request.path === "/v1/files") response.writeHead(307, { location: "/v1/moved" }).end()
      else response.end(request.body)
    })
    const r = await rotating("anthropic", two, { baseUrl: server.url })
    const response = await r.fetch("/v1/files", post(new Blob(["one shot"]).stream()))
    expect([await response.text(), server.requests.length]).toEqual(["one shot", 3])
  })

  it("is sent again from its first byte, with what had not come yet, when it is refused on its way", async () => {
    const received: Array<string> = []
    let refused = () => {}
    const first = new Promise<void>((resolve) => {
      refused = resolve
    })
    const url = await serveAtOnce(async (request, response) => {
      const isFirst = received.push("") === 1
      let body = ""
      try {
        for await (const chunk of request) {
          body += chunk
          if (!isFirst) continue
          response.on("close", refused)
          response.writeHead(401, { connection: "close" }).end(refusal)
          return
        }
      } catch {}
      received[received.length - 1] = body
      response.end("{}")
    })
    const pieces = ["so", " it", " goes", " on"]
    const body = new ReadableStream<Uint8Array>(
      {
        pull: async (to) => {
          const piece = pieces.shift()
          if (piece === " it") await first
          if (piece === undefined) to.close()
          else to.enqueue(bytes(piece))
        }
      },
      { highWaterMark: 0 }
    )
    const r = await rotating("anthropic", two, { baseUrl: url })
    expect((await r.fetch("/v1/files", post(body))).status).toBe(200)
    expect(received).toEqual(["", "so it goes on"])
  })

  it("that is too long to be kept is sent once, whole: the refusal comes back", async () => {
    for (const asked of ["init", "request"]) {
      const server = await refusesFirst()
      const r = await rotating("anthropic", two, { baseUrl: server.url })
      const init = post(megabytes(34))
      const url = `${server.url}/v1/files`
      const response = await (asked === "init" ? r.fetch(url, init) : r.fetch(new Request(url, init)))
      expect([response.status, await response.text()]).toEqual([401, refusal])
      expect(server.requests.map(({ body }) => body.length)).toEqual([34 << 20])
      expect(await r.tokens()).toMatchObject({ a: { state: "isolated" }, b: { counts: {} } })
    }
  })

  it("whose source breaks is the caller's own trouble: it rejects as fetch does, once, and nobody is blamed", async () => {
    const server = await refusesFirst()
    const mine = new Error("the disk is on fire")
    const broken: ReadonlyArray<() => unknown> = [
      () => new ReadableStream({ pull: (to) => to.error(mine) }),
      () =>
        Readable.from(
          (async function* () {
            yield Buffer.from("it begins")
            throw mine
          })()
        )
    ]
    for (const body of broken) {
      const r = await rotating("anthropic", two, { baseUrl: server.url })
      const plain = await globalThis.fetch(server.url, post(body())).catch((error: unknown) => error)
      const ours = await r.fetch("/v1/files", post(body())).catch((error: unknown) => error)
      for (const error of [plain, ours]) expect(error).toMatchObject({ message: "fetch failed", cause: mine })
      expect(await r.tokens()).toMatchObject({ a: { state: "ready", inFlight: 0, counts: { abandoned: 1 } } })
    }
  })

  it("that fails before it is sent takes nothing down", async () => {
    const body = createReadStream("/there/is/no/such/file")
    const waiting: typeof globalThis.fetch = async (...asked) => {
      // Whoever awaited an event of it would listen for its error, too.
      while (!body.closed) await new Promise((resolve) => setImmediate(resolve))
      return globalThis.fetch(...asked)
    }
    const r = await rotating("anthropic", two, { fetch: waiting })
    const error = await r.fetch("/v1/files", post(body)).catch((error: unknown) => error)
    expect(error).toMatchObject({ cause: { code: "ENOENT", message: expect.stringContaining("no such file") } })
  })

  it("is let go of when no token could take it", async () => {
    const r = await rotating("anthropic", { a: { kind: "status", status: 401 } }, { config: { acquireTimeout: 0 } })
    await r.fetch("/v1/messages", { method: "POST", body: "{}" })
    let reason: unknown
    const body = new ReadableStream({
      cancel: (why) => {
        reason = why
      }
    })
    await expect(r.fetch("/v1/messages", post(body))).rejects.toMatchObject({ _tag: "Exhausted" })
    expect(reason).toMatchObject({ _tag: "Exhausted" })
  })

  it("goes to whoever asked last, and to nobody else", async () => {
    const body = OneShotBody.make(refilling(["one ", "shot"]))
    const [first, last] = [body.stream(), body.stream()]
    await expect(first.getReader().read()).rejects.toThrow(/sent again/)
    expect(await new Response(last).text()).toBe("one shot")
  })

  it("that is in use is refused as fetch refuses it", async () => {
    const r = await rotating("anthropic", two)
    const body = new Blob(["one shot"]).stream()
    body.getReader()
    await expect(r.fetch("/v1/files", post(body))).rejects.toThrow(TypeError)
    expect(r.provider.requests).toEqual([])
    expect((await r.tokens()).a?.counts).toEqual({})
  })
})
