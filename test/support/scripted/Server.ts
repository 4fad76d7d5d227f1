/**
 * A provider over real HTTP whose every token behaves as scripted.
 *
 * It speaks the three wire formats at once, told apart by path, so one server stands for any vendor; whatever stands
 * before `/v1/…` in a base URL is ignored.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import { Anthropic } from "./Anthropic.js"
import type { Behaviour, Script } from "./Behaviour.js"
import { type Counts, type Decision, decide } from "./Decision.js"
import { Gemini } from "./Gemini.js"
import { OpenAi } from "./OpenAi.js"
import { type Call, type Dialect, id, isRecord } from "./Reply.js"
import { send } from "./Send.js"

export interface Options {
  /** What each token, written as it travels, does. */
  readonly tokens?: Readonly<Record<string, Script>>
  /** What a token nobody scripted does; `revoked` unless told. */
  readonly unknown?: Script
  /** What `GET …/models` lists. When given, other models are answered with the vendor's 404. */
  readonly models?: ReadonlyArray<string>
  /** Epoch milliseconds; the clock of `limit` windows and of the log. */
  readonly now?: () => number
  readonly port?: number
}

export interface ReceivedRequest {
  readonly dialect: "anthropic" | "openai" | "gemini" | undefined
  /** The secret, from where this vendor looks for it; for a path nobody serves, from anywhere. */
  readonly token: string | undefined
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  /** Parsed where it is JSON, otherwise text; `undefined` when empty. */
  readonly body: unknown
  readonly model: string
  readonly at: number
  /** `open` until the answer has left whole (`answered`), was broken off here (`reset`) or by the client (`left`). */
  readonly end: "open" | "answered" | "reset" | "left"
}

export interface ScriptedProvider {
  /** `http://127.0.0.1:<port>`: Anthropic's and Gemini's base URL. OpenAI's is `${url}/v1`. */
  readonly url: string
  readonly port: number
  /** Everything received, oldest first. */
  readonly requests: ReadonlyArray<ReceivedRequest>
  readonly requestsOf: (token: string) => ReadonlyArray<ReceivedRequest>
  /** Gives a token a new script, from its next request on. Counts of `limit` begin anew. */
  readonly script: (token: string, script: Script) => void
  /** Every token meets `behaviour` (`overloaded` unless told) until `endOutage`; their own scripts stand still. */
  readonly startOutage: (behaviour?: Behaviour) => void
  readonly endOutage: () => void
  /** Lets every request that hangs now go on as if nothing had been. */
  readonly release: () => void
  /** Resolves when so many requests have been received in all. */
  readonly received: (count: number) => Promise<void>
  /** Resolves when no request is open. */
  readonly quiet: () => Promise<void>
  readonly openRequests: () => number
  readonly openSockets: () => number
  /** Forgets the log. */
  readonly clearRequests: () => void
  /** Breaks all connections and stops listening. */
  readonly close: () => Promise<void>
}

type Log = { -readonly [Key in keyof ReceivedRequest]: ReceivedRequest[Key] }

const dialects: ReadonlyArray<Dialect> = [Anthropic, Gemini, OpenAi]

const flatHeaders = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : `${value}`])
  )

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString("utf8")
}

const parse = (text: string): unknown => {
  if (text === "") return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const anyToken = (headers: Readonly<Record<string, string>>, query: URLSearchParams): string | undefined =>
  dialects.map((dialect) => dialect.token(headers, query)).find((token) => token !== undefined)

/** Starts listening on a free port of 127.0.0.1. */
export const startScriptedProvider = async (options: Options = {}): Promise<ScriptedProvider> => {
  const now = options.now ?? Date.now
  const scripts = new Map(Object.entries(options.tokens ?? {}))
  const turns = new Map<string, number>()
  const counts: Counts = new Map()
  const requests: Array<Log> = []
  const sockets = new Set<Socket>()
  const watchers = new Set<() => void>()
  const hanging = new Set<() => void>()
  let outage: Behaviour | undefined
  let serial = 0
  let open = 0

  const changed = () => {
    for (const watcher of [...watchers]) watcher()
  }
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((done) => {
      const watcher = () => {
        if (!holds()) return
        watchers.delete(watcher)
        done()
      }
      watchers.add(watcher)
      watcher()
    })

  const nextBehaviour = (token: string): Behaviour => {
    if (outage) return outage
    const script = scripts.get(token) ?? options.unknown ?? { kind: "revoked" }
    if (!("length" in script)) return script
    const turn = turns.get(token) ?? 0
    turns.set(token, turn + 1)
    return script[Math.min(turn, script.length - 1)] ?? { kind: "ok" }
  }

  const decided = (dialect: Dialect, call: Call, token: string | undefined, readable: boolean): Decision => {
    if (token === undefined && !outage) return { reply: dialect.missingToken(call) }
    const owner = token ?? ""
    const behaviour = nextBehaviour(owner)
    if (!readable && behaviour.kind === "ok") return { reply: dialect.error(call, 400, "Invalid JSON body") }
    const models = options.models ?? ["scripted-1"]
    return decide({ dialect, call, owner, counts, models, strictModels: options.models !== undefined }, behaviour)
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1")
    const headers = flatHeaders(request)
    const method = request.method ?? "GET"
    const text = await read(request)
    const body = parse(text)
    const fields = isRecord(body) ? body : {}
    const dialect = dialects.find((each) => each.speaks(url.pathname, headers))
    const call: Call = {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers,
      body: fields,
      model: dialect?.model(url.pathname, fields) ?? "",
      streamed: dialect?.streamed(url.pathname, fields) ?? false,
      requestId: id(
        dialect?.name === "anthropic" ? "req_011" : "req_",
        ++serial,
        dialect?.name === "anthropic" ? 21 : 32
      ),
      serial,
      now: now()
    }
    const token = dialect ? dialect.token(headers, url.searchParams) : anyToken(headers, url.searchParams)
    const log: Log = {
      dialect: dialect?.name,
      token,
      method,
      path: url.pathname,
      query: url.search.slice(1),
      headers,
      body,
      model: call.model,
      at: call.now,
      end: "open"
    }
    const decision: Decision = dialect
      ? decided(dialect, call, token, method === "GET" || isRecord(body))
      : { reply: Anthropic.error(call, 404) }
    requests.push(log)
    open++
    response.once("close", () => {
      log.end = response.writableFinished ? "answered" : decision.resetAt ? "reset" : "left"
      open--
      changed()
    })
    changed()
    await send(response, decision, () => {
      let release = () => {}
      const released = new Promise<void>((done) => {
        release = done
        hanging.add(release)
        response.once("close", release)
      })
      return released.finally(() => hanging.delete(release))
    })
  }

  const server = createServer((request, response) => {
    // A client that leaves while its request is read is no fault of the script; nothing is left to answer.
    answer(request, response).catch(() => response.destroy())
  })
  // A test decides when connections end; the idle timeout of a real front end would make retries look like resets.
  server.keepAliveTimeout = 0
  server.on("connection", (socket) => {
    sockets.add(socket)
    socket.on("error", () => {})
    socket.once("close", () => sockets.delete(socket))
  })
  await new Promise<void>((done, fail) => {
    server.once("error", fail)
    server.listen(options.port ?? 0, "127.0.0.1", done)
  })
  // A server that listens on TCP has an address of this shape.
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    requestsOf: (token) => requests.filter((request) => request.token === token),
    script: (token, script) => {
      scripts.set(token, script)
      turns.delete(token)
      counts.delete(token)
    },
    startOutage: (behaviour = { kind: "overloaded" }) => {
      outage = behaviour
    },
    endOutage: () => {
      outage = undefined
    },
    release: () => {
      for (const go of [...hanging]) go()
    },
    received: (count) => until(() => requests.length >= count),
    quiet: () => until(() => open === 0),
    openRequests: () => open,
    openSockets: () => sockets.size,
    clearRequests: () => {
      requests.length = 0
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      })
  }
}
